//! Two real calls over loopback.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::person::{ON, Person, all_connected, eventually};
use common::room::TestRoom;
use common::studio::Studio;
use consilium_call::PeerState;
use consilium_model::{Content, Intent, Status};
use std::sync::Arc;
use std::time::Duration;

fn studio(person: &Person) -> Studio {
    Studio::open(Arc::clone(&person.call), Arc::clone(&person.seen), false)
}

/// Two people who are connected and send both ways.
async fn conversation(room: &TestRoom) -> (Person, Person, [Studio; 2]) {
    let (a, b) = (Person::join(room, "a"), Person::join(room, "b"));
    let studios = [studio(&a), studio(&b)];
    a.call.set_intent(ON);
    b.call.set_intent(ON);
    all_connected(&[&a, &b]).await;
    flows(&a, &b).await;
    flows(&b, &a).await;
    (a, b, studios)
}

/// New pictures and sounds of one arrive at the other.
async fn flows(from: &Person, to: &Person) {
    let before = (to.frames_from(from), to.sounds_from(from));
    eventually("pictures and sounds arrive", || {
        to.frames_from(from) >= before.0 + 10 && to.sounds_from(from) >= before.1 + 10
    })
    .await;
}

async fn end(people: [Person; 2], studios: [Studio; 2]) {
    for studio in studios {
        studio.stop().await;
    }
    for person in people {
        person.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn picture_and_sound_go_both_ways() {
    let room = TestRoom::new();
    let (a, b, studios) = conversation(&room).await;
    let stats = a.stats_of(&b);
    println!("connected after {:?}", stats.connected_after);
    assert!(stats.key_frames_received >= 1 && stats.video_received > 0 && stats.bytes_sent > 0, "{stats:?}");
    assert_eq!(stats.transports, 1);
    let last = a.seen().last_frame[&b.id].clone();
    assert_eq!((last.width, last.height), (640, 360));
    eventually("the round trip is measured", || a.stats_of(&b).rtt.is_some()).await;
    end([a, b], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_tile_gets_a_smaller_picture_and_a_hidden_one_gets_none() {
    let room = TestRoom::new();
    let (a, b, studios) = conversation(&room).await;
    a.call.wish(b.id.clone(), Content::Camera, 180);
    eventually("the picture is smaller", || a.seen().last_frame[&b.id].height == 180).await;
    eventually("the large layer is not captured any more", || b.seen().capture.layers == [1]).await;
    a.call.wish(b.id.clone(), Content::Camera, 0);
    eventually("no layer is captured", || b.seen().capture.layers.is_empty()).await;
    a.call.wish(b.id.clone(), Content::Camera, 360);
    eventually("the picture is large again", || a.seen().last_frame[&b.id].height == 360).await;
    end([a, b], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_off_has_stopped_when_the_switch_returns() {
    let room = TestRoom::new();
    let (a, b, studios) = conversation(&room).await;
    a.call.set_intent(Intent { mic: false, camera: true, screen: false });
    let audio = a.stats_of(&b).audio_sent;
    flows_video(&a, &b).await;
    assert_eq!(a.stats_of(&b).audio_sent, audio);
    a.call.set_intent(Intent::default());
    let sent = a.sent_to(&b);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(a.sent_to(&b), sent);
    let received = b.received_from(&a);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(b.received_from(&a), received);
    a.call.set_intent(ON);
    flows(&a, &b).await;
    end([a, b], studios).await;
}

async fn flows_video(from: &Person, to: &Person) {
    let before = to.frames_from(from);
    eventually("pictures arrive", || to.frames_from(from) >= before + 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_careless_application_does_not_get_a_packet_past_a_pause() {
    let room = TestRoom::new();
    let (a, b, studios) = conversation(&room).await;
    let careless = Studio::open(Arc::clone(&a.call), Arc::clone(&a.seen), true);
    room.set_status(Status::StartedAndPaused);
    eventually("the pause is known", || !a.seen().capture.mic && !b.seen().capture.mic).await;
    let sent = (a.sent_to(&b), b.sent_to(&a));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!((a.sent_to(&b), b.sent_to(&a)), sent);
    room.set_status(Status::Started);
    flows(&a, &b).await;
    flows(&b, &a).await;
    careless.stop().await;
    end([a, b], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_room_does_not_interrupt_the_conversation() {
    let room = TestRoom::new();
    let (mut a, b, studios) = conversation(&room).await;
    a.lose_socket();
    eventually("the other one is told", || b.state_of(&a) == Some(PeerState::Away)).await;
    flows(&a, &b).await;
    flows(&b, &a).await;
    a.call.set_intent(Intent { mic: true, camera: false, screen: false });
    a.resume();
    eventually("it is back", || b.state_of(&a) == Some(PeerState::Connected)).await;
    let media = |b: &Person| b.seen().views[0].media;
    eventually("the others know what was switched meanwhile", || media(&b).mic && !media(&b).camera).await;
    a.call.set_intent(ON);
    flows(&a, &b).await;
    assert!(!a.seen().somebody_vanished && !b.seen().somebody_vanished);
    assert_eq!((a.stats_of(&b).transports, b.stats_of(&a).transports), (1, 1));
    end([a, b], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_network_restarts_ice_and_keeps_the_transport() {
    let room = TestRoom::new();
    let (a, b, studios) = conversation(&room).await;
    for changed in [vec![&a], vec![&b], vec![&a, &b]] {
        for person in &changed {
            person.call.network_changed();
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        all_connected(&[&a, &b]).await;
        flows(&a, &b).await;
        flows(&b, &a).await;
    }
    assert_eq!((a.stats_of(&b).transports, b.stats_of(&a).transports), (1, 1));
    end([a, b], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_vanishes_is_missed_and_one_that_leaves_is_gone() {
    let room = TestRoom::new();
    let (a, b, [from_a, from_b]) = conversation(&room).await;
    let (gone, id) = (b.id.clone(), a.id.clone());
    from_b.stop().await;
    b.close().await;
    eventually("the way is lost", || a.seen().states[&gone].last() == Some(&PeerState::Reconnecting)).await;
    room.leave(&gone);
    eventually("it is gone", || a.seen().views.is_empty()).await;
    eventually("nothing is captured for nobody", || {
        !a.seen().capture.mic && a.seen().capture.layers.is_empty()
    })
    .await;
    assert_ne!(gone, id);
    from_a.stop().await;
    a.close().await;
}
