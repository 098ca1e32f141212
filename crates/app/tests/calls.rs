//! A specialist calls colleagues and is called: from home, and from within a call.
#![allow(clippy::unwrap_used)]

mod common;

use common::calls::{Desk, calling, does, entry, is_home};
use common::clinic::CALLS;
use common::home::Home;
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{
    AppView, CallOutcome, CallPhase, CallsPane, CallsView, NoticeCode, OutgoingState, ProblemCode, RingRow,
    Stage,
};
use consilium_app::{Action, CallStep};
use consilium_wire::home::Event;
use consilium_wire::home::calls::{Availability, CallId, CallLog, CallPerson, CalleeState, RingEnd};
use serde_json::{Value, json};
use std::time::Instant;

fn calls(id: &str, seconds: u32) -> Event {
    Event::Ringing {
        call: CallId(id.to_owned()),
        from: CallPerson { user_id: "b".into(), name: "Ben Example".into() },
        title: None,
        others: 0,
        into_visit: false,
        seconds,
    }
}

fn over(id: &str, why: RingEnd) -> Event {
    Event::RingOver { call: CallId(id.to_owned()), why }
}

/// A clinic whose first call is let in with the first token.
async fn clinic(home: &Home, desk: &Desk) -> Clinic {
    desk.says().token = CALLS[0];
    home.tells(Event::Contact { user_id: "b".into(), availability: Availability::Available });
    Clinic::with_calls(home, desk).await
}

async fn signed_in(clinic: &Clinic) -> Person {
    let mut person = Person::without_link();
    person.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    let (user_id, password) = ("d".to_owned(), "secret".into());
    person.does(Action::SignIn { server: clinic.address(), user_id, password }).await;
    person.sees("the day", is_home).await;
    person
}

/// Signed in where calls are known.
async fn ready(clinic: &Clinic) -> Person {
    let mut person = signed_in(clinic).await;
    person.sees("whom to call", |view| view.calls.is_some()).await;
    person
}

async fn accepts(person: &Person, id: &str) {
    does(person, CallStep::Accept { id: id.to_owned() }).await;
}

