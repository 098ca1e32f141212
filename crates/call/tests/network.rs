//! Paths that lose packets, servers that are not there, and two who call at the same moment.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::path::LossyPath;
use common::person::{ON, Person, all_connected, eventually};
use common::room::TestRoom;
use common::studio::Studio;
use consilium_wire::room::{DescriptionKind, IceServer, Signal};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn lost_packets_are_asked_for_again_and_a_long_gap_costs_a_key_frame() {
    let path = LossyPath::new();
    let room = TestRoom::new().over(&path);
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    all_connected(&[&a, &b]).await;
    let studio = Studio::open(Arc::clone(&a.call), Arc::clone(&a.seen), false);
    a.call.set_intent(ON);
    eventually("pictures arrive", || b.frames_from(&a) >= 10).await;

    path.lose(50);
    let before = (b.frames_from(&a), studio.encoded());
    eventually("packets are lost", || {
        path.lost.load(Ordering::SeqCst) >= 30 && studio.encoded() >= before.1 + 120
    })
    .await;
    path.lose(0);
    let arrived = b.frames_from(&a) - before.0;
    assert!(arrived >= 100, "{arrived} of 120 pictures, although what is lost can be asked for again");
    assert!(b.stats_of(&a).nacks_sent > 0 && a.stats_of(&b).nacks_received > 0);
    println!("5 % loss: {arrived} of 120 pictures; {:?}", b.stats_of(&a));

    let keys = b.stats_of(&a).key_frames_received;
    path.lose(1000);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    path.lose(0);
    eventually("a key frame was asked for and came", || {
        a.stats_of(&b).plis_received > 0 && b.stats_of(&a).key_frames_received > keys
    })
    .await;
    let after = b.frames_from(&a);
    eventually("pictures arrive again", || b.frames_from(&a) >= after + 30).await;
    studio.stop().await;
    a.close().await;
    b.close().await;
}

/// At an address for documentation (RFC 5737): nobody answers.
fn server(url: &str, named: bool) -> IceServer {
    IceServer {
        urls: vec![url.to_owned()],
        username: named.then(|| "user".into()),
        credential: named.then(|| "password".into()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_are_not_there_delay_nothing() {
    let room = TestRoom::new().with_ice_servers(vec![
        server("stun:192.0.2.1:3478", false),
        server("turn:192.0.2.1:3478", true),
        server("turn:192.0.2.1:3478?transport=tcp", true),
        server("turns:192.0.2.1:5349", true),
        server("turn:192.0.2.1:3478", false),
        server("nonsense", false),
    ]);
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    all_connected(&[&a, &b]).await;
    let connected_after = a.stats_of(&b).connected_after.unwrap();
    assert!(
        connected_after < Duration::from_secs(5),
        "{connected_after:?}: gathering takes longer than that"
    );
    a.close().await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_offer_at_the_same_moment_agree() {
    let room = TestRoom::new();
    let [a, b] = Person::join_together(&room, ["a", "b"]);
    all_connected(&[&a, &b]).await;
    assert_eq!((a.stats_of(&b).transports, b.stats_of(&a).transports), (1, 1));
    let studios =
        [&a, &b].map(|person| Studio::open(Arc::clone(&person.call), Arc::clone(&person.seen), false));
    a.call.set_intent(ON);
    b.call.set_intent(ON);
    eventually("both see each other", || a.frames_from(&b) >= 10 && b.frames_from(&a) >= 10).await;
    for studio in studios {
        studio.stop().await;
    }
    a.close().await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinic_that_wants_relays_only_gets_no_address_told() {
    let room = TestRoom::new().relay_only().with_ice_servers(vec![server("turn:192.0.2.1:3478", true)]);
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    let answered =
        |signal: &Signal| matches!(signal, Signal::Description { kind: DescriptionKind::Answer, .. });
    eventually("the offer is answered", || room.signals().iter().any(answered)).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for signal in room.signals() {
        match signal {
            Signal::Description { sdp, .. } => {
                assert!(!sdp.expose().contains("127.0.0.1") && !sdp.expose().contains("typ host"));
            }
            Signal::Candidate { candidate, .. } => assert_eq!(candidate.expose(), ""),
            Signal::Wish { .. } | Signal::Trouble { .. } | Signal::Commit { .. } | Signal::Reveal { .. } => {}
        }
    }
    a.close().await;
    b.close().await;
}
