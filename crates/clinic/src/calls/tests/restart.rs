//! The server is stopped and started again.

use super::kit::{Clinic, START};
use crate::calls::ringing::EventKind::{Created, Declined, Ended, Join, Leave, Missed};
use crate::calls::ringing::RING;
use consilium_wire::home::Event;
use consilium_wire::home::calls::CallOutcome;
use time::Duration;

#[tokio::test]
async fn what_rang_goes_on_ringing() {
    let clinic = Clinic::start().await;
    let (caller, mut anna) = (clinic.device("d").await, clinic.device("anna").await);
    clinic.hire("ivan").await;
    let entry = clinic.place(&caller, &["anna", "ivan"]).await;
    clinic.join(&entry).await;
    assert_eq!(anna.rings().await, entry.call);
    clinic.events(&entry.call, (Join, "d")).await;
    let clinic = clinic.restart_after(20).await;
    let anna = clinic.reconnect(anna.token).await;
    let [Event::Ringing { call, seconds, .. }] = &anna.before_known[..] else { panic!("it does not ring") };
    assert_eq!((call, *seconds), (&entry.call, 25));
    clinic.join(&clinic.accept(&anna, &entry.call).await).await;
    clinic.events(&entry.call, (Join, "anna")).await;
    clinic.pass(25);
    let events = clinic.events(&entry.call, (Missed, "ivan")).await;
    assert_eq!(events.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [Created, Join, Join, Missed]);
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_gets_the_login_of_somebody_who_was_removed_finds_none_of_their_calls() {
    let clinic = Clinic::start().await;
    let (caller, mut anna) = (clinic.device("d").await, clinic.device("anna").await);
    let later =
        clinic.place_new("d", &["anna"], |new| new.planned = Some(START + Duration::minutes(10))).await;
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    assert_eq!(anna.rings().await, entry.call);
    clinic.events(&entry.call, (Join, "d")).await;
    clinic.fire("anna").await;
    clinic.events(&entry.call, (Missed, "anna")).await;
    let anna = clinic.device("anna").await;
    assert_eq!(anna.before_known, []);
    clinic.leave(&entry).await;
    clinic.events(&entry.call, (Ended, "d")).await;
    let clinic = clinic.restart_after(600).await;
    let mut anna = clinic.reconnect(anna.token).await;
    assert_eq!((anna.before_known.as_slice(), clinic.log_of(&anna).await.calls), (&[][..], vec![]));
    anna.hears_nothing().await;
    for call in [&later, &entry.call] {
        assert_eq!(clinic.do_with(&anna, call, "accept").await.0, 404);
    }
    clinic.stop().await;
}

#[tokio::test]
async fn what_has_rung_long_enough_was_missed() {
    let clinic = Clinic::start().await;
    let (caller, mut anna) = (clinic.device("d").await, clinic.device("anna").await);
    let entry = clinic.place(&caller, &["anna"]).await;
    assert_eq!(anna.rings().await, entry.call);
    let clinic = clinic.restart_after(60).await;
    let anna = clinic.reconnect(anna.token).await;
    assert_eq!(anna.before_known, [Event::Missed { count: 1 }]);
    let events = clinic.events(&entry.call, (Ended, "d")).await;
    assert_eq!(events.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [Created, Missed, Ended]);
    let clinic = clinic.restart_after(1).await;
    let row = clinic.row_of(&anna).await;
    assert_eq!((row.outcome, row.call), (CallOutcome::Missed, entry.call.clone()));
    assert_eq!(clinic.log_of(&anna).await.missed, 1, "kept until it was seen");
    assert_eq!(clinic.snapshot(&entry.call).await.events.len(), 3);
    clinic.stop().await;
}

#[tokio::test]
async fn a_planned_call_that_is_a_little_late_rings_and_a_late_one_was_missed() {
    for (late, rings) in [(Duration::ZERO, true), (RING, true), (RING + Duration::SECOND, false)] {
        let clinic = Clinic::start().await;
        let doctor = clinic.device("d").await;
        clinic.hire("anna").await;
        let at = START + Duration::minutes(10);
        let call = clinic.place_new("d", &["anna"], |new| new.planned = Some(at)).await;
        let clinic = clinic.restart_after((Duration::minutes(10) + late).whole_seconds()).await;
        let doctor = clinic.reconnect(doctor.token).await;
        if rings {
            assert!(matches!(&doctor.before_known[..], [Event::Ringing { .. }, Event::Calling { .. }]));
        } else {
            assert_eq!(doctor.before_known, []);
            let events = clinic.events(&call, (Ended, "d")).await;
            let kinds: Vec<_> = events.iter().map(|(kind, _)| *kind).collect();
            assert_eq!(kinds, [Created, Missed, Missed, Ended]);
        }
        clinic.stop().await;
    }
}

#[tokio::test]
async fn who_left_while_it_was_down_has_left_the_call_too() {
    let clinic = Clinic::start().await;
    let (caller, anna) = (clinic.device("d").await, clinic.device("anna").await);
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    clinic.join(&clinic.accept(&anna, &entry.call).await).await;
    clinic.events(&entry.call, (Join, "anna")).await;
    let clinic = clinic.restart_after(5).await;
    assert_eq!(clinic.row_of(&caller).await.outcome, CallOutcome::Running);
    clinic.leave(&entry).await;
    let events = clinic.events(&entry.call, (Leave, "d")).await;
    assert_eq!(events.len(), 4);
    let ids = clinic.snapshot(&entry.call).await.events.iter().map(|event| event.id).collect::<Vec<_>>();
    let next = clinic.place(&caller, &["anna"]).await;
    let (last, next) = (*ids.last().unwrap(), clinic.snapshot(&next.call).await);
    assert!(next.events[0].id > last && next.number > 1, "numbers grow over the whole server");
    clinic.stop().await;
}

#[tokio::test]
async fn the_conference_of_a_call_that_is_over_ends_too() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    clinic.hire("anna").await;
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    clinic.events(&entry.call, (Join, "d")).await;
    // As if the server had been stopped between the two.
    let app = clinic.app();
    let mut state = (*clinic.snapshot(&entry.call).await).clone();
    state.ringing.conference_over();
    let kept = crate::store::CallState { people: state.people, ringing: state.ringing, seen: state.seen };
    app.calls.store.step_call(state.number, kept, Vec::new(), Vec::new()).await.unwrap();
    let clinic = clinic.restart_after(1).await;
    let live = clinic.app().clinic.conference(&entry.visit).unwrap();
    assert!(live.view().conference.status().is_ended());
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_was_removed_as_the_server_stopped_is_waited_for_no_more() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    clinic.hire("anna").await;
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    clinic.events(&entry.call, (Join, "d")).await;
    assert!(clinic.app().staff.remove("anna".into()).await.unwrap());
    let clinic = clinic.restart_after(1).await;
    clinic.events(&entry.call, (Missed, "anna")).await;
    let anna = clinic.device("anna").await;
    assert_eq!((anna.before_known.as_slice(), clinic.log_of(&anna).await.calls), (&[][..], vec![]));
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_gets_the_login_of_a_removed_broker_finds_none_of_their_calls() {
    let clinic = Clinic::start().await;
    clinic.hire("broker").await;
    let expert = clinic.device("expert").await;
    clinic.hire("doctor").await;
    let call = clinic.place_new("broker", &["expert"], |new| new.on_behalf_of = Some("doctor".into())).await;
    clinic.fire("broker").await;
    let broker = clinic.device("broker").await;
    // What changes the call tells nobody of it who was not in it.
    assert_eq!(clinic.do_with(&expert, &call, "decline").await.0, 204);
    let events = clinic.events(&call, (Ended, "doctor")).await;
    assert!(events.iter().any(|(kind, _)| *kind == Declined));
    let clinic = clinic.restart_after(1).await;
    let mut broker = clinic.reconnect(broker.token).await;
    assert_eq!((broker.before_known.as_slice(), clinic.log_of(&broker).await.calls), (&[][..], vec![]));
    broker.hears_nothing().await;
    assert_eq!(clinic.do_with(&broker, &call, "cancel").await.0, 404);
    let ended = clinic.snapshot(&call).await;
    assert!(!ended.may_see(&"broker".into()) && ended.may_see(&"doctor".into()));
    clinic.stop().await;
}
