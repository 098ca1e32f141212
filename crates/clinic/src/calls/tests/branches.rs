//! Every branch of ringing, and the log that it leaves.

use super::kit::Clinic;
use crate::calls::ringing::EventKind::{Created, Declined, Ended, Join, Leave, Missed};
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallOutcome, CalleeState, RingEnd};
use serde_json::json;

fn named(
    events: &[(crate::calls::ringing::EventKind, String)],
) -> Vec<(crate::calls::ringing::EventKind, &str)> {
    events.iter().map(|(kind, who)| (*kind, who.as_str())).collect()
}

#[tokio::test]
async fn the_documented_example() {
    let clinic = Clinic::start().await;
    let mut caller = clinic.device("callertest1").await;
    let mut callee = clinic.device("callertest2").await;
    let entry = clinic.place(&caller, &["callertest2"]).await;
    clinic.join(&entry).await;
    clinic.events(&entry.call, (Join, "callertest1")).await;
    let Event::Ringing { call, from, title, others, into_visit, seconds } = callee.next().await else {
        panic!("it does not ring")
    };
    assert_eq!((&call, from.user_id.as_str(), title), (&entry.call, "callertest1", None));
    assert_eq!((others, into_visit, seconds), (0, false, 45));
    caller.sees(&[CalleeState::Ringing]).await;
    assert_eq!(clinic.row_of(&callee).await.outcome, CallOutcome::Ringing);

    let way = clinic.accept(&callee, &call).await;
    assert_eq!((&way.call, &way.visit), (&entry.call, &entry.visit));
    caller.sees(&[CalleeState::Answered]).await;
    clinic.join(&way).await;
    let events = clinic.events(&call, (Join, "callertest2")).await;
    let example = [(Created, "callertest1"), (Join, "callertest1"), (Join, "callertest2")];
    assert_eq!(named(&events), example);
    caller.sees(&[CalleeState::Joined]).await;
    callee.hears_nothing().await;
    for device in [&caller, &callee] {
        let row = clinic.row_of(device).await;
        assert_eq!((row.outcome, row.entry.is_some()), (CallOutcome::Running, true));
        assert_eq!(row.people.len(), 1);
    }

    clinic.pass(90);
    clinic.leave(&entry).await;
    clinic.events(&call, (Leave, "callertest1")).await;
    clinic.leave(&way).await;
    let events = clinic.events(&call, (Ended, "callertest1")).await;
    assert_eq!(named(&events[3..]), [(Leave, "callertest1"), (Leave, "callertest2"), (Ended, "callertest1")]);
    for (device, outgoing) in [(&caller, true), (&callee, false)] {
        let row = clinic.row_of(device).await;
        assert_eq!((row.outcome, row.outgoing, row.seconds), (CallOutcome::Answered, outgoing, 90));
        assert_eq!(row.entry, None);
    }
    let live = clinic.app().clinic.conference(&entry.visit).unwrap();
    while !live.view().conference.status().is_ended() {
        tokio::task::yield_now().await;
    }
    let (_, visits) = clinic.ask(&caller.token, "GET", "visits", &json!({})).await;
    assert_eq!(visits, json!({"visits": []}), "calls have a log of their own");
    let (http, _) = clinic.press(&entry, "restore_terminated_fast").await;
    assert_ne!(http, 200, "a call that is over is not taken up again");
    let info = clinic.info(&entry).await;
    assert_eq!(
        (&info["call"], &info["ended_for_good"]),
        (&json!(true), &json!(true)),
        "and nobody offers it"
    );
    clinic.stop().await;
}

#[tokio::test]
async fn declined_by_one_and_busy_the_other() {
    let clinic = Clinic::start().await;
    let mut caller = clinic.device("d").await;
    let (mut anna, mut ivan) = (clinic.device("anna").await, clinic.device("ivan").await);
    let entry = clinic.place(&caller, &["anna", "ivan"]).await;
    clinic.join(&entry).await;
    let call = anna.rings().await;
    assert_eq!(ivan.rings().await, call);
    assert_eq!(clinic.do_with(&anna, &call, "decline").await.0, 204);
    let busy =
        clinic.ask(&ivan.token, "POST", &format!("calls/{}/decline", call.0), &json!({"busy": true})).await;
    assert_eq!(busy.0, 204);
    caller.sees(&[CalleeState::Declined, CalleeState::Busy]).await;
    assert_eq!(clinic.do_with(&ivan, &call, "decline").await.0, 204, "once more does nothing");
    clinic.leave(&entry).await;
    let events = clinic.events(&call, (Ended, "d")).await;
    let declined: Vec<_> = named(&events).into_iter().filter(|(kind, _)| *kind == Declined).collect();
    assert_eq!(declined, [(Declined, "anna"), (Declined, "ivan")]);
    assert_eq!(named(&events[4..]), [(Leave, "d"), (Ended, "d")]);
    assert_eq!(clinic.row_of(&anna).await.outcome, CallOutcome::Declined);
    assert_eq!(clinic.row_of(&caller).await.outcome, CallOutcome::NoAnswer);
    assert_eq!(clinic.log_of(&anna).await.missed, 0);
    clinic.stop().await;
}

