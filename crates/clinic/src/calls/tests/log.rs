//! The log of a call is what its conference has kept: all of it, in its order, at its times.

use super::kit::{Clinic, PATIENCE, START};
use crate::calls::ringing::EventKind::{Created, Join, Leave, Missed};
use crate::calls::ringing::{EventKind, RING};
use crate::store::CallState;
use consilium_model::{Command, Participant};
use consilium_wire::home::calls::{CallEntry, CallId, CallOutcome};
use serde_json::json;
use time::{Duration, OffsetDateTime};

/// What has happened, of whom and when.
async fn story(clinic: &Clinic, call: &CallId) -> Vec<(EventKind, String, OffsetDateTime)> {
    let snapshot = clinic.snapshot(call).await;
    assert!(snapshot.events.is_sorted_by(|one, other| one.id < other.id));
    let event = |event: &crate::calls::LoggedEvent| {
        (event.kind, snapshot.person(event.party).who.id.to_string(), event.at)
    };
    snapshot.events.iter().map(event).collect()
}

fn told(events: &[(EventKind, &str, i64)]) -> Vec<(EventKind, String, OffsetDateTime)> {
    let event =
        |(kind, who, at): &(EventKind, &str, i64)| (*kind, (*who).to_owned(), START + Duration::seconds(*at));
    events.iter().map(event).collect()
}

/// Somebody does something in the conference, without anybody telling the call.
async fn step(clinic: &Clinic, entry: &CallEntry, who: &str, command: Command) {
    let live = clinic.app().clinic.conference(&entry.visit).unwrap();
    let by = consilium_model::Actor::Participant(Participant::specialist(who));
    clinic.app().clinic.apply(&live, command, by).await.unwrap();
}

#[tokio::test]
async fn a_quick_leave_and_return_is_both() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    clinic.hire("anna").await;
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    step(&clinic, &entry, "anna", Command::Join).await;
    for _ in 0..3 {
        step(&clinic, &entry, "anna", Command::Leave).await;
        step(&clinic, &entry, "anna", Command::Join).await;
    }
    step(&clinic, &entry, "anna", Command::Leave).await;
    let all = async {
        while clinic.snapshot(&entry.call).await.events.len() < 10 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("everything is taken in");
    let events = story(&clinic, &entry.call).await;
    let mut expected = vec![(Created, "d", 0), (Join, "d", 0)];
    expected.extend([(Join, "anna", 0), (Leave, "anna", 0)].repeat(4));
    assert_eq!(events, told(&expected));
    clinic.stop().await;
}

#[tokio::test]
async fn joins_at_the_same_moment_are_in_the_order_of_the_conference() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let others = ["anna", "ivan", "olga"];
    for login in others {
        clinic.hire(login).await;
    }
    // As they are in the call: `d`, then these.
    let entry = clinic.place(&caller, &others).await;
    let call = clinic.app().calls.ongoing(&entry.call).unwrap();
    // The call looks once at all of them.
    let turn = call.hold().await;
    for login in ["olga", "ivan", "d", "anna"] {
        step(&clinic, &entry, login, Command::Join).await;
    }
    drop(turn);
    clinic.events(&entry.call, (Join, "anna")).await;
    let order = [(Created, "d", 0), (Join, "olga", 0), (Join, "ivan", 0), (Join, "d", 0), (Join, "anna", 0)];
    assert_eq!(story(&clinic, &entry.call).await, told(&order));
    clinic.stop().await;
}

#[tokio::test]
async fn what_the_server_before_had_no_time_to_take_in_is_taken_in_at_its_time() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    for login in ["anna", "ivan"] {
        clinic.hire(login).await;
    }
    let entry = clinic.place(&caller, &["anna", "ivan"]).await;
    let id = entry.call.clone();
    let before = clinic.snapshot(&id).await;
    clinic.pass(5);
    clinic.join(&entry).await;
    clinic.pass(5);
    step(&clinic, &entry, "anna", Command::Join).await;
    clinic.pass(10);
    step(&clinic, &entry, "anna", Command::Leave).await;
    clinic.events(&id, (Leave, "anna")).await;
    let first = story(&clinic, &id).await;
    let expected = [(Created, "d", 0), (Join, "d", 5), (Join, "anna", 10), (Leave, "anna", 20)];
    assert_eq!(first, told(&expected));
    // As if the server had been killed before the call heard of any of it: what came after stands where it stood.
    let kept =
        CallState { people: before.people.clone(), ringing: before.ringing.clone(), seen: before.seen };
    clinic.app().calls.store.step_call(before.number, kept, Vec::new(), Vec::new()).await.unwrap();
    let clinic = clinic.restart_after(100).await;
    let again = clinic.events(&id, (Missed, "ivan")).await;
    assert_eq!(again.len(), 8, "{again:?}");
    let ran_out = RING.whole_seconds();
    let second = [(Join, "d", 5), (Join, "anna", 10), (Leave, "anna", 20), (Missed, "ivan", ran_out)];
    assert_eq!(story(&clinic, &id).await[4..], told(&second), "also what ran out meanwhile");
    let caller = clinic.reconnect(caller.token).await;
    assert_eq!(clinic.row_of(&caller).await.outcome, CallOutcome::Running);
    clinic.stop().await;
}

#[tokio::test]
async fn nobody_takes_a_ring_that_is_over() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let (anna, ivan) = (clinic.device("anna").await, clinic.device("ivan").await);
    let refused = |answer: (u16, serde_json::Value)| assert_eq!(answer, (409, json!({"error": "call_over"})));
    // Time is over before anybody has looked.
    let entry = clinic.place(&caller, &["anna", "ivan"]).await;
    clinic.join(&entry).await;
    clinic.join(&clinic.accept(&ivan, &entry.call).await).await;
    clinic.events(&entry.call, (Join, "ivan")).await;
    clinic.pass(45);
    refused(clinic.do_with(&anna, &entry.call, "accept").await);
    // So it is for whoever is asked into a call that runs, however long others ring or are in.
    let path = format!("visits/{}/people", entry.visit);
    for asked in [json!({"contacts": ["anna"]}), json!({"contacts": ["anna"]})] {
        assert_eq!(clinic.ask(&caller.token, "POST", &path, &asked).await.0, 204);
        let call = clinic.row_of(&anna).await.call;
        assert_ne!(call, entry.call);
        clinic.pass(45);
        refused(clinic.do_with(&anna, &call, "accept").await);
        clinic.events(&call, (EventKind::Ended, "d")).await;
        refused(clinic.do_with(&anna, &call, "accept").await);
    }
    // Called off, and ended before the call has heard of it.
    let next = clinic.place(&caller, &["anna"]).await;
    assert_eq!(clinic.do_with(&caller, &next.call, "cancel").await.0, 204);
    refused(clinic.do_with(&anna, &next.call, "accept").await);
    let last = clinic.place(&caller, &["anna"]).await;
    clinic.join(&last).await;
    assert_eq!(clinic.press(&last, "finish").await.0, 200);
    refused(clinic.do_with(&anna, &last.call, "accept").await);
    clinic.stop().await;
}
