//! Calls leave nothing behind: no socket, no task.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::person::{ON, Person, all_connected, eventually};
use common::room::TestRoom;
use common::studio::Studio;
use std::sync::Arc;

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

async fn meet_and_part() {
    let room = TestRoom::new();
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    let studio = Studio::open(Arc::clone(&a.call), Arc::clone(&a.seen), false);
    a.call.set_intent(ON);
    all_connected(&[&a, &b]).await;
    eventually("a picture arrives", || b.frames_from(&a) >= 1).await;
    studio.stop().await;
    a.close().await;
    b.close().await;
}

/// The calls end `stage` milliseconds into being set up.
async fn part_before_they_meet(stage: u64) {
    let room = TestRoom::new();
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    tokio::time::sleep(std::time::Duration::from_millis(stage)).await;
    a.close().await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_calls_leave_no_socket_and_no_task() {
    meet_and_part().await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    eventually("the first call is gone", || tasks() == 0).await;
    let before = open_files();
    for _ in 0..20 {
        meet_and_part().await;
    }
    for stage in 0..20 {
        part_before_they_meet(stage * 10).await;
    }
    eventually("no task is left", || tasks() == 0).await;
    eventually("no socket is left", || open_files() <= before).await;
}