#[tokio::test]
async fn nobody_answers_in_time() {
    let clinic = Clinic::start().await;
    let mut caller = clinic.device("d").await;
    let (mut phone, mut desk) = (clinic.device("anna").await, clinic.device("anna").await);
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    assert_eq!((phone.rings().await, desk.rings().await), (entry.call.clone(), entry.call.clone()));
    clinic.pass(45);
    let events = clinic.events(&entry.call, (Missed, "anna")).await;
    assert_eq!(named(&events), [(Created, "d"), (Join, "d"), (Missed, "anna")]);
    caller.sees(&[CalleeState::Missed]).await;
    for device in [&mut phone, &mut desk] {
        assert_eq!(device.stops(&entry.call).await, RingEnd::Missed);
        assert_eq!(device.next().await, Event::Missed { count: 1 });
    }
    let log = clinic.log_of(&phone).await;
    assert_eq!((log.missed, log.calls[0].outcome), (1, CallOutcome::Missed));
    let (http, body) = clinic.do_with(&desk, &entry.call, "accept").await;
    assert_eq!((http, body), (409, json!({"error": "call_over"})), "the ring is over");
    let way = log.calls[0].entry.clone().expect("it goes on, so there is a way in");
    clinic.join(&way).await;
    clinic.events(&entry.call, (Join, "anna")).await;
    assert_eq!(clinic.ask(&desk.token, "POST", "calls/seen", &json!({})).await.0, 204);
    for device in [&mut phone, &mut desk] {
        assert_eq!(device.next().await, Event::Missed { count: 0 });
    }
    assert_eq!(clinic.log_of(&phone).await.missed, 0);
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_called_gives_up() {
    let clinic = Clinic::start().await;
    let mut caller = clinic.device("d").await;
    let mut anna = clinic.device("anna").await;
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    assert_eq!(anna.rings().await, entry.call);
    assert_eq!(clinic.do_with(&caller, &entry.call, "cancel").await.0, 204);
    assert_eq!(anna.stops(&entry.call).await, RingEnd::Cancelled);
    assert_eq!(anna.next().await, Event::Missed { count: 1 });
    let events = clinic.events(&entry.call, (Ended, "d")).await;
    assert_eq!(named(&events)[2..], [(Missed, "anna"), (Leave, "d"), (Ended, "d")]);
    caller.sees(&[CalleeState::Missed]).await;
    assert_eq!(clinic.row_of(&caller).await.outcome, CallOutcome::Cancelled);
    let (http, body) = clinic.do_with(&anna, &entry.call, "accept").await;
    assert_eq!((http, body), (409, json!({"error": "call_over"})));
    assert_eq!(clinic.do_with(&anna, &entry.call, "decline").await.0, 204);
    assert_eq!(clinic.do_with(&caller, &entry.call, "cancel").await.0, 204);
    clinic.stop().await;
}

#[tokio::test]
async fn whoever_is_not_to_be_disturbed_has_missed_it_at_once() {
    let clinic = Clinic::start().await;
    let mut caller = clinic.device("d").await;
    let mut anna = clinic.device("anna").await;
    let quiet = json!({"do_not_disturb": true});
    assert_eq!(clinic.ask(&anna.token, "PUT", "presence", &quiet).await.0, 204);
    let entry = clinic.place(&caller, &["anna"]).await;
    assert_eq!(anna.next().await, Event::Missed { count: 1 });
    anna.hears_nothing().await;
    caller.sees(&[CalleeState::Undisturbed]).await;
    clinic.join(&entry).await;
    let events = clinic.events(&entry.call, (Join, "d")).await;
    assert_eq!(named(&events), [(Created, "d"), (Missed, "anna"), (Join, "d")]);
    clinic.stop().await;
}

#[tokio::test]
async fn the_end_of_the_conference_is_the_end_of_the_call() {
    let clinic = Clinic::start().await;
    let (caller, mut anna, mut ivan) =
        (clinic.device("d").await, clinic.device("anna").await, clinic.device("ivan").await);
    let entry = clinic.place(&caller, &["anna", "ivan"]).await;
    clinic.join(&entry).await;
    clinic.join(&clinic.accept(&anna, &entry.call).await).await;
    clinic.events(&entry.call, (Join, "anna")).await;
    clinic.press(&entry, "finish").await;
    assert_eq!((ivan.rings().await, ivan.stops(&entry.call).await), (entry.call.clone(), RingEnd::Cancelled));
    let events = clinic.events(&entry.call, (Ended, "d")).await;
    assert_eq!(named(&events)[3..], [(Missed, "ivan"), (Leave, "d"), (Leave, "anna"), (Ended, "d")]);
    assert_eq!(anna.rings().await, entry.call);
    clinic.stop().await;
}

#[tokio::test]
async fn everybody_who_was_called_together_hears_of_the_others() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let mut anna = clinic.device("anna").await;
    clinic.hire("ivan").await;
    let title = json!({"contacts": ["anna", "ivan", "anna", "d", "nobody"], "title": " A question "});
    let (http, _) = clinic.ask(&caller.token, "POST", "calls", &title).await;
    assert_eq!(http, 200);
    let Event::Ringing { title, others, .. } = anna.next().await else { panic!("it does not ring") };
    assert_eq!((title, others), (Some("A question".into()), 1));
    let people = clinic.row_of(&anna).await.people;
    let logins: Vec<_> = people.iter().map(|one| one.user_id.as_str()).collect();
    assert_eq!(logins, ["d", "ivan"], "whoever called comes first");
    clinic.stop().await;
}
