//! The one-time password that comes before a visit.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::PATIENT;
use common::{Clinic, Person, otp, problem, visit};
use consilium_app::Action;
use consilium_app::view::{AppView, ProblemCode};

fn asks(view: &AppView, sent: bool, why: Option<ProblemCode>) -> bool {
    otp(view).is_some_and(|otp| otp.busy.is_none() && otp.sent == sent && otp.problem == why)
}

fn is_open(view: &AppView) -> bool {
    visit(view).is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_sent_by_itself_and_opens_the_visit() {
    let clinic = Clinic::start().await;
    clinic.says().otp = Some("123456".to_owned());
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the form", |view| asks(view, true, None)).await;
    for wrong in ["", "000000", "hello!"] {
        person.does(Action::VerifyOtp { code: wrong.into() }).await;
        person.sees("a refusal", |view| asks(view, true, Some(ProblemCode::OtpWrong))).await;
        person.does(Action::SendOtp).await;
        person.sees("another one", |view| asks(view, true, None)).await;
    }
    person.does(Action::VerifyOtp { code: " ١٢٣-456 ".into() }).await;
    person.sees("the visit", is_open).await;
    assert_eq!(clinic.says().count("otp_send"), 4);
    assert_eq!(clinic.says().count("otp_verify"), 2, "what is no number is not worth a try");
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_open_asks_when_the_clinic_wants_it_to() {
    let clinic = Clinic::start().await;
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the visit", is_open).await;
    person.sees("the room", |view| visit(view).is_some_and(|visit| visit.more_time.is_some())).await;
    clinic.says().otp = Some("123456".to_owned());
    clinic.push_info();
    person.sees("the form", |view| asks(view, true, None)).await;
    person.does(Action::VerifyOtp { code: "123456".into() }).await;
    person.sees("the visit again", is_open).await;
    assert_eq!(clinic.says().count("otp_send"), 1);
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_not_sent_leaves_the_form_usable() {
    let clinic = Clinic::start().await;
    clinic.says().otp = Some("123456".to_owned());
    clinic.says().answers("otp_send", 400, "VALIDATION_ERROR", 1);
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("why not", |view| asks(view, false, Some(ProblemCode::OtpNotSent))).await;
    clinic.says().answers("otp_send", 500, "UNKNOWN_ERROR", 1);
    let before = person.newest().revision;
    person.does(Action::SendOtp).await;
    let not_sent = |view: &AppView| asks(view, false, Some(ProblemCode::OtpNotSent));
    person.sees("why not, again", |view| view.revision > before && not_sent(view)).await;
    person.does(Action::SendOtp).await;
    person.sees("the form", |view| asks(view, true, None)).await;
    person.does(Action::VerifyOtp { code: "123456".into() }).await;
    person.sees("the visit", is_open).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_soon_or_too_often_is_said_and_a_password_can_be_typed_all_the_same() {
    let clinic = Clinic::start().await;
    clinic.says().otp = Some("123456".to_owned());
    clinic.says().answers("otp_send", 400, "OTP_EXPECT", 2);
    let mut person = Person::with_link(&clinic.link(PATIENT));
    let too_often = |view: &AppView| asks(view, true, Some(ProblemCode::TooManyAttempts));
    person.sees("too often", too_often).await;
    let before = person.newest().revision;
    person.does(Action::SendOtp).await;
    person.sees("too often again", |view| view.revision > before && too_often(view)).await;
    person.does(Action::VerifyOtp { code: "123456".into() }).await;
    person.sees("the visit", is_open).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_dies_while_the_password_is_asked_for_is_a_dead_link() {
    let clinic = Clinic::start().await;
    clinic.says().otp = Some("123456".to_owned());
    clinic.says().answers("otp_send", 403, "EXPIRED_TOKEN", 1);
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("a dead link", |view| problem(view) == Some((ProblemCode::ExpiredLink, false))).await;
    person.does(Action::OpenLink { link: clinic.link(PATIENT) }).await;
    person.sees("the form", |view| asks(view, true, None)).await;
    clinic.says().answers("otp_verify", 401, "ACCESS_TOKEN_NOT_FOUND", 1);
    person.does(Action::VerifyOtp { code: "123456".into() }).await;
    person.sees("a dead link", |view| problem(view) == Some((ProblemCode::UnknownLink, false))).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_out_of_reach_can_be_tried_again() {
    let clinic = Clinic::start().await;
    clinic.says().otp = Some("123456".to_owned());
    // An answer that is not of the protocol, as from a proxy.
    clinic.says().answers("otp_send", 200, "hello", 1);
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the retry screen", |view| problem(view) == Some((ProblemCode::BadAnswer, true))).await;
    person.does(Action::Retry).await;
    person.sees("the form", |view| asks(view, true, None)).await;
    person.closes().await;
}
