//! The state of a visit is read again until it is known.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::PATIENT;
use common::{Clinic, Person, problem, visit};
use consilium_app::view::{AppView, Line, NoticeCode, ProblemCode};
use consilium_model::Screen;

fn line(view: &AppView) -> Option<Line> {
    visit(view).map(|visit| visit.line)
}

fn branch(view: &AppView) -> Option<&str> {
    visit(view).map(|visit| visit.info.branch.as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_fails_is_made_up_for() {
    let clinic = Clinic::start().await;
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    patient.sees("the visit", |view| branch(view) == Some("Branch")).await;
    {
        let mut says = clinic.says();
        says.info["filialInfo"]["title"] = "Elsewhere".into();
        says.answers("durations", 500, "UNKNOWN_ERROR", 1);
        says.answers("info", 503, "UNKNOWN_ERROR", 1);
    }
    // One event, and no other after it.
    clinic.push_info();
    patient.sees("what is shown may be old", |view| line(view) == Some(Line::Reconnecting)).await;
    patient.sees("the news", |view| branch(view) == Some("Elsewhere")).await;
    let view = patient.newest();
    assert_eq!((line(&view), view.notice), (Some(Line::Online), Some(NoticeCode::InfoChanged)));
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_goes_on_where_no_socket_gets_through() {
    let clinic = Clinic::start().await;
    clinic.says().blocks_news = true;
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    patient.sees("no news", |view| line(view) == Some(Line::Reconnecting)).await;
    clinic.says().set_status("finished");
    let over = |view: &AppView| visit(view).is_some_and(|visit| visit.screen == Screen::Finish);
    let view = patient.sees("the end", over).await;
    assert_eq!(line(&view), Some(Line::Reconnecting), "news still does not arrive");
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_dies_meanwhile_leads_to_the_refusal() {
    for (http, status, code) in [
        (401, "ACCESS_TOKEN_NOT_FOUND", ProblemCode::UnknownLink),
        (403, "EXPIRED_TOKEN", ProblemCode::ExpiredLink),
        (400, "USER_SHOULD_BE_IN_CONFERENCE", ProblemCode::UnknownLink),
    ] {
        let clinic = Clinic::start().await;
        let mut patient = Person::with_link(&clinic.link(PATIENT));
        patient.sees("the visit", |view| visit(view).is_some()).await;
        clinic.says().answers("info", http, status, 3);
        clinic.push_info();
        patient.sees(status, |view| problem(view) == Some((code, false))).await;
        patient.closes().await;
    }
}
