//! A patient without the application: the real guest page in a real Chromium, with two whole applications in one call.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod common;
#[path = "guest_page/guest.rs"]
mod guest;
#[path = "guest_page/tab.rs"]
mod tab;

use common::{Clinic, Person};
use consilium_app::view::VisitAction;
use consilium_app::{Action, ChatStep};
use consilium_model::{Screen, Secret};
use guest::Guest;
use serde_json::json;
use std::time::{Duration, Instant};
use tab::Browser;

/// How long the pictures are counted: longer with `GUEST_SECONDS`.
fn stretch() -> Duration {
    let asked = std::env::var("GUEST_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(asked.unwrap_or(8))
}

/// A specialist and a patient with the application, and a patient at the page.
async fn three(clinic: &Clinic, browser: &Browser) -> ([Person; 2], Guest) {
    let links = clinic.links("group");
    let mut people = [Person::with_link(&links[0]), Person::with_link(&links[1])];
    people[0].presses(VisitAction::Open).await;
    for person in &mut people {
        person.presses(VisitAction::Join).await;
    }
    let mut guest = Guest::opens(browser, &links[2]).await;
    guest.tab.presses("[data-testid=action-join]").await;
    guest.sees_screen("started").await;
    for person in &mut people {
        person.sees_screen(Screen::Started).await;
        person.sees_others(2).await;
    }
    (people, guest)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_see_and_hear_each_other() {
    let clinic = Clinic::start().await;
    let browser = Browser::start(&[]).await;
    let (mut people, mut guest) = three(&clinic, &browser).await;
    guest
        .waits_for("two pictures and two voices", |all| {
            all.len() == 2 && all.iter().all(|one| one.frames_decoded > 60 && one.audio_energy > 0.0)
        })
        .await;
    for person in &mut people {
        let both = |decoded: Vec<u64>| decoded.len() == 2 && decoded.iter().all(|frames| *frames > 60);
        person.measures("two pictures", |figures| both(figures.decoded())).await;
    }
    guest.tab.sees("document.querySelectorAll('[data-testid=tile][data-drawn]').length === 2").await;
    guest.tab.sees("document.querySelector('[data-testid=self-view][data-drawn]')").await;

    let begin = Instant::now();
    let before =
        (guest.measures().await, people.each_ref().map(|person| person.figures().unwrap().decoded()));
    tokio::time::sleep(stretch()).await;
    let after = (guest.measures().await, people.each_ref().map(|person| person.figures().unwrap().decoded()));
    let seconds = begin.elapsed().as_secs_f64();
    let rate = |before: u64, after: u64| (after - before) as f64 / seconds;
    let at_guest: Vec<f64> = before
        .0
        .iter()
        .zip(&after.0)
        .map(|(one, other)| rate(one.frames_decoded, other.frames_decoded))
        .collect();
    let at_apps: Vec<Vec<f64>> = before
        .1
        .iter()
        .zip(&after.1)
        .map(|(one, other)| one.iter().zip(other).map(|(one, other)| rate(*one, *other)).collect())
        .collect();
    let heard: Vec<f64> =
        before.0.iter().zip(&after.0).map(|(one, other)| other.audio_energy - one.audio_energy).collect();
    let report = json!({
        "seconds": seconds, "frames_per_second_at_guest": at_guest, "frames_per_second_at_applications": at_apps,
        "audio_energy_at_guest": heard, "measured": after.0,
    });
    println!("{report:#}");
    if let Ok(folder) = std::env::var("GUEST_REPORT") {
        std::fs::write(format!("{folder}/guest.json"), format!("{report:#}")).unwrap();
        std::fs::write(format!("{folder}/guest.png"), guest.tab.picture().await).unwrap();
    }
    assert!(heard.iter().all(|energy| *energy > 0.0), "both voices are heard: {heard:?}");
    let slowest = at_guest.iter().chain(at_apps.iter().flatten()).copied().fold(f64::INFINITY, f64::min);
    assert!(slowest >= 24.0, "{report:#}");
    assert_eq!(guest.tab.complaints, Vec::<String>::new());
    for person in people {
        person.closes().await;
    }
}