/// Waits until the server was asked.
async fn is_asked(desk: &Desk, route: &str) -> Value {
    let began = Instant::now();
    loop {
        if let Some((_, body)) = desk.asked().into_iter().find(|(asked, _)| asked == route) {
            return body;
        }
        assert!(began.elapsed() < PATIENCE, "never asked: {route}, but {:?}", desk.asked());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn row(view: &AppView) -> Option<&RingRow> {
    view.ringing.first()
}

fn pane(view: &AppView) -> &CallsView {
    view.calls.as_ref().unwrap()
}

/// In a call with this title.
fn is_in(view: &AppView, title: &str) -> bool {
    visit(view).is_some_and(|visit| {
        let connected = visit.call.as_ref().is_some_and(|call| call.phase == CallPhase::Connected);
        connected && visit.title.as_deref() == Some(title)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_call_holds_the_first_and_the_way_back_is_one_press() {
    let (home, desk) = (Home::default(), Desk::default());
    let clinic = clinic(&home, &desk).await;
    let mut person = ready(&clinic).await;
    person.does(Action::InFront { front: false }).await;
    home.tells(calls("r-1", 40));
    let seen = person.sees("the call", |view| row(view).is_some()).await;
    let ring = row(&seen).unwrap();
    assert_eq!((ring.name.as_str(), ring.holds, ring.busy), ("Ben Example", false, false));
    assert!((30_000..=40_000).contains(&ring.left_ms), "{}", ring.left_ms);
    let notice = person.rings().pop().flatten().unwrap();
    assert_eq!((notice.call.as_str(), notice.count, notice.seen, notice.on_top), ("r-1", 1, false, true));
    assert_eq!(notice.caller, "Ben Example".into());

    accepts(&person, "r-1").await;
    accepts(&person, "r-1").await;
    let seen = person.sees("the first call", |view| is_in(view, "Ben Example")).await;
    assert!(seen.ringing.is_empty() && seen.held.is_none());
    let me = &visit(&seen).unwrap().call.as_ref().unwrap().me;
    assert!(me.mic.on && me.camera.on, "the user's own hand has taken the call");
    assert_eq!(person.rings().last(), Some(&None), "it rings no more");
    assert_eq!(desk.count("accept r-1"), 1);

    desk.says().token = CALLS[1];
    let mut second = calls("r-2", 40);
    if let Event::Ringing { title, .. } = &mut second {
        *title = Some("An opinion".into());
    }
    home.tells(second);
    person.sees("the second", |view| row(view).is_some_and(|row| row.holds)).await;
    person.does(Action::SetMedia { switch: consilium_model::MediaSwitch::Camera, on: false }).await;
    accepts(&person, "r-2").await;
    let seen = person.sees("the second call", |view| is_in(view, "An opinion")).await;
    assert_eq!(seen.held.unwrap().title.as_deref(), Some("Ben Example"));
    does(&person, CallStep::Back).await;
    let seen = person.sees("the first call again", |view| is_in(view, "Ben Example")).await;
    let me = &visit(&seen).unwrap().call.as_ref().unwrap().me;
    assert!(me.mic.on && !me.camera.on, "the switches are where they were");
    assert_eq!(seen.held.unwrap().title.as_deref(), Some("An opinion"), "what was left goes on as well");
    assert_eq!(clinic.says().count("finish"), 0);
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_elsewhere_rings_never_again() {
    let (home, desk) = (Home::default(), Desk::default());
    let clinic = clinic(&home, &desk).await;
    let mut person = ready(&clinic).await;
    home.tells(calls("r-1", 40));
    person.sees("the call", |view| row(view).is_some()).await;
    home.tells(over("r-1", RingEnd::AnsweredElsewhere));
    person.sees("nothing", |view| view.ringing.is_empty()).await;
    // Told again, as after a line that was lost; and one that the server says is over when it is taken.
    home.tells(calls("r-1", 40));
    home.tells(calls("r-2", 40));
    let seen = person.sees("another call", |view| row(view).is_some()).await;
    assert_eq!(seen.ringing.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["r-2"]);
    desk.says().refuses = Some((409, "answered_elsewhere"));
    accepts(&person, "r-2").await;
    let seen = person.sees("why not", |view| view.notice == Some(NoticeCode::AnsweredElsewhere)).await;
    assert!(seen.ringing.is_empty() && is_home(&seen));
    // The server is not there for a moment: the call stays, and is not heard any more.
    desk.says().refuses = Some((503, "internal"));
    home.tells(calls("r-3", 40));
    person.sees("a third", |view| row(view).is_some()).await;
    accepts(&person, "r-3").await;
    person
        .sees("why not", |view| row(view).is_some_and(|row| row.problem == Some(ProblemCode::ServerFailed)))
        .await;
    assert_eq!(person.rings().last(), Some(&None));
    does(&person, CallStep::Decline { id: "r-3".to_owned(), busy: true }).await;
    assert_eq!(is_asked(&desk, "decline r-3").await, json!({"busy": true}));
    person.sees("nothing", |view| view.ringing.is_empty()).await;
    let heard = person.rings().into_iter().flatten().map(|notice| notice.call).collect::<Vec<_>>();
    assert_eq!(heard.iter().filter(|call| *call == "r-1").count(), 1, "{heard:?}");
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_rings_longer_than_was_told_nor_while_undisturbed() {
    let (home, desk) = (Home::default(), Desk::default());
    let clinic = clinic(&home, &desk).await;
    let mut person = ready(&clinic).await;
    home.tells(calls("r-1", 1));
    person.sees("the call", |view| row(view).is_some()).await;
    person.sees("that it ends by itself", |view| view.ringing.is_empty()).await;
    home.tells(calls("r-2", 40));
    person.sees("another", |view| row(view).is_some()).await;
    does(&person, CallStep::SetDoNotDisturb { on: true }).await;
    person.sees("nothing", |view| view.ringing.is_empty() && pane(view).do_not_disturb).await;
    assert_eq!(is_asked(&desk, "presence").await, json!({"do_not_disturb": true}));
    home.tells(calls("r-3", 40));
    home.tells(Event::Missed { count: 2 });
    let seen = person.sees("what was missed", |view| pane(view).missed == 2).await;
    assert!(seen.ringing.is_empty());
    let heard = person.rings().into_iter().flatten();
    assert!(heard.clone().all(|notice| notice.call != "r-3"));
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_calls_and_whoever_does_not_come_is_called_again() {
    let (home, desk) = (Home::default(), Desk::default());
    let clinic = clinic(&home, &desk).await;
    let mut person = ready(&clinic).await;
    does(&person, CallStep::Open { log: false }).await;
    does(&person, CallStep::Search { text: "ЗОЯ при".into() }).await;
    let seen = person.sees("who is found", |view| pane(view).contacts.len() == 1).await;
    assert_eq!(pane(&seen).contacts[0].id, "c");
    does(&person, CallStep::Search { text: "".into() }).await;
    let seen = person.sees("everybody", |view| pane(view).contacts.len() == 2).await;
    assert_eq!((pane(&seen).teams[0].members.len(), pane(&seen).teams[0].available), (2, 1));

    let contacts = vec!["b".to_owned(), "c".to_owned()];
    does(&person, CallStep::Call { contacts, teams: Vec::new(), title: Some(" Dose\n".into()) }).await;
    let placed = is_asked(&desk, "calls").await;
    assert_eq!(placed, json!({"contacts": ["b", "c"], "teams": [], "title": "Dose"}));
    let seen = person.sees("the call", |view| is_in(view, "Dose")).await;
    assert_eq!(pane(&seen).pane, CallsPane::Closed);
    home.tells(calling(&[("b", CalleeState::Ringing), ("c", CalleeState::Told)]));
    let outgoing = |view: &AppView| visit(view).and_then(|visit| visit.outgoing.clone());
    let seen = person.sees("that it rings", |view| outgoing(view).is_some()).await;
    assert!(!outgoing(&seen).unwrap().over);
    home.tells(calling(&[("b", CalleeState::Declined), ("c", CalleeState::Missed)]));
    let seen = person.sees("nobody", |view| outgoing(view).is_some_and(|out| out.over)).await;
    let states: Vec<_> = outgoing(&seen).unwrap().people.iter().map(|row| row.state).collect();
    assert_eq!(states, [OutgoingState::Declined, OutgoingState::Missed]);
    does(&person, CallStep::CallAgain).await;
    assert_eq!(is_asked(&desk, "people v-call").await, json!({"contacts": ["b", "c"], "teams": []}));
    home.tells(calling(&[("b", CalleeState::Ringing), ("c", CalleeState::Ringing)]));
    person.sees("that it rings", |view| outgoing(view).is_some_and(|out| !out.over && !out.busy)).await;
    does(&person, CallStep::Cancel).await;
    person.sees("the day", is_home).await;
    is_asked(&desk, "cancel c-1").await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_presses_again_because_no_answer_came_asks_for_the_same_call() {
    let (home, desk) = (Home::default(), Desk::default());
    let clinic = clinic(&home, &desk).await;
    let mut person = ready(&clinic).await;
    does(&person, CallStep::Open { log: false }).await;
    let call = |who: &str| CallStep::Call { contacts: vec![who.to_owned()], teams: Vec::new(), title: None };
    desk.says().refuses = Some((502, "internal"));
    for who in ["b", "b", "c", "c"] {
        does(&person, call(who)).await;
        person.sees("that it failed", |view| pane(view).problem.is_some()).await;
        // What was wrong before is shown no more.
        does(&person, CallStep::Open { log: false }).await;
        person.sees("no problem", |view| pane(view).problem.is_none()).await;
    }
    assert_eq!(desk.count("calls"), 4);
    desk.says().refuses = None;
    does(&person, call("c")).await;
    person.sees("the call", |view| is_in(view, "Зоя Пример")).await;
    does(&person, CallStep::Open { log: false }).await;
    does(&person, call("c")).await;
    is_asked(&desk, "calls").await;
    let asked = async {
        while desk.count("calls") < 6 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.expect("the last call is asked for");
    let keys = desk.says().keys.clone();
    assert!(keys[0].len() > 20 && keys[0].starts_with('"') && keys[0].ends_with('"'), "{keys:?}");
    assert_eq!((&keys[0], &keys[2], &keys[3]), (&keys[1], &keys[3], &keys[4]), "{keys:?}");
    assert_ne!(keys[1], keys[2], "another call");
    assert_ne!(keys[4], keys[5], "it was answered");
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn missed_calls_are_seen_and_called_back() {
    let (home, desk) = (Home::default(), Desk::default());
    desk.says().log = log();
    let clinic = clinic(&home, &desk).await;
    let mut person = ready(&clinic).await;
    person.sees("the badge", |view| pane(view).missed == 1).await;
    does(&person, CallStep::Open { log: true }).await;
    let seen = person.sees("the log", |view| pane(view).log.len() == 2).await;
    let rows = &pane(&seen).log;
    assert_eq!((rows[0].outcome, rows[0].unseen, rows[0].can_call_back), (CallOutcome::Missed, true, true));
    assert_eq!((rows[1].outcome, rows[1].can_rejoin, rows[1].seconds), (CallOutcome::Running, true, 75));
    is_asked(&desk, "seen").await;
    let seen = person.sees("no badge", |view| pane(view).missed == 0).await;
    assert!(pane(&seen).log[0].unseen, "marked until the log is closed");

    does(&person, CallStep::CallBack { id: "l-1".to_owned() }).await;
    assert_eq!(is_asked(&desk, "calls").await["contacts"], json!(["b"]));
    person.sees("the call", |view| is_in(view, "Ben Example")).await;
    does(&person, CallStep::Rejoin { id: "l-2".to_owned() }).await;
    let seen = person.sees("the other call", |view| is_in(view, "Round")).await;
    assert_eq!(seen.held.unwrap().title.as_deref(), Some("Ben Example"));
    person.closes().await;
}

fn log() -> CallLog {
    let people = json!([{"user_id": "b", "name": "Ben Example"}]);
    let running = serde_json::to_value(entry(CALLS[1])).unwrap();
    let log = json!({"missed": 1, "calls": [
        {"call": "l-1", "outgoing": false, "people": people, "at": "2026-11-22T09:00:00Z", "outcome": "missed"},
        {"call": "l-2", "outgoing": true, "title": "Round", "people": people, "at": "2026-11-22T08:00:00Z",
         "outcome": "running", "seconds": 75, "entry": running}
    ]});
    serde_json::from_value(log).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_is_asked_in_from_contacts_or_by_a_link() {
    let (home, desk) = (Home::default(), Desk::default());
    let clinic = clinic(&home, &desk).await;
    let mut person = ready(&clinic).await;
    let day = person.newest();
    let Stage::Home(day) = day.stage else { panic!("not at home") };
    person.does(Action::OpenVisit { id: day.visits[0].id.clone() }).await;
    let invite = |view: &AppView| visit(view).and_then(|visit| visit.invite.clone());
    person.sees("the visit", |view| visit(view).is_some_and(|visit| visit.can_invite)).await;
    does(&person, CallStep::OpenInvite).await;
    does(&person, CallStep::SearchInvite { text: "ben".into() }).await;
    person.sees("who is found", |view| invite(view).is_some_and(|invite| invite.contacts.len() == 1)).await;
    does(&person, CallStep::MakeLink { name: " ".into(), role: None }).await;
    person
        .sees("that a name is missing", |view| {
            invite(view).is_some_and(|invite| invite.problem == Some(ProblemCode::BadName))
        })
        .await;
    does(&person, CallStep::MakeLink { name: "Noa Example".into(), role: Some("interpreter".to_owned()) })
        .await;
    let linked = |view: &AppView| invite(view).and_then(|invite| invite.link);
    let seen = person.sees("the link", |view| linked(view).is_some()).await;
    assert_eq!(linked(&seen).unwrap().url, "https://clinic.example/guest#g".into());
    let asked = is_asked(&desk, "guest_link v-1").await;
    assert_eq!(asked, json!({"name": "Noa Example", "role": "interpreter"}));
    does(&person, CallStep::AskIn { contacts: vec!["b".to_owned()], teams: vec!["t".to_owned()] }).await;
    assert_eq!(is_asked(&desk, "people v-1").await, json!({"contacts": ["b"], "teams": ["t"]}));
    person.sees("that it is done", |view| invite(view).is_none()).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinic_without_calls_shows_none() {
    let home = Home::default();
    let clinic = Clinic::with_home(&home).await;
    let mut person = signed_in(&clinic).await;
    home.tells(calls("r-1", 40));
    // What rings shows that it was listened to; the rest of calls is not there.
    person.sees("the call", |view| row(view).is_some()).await;
    does(&person, CallStep::Open { log: true }).await;
    does(&person, CallStep::Decline { id: "r-1".to_owned(), busy: false }).await;
    person.sees("nothing", |view| view.ringing.is_empty()).await;
    assert!(person.shown().iter().all(|view| view.calls.is_none()));
    person.closes().await;
}
