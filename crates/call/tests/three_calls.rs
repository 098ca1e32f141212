//! A mesh of three: encoded once, forwarded to each.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::person::{ON, Person, all_connected, eventually};
use common::room::TestRoom;
use common::studio::Studio;
use consilium_model::Content;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_encoded_and_packetized_once_for_everybody() {
    let room = TestRoom::new();
    let people = [Person::join(&room, "a"), Person::join(&room, "b"), Person::join(&room, "c")];
    let [a, b, c] = &people;
    all_connected(&[a, b, c]).await;
    let studio = Studio::open(Arc::clone(&a.call), Arc::clone(&a.seen), false);
    a.call.set_intent(ON);
    eventually("both others see it", || b.frames_from(a) >= 60 && c.frames_from(a) >= 60).await;
    eventually("both others hear it", || b.sounds_from(a) >= 60 && c.sounds_from(a) >= 60).await;
    let packetized = a.call.stats().frames_packetized;
    assert!(packetized <= studio.encoded(), "{packetized} of {}", studio.encoded());
    assert_eq!(a.seen().capture.layers, [0], "everybody wants the same layer");

    b.call.wish(a.id.clone(), Content::Camera, 90);
    eventually("one of them gets a small picture", || b.seen().last_frame[&a.id].height == 90).await;
    assert_eq!(c.seen().last_frame[&a.id].height, 360);
    assert_eq!(a.seen().capture.layers, [0, 2]);
    studio.stop().await;
    for person in people {
        person.close().await;
    }
}
