//! A call as a telephone has it: it counts up, is hung up, and is over when nobody else is left.
#![allow(clippy::unwrap_used)]

mod common;

use common::calls::{Desk, calling, does, is_home};
use common::clinic::CALLS;
use common::home::{Home, VISIT};
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, HangUp, KnockAt, Stage, TalkState, TalkView};
use consilium_app::{Action, Alert, CallStep, KnockStep};
use consilium_model::{ConferenceId, PeerId, Role, Screen};
use consilium_wire::home::Event;
use consilium_wire::home::calls::CalleeState;
use consilium_wire::room::{Readiness, Waits};
use serde_json::json;
use std::time::{Duration, Instant};

fn talk(view: &AppView) -> Option<&TalkView> {
    visit(view).and_then(|visit| visit.talk.as_ref())
}

fn state(view: &AppView) -> Option<TalkState> {
    talk(view).map(|talk| talk.state)
}

/// How often it was ended, and left.
fn pressed(clinic: &Clinic) -> [usize; 2] {
    let says = clinic.says();
    ["finish", "leave"].map(|method| says.count(method))
}

/// Waits until the server was asked for it.
async fn is_pressed(clinic: &Clinic, method: &str) {
    let began = Instant::now();
    while clinic.says().count(method) == 0 {
        assert!(began.elapsed() < PATIENCE, "never asked: {method}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The doctor calls colleagues, who are in at once; with this many at the other ends.
async fn in_a_call(home: &Home, desk: &Desk, colleagues: &[(&str, &str)]) -> (Clinic, Person) {
    desk.says().token = CALLS[0];
    let clinic = Clinic::with_calls(home, desk).await;
    clinic.says().is_call_with(colleagues);
    for (id, _) in colleagues {
        clinic.room().add_silent(id);
    }
    let mut person = Person::without_link();
    person.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    let (user_id, password) = ("d".to_owned(), "secret".into());
    person.does(Action::SignIn { server: clinic.address(), user_id, password }).await;
    person.sees("whom to call", |view| view.calls.is_some()).await;
    let contacts: Vec<String> = colleagues.iter().map(|(id, _)| (*id).to_owned()).collect();
    does(&person, CallStep::Call { contacts, teams: Vec::new(), title: None }).await;
    person.sees("the call", |view| matches!(state(view), Some(TalkState::Talking { .. }))).await;
    (clinic, person)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_ends_either_ends_it_and_the_last_page_speaks_of_a_call() {
    let (home, desk) = (Home::default(), Desk::default());
    let (clinic, mut person) = in_a_call(&home, &desk, &[("b", "Ben")]).await;
    let seen = person.newest();
    let shown = visit(&seen).unwrap();
    assert!(shown.clock.is_none() && shown.more_time.is_none(), "no planned length");
    assert!(shown.actions.is_empty(), "{:?}", shown.actions);
    assert_eq!(talk(&seen).unwrap().hang_up, HangUp::Ends);
    does(&person, CallStep::HangUp { for_all: false }).await;
    let seen = person.sees("the end", |view| matches!(state(view), Some(TalkState::Over { .. }))).await;
    let shown = visit(&seen).unwrap();
    assert_eq!((shown.screen, shown.restore_ms, shown.times.clone()), (Screen::Finish, None, None));
    assert!(shown.actions.is_empty(), "{:?}", shown.actions);
    assert!(matches!(state(&seen), Some(TalkState::Over { seconds: Some(_) })));
    assert_eq!(pressed(&clinic), [1, 0]);

    does(&person, CallStep::CallAgain).await;
    person.sees("that it is placed again", |_| desk.count("calls") == 2).await;
    let (_, body) = desk.asked().into_iter().rfind(|(route, _)| route == "calls").unwrap();
    assert_eq!(body["contacts"], json!(["b"]));
    person.does(Action::GoHome).await;
    person.sees("the day", is_home).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_one_leaves_and_whoever_has_called_may_end_it_for_all() {
    let (home, desk) = (Home::default(), Desk::default());
    let (clinic, mut person) = in_a_call(&home, &desk, &[("b", "Ben"), ("c", "Zoe")]).await;
    person.sees("the choice", |view| talk(view).is_some_and(|talk| talk.hang_up == HangUp::Asks)).await;
    does(&person, CallStep::HangUp { for_all: false }).await;
    is_pressed(&clinic, "leave").await;
    let seen =
        person.sees("the way back", |view| visit(view).unwrap().screen == Screen::JoinSpecialist).await;
    assert!(talk(&seen).is_some() && clinic.says().count("finish") == 0);
    person.does(Action::GoHome).await;
    person.sees("the day", is_home).await;
    person.closes().await;

    let (home, desk) = (Home::default(), Desk::default());
    let (clinic, mut person) = in_a_call(&home, &desk, &[("b", "Ben"), ("c", "Zoe")]).await;
    person.sees("the choice", |view| talk(view).is_some_and(|talk| talk.hang_up == HangUp::Asks)).await;
    does(&person, CallStep::HangUp { for_all: true }).await;
    is_pressed(&clinic, "finish").await;
    assert_eq!(clinic.says().count("leave"), 0);
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_everybody_has_left_it_says_so_and_calls_again() {
    let (home, desk) = (Home::default(), Desk::default());
    let (clinic, mut person) = in_a_call(&home, &desk, &[("b", "Ben")]).await;
    home.tells(calling(&[("b", CalleeState::Joined)]));
    clinic.room().remove("b");
    person.sees("that somebody is away", |view| matches!(state(view), Some(TalkState::Away { .. }))).await;
    home.tells(calling(&[("b", CalleeState::Left)]));
    clinic.says().everybody_has_gone();
    clinic.push_info();
    let seen =
        person.sees("that all have gone", |view| matches!(state(view), Some(TalkState::Alone { .. }))).await;
    assert!(talk(&seen).unwrap().can_call_again);
    does(&person, CallStep::CallAgain).await;
    person.sees("that they are asked", |_| desk.count("people v-call") == 1).await;
    home.tells(calling(&[("b", CalleeState::Ringing)]));
    person.sees("that it rings", |view| !matches!(state(view), Some(TalkState::Alone { .. }))).await;
    home.tells(calling(&[("b", CalleeState::Declined)]));
    person.sees("that nobody is left", |view| matches!(state(view), Some(TalkState::Alone { .. }))).await;
    does(&person, CallStep::HangUp { for_all: true }).await;
    person.sees("the end", |view| matches!(state(view), Some(TalkState::Over { .. }))).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_up_before_anybody_has_come_leads_home() {
    let (home, desk) = (Home::default(), Desk::default());
    desk.says().token = CALLS[0];
    let clinic = Clinic::with_calls(&home, &desk).await;
    clinic.says().is_call_with(&[("b", "Ben")]);
    clinic.says().everybody_has_gone();
    let mut person = Person::without_link();
    person.sees("the form", |view| matches!(view.stage, Stage::SignIn(_))).await;
    let (user_id, password) = ("d".to_owned(), "secret".into());
    person.does(Action::SignIn { server: clinic.address(), user_id, password }).await;
    person.sees("whom to call", |view| view.calls.is_some()).await;
    home.tells(calling(&[("b", CalleeState::Ringing)]));
    does(&person, CallStep::Call { contacts: vec!["b".to_owned()], teams: Vec::new(), title: None }).await;
    person
        .sees("that it rings", |view| {
            state(view) == Some(TalkState::Calling)
                && visit(view).is_some_and(|visit| visit.outgoing.is_some())
        })
        .await;
    does(&person, CallStep::HangUp { for_all: false }).await;
    person.sees("the day", is_home).await;
    person.sees("that it is given up", |_| desk.count("cancel c-1") == 1).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letting_somebody_in_elsewhere_puts_the_call_on_hold() {
    let (home, desk) = (Home::default(), Desk::default());
    let (clinic, mut person) = in_a_call(&home, &desk, &[("b", "Ben")]).await;
    let waits = Waits { seconds: 5, ready: Readiness::default(), away: false };
    let (at, peer) = (ConferenceId::new(VISIT), PeerId::new("guest-1"));
    let (name, role) = ("Boris Orlov".into(), Role::Client);
    home.tells(Event::Knocking { visit: at, peer, name, role, waits });
    let seen = person.sees("the knock", |view| !view.knocks.is_empty()).await;
    assert_eq!(seen.knocks[0].at, KnockAt::BeyondCall);
    person.does(Action::Knock { step: KnockStep::Admit { id: "guest-1".to_owned() } }).await;
    let seen = person.sees("the call on hold", |view| view.held.is_some()).await;
    assert_eq!(seen.held.unwrap().title.as_deref(), Some("Ben Example"));
    person.sees("the visit", |view| visit(view).is_some_and(|visit| visit.call.is_some())).await;
    assert_eq!(pressed(&clinic), [0, 0], "the call goes on");
    does(&person, CallStep::Back).await;
    person
        .sees("the call again", |view| {
            visit(view)
                .is_some_and(|visit| visit.title.as_deref() == Some("Ben Example") && visit.call.is_some())
        })
        .await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_is_said_to_go_on_once_and_may_be_told_not_to() {
    let (home, desk) = (Home::default(), Desk::default());
    let (_clinic, mut person) = in_a_call(&home, &desk, &[("b", "Ben")]).await;
    person.does(Action::WentToTray).await;
    person.does(Action::WentToTray).await;
    does(&person, CallStep::SetInTray { on: false }).await;
    person.sees("the switch", |view| view.calls.as_ref().is_some_and(|calls| !calls.in_tray)).await;
    assert_eq!(person.alerts(), [Alert::InTray]);
    person.closes().await;
}
