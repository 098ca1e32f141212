//! A screen and a camera over a line that does not carry both: the screen goes first, and a bad line is nobody else's.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::load::Load;
use common::path::LossyPath;
use common::person::{Person, SHARING, all_connected, eventually};
use common::room::TestRoom;
use consilium_call::Rung;
use consilium_call::core::SCREEN_LAYER;
use consilium_model::Content;
use std::sync::Arc;
use std::time::Duration;

const FULL: Option<Rung> = Some(Rung::Full { layer: 0 });
const SHARP: Option<Rung> = Some(Rung::Full { layer: SCREEN_LAYER });
const FEWER: Option<Rung> = Some(Rung::Base { layer: SCREEN_LAYER });
const NONE: Option<Rung> = Some(Rung::AudioOnly);

/// What came in some seconds: sounds, pictures of the camera, of the screen.
async fn came(to: &Person, from: &Person, seconds: u64) -> [u64; 3] {
    let look = || [to.sounds_from(from), to.frames_from(from), to.screens_from(from)];
    let before = look();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let after = look();
    std::array::from_fn(|kind| after[kind] - before[kind])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_camera_gives_way_to_the_screen_and_both_to_sound() {
    let path = LossyPath::between(["a", "b"]);
    path.carry(3_000_000);
    path.delay(Duration::from_millis(20));
    let room = TestRoom::new().over(&path);
    let people = [Person::join(&room, "a"), Person::join(&room, "b"), Person::join(&room, "c")];
    let [a, b, c] = &people;
    all_connected(&[a, b, c]).await;
    let load = Load::open(Arc::clone(&a.call), Arc::clone(&a.seen));
    a.call.set_intent(SHARING);
    eventually("both see all of it", || {
        [b, c].iter().all(|to| to.frames_from(a) >= 60 && to.screens_from(a) >= 20)
    })
    .await;
    assert_eq!([a.gives(b), a.shows(b), a.gives(c), a.shows(c)], [FULL, SHARP, FULL, SHARP]);

    path.carry(720_000);
    eventually("the camera steps down", || a.gives(b) != FULL).await;
    came(b, a, 6).await;
    let settled = came(b, a, 8).await;
    println!("720 kbit/s: {:?} {:?} {settled:?}", a.gives(b), a.shows(b));
    assert_eq!(a.shows(b), SHARP, "the screen stays");
    assert!(settled[0] >= 300 && settled[2] >= 60, "{settled:?}");

    path.carry(220_000);
    eventually("the screen gives way too", || a.shows(b) == FEWER && a.gives(b) == NONE).await;
    let keys = |person: &Person| person.seen().key_frames[&(a.id.clone(), Content::Screen)];
    came(b, a, 6).await;
    let before = keys(c);
    let poor = came(b, a, 12).await;
    println!("220 kbit/s: {:?} {poor:?}; key frames of the other {}", a.shows(b), keys(c) - before);
    assert!(poor[0] >= 450, "sound comes whole: {poor:?}");
    assert!(poor[2] >= 1, "the screen comes, slowly: {poor:?}");
    assert!(keys(c) - before <= 4, "and costs the other one key frame in three seconds at most");

    path.carry(90_000);
    eventually("sound alone", || a.shows(b) == NONE).await;
    came(b, a, 6).await;
    let sound = came(b, a, 4).await;
    assert!(sound[0] >= 150, "{sound:?}");

    path.carry(3_000_000);
    eventually("the screen is back", || a.shows(b) == SHARP).await;
    eventually("the camera is back", || a.gives(b) == FULL).await;
    assert_eq!([a.gives(c), a.shows(c)], [FULL, SHARP]);
    assert_eq!(a.stats_of(c).paced_out, 0, "the other has not noticed");
    load.stop().await;
    for person in people {
        person.close().await;
    }
}
