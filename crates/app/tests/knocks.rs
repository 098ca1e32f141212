//! A specialist lets people in: from home, and from within the call.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::DOCTOR;
use common::home::{Home, VISIT};
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, CallPhase, CheckState, KnockAt, KnockRow, NoticeCode, Stage};
use consilium_app::{Action, Alert, KnockStep};
use consilium_model::{ConferenceId, PeerId, Role};
use consilium_wire::home::Event;
use consilium_wire::room::{Check, FromClient, FromServer, MAX_NOTE, Peer, Readiness, Rights, Waits};
use serde_json::json;
use tokio::time::timeout;

const GUEST: &str = "guest-1";

fn waits() -> Waits {
    let ready = Readiness { camera: Check::Good, microphone: Check::Busy, network: Check::Poor };
    Waits { seconds: 70, ready, away: true }
}

fn at_home() -> Event {
    let (visit, peer) = (ConferenceId::new(VISIT), PeerId::new(GUEST));
    Event::Knocking { visit, peer, name: "Boris Orlov".into(), role: Role::Client, waits: waits() }
}

fn in_room() -> FromServer {
    let peer = Peer {
        id: GUEST.into(),
        name: "Boris Orlov".into(),
        role: Role::Client,
        user: None,
        media: Default::default(),
        away: false,
        rights: Rights::GUEST,
    };
    FromServer::Knocking { peer, waits: waits() }
}

/// A clinic with a session at which nobody is in yet.
async fn clinic(home: &Home) -> Clinic {
    let clinic = Clinic::with_home(home).await;
    clinic.says().info["appointmentId"] = "coviu:s-1".into();
    clinic.says().info["isOpen"] = true.into();
    clinic.says().info["joinedClients"] = json!([]);
    clinic.says().info["joinedSpecialists"] = json!([]);
    clinic.says().set_status("pending");
    clinic
}

async fn at_the_home_page(clinic: &Clinic) -> Person {
    let mut person = Person::without_link();
    person.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    let (user_id, password) = ("d".to_owned(), "secret".into());
    person.does(Action::SignIn { server: clinic.address(), user_id, password }).await;
    person.sees("the day", |view| matches!(&view.stage, Stage::Home(home) if !home.visits.is_empty())).await;
    person
}

/// In the room of the visit that is open.
fn is_in(view: &AppView) -> bool {
    let call = visit(view).and_then(|visit| visit.call.as_ref());
    call.is_some_and(|call| matches!(call.phase, CallPhase::Connected))
}

fn row(view: &AppView) -> Option<&KnockRow> {
    view.knocks.first()
}

