//! Who is large and how loud: what the user sets stays as long as there is whom to set it for.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::clinic::DOCTOR;
use common::{Clinic, Person, visit};
use consilium_app::Action;
use consilium_app::view::{AppView, CallView};

fn call(view: &AppView) -> Option<&CallView> {
    visit(view)?.call.as_ref()
}

fn volumes(view: &AppView) -> Vec<u8> {
    call(view).map(|call| call.peers.iter().map(|peer| peer.volume).collect()).unwrap_or_default()
}

async fn with_two_others(clinic: &Clinic) -> (Person, Vec<u32>) {
    clinic.room().add_silent("first");
    clinic.room().add_silent("second");
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    let view = doctor.sees("both", |view| volumes(view) == [100, 100]).await;
    let streams = call(&view).unwrap().peers.iter().map(|peer| peer.stream).collect();
    (doctor, streams)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_stream_is_large_until_it_is_let_go_or_gone() {
    let clinic = Clinic::start().await;
    let (mut doctor, streams) = with_two_others(&clinic).await;
    let pinned = |stream| move |view: &AppView| call(view).is_some_and(|call| call.pinned == stream);
    doctor.does(Action::Pin { stream: Some(streams[0]) }).await;
    doctor.sees("the first large", pinned(Some(streams[0]))).await;
    doctor.does(Action::Pin { stream: Some(streams[1]) }).await;
    doctor.sees("the second large", pinned(Some(streams[1]))).await;
    doctor.does(Action::Pin { stream: None }).await;
    doctor.sees("nobody large", pinned(None)).await;
    doctor.does(Action::Pin { stream: Some(streams[1]) }).await;
    doctor.sees("the second large", pinned(Some(streams[1]))).await;
    clinic.room().remove("second");
    let alone =
        |view: &AppView| call(view).is_some_and(|call| call.peers.len() == 1 && call.pinned.is_none());
    doctor.sees("nobody large, because that one is gone", alone).await;
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_pinned_that_is_not_there() {
    let clinic = Clinic::start().await;
    let (mut doctor, streams) = with_two_others(&clinic).await;
    doctor.does(Action::Pin { stream: Some(4_000) }).await;
    doctor.does(Action::SetVolume { peer: "first".to_owned(), percent: 50 }).await;
    doctor.sees("the volume", |view| volumes(view) == [50, 100]).await;
    let shown = doctor.shown();
    assert!(shown.iter().filter_map(call).all(|call| call.pinned.is_none()));
    assert_eq!(streams.len(), 2);
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_is_one_persons_and_at_most_twice_as_loud() {
    let clinic = Clinic::start().await;
    let (mut doctor, _) = with_two_others(&clinic).await;
    doctor.does(Action::SetVolume { peer: "second".to_owned(), percent: 0 }).await;
    doctor.does(Action::SetVolume { peer: "first".to_owned(), percent: 255 }).await;
    doctor.sees("their volumes", |view| volumes(view) == [200, 0]).await;
    doctor.closes().await;
}
