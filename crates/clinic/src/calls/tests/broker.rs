//! Calls that somebody makes for somebody else, later, or without ringing.

use super::kit::{Clinic, START};
use crate::calls::CallStatus;
use crate::calls::ringing::EventKind::{Created, Ended, Join, Leave, Missed};
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallOutcome, CalleeState, RingEnd};
use serde_json::json;
use time::Duration;

#[tokio::test]
async fn whoever_a_broker_calls_for_rings_once_an_expert_has_answered() {
    let clinic = Clinic::start().await;
    let mut broker = clinic.device("broker").await;
    let (mut doctor, mut expert) = (clinic.device("doctor").await, clinic.device("expert").await);
    let call = clinic.place_new("broker", &["expert"], |new| new.on_behalf_of = Some("doctor".into())).await;
    assert_eq!(expert.rings().await, call);
    // Nothing for whoever it is for but how it goes.
    doctor.sees(&[CalleeState::Ringing]).await;
    doctor.hears_nothing().await;
    let way = clinic.accept(&expert, &call).await;
    loop {
        match doctor.next().await {
            Event::Calling { .. } => {}
            Event::Ringing { call: other, from, .. } => {
                assert_eq!((&other, from.user_id.as_str()), (&call, "expert"));
                break;
            }
            other => panic!("it does not ring: {other:?}"),
        }
    }
    clinic.join(&way).await;
    clinic.events(&call, (Join, "expert")).await;
    clinic.join(&clinic.accept(&doctor, &call).await).await;
    let events = clinic.events(&call, (Join, "doctor")).await;
    assert_eq!(events.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [Created, Join, Join]);
    assert_eq!(events[0].1, "doctor", "it is the doctor's call");
    broker.sees(&[CalleeState::Joined]).await;
    let row = clinic.row_of(&broker).await;
    assert_eq!((row.outcome, row.outgoing, row.entry), (CallOutcome::Running, true, None));
    let (http, _) = clinic.do_with(&broker, &call, "accept").await;
    assert_eq!(http, 404, "the broker is not in it");
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_a_broker_calls_for_hears_nothing_when_no_expert_answers() {
    let clinic = Clinic::start().await;
    let (doctor, mut expert) = (clinic.device("doctor").await, clinic.device("expert").await);
    let broker = clinic.device("broker").await;
    let call = clinic.place_new("broker", &["expert"], |new| new.on_behalf_of = Some("doctor".into())).await;
    assert_eq!(expert.rings().await, call);
    assert_eq!(clinic.do_with(&broker, &call, "cancel").await.0, 204);
    assert_eq!(expert.stops(&call).await, RingEnd::Cancelled);
    let events = clinic.events(&call, (Ended, "doctor")).await;
    assert_eq!(events.len(), 3, "created, missed, ended");
    let doctor = clinic.reconnect(doctor.token).await;
    assert_eq!(doctor.before_known, []);
    assert_eq!(clinic.log_of(&doctor).await.missed, 0);
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_a_broker_calls_for_misses_it_like_anybody_who_is_called() {
    let clinic = Clinic::start().await;
    clinic.hire("broker").await;
    let (doctor, expert) = (clinic.device("doctor").await, clinic.device("expert").await);
    let call = clinic.place_new("broker", &["expert"], |new| new.on_behalf_of = Some("doctor".into())).await;
    clinic.join(&clinic.accept(&expert, &call).await).await;
    clinic.pass(45);
    clinic.events(&call, (Missed, "doctor")).await;
    assert_eq!(clinic.log_of(&doctor).await.missed, 1);
    let row = clinic.row_of(&doctor).await;
    assert_eq!((row.outcome, row.outgoing), (CallOutcome::Missed, false), "the broker has called");
    let doctor = clinic.reconnect(doctor.token).await;
    assert!(doctor.before_known.contains(&Event::Missed { count: 1 }));
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_a_broker_calls_for_takes_it_although_it_did_not_ring() {
    let clinic = Clinic::start().await;
    clinic.hire("broker").await;
    let (doctor, expert) = (clinic.device("doctor").await, clinic.device("expert").await);
    let (http, _) = clinic.ask(&doctor.token, "PUT", "presence", &json!({"do_not_disturb": true})).await;
    assert_eq!(http, 204);
    let call = clinic.place_new("broker", &["expert"], |new| new.on_behalf_of = Some("doctor".into())).await;
    clinic.join(&clinic.accept(&expert, &call).await).await;
    clinic.events(&call, (Join, "expert")).await;
    assert_eq!(clinic.row_of(&doctor).await.outcome, CallOutcome::Missed);
    clinic.join(&clinic.accept(&doctor, &call).await).await;
    clinic.events(&call, (Join, "doctor")).await;
    clinic.stop().await;
}

#[tokio::test]
async fn a_planned_call_rings_at_its_time() {
    let clinic = Clinic::start().await;
    let (mut doctor, mut expert) = (clinic.device("doctor").await, clinic.device("expert").await);
    let at = START + Duration::minutes(10);
    let call = clinic.place_new("doctor", &["expert"], |new| new.planned = Some(at)).await;
    assert_eq!(clinic.snapshot(&call).await.status(), CallStatus::Planned);
    for device in [&mut doctor, &mut expert] {
        let row = clinic.row_of(device).await;
        assert_eq!((row.outcome, row.at), (CallOutcome::Planned, at));
        device.hears_nothing().await;
    }
    clinic.pass(600);
    assert_eq!((doctor.rings().await, expert.rings().await), (call.clone(), call.clone()));
    assert_eq!(clinic.snapshot(&call).await.status(), CallStatus::Started);
    clinic.join(&clinic.accept(&expert, &call).await).await;
    clinic.events(&call, (Join, "expert")).await;
    clinic.pass(45);
    clinic.events(&call, (Missed, "doctor")).await;
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_is_only_told_finds_it_in_the_log() {
    let clinic = Clinic::start().await;
    let (caller, mut anna) = (clinic.device("d").await, clinic.device("anna").await);
    let call = clinic.place_new("d", &["anna"], |new| new.directly = false).await;
    let own = clinic.row_of(&caller).await.entry.unwrap();
    clinic.join(&own).await;
    clinic.pass(300);
    let row = clinic.row_of(&anna).await;
    assert_eq!(row.outcome, CallOutcome::Running);
    anna.hears_nothing().await;
    clinic.join(&row.entry.unwrap()).await;
    clinic.events(&call, (Join, "anna")).await;
    clinic.leave(&own).await;
    clinic.events(&call, (Leave, "d")).await;
    clinic.stop().await;
}
