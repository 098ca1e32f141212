//! A visit is made longer: by the specialist, asked for by the client.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::{DOCTOR, PATIENT};
use common::{Clinic, Person, visit};
use consilium_app::Action;
use consilium_app::view::{AppView, CallPhase, MoreTimeView, NoticeCode, ProblemCode};
use consilium_model::Locale;
use std::time::Duration;

fn offer(asked: bool, busy: bool) -> MoreTimeView {
    MoreTimeView::Extend { minutes: vec![5, 10, 15, 30], asked, busy }
}

fn more_time(view: &AppView) -> Option<&MoreTimeView> {
    visit(view)?.more_time.as_ref()
}

fn minutes(view: &AppView) -> Option<u32> {
    visit(view).map(|visit| visit.info.scheduled_minutes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_extends_and_the_patient_is_told() {
    let clinic = Clinic::start().await;
    let (mut doctor, mut patient) =
        (Person::with_link(&clinic.link(DOCTOR)), Person::with_link(&clinic.link(PATIENT)));
    doctor.sees("the offer", |view| more_time(view) == Some(&offer(false, false))).await;
    patient.sees("the call", |view| more_time(view).is_some()).await;
    doctor.does(Action::Extend { minutes: 7 }).await;
    patient.does(Action::Extend { minutes: 15 }).await;
    doctor.does(Action::Extend { minutes: 15 }).await;
    doctor.sees("the notice", |view| view.notice == Some(NoticeCode::Extended)).await;
    doctor.sees("the length", |view| minutes(view) == Some(45)).await;
    patient.sees("the length", |view| minutes(view) == Some(45)).await;
    patient.sees("the notice", |view| view.notice == Some(NoticeCode::Extended)).await;
    let asked: Vec<_> =
        clinic.says().calls.iter().filter(|(method, _)| method == "resize").cloned().collect();
    assert_eq!(asked.len(), 1, "only what is offered is asked for");
    assert_eq!(asked[0].1["scheduledDurationSeconds"], 45 * 60);
    let own = doctor.shown().iter().any(|view| view.notice == Some(NoticeCode::InfoChanged));
    assert!(!own, "the own change is no news");
    doctor.closes().await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_is_added_to_the_length_that_the_server_knows() {
    let clinic = Clinic::start().await;
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    doctor.sees("the offer", |view| more_time(view).is_some()).await;
    let in_call = |view: &AppView| visit(view).is_some_and(|visit| visit.call.is_some());
    doctor.sees("the call", in_call).await;
    // Longer already, and nobody has said so.
    clinic.says().schedule(2400, 1800);
    doctor.does(Action::Extend { minutes: 5 }).await;
    doctor.sees("the length", |view| minutes(view) == Some(45)).await;
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_may_be_old_is_not_extended() {
    let clinic = Clinic::start().await;
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    doctor.sees("the offer", |view| more_time(view).is_some()).await;
    clinic.says().answers("durations", 500, "UNKNOWN_ERROR", 100);
    // In the call a doctor whose line is lost is offered nothing: asking is for clients.
    doctor.sees("the call", in_call).await;
    // News for a socket that is not there yet are heard by nobody.
    let telling = async {
        loop {
            clinic.push_info();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::select! {
        _ = doctor.sees("no offer", |view| visit(view).is_some_and(|visit| visit.more_time.is_none())) => {}
        () = telling => {}
    }
    doctor.does(Action::Extend { minutes: 5 }).await;
    // One after the other: when this is seen, the other one is done.
    doctor.does(Action::SetLocale { locale: Locale::Ru }).await;
    doctor.sees("the language", |view| view.locale == Locale::Ru).await;
    clinic.says().instead.clear();
    doctor.sees("the offer again", |view| more_time(view) == Some(&offer(false, false))).await;
    assert_eq!(clinic.says().count("resize"), 0);
    doctor.closes().await;
}

fn in_call(view: &AppView) -> bool {
    visit(view)
        .is_some_and(|visit| visit.call.as_ref().is_some_and(|call| call.phase == CallPhase::Connected))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_takes_no_other_news_away() {
    let clinic = Clinic::start().await;
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    doctor.sees("the call", in_call).await;
    clinic.says().info["filialInfo"]["title"] = "Elsewhere".into();
    clinic.push_info();
    doctor.sees("the news", |view| view.notice == Some(NoticeCode::InfoChanged)).await;
    clinic.ask_more_time();
    let asked = |view: &AppView| more_time(view) == Some(&offer(true, false));
    let view = doctor.sees("the question", asked).await;
    assert_eq!(view.notice, Some(NoticeCode::InfoChanged));
    doctor.does(Action::DismissNotice).await;
    doctor.sees("only the question", |view| view.notice == Some(NoticeCode::MoreTimeAsked)).await;
    doctor.does(Action::DismissNotice).await;
    doctor.sees("nothing", |view| view.notice.is_none() && !asked(view)).await;
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_cannot_be_edited_says_so() {
    let clinic = Clinic::start().await;
    clinic.says().answers("resize", 400, "CONFERENCE_CANNOT_BE_EDITED", 1);
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    doctor.sees("the offer", |view| more_time(view).is_some()).await;
    doctor.does(Action::Extend { minutes: 5 }).await;
    let refused =
        |view: &AppView| visit(view).and_then(|visit| visit.problem) == Some(ProblemCode::CannotEdit);
    doctor.sees("the refusal", refused).await;
    assert_eq!(
        (minutes(&doctor.newest()), more_time(&doctor.newest())),
        (Some(30), Some(&offer(false, false)))
    );
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_asks_once_until_there_is_an_answer() {
    let clinic = Clinic::start().await;
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    let asks = |asked| move |view: &AppView| more_time(view) == Some(&MoreTimeView::Ask { asked });
    patient.sees("the button", asks(false)).await;
    patient.does(Action::AskMoreTime).await;
    patient.does(Action::AskMoreTime).await;
    patient.sees("the question", asks(true)).await;
    let heard = async {
        while clinic.asked() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(common::PATIENCE, heard).await.unwrap();
    clinic.says().schedule(2400, 1800);
    clinic.push_info();
    patient.sees("the answer", |view| asks(false)(view) && minutes(view) == Some(40)).await;
    assert_eq!(clinic.asked(), 1);
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_has_heard_can_be_asked_again() {
    let clinic = Clinic::start().await;
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    let asks = |asked| move |view: &AppView| more_time(view) == Some(&MoreTimeView::Ask { asked });
    patient.sees("the button", asks(false)).await;
    clinic.hears(false);
    patient.does(Action::AskMoreTime).await;
    let heard = async {
        while clinic.asked() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        clinic.hears(true);
        // As often as it takes until the question was taken back: one that stands is not asked again.
        while clinic.asked() < 2 {
            patient.does(Action::AskMoreTime).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(common::PATIENCE, heard).await.unwrap();
    patient.sees("the question", asks(true)).await;
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_hears_the_question_until_it_is_answered() {
    let clinic = Clinic::start().await;
    let mut doctor = Person::with_link(&clinic.link(DOCTOR));
    let in_call = |view: &AppView| visit(view).is_some_and(|visit| visit.call.is_some());
    doctor.sees("the call", in_call).await;
    let asked = |view: &AppView| {
        more_time(view) == Some(&offer(true, false)) && view.notice == Some(NoticeCode::MoreTimeAsked)
    };
    let quiet = |view: &AppView| {
        more_time(view) == Some(&offer(false, false)) && view.notice != Some(NoticeCode::MoreTimeAsked)
    };
    clinic.ask_more_time();
    doctor.sees("the question", asked).await;
    doctor.does(Action::DismissAsk).await;
    doctor.sees("no question", quiet).await;
    clinic.ask_more_time();
    doctor.sees("the question", asked).await;
    doctor.does(Action::Extend { minutes: 5 }).await;
    doctor.sees("the answer", |view| quiet(view) && view.notice == Some(NoticeCode::Extended)).await;
    doctor.closes().await;
}
