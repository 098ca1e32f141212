//! A minute of a call of two applications and the guest page, with a report and a picture. It needs the machine for
//! itself, so `cargo xtask test` runs it alone, after the other tests.

use super::common::{Clinic, PATIENCE, Person};
use super::flow::{ENOUGH, Flow};
use super::guest::Guest;
use super::tab::{Browser, Devices};
use super::{leaves_and_comes_back, three, write_to_each_other};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// So many minutes are looked at, one after the other, until one is as it should be: others may use the machine as well.
/// Each is in the report, with how busy the processors were.
const MINUTES: usize = 3;

/// What is written down. It is there also when the test fails: what is missing in it was not reached.
#[derive(Serialize)]
struct Report {
    goal_frames_per_second: f64,
    passed: bool,
    /// The last one counts.
    minutes: Vec<Flow>,
    words_both_ways: bool,
    left_and_came_back: bool,
    picture: Option<String>,
    #[serde(skip)]
    folder: PathBuf,
}

impl Report {
    fn new() -> Self {
        let folder = std::env::var("GUEST_REPORT").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
        let report = Self {
            goal_frames_per_second: ENOUGH,
            passed: false,
            minutes: Vec::new(),
            words_both_ways: false,
            left_and_came_back: false,
            picture: None,
            folder: folder.into(),
        };
        report.keep();
        report
    }

    fn keep(&self) {
        let text = serde_json::to_string_pretty(self).unwrap();
        std::fs::write(self.folder.join("guest-report.json"), text).unwrap();
    }

    async fn take_picture(&mut self, guest: &mut Guest) {
        let name = "guest-page.png";
        std::fs::write(self.folder.join(name), guest.tab.picture().await).unwrap();
        self.picture = Some(name.to_owned());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes the machine for a minute: `cargo xtask test` and `cargo xtask bench guest` run it alone"]
async fn a_minute_of_three() {
    let length = std::env::var("GUEST_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let clinic = Clinic::start().await;
    let browser = Browser::start(Devices::Allowed).await;
    let (mut people, mut guest) = three(&clinic, &browser).await;
    let mut report = Report::new();
    everybody_is_drawn(&mut people, &mut guest).await;

    let (mut seen, mut heard) = (false, false);
    while !(seen && heard) && report.minutes.len() < MINUTES {
        let flow = Flow::watch(&people, &mut guest, Duration::from_secs(length)).await;
        (seen, heard) = (flow.is_seen(), flow.is_heard());
        report.minutes.push(flow);
        report.take_picture(&mut guest).await;
        report.keep();
    }

    write_to_each_other(&mut people[0], &mut guest).await;
    report.words_both_ways = true;
    report.keep();

    leaves_and_comes_back(&mut people, &mut guest).await;
    report.left_and_came_back = true;
    report.passed = seen && heard && guest.tab.complaints.is_empty();
    report.keep();

    let text = serde_json::to_string_pretty(&report).unwrap();
    println!("{text}");
    assert!(seen, "everybody sees both others at {ENOUGH} pictures a second: {text}");
    assert!(heard, "everybody hears both others: {text}");
    assert_eq!(guest.tab.complaints, Vec::<String>::new());
    for person in people {
        person.closes().await;
    }
}

/// Until then decoders begin and lines are tried: no part of the minute.
async fn everybody_is_drawn(people: &mut [Person; 2], guest: &mut Guest) {
    guest
        .waits_for("two pictures", |all| all.len() == 2 && all.iter().all(|one| one.frames_decoded > 60))
        .await;
    for person in people {
        let both = |decoded: Vec<u64>| decoded.len() == 2 && decoded.iter().all(|frames| *frames > 60);
        person.measures("two pictures", |figures| both(figures.decoded())).await;
    }
    let drawn = "document.querySelectorAll('[data-testid=tile][data-drawn]').length === 2";
    tokio::time::timeout(PATIENCE, guest.tab.sees(drawn)).await.unwrap();
}
