//! An offer as Chromium 156 writes it, with a camera, a microphone and a transceiver for a screen (the codecs that are
//! not spoken here left out): the order of its sections says what is what, whatever they are called.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::person::{Person, eventually};
use common::room::TestRoom;
use consilium_model::PeerId;
use consilium_wire::room::{DescriptionKind, Signal};

const OFFER: &str = include_str!("fixtures/chromium_offer.sdp");

/// The answer's sections: kind and port, name, direction.
async fn answered(offer: String) -> Vec<(String, String, String)> {
    let room = TestRoom::new();
    let person = Person::join(&room, "a");
    let (page, (socket, _inbox)) = (PeerId::from("z"), tokio::sync::mpsc::unbounded_channel());
    room.enter(&page, socket);
    let signal = Signal::Description { kind: DescriptionKind::Offer, sdp: offer.into() };
    room.forge(&page, &person.id, signal);
    let answer = || {
        room.signals().into_iter().find_map(|signal| match signal {
            Signal::Description { kind: DescriptionKind::Answer, sdp } => Some(sdp.into_inner()),
            _ => None,
        })
    };
    eventually("an answer", || answer().is_some()).await;
    let section = |section: &str| {
        let line = |start: &str| section.lines().find_map(|line| line.strip_prefix(start).map(str::to_owned));
        let direction = ["sendrecv", "sendonly", "recvonly", "inactive"]
            .into_iter()
            .find(|direction| section.lines().any(|line| line == format!("a={direction}")));
        let head: Vec<&str> = section.split(' ').take(2).collect();
        (head.join(" "), line("a=mid:").unwrap(), direction.unwrap_or_default().to_owned())
    };
    let sections = answer().unwrap().split("\r\nm=").skip(1).map(section).collect();
    person.close().await;
    sections
}

fn section(kind: &str, mid: &str) -> (String, String, String) {
    (format!("{kind} 9"), mid.to_owned(), "sendrecv".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn three_sections_are_answered_with_three() {
    let expected = [section("audio", "0"), section("video", "1"), section("video", "2")];
    assert_eq!(answered(OFFER.to_owned()).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_mean_nothing_and_two_sections_are_enough() {
    let (two, _) = OFFER.rsplit_once("m=video").unwrap();
    let named = two.replace("a=mid:1", "a=mid:screen").replace("BUNDLE 0 1 2", "BUNDLE 0 screen");
    assert_eq!(answered(named).await, [section("audio", "0"), section("video", "screen")]);
}
