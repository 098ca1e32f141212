//! The appointment protocol between real applications and the real server: the length of a visit, its real times,
//! and the one-time password before it.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::extract::{Query, State};
use common::person::starts_visit;
use common::{Clinic, Person, visit};
use consilium_app::Action;
use consilium_app::view::{
    AppView, MoreTimeView, NoticeCode, OtpView, ProblemCode, Stage, TimesView, VisitAction,
};
use consilium_model::{GapReason, Screen, Secret};
use consilium_wire::link::Link;
use serde_json::{Value, json};
use std::collections::HashMap;
use time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use url::Url;

fn more_time(view: &AppView) -> Option<&MoreTimeView> {
    visit(view)?.more_time.as_ref()
}

fn is_asked(view: &AppView) -> bool {
    matches!(
        more_time(view),
        Some(MoreTimeView::Extend { asked: true, .. } | MoreTimeView::Ask { asked: true })
    )
}

fn minutes(view: &AppView) -> Option<u32> {
    visit(view).map(|visit| visit.info.scheduled_minutes)
}

fn times(view: &AppView) -> Option<TimesView> {
    visit(view).and_then(|visit| visit.times.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_asked_to_be_longer_is_made_longer_and_ends_with_its_real_times() {
    let clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("now")).await;
    let planned = minutes(&people[0].newest()).unwrap();
    people[1].does(Action::AskMoreTime).await;
    for person in &mut people {
        person.sees("the question", is_asked).await;
    }
    people[0].sees("the notice", |view| view.notice == Some(NoticeCode::MoreTimeAsked)).await;
    people[0].does(Action::Extend { minutes: 15 }).await;
    for person in &mut people {
        let longer = |view: &AppView| minutes(view) == Some(planned + 15) && !is_asked(view);
        person.sees("the answer", longer).await;
    }
    people[1].sees("the news", |view| view.notice == Some(NoticeCode::Extended)).await;
    assert!(people[0].shown_since(0).iter().all(|view| view.notice != Some(NoticeCode::InfoChanged)));

    clinic.pass(Duration::minutes(10));
    people[0].presses(VisitAction::Pause).await;
    let runs = |view: &AppView| visit(view).and_then(|visit| visit.clock).is_some_and(|clock| clock.running);
    people[0].sees("the pause", |view| !runs(view)).await;
    clinic.pass(Duration::minutes(2));
    people[0].presses(VisitAction::Resume).await;
    people[0].sees("the end of the pause", runs).await;
    people[0].presses(VisitAction::Finish).await;
    for person in &mut people {
        person.sees_screen(Screen::Finish).await;
        let times = times(&person.sees("the times", |view| times(view).is_some()).await).unwrap();
        assert_eq!(times.scheduled, (planned + 15) * 60);
        assert!(
            (600..660).contains(&times.net) && times.both_present.is_some_and(|both| both >= 590),
            "{times:?}"
        );
        assert!((720..780).contains(&times.dirty));
        assert_eq!(times.gaps.iter().map(|gap| gap.reason).collect::<Vec<_>>(), [GapReason::Paused]);
        assert!((119..=150).contains(&times.gaps[0].seconds));
    }
    for person in people {
        person.closes().await;
    }
}

/// What the booking system's web hook was called with, call by call.
struct Booking {
    hook: Url,
    calls: mpsc::UnboundedReceiver<HashMap<String, String>>,
}

impl Booking {
    async fn open() -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let take = async |State(sender): State<mpsc::UnboundedSender<_>>,
                          Query(query): Query<HashMap<String, String>>| {
            let _ = sender.send(query);
        };
        let router = Router::new().fallback(take).with_state(sender);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = format!("http://{}/hook", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { hook, calls }
    }

    async fn next(&mut self, key: &str) -> String {
        loop {
            let call = tokio::time::timeout(common::PATIENCE, self.calls.recv()).await;
            if let Some(value) = call.expect("a call comes in time").unwrap().remove(key) {
                return value;
            }
        }
    }
}

async fn call(clinic: &Clinic, method: &str, body: &Value) -> Value {
    let url = format!("{}/{method}", clinic.demo().medme.as_ref().unwrap().endpoint);
    let answer = reqwest::Client::new().post(url).json(body).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["status"], "OK", "{method}: {answer}");
    answer
}

/// A conference for one of each role; the specialist's link names the server by its MedMe endpoint.
async fn book(clinic: &Clinic, booking: &Booking, otp: bool) -> Secret {
    let medme = clinic.demo().medme.as_ref().unwrap();
    let person = |id: &str| json!({"id": id, "name": "Sample", "surname": "Person", "profession": "Tester"});
    let body = json!({
        "api_key": medme.api_key.expose(), "user_id": "d", "user_role": "SPECIALIST",
        "callbackType": "web_hook", "webHookUrl": booking.hook,
        "conference_info": {
            "appointmentId": "a", "isOpen": false, "l10n": "en", "otp": otp,
            "organizationInfo": {"id": "o", "title": "Example"},
            "filialInfo": {"id": "f", "title": "Branch", "timezone": "UTC"},
            "openingDurationSeconds": 0, "scheduledDurationSeconds": 900, "scheduledStart": "2026-11-21T12:00:00Z",
            "services": [], "clients": [person("p")], "specialists": [person("d")],
        },
    });
    let token = call(clinic, "create", &body).await["access_token"].as_str().unwrap().into();
    let server = medme.endpoint.parse().unwrap();
    Link::Visit { server, access_token: token }.to_deep_link().into()
}

fn asks(view: &AppView, why: Option<ProblemCode>) -> bool {
    let like = |otp: &OtpView| otp.busy.is_none() && otp.sent && otp.problem == why;
    matches!(&view.stage, Stage::Otp(otp) if like(otp))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_comes_first_and_only_once() {
    let (clinic, mut booking) = (Clinic::start().await, Booking::open().await);
    let link = book(&clinic, &booking, true).await;
    let mut person = Person::with_link(&link);
    person.sees("the form", |view| asks(view, None)).await;
    let code = booking.next("otp").await;
    let wrong = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
    person.does(Action::VerifyOtp { code: wrong.into() }).await;
    person.sees("a refusal", |view| asks(view, Some(ProblemCode::OtpWrong))).await;
    let (first, last) = code.split_at(3);
    person.does(Action::VerifyOtp { code: format!("{first} {last}").into() }).await;
    person.sees_screen(Screen::PendingSpecialist).await;
    person.closes().await;

    let mut again = Person::with_link(&link);
    again.sees_screen(Screen::PendingSpecialist).await;
    again.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_the_clinic_wants_later_is_asked_for_in_the_open_visit() {
    let (clinic, mut booking) = (Clinic::start().await, Booking::open().await);
    let link = book(&clinic, &booking, false).await;
    let Ok(Link::Visit { access_token, .. }) = Link::parse(link.expose()) else { unreachable!("made above") };
    let mut person = Person::with_link(&link);
    person.sees_screen(Screen::PendingSpecialist).await;
    call(&clinic, "update_info", &json!({"access_token": access_token.expose(), "otp": true})).await;
    person.sees("the form", |view| asks(view, None)).await;
    let code = booking.next("otp").await;
    person.does(Action::VerifyOtp { code: code.into() }).await;
    person.sees_screen(Screen::PendingSpecialist).await;
    person.presses(VisitAction::Open).await;
    person.sees_screen(Screen::JoinSpecialist).await;
    person.closes().await;
}
