//! The visit's clock is the server's: the calendar of this machine has no say in it.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::{DOCTOR, PATIENT};
use common::{Clinic, Person, visit};
use consilium_app::Action;
use consilium_app::view::{AppView, ClockView, NoticeCode, VisitAction};
use consilium_model::ClockPhase;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

fn clock(view: &AppView) -> Option<ClockView> {
    visit(view)?.clock
}

fn phase(view: &AppView) -> Option<ClockPhase> {
    clock(view).map(|clock| clock.phase)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_that_is_decades_off_changes_nothing() {
    for now in ["1999-01-01T00:00:00Z", "2077-01-01T00:00:00+09:00"] {
        let clinic = Clinic::start().await;
        clinic.says().durations["now"] = now.into();
        let mut patient = Person::with_link(&clinic.link(PATIENT));
        let view = patient.sees("the clock", |view| clock(view).is_some()).await;
        let clock = clock(&view).unwrap();
        assert!(clock.running && clock.phase == ClockPhase::Calm && clock.overtime_ms == 0);
        assert!((600_000..660_000).contains(&clock.net_ms), "{} of {now}", clock.net_ms);
        // Both are rounded down.
        assert!((1_799_999..=1_800_000).contains(&(clock.remaining_ms + clock.net_ms)));
        patient.closes().await;
    }
}

/// A message that was just written has no other time than this machine's until it is stored.
const WROTE: &str = "src/chat/session/run.rs";

#[test]
fn nobody_reads_the_calendar() {
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // The beginning of a calendar is no reading of it.
            let text = fs::read_to_string(&path).unwrap().replace("OffsetDateTime::UNIX_EPOCH", "");
            for calendar in ["SystemTime", "now_utc", "now_local", "UNIX_EPOCH"] {
                let allowed = calendar == "now_utc" && path == Path::new(WROTE);
                assert!(allowed || !text.contains(calendar), "{} reads {calendar}", path.display());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_announced_by_itself_and_again_after_an_extension() {
    let clinic = Clinic::start().await;
    clinic.says().schedule(1800, 303);
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    doctor.sees("calm", |view| phase(view) == Some(ClockPhase::Calm) && view.notice.is_none()).await;
    let near = |view: &AppView| {
        phase(view) == Some(ClockPhase::FiveMinutes) && view.notice == Some(NoticeCode::FiveMinutesLeft)
    };
    doctor.sees("the end is near", near).await;
    doctor.does(Action::DismissNotice).await;
    doctor.sees("no notice", |view| view.notice.is_none()).await;
    // The same figures again say nothing new.
    clinic.push_status("started");
    clinic.says().schedule(1800, 30);
    clinic.push_info();
    doctor.sees("the last minute", |view| view.notice == Some(NoticeCode::OneMinuteLeft)).await;
    assert_eq!(phase(&doctor.newest()), Some(ClockPhase::OneMinute));
    doctor.does(Action::Extend { minutes: 5 }).await;
    doctor.sees("more time", |view| view.notice == Some(NoticeCode::Extended)).await;
    clinic.says().schedule(2100, 50);
    clinic.push_status("started");
    doctor.sees("the last minute again", |view| view.notice == Some(NoticeCode::OneMinuteLeft)).await;
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_late_hears_only_how_late_it_is() {
    let clinic = Clinic::start().await;
    clinic.says().schedule(1800, 40);
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    patient.sees("the last minute", |view| view.notice == Some(NoticeCode::OneMinuteLeft)).await;
    let early = patient.shown().iter().any(|view| view.notice == Some(NoticeCode::FiveMinutesLeft));
    assert!(!early);
    patient.sees("it goes away by itself", |view| view.notice.is_none()).await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_announces_nothing() {
    let clinic = Clinic::start().await;
    clinic.says().schedule(1800, 40);
    clinic.says().set_status("started_and_paused");
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    let view = patient.sees("the pause", |view| clock(view).is_some_and(|clock| !clock.running)).await;
    assert_eq!((view.notice, phase(&view)), (None, Some(ClockPhase::OneMinute)));
    clinic.push_status("started");
    patient.sees("the last minute", |view| view.notice == Some(NoticeCode::OneMinuteLeft)).await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_screen_has_the_real_times() {
    let clinic = Clinic::start().await;
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    let view = patient.sees("the visit", |view| visit(view).is_some()).await;
    assert_eq!(visit(&view).unwrap().times, None);
    {
        let mut says = clinic.says();
        says.info["finishedAt"] = "2026-11-22T08:00:00Z".into();
        says.durations["bothPresentSeconds"] = 500.into();
        says.durations["gaps"] = serde_json::json!([
            {"from": "2026-11-22T07:32:00Z", "to": "2026-11-22T07:32:30.6Z", "reason": "paused"},
            {"from": "2026-11-22T07:33:00Z", "to": "2026-11-22T07:33:00.4Z", "reason": "absent"},
        ]);
    }
    clinic.push_status("finished");
    let times = |view: &AppView| visit(view).and_then(|visit| visit.times.clone());
    let times = times(&patient.sees("the times", |view| times(view).is_some()).await).unwrap();
    assert_eq!((times.scheduled, times.net, times.dirty, times.real), (1800, 600, 600, 700));
    assert_eq!(times.both_present, Some(500));
    assert_eq!(times.gaps.iter().map(|gap| gap.seconds).collect::<Vec<_>>(), [31]);
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_for_good_is_not_offered_to_be_taken_back() {
    let clinic = Clinic::start().await;
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    doctor.sees("the visit", |view| visit(view).is_some()).await;
    let offered = |view: &AppView| {
        visit(view)
            .is_some_and(|visit| visit.restore_ms.is_some() && visit.actions.contains(&VisitAction::Restore))
    };
    let withdrawn = |view: &AppView| {
        visit(view)
            .is_some_and(|visit| visit.restore_ms.is_none() && !visit.actions.contains(&VisitAction::Restore))
    };
    clinic.says().info["finishedAt"] = "2026-11-22T07:40:00Z".into();
    clinic.push_status("finished");
    doctor.sees("the offer", offered).await;
    // What stopped it has done so after a specialist did.
    {
        let mut says = clinic.says();
        let final_end = json!({
            "status": "OK", "role": "SPECIALIST", "user_id": "d", "conference_info": says.info,
            "ended_for_good": true
        });
        says.instead.entry("info").or_default().extend(std::iter::repeat_n((200, final_end), 20));
    }
    clinic.push_info();
    doctor.sees("no offer", withdrawn).await;
    doctor.closes().await;
}
