//! Real calls over paths that carry less than a call wants: each peer gets what its own line carries.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::load::Load;
use common::path::LossyPath;
use common::person::{ON, Person, all_connected, eventually};
use common::room::TestRoom;
use consilium_call::Rung;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const FULL: Option<Rung> = Some(Rung::Full { layer: 0 });

async fn seconds(seconds: u64) -> Instant {
    let since = Instant::now();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    since
}

/// Sounds of `from` that come in a second.
async fn sounds_a_second(to: &Person, from: &Person) -> u64 {
    let before = to.sounds_from(from);
    seconds(4).await;
    (to.sounds_from(from) - before) / 4
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_line_costs_one_peer_its_resolution_and_the_other_nothing() {
    let path = LossyPath::between(["a", "b"]);
    path.carry(2_000_000);
    path.delay(Duration::from_millis(20));
    let room = TestRoom::new().over(&path);
    let people = [Person::join(&room, "a"), Person::join(&room, "b"), Person::join(&room, "c")];
    let [a, b, c] = &people;
    all_connected(&[a, b, c]).await;
    let load = Load::open(Arc::clone(&a.call), Arc::clone(&a.seen));
    a.call.set_intent(ON);
    eventually("both see it", || b.frames_from(a) >= 90 && c.frames_from(a) >= 90).await;
    assert_eq!((a.gives(b), a.gives(c)), (FULL, FULL));
    assert!(a.stats_of(b).line_carries > 0 && a.stats_of(c).line_carries > 0, "both report");

    let beginning = Instant::now();
    path.carry(250_000);
    eventually("its layer goes down", || b.seen().last_frame[&a.id].height == 90).await;
    let down = beginning.elapsed();
    seconds(3).await;
    let settled = seconds(6).await;
    let pictures = b.pictures_from(a, settled);
    let worst = pictures.iter().map(|picture| load.latency(picture.rtp_timestamp, picture.at)).max().unwrap();
    println!("down after {down:?}, then {} pictures in 6 s, the latest {worst:?} old", pictures.len());
    println!("{:?}", a.stats_of(b));
    assert!(down < Duration::from_secs(6), "{down:?}");
    assert!(pictures.len() >= 60, "{} pictures", pictures.len());
    assert!(worst < Duration::from_millis(1500), "{worst:?}");
    assert!(sounds_a_second(b, a).await >= 40);

    path.carry(2_000_000);
    let better = Instant::now();
    eventually("its layer goes up", || b.seen().last_frame[&a.id].height == 360).await;
    println!("up after {:?}", better.elapsed());
    assert_eq!(a.gives(b), FULL);

    let others = c.pictures_from(a, beginning);
    let gap = others.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap();
    let rate = others.len() as f64 / beginning.elapsed().as_secs_f64();
    println!("the other: {rate:.1} pictures a second, longest gap {gap:?}");
    assert!(others.iter().all(|picture| picture.height == 360), "its resolution is untouched");
    assert!(rate >= 24.0 && gap < Duration::from_millis(1000), "{rate} {gap:?}");
    assert_eq!(a.stats_of(c).paced_out, 0);
    load.stop().await;
    for person in people {
        person.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_for_sound_alone_carries_sound_and_the_picture_comes_back() {
    let path = LossyPath::new();
    path.carry(1_000_000);
    let room = TestRoom::new().over(&path);
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    all_connected(&[&a, &b]).await;
    let load = Load::open(Arc::clone(&a.call), Arc::clone(&a.seen));
    a.call.set_intent(ON);
    eventually("it is seen", || b.frames_from(&a) >= 60).await;

    path.carry(80_000);
    eventually("the line is found out", || a.gives(&b) == Some(Rung::AudioOnly)).await;
    eventually("nothing is captured for nobody", || a.seen().capture.layers.is_empty()).await;
    seconds(3).await;
    let sounds = sounds_a_second(&b, &a).await;
    println!("{sounds} sounds a second; {:?}", a.stats_of(&b));
    assert!(sounds >= 40);

    path.carry(140_000);
    eventually("a slide or more", || a.gives(&b) != Some(Rung::AudioOnly)).await;
    println!("{:?}; {:?}", a.gives(&b), a.stats_of(&b));
    path.carry(2_000_000);
    eventually("all of it", || a.gives(&b) == FULL).await;
    let since = seconds(3).await;
    assert!(b.pictures_from(&a, since).iter().filter(|picture| picture.height == 360).count() >= 50);
    load.stop().await;
    a.close().await;
    b.close().await;
}

/// What the machine does to packets is not what a line does to them.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "keeps every core busy for a minute"]
async fn a_busy_machine_is_no_bad_line() {
    let busy = Arc::new(AtomicBool::new(true));
    let spin = |busy: Arc<AtomicBool>| move || while busy.load(Ordering::Relaxed) {};
    let cores = std::thread::available_parallelism().unwrap().get();
    let threads: Vec<_> = (0..6 * cores).map(|_| std::thread::spawn(spin(Arc::clone(&busy)))).collect();
    let room = TestRoom::new();
    let people = [Person::join(&room, "a"), Person::join(&room, "b"), Person::join(&room, "c")];
    let [a, b, c] = &people;
    all_connected(&[a, b, c]).await;
    let loads =
        people.each_ref().map(|person| Load::open(Arc::clone(&person.call), Arc::clone(&person.seen)));
    people.iter().for_each(|person| person.call.set_intent(ON));
    let (mut looks, mut full) = (0, 0);
    for _ in 0..60 {
        seconds(1).await;
        for (from, to) in [(a, b), (a, c), (b, a), (b, c), (c, a), (c, b)] {
            looks += 1;
            full += u32::from(from.gives(to) == FULL);
        }
    }
    busy.store(false, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    println!("{full} of {looks} looks found all of it; {:?}", a.stats_of(b));
    for load in loads {
        load.stop().await;
    }
    for person in people {
        person.close().await;
    }
    assert!(full * 100 >= looks * 95, "{full} of {looks}");
}
