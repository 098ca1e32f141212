//! A screen beside the camera: real calls over loopback.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::older::Older;
use common::person::{ON, Person, SHARING, all_connected, eventually};
use common::room::TestRoom;
use common::studio::Studio;
use consilium_model::{Content, Intent, Status};
use std::sync::Arc;
use std::time::Duration;

const MOMENT: Duration = Duration::from_millis(500);

fn studio(person: &Person) -> Studio {
    Studio::open(Arc::clone(&person.call), Arc::clone(&person.seen), false)
}

async fn connected<const N: usize>(room: &TestRoom, ids: [&str; N]) -> [Person; N] {
    let people = ids.map(|id| Person::join(room, id));
    all_connected(&people.each_ref()).await;
    people
}

/// New pictures of one's screen arrive at the other.
async fn screen_flows(from: &Person, to: &Person) {
    let before = to.screens_from(from);
    eventually("the screen arrives", || to.screens_from(from) >= before + 10).await;
}

async fn camera_flows(from: &Person, to: &Person) {
    let before = to.frames_from(from);
    eventually("the camera arrives", || to.frames_from(from) >= before + 10).await;
}

/// Nothing of the screen leaves towards somebody for a moment.
async fn screen_rests(from: &Person, to: &Person) {
    let sent = from.stats_of(to).screen_sent;
    tokio::time::sleep(MOMENT).await;
    assert_eq!(from.stats_of(to).screen_sent, sent);
}

async fn end<const N: usize>(people: [Person; N], studios: impl IntoIterator<Item = Studio>) {
    for studio in studios {
        studio.stop().await;
    }
    for person in people {
        person.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn camera_and_screen_arrive_apart_from_each_other() {
    let room = TestRoom::new();
    let [a, b] = connected(&room, ["a", "b"]).await;
    let studios = [studio(&a), studio(&b)];
    a.call.set_intent(SHARING);
    b.call.set_intent(SHARING);
    for (from, to) in [(&a, &b), (&b, &a)] {
        camera_flows(from, to).await;
        screen_flows(from, to).await;
        let seen = to.seen();
        // A busy machine's line may carry a smaller one.
        assert!([360, 180, 90].contains(&seen.last_frame[&from.id].height));
        assert_eq!(seen.last_screen[&from.id].height, 540);
        assert!(seen.views[0].media.screen, "the others are told");
    }
    assert_eq!(a.stats_of(&b).transports, 1, "no switch makes another transport");
    end([a, b], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_comes_alone_too_and_both_directions_differ() {
    let room = TestRoom::new();
    let [a, b] = connected(&room, ["a", "b"]).await;
    let studios = [studio(&a), studio(&b)];
    a.call.set_intent(Intent::default().sharing(true));
    b.call.set_intent(ON);
    screen_flows(&a, &b).await;
    camera_flows(&b, &a).await;
    assert_eq!((b.frames_from(&a), a.screens_from(&b)), (0, 0));
    assert!(a.seen().capture.screen && !a.seen().capture.camera && !a.seen().capture.mic);
    assert_eq!(a.stats_of(&b).audio_sent, 0);
    end([a, b], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_shared_has_stopped_when_the_switch_returns() {
    let room = TestRoom::new();
    let [a, b] = connected(&room, ["a", "b"]).await;
    let careless = Studio::open(Arc::clone(&a.call), Arc::clone(&a.seen), true);
    a.call.set_intent(SHARING);
    screen_flows(&a, &b).await;
    a.call.set_intent(ON);
    screen_rests(&a, &b).await;
    camera_flows(&a, &b).await;
    eventually("the others are told", || !b.seen().views[0].media.screen).await;
    a.call.set_intent(SHARING);
    screen_flows(&a, &b).await;
    room.set_status(Status::StartedAndPaused);
    eventually("the pause is known", || !a.seen().capture.screen).await;
    screen_rests(&a, &b).await;
    room.set_status(Status::Started);
    screen_flows(&a, &b).await;
    end([a, b], [careless]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_nobody_looks_at_costs_nothing() {
    let room = TestRoom::new();
    let [a, b, c] = connected(&room, ["a", "b", "c"]).await;
    let studios = [studio(&a)];
    a.call.set_intent(SHARING);
    screen_flows(&a, &b).await;
    screen_flows(&a, &c).await;
    b.call.wish(a.id.clone(), Content::Screen, 0);
    eventually("one of them gets none", || {
        a.seen().views.iter().any(|view| view.id == b.id && view.gets_screen.is_none())
    })
    .await;
    screen_rests(&a, &b).await;
    screen_flows(&a, &c).await;
    camera_flows(&a, &b).await;
    c.call.wish(a.id.clone(), Content::Screen, 0);
    eventually("it is not even captured", || !a.seen().capture.screen).await;
    b.call.wish(a.id.clone(), Content::Screen, 720);
    screen_flows(&a, &b).await;
    screen_rests(&a, &c).await;
    end([a, b, c], studios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_frame_comes_for_the_stream_it_was_asked_for() {
    let room = TestRoom::new();
    let [a, b] = connected(&room, ["a", "b"]).await;
    let studios = [studio(&a)];
    a.call.set_intent(SHARING);
    screen_flows(&a, &b).await;
    camera_flows(&a, &b).await;
    for content in [Content::Screen, Content::Camera] {
        let keys = |content| b.seen().key_frames[&(a.id.clone(), content)];
        let before = [Content::Camera, Content::Screen].map(keys);
        b.call.request_key_frame(&a.id, content);
        eventually("a key frame", || keys(content) > before[content as usize]).await;
        let other = if content == Content::Camera { Content::Screen } else { Content::Camera };
        camera_flows(&a, &b).await;
        assert_eq!(keys(other), before[other as usize]);
    }
    end([a, b], studios).await;
}

/// An older participant is in before, or comes later; either way it gets what it knows, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_participant_without_a_place_for_a_screen_gets_camera_and_sound() {
    for comes_first in [true, false] {
        let room = TestRoom::new();
        let (a, older) = match comes_first {
            true => {
                let older = Older::join(&room, "z", "a").await;
                (Person::join(&room, "a"), older)
            }
            false => {
                let a = Person::join(&room, "a");
                (a, Older::join(&room, "z", "a").await)
            }
        };
        let studio = studio(&a);
        a.call.set_intent(SHARING);
        eventually("sound and pictures arrive", || {
            // Silence is a packet now and then.
            older.came("audio").iter().sum::<u64>() > 3 && older.came("video").iter().sum::<u64>() > 30
        })
        .await;
        tokio::time::sleep(MOMENT).await;
        assert_eq!(older.came("video").len(), 1, "one stream of pictures");
        let sections = if comes_first { 3 } else { 2 };
        assert_eq!(older.sections(), sections, "an answer has the sections of its offer");
        let view = a.seen().views[0].clone();
        assert!(view.gets.is_some() && view.gets_screen.is_none(), "{view:?}");
        assert!(!a.seen().capture.screen, "nobody gets it: it is not captured");
        assert_eq!(a.call.stats().peers[0].1.screen_sent, 0);
        studio.stop().await;
        older.leave().await;
        a.close().await;
    }
}