async fn hears(clinic: &Clinic, what: &str, like: impl Fn(&FromClient) -> bool) {
    let mut heard = clinic.room().heard();
    let wanted = heard.wait_for(|heard| heard.iter().any(&like));
    assert!(timeout(PATIENCE, wanted).await.is_ok(), "never heard: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_at_home_leads_into_the_visit_and_lets_the_guest_in() {
    let home = Home::default();
    let clinic = clinic(&home).await;
    let mut person = at_the_home_page(&clinic).await;
    person.does(Action::InFront { front: false }).await;
    home.tells(at_home());
    let seen = person.sees("the knock", |view| row(view).is_some()).await;
    let knock = row(&seen).unwrap();
    assert_eq!(
        (knock.name.as_str(), knock.at, knock.away, knock.busy),
        ("Boris Orlov", KnockAt::Elsewhere, true, false)
    );
    let ready = (knock.ready.camera, knock.ready.microphone, knock.ready.network);
    assert_eq!(ready, (CheckState::Good, CheckState::Busy, CheckState::Poor));
    assert!((70_000..100_000).contains(&knock.waits_ms), "{}", knock.waits_ms);
    assert_eq!(person.alerts(), [Alert::Knocking { name: "Boris Orlov".into(), count: 1 }]);

    person.does(Action::Knock { step: KnockStep::Admit { id: GUEST.to_owned() } }).await;
    person.sees("the call of the visit", is_in).await;
    assert_eq!(clinic.says().count("join"), 1, "each step once");
    clinic.room().says(in_room());
    hears(&clinic, "that the guest is let in", |said| *said == FromClient::Admit { peer: GUEST.into() })
        .await;
    clinic.room().says(FromServer::KnockOver { peer: GUEST.into() });
    let over = Event::KnockOver { visit: ConferenceId::new(VISIT), peer: GUEST.into() };
    home.tells(over);
    person.sees("nobody", |view| view.knocks.is_empty()).await;
    assert_eq!(person.alerts().len(), 1, "a knock that is told twice calls once");
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn within_the_call_a_guest_is_written_to_rung_and_turned_away() {
    let clinic = Clinic::start().await;
    let mut person = Person::with_link(&clinic.link(DOCTOR));
    person.sees("the call", is_in).await;
    clinic.room().says(in_room());
    person.sees("the knock", |view| row(view).is_some_and(|row| row.at == KnockAt::Here)).await;
    let id = || GUEST.to_owned();
    for step in [
        KnockStep::Note { id: id(), text: "  ".into() },
        KnockStep::Note { id: id(), text: format!(" {} ", "א".repeat(MAX_NOTE + 7)).into() },
        KnockStep::Ring { id: id() },
        KnockStep::Deny { id: id(), reason: Some("Please come at four".into()) },
    ] {
        person.does(Action::Knock { step }).await;
    }
    hears(&clinic, "the refusal", |said| matches!(said, FromClient::Deny { .. })).await;
    let heard = clinic.room().heard().borrow().clone();
    let about: Vec<_> = heard
        .into_iter()
        .filter(|said| {
            matches!(said, FromClient::Note { .. } | FromClient::Ring { .. } | FromClient::Deny { .. })
        })
        .collect();
    let peer = || GUEST.into();
    assert_eq!(
        about,
        [
            FromClient::Note { peer: peer(), text: "א".repeat(MAX_NOTE).into() },
            FromClient::Ring { peer: peer() },
            FromClient::Deny { peer: peer(), reason: Some("Please come at four".into()) },
        ]
    );
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn going_home_gives_up_what_was_begun_for_a_guest() {
    let home = Home::default();
    let clinic = clinic(&home).await;
    // The visit cannot be joined.
    clinic.says().answers("join", 400, "CONFERENCE_CANNOT_JOIN", 1);
    let mut person = at_the_home_page(&clinic).await;
    home.tells(at_home());
    person.sees("the knock", |view| row(view).is_some()).await;
    person.does(Action::Knock { step: KnockStep::Admit { id: GUEST.to_owned() } }).await;
    let refused = |view: &AppView| visit(view).is_some_and(|visit| visit.problem.is_some());
    person.sees("why not", |view| refused(view) && row(view).is_some_and(|row| !row.busy)).await;
    person.does(Action::GoHome).await;
    person.sees("the day", |view| matches!(view.stage, Stage::Home(_))).await;
    assert!(row(&person.newest()).is_some_and(|row| row.at == KnockAt::Elsewhere));
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_home_a_guest_is_written_to_rung_and_turned_away_without_a_visit() {
    let home = Home::default();
    let clinic = clinic(&home).await;
    let mut person = at_the_home_page(&clinic).await;
    home.tells(at_home());
    person.sees("the knock", |view| row(view).is_some()).await;
    let id = || GUEST.to_owned();
    for step in [
        KnockStep::Note { id: id(), text: "  ".into() },
        KnockStep::Note { id: id(), text: " Five minutes ".into() },
        KnockStep::Ring { id: id() },
        KnockStep::Deny { id: id(), reason: Some("Please come at four".into()) },
        KnockStep::Ring { id: "somebody-else".to_owned() },
    ] {
        person.does(Action::Knock { step }).await;
    }
    let said = |what: &str, body| (format!("{VISIT}/knocks/{GUEST}/{what}"), body);
    let mut expected = vec![
        said("deny", json!({"reason": "Please come at four"})),
        said("note", json!({"text": "Five minutes"})),
        said("ring", json!(null)),
    ];
    let heard = async {
        while home.answers().len() < expected.len() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, heard).await.expect("the server hears of it");
    let mut answers = home.answers();
    answers.sort_by(|one, other| one.0.cmp(&other.0));
    expected.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(answers, expected);
    let over = Event::KnockOver { visit: ConferenceId::new(VISIT), peer: GUEST.into() };
    home.tells(over);
    let view = person.sees("nobody", |view| view.knocks.is_empty()).await;
    assert!(matches!(view.stage, Stage::Home(_)) && view.notice.is_none());
    assert_eq!(clinic.says().count("join"), 0, "nobody went in for it");
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_arrive_is_told() {
    let home = Home::default();
    let clinic = clinic(&home).await;
    let mut person = at_the_home_page(&clinic).await;
    home.tells(at_home());
    person.sees("the knock", |view| row(view).is_some()).await;
    home.refuses_answers();
    person.does(Action::Knock { step: KnockStep::Ring { id: GUEST.to_owned() } }).await;
    person.sees("the notice", |view| view.notice == Some(NoticeCode::KnockNotAnswered)).await;
    person.closes().await;
}
