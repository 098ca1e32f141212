//! Signals that no honest participant sends hurt nobody else, and never panic.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::person::{ON, Person, all_connected, eventually};
use common::room::TestRoom;
use common::studio::Studio;
use consilium_model::{Content, PeerId};
use consilium_wire::room::{DescriptionKind, Signal};
use std::sync::Arc;
use tokio::sync::mpsc;

fn description(kind: DescriptionKind, sdp: impl Into<String>) -> Signal {
    Signal::Description { kind, sdp: sdp.into().into() }
}

fn candidate(line: &str) -> Signal {
    Signal::Candidate { candidate: line.into(), sdp_mid: Some("9".to_owned()), sdp_m_line_index: Some(900) }
}

/// Whole enough to reach the transport, and wrong in different ways there.
fn nearly_descriptions() -> Vec<String> {
    let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
    let section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:uuuu\r\na=ice-pwd:pppppppppppppppppppppp\r\n";
    let print = format!("a=fingerprint:sha-256 {}\r\n", ["AB"; 32].join(":"));
    vec![
        format!("{head}{section}{print}"),
        format!("{head}{print}{section}a=sendrecv\r\na=rtpmap:111 opus/48000/2\r\na=setup:actpass\r\n"),
        format!("{head}{print}{}", section.replace("a=mid:0", "a=mid:")),
        format!("{head}a=fingerprint:\r\n{section}"),
        format!("{head}a=fingerprint:sha-256 zz\r\n{section}"),
        format!("{head}{print}{}", section.replace("m=audio 9", "m=audio -7")),
        format!("{head}{print}{}a=rtpmap:111 opus/0/0\r\na=ssrc:0\r\na=ssrc-group:FID 1\r\n", section),
        format!("{head}{print}{}a=extmap:0 x\r\na=rtcp-fb:\r\na=fmtp:\r\na=candidate:\r\n", section),
        format!("{head}{print}{}", section.repeat(15)),
        format!("{head}{print}{section}a=sendrecv\r\na=rid:x send\r\na=simulcast:send x;;~\r\n"),
    ]
}

fn garbage() -> Vec<Signal> {
    let mut signals = vec![
        candidate(""),
        candidate("candidate:"),
        candidate("not a candidate"),
        candidate("candidate:1 1 udp 99999999999 127.0.0.1 1 typ host"),
        candidate("candidate:1 1 udp 1 999.0.0.1 99999 typ host"),
        candidate("candidate:1 1 udp 1 abc.local 5000 typ host"),
        candidate("candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active"),
        candidate(&"x".repeat(60_000)),
        Signal::Wish { height: u16::MAX, content: Content::Camera },
    ];
    for kind in [DescriptionKind::Offer, DescriptionKind::Answer] {
        signals.extend(["", "v=0", "v=0\r\nm=", "\u{0}", "{}"].map(|sdp| description(kind, sdp)));
        signals.extend(nearly_descriptions().into_iter().map(|sdp| description(kind, sdp)));
    }
    signals
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_participant_does_not_disturb_the_others() {
    let room = TestRoom::new();
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    all_connected(&[&a, &b]).await;
    let studio = Studio::open(Arc::clone(&a.call), Arc::clone(&a.seen), false);
    a.call.set_intent(ON);
    // Seats on both sides of the honest ones, so that it meets a polite and an impolite side.
    for hostile in [PeerId::from("0"), PeerId::from("z")] {
        let (sender, _socket) = mpsc::unbounded_channel();
        room.enter(&hostile, sender);
        for round in 0..50 {
            for signal in garbage() {
                room.forge(&hostile, &a.id, signal.clone());
                room.forge(&hostile, &b.id, signal);
            }
            if round % 10 == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
    let before = b.frames_from(&a);
    eventually("the honest ones go on", || b.frames_from(&a) >= before + 30).await;
    assert_eq!((a.stats_of(&b).transports, b.stats_of(&a).transports), (1, 1));
    room.leave(&PeerId::from("0"));
    room.leave(&PeerId::from("z"));
    all_connected(&[&a, &b]).await;
    studio.stop().await;
    a.close().await;
    b.close().await;
}

/// Somebody's own line may suffer from what is said in its name, but it comes back.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_got_garbage_recovers() {
    let room = TestRoom::new();
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    all_connected(&[&a, &b]).await;
    for signal in garbage() {
        room.forge(&a.id, &b.id, signal);
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let studio = Studio::open(Arc::clone(&a.call), Arc::clone(&a.seen), false);
    a.call.set_intent(ON);
    a.call.network_changed();
    all_connected(&[&a, &b]).await;
    let before = b.frames_from(&a);
    eventually("pictures arrive", || b.frames_from(&a) >= before + 10).await;
    studio.stop().await;
    a.close().await;
    b.close().await;
}
