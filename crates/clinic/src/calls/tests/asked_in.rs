//! People are asked into a visit, or a call, that runs.

use super::kit::{Clinic, START};
use crate::calls::ringing::EventKind::{Ended, Join};
use crate::store::{ConferenceRecord, Face};
use consilium_model::{ConferenceId, Participant};
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallEntry, CallId, CallOutcome, CalleeState};
use serde_json::json;

/// A visit of `d` with a patient.
async fn visit(clinic: &Clinic) -> CallEntry {
    let info = json!({
        "appointmentId": "a", "isOpen": true, "l10n": "en", "services": [], "otp": false,
        "organizationInfo": {"id": "o", "title": "O"}, "openingDurationSeconds": 0,
        "filialInfo": {"id": "f", "title": "F", "timezone": "UTC"},
        "scheduledDurationSeconds": 600, "scheduledStart": "2026-11-22T12:00:00Z",
        "clients": [{"id": "p", "name": "P", "surname": "Sample"}],
        "specialists": [{"id": "d", "name": "N", "surname": "S", "profession": "P"}],
    });
    let (id, who) = (ConferenceId::new("visit"), Participant::specialist("d"));
    let record = ConferenceRecord {
        id: id.clone(),
        created_at: START,
        creator: who.clone(),
        info: serde_json::from_value(info).unwrap(),
        web_hook: None,
        visitors: Vec::new(),
        asked_in: Vec::new(),
        face: Face::Medme,
    };
    clinic.app().clinic.add(record).await.unwrap();
    let access_token = clinic.app().clinic.keys().access_token(&id, &who);
    CallEntry { call: CallId(String::new()), visit: id, access_token }
}

#[tokio::test]
async fn into_a_visit_from_when_they_accept() {
    let clinic = Clinic::start().await;
    let mut doctor = clinic.device("d").await;
    let (mut anna, mut ivan) = (clinic.device("anna").await, clinic.device("ivan").await);
    let visit = visit(&clinic).await;
    let path = format!("visits/{}/people", visit.visit);
    let both = json!({"contacts": ["anna", "ivan", "d"]});
    let (http, body) = clinic.ask(&doctor.token, "POST", &path, &both).await;
    assert_eq!((http, body), (409, json!({"error": "call_over"})), "only from inside");
    clinic.join(&visit).await;
    assert_eq!(clinic.ask(&doctor.token, "POST", &path, &both).await.0, 204);
    let Event::Ringing { call, into_visit: true, from, others: 1, .. } = anna.next().await else {
        panic!("it does not ring")
    };
    assert_eq!((ivan.rings().await, from.user_id.as_str()), (call.clone(), "d"));
    doctor.sees(&[CalleeState::Ringing, CalleeState::Ringing]).await;
    let (http, body) = clinic.ask(&doctor.token, "POST", &path, &both).await;
    assert_eq!((http, body), (422, json!({"error": "nobody_to_call"})), "both ring already");

    let live = clinic.app().clinic.conference(&visit.visit).unwrap();
    assert_eq!(live.participants().len(), 2);
    assert_eq!(clinic.do_with(&ivan, &call, "decline").await.0, 204);
    let way = clinic.accept(&anna, &call).await;
    assert_eq!(way.visit, visit.visit);
    assert!(live.participants().contains(&Participant::specialist("anna")));
    assert!(!live.participants().contains(&Participant::specialist("ivan")), "who declines never was in it");
    clinic.join(&way).await;
    clinic.events(&call, (Join, "anna")).await;
    doctor.sees(&[CalleeState::Joined, CalleeState::Declined]).await;
    clinic.leave(&way).await;
    clinic.events(&call, (Ended, "d")).await;
    assert!(!live.view().conference.status().is_ended(), "the visit goes on");
    assert_eq!(clinic.row_of(&anna).await.outcome, CallOutcome::Answered);
    assert_eq!(clinic.row_of(&ivan).await.outcome, CallOutcome::Declined);
    clinic.stop().await;
}

#[tokio::test]
async fn an_edit_that_does_not_know_of_them_leaves_them_in() {
    let clinic = Clinic::start().await;
    let (doctor, mut anna) = (clinic.device("d").await, clinic.device("anna").await);
    let visit = visit(&clinic).await;
    clinic.join(&visit).await;
    let path = format!("visits/{}/people", visit.visit);
    assert_eq!(clinic.ask(&doctor.token, "POST", &path, &json!({"contacts": ["anna"]})).await.0, 204);
    let call = anna.rings().await;
    clinic.accept(&anna, &call).await;

    let live = clinic.app().clinic.conference(&visit.visit).unwrap();
    let is_in = || live.participants().contains(&Participant::specialist("anna"));
    let one = |id: &str| json!({"id": id, "name": "N", "surname": "S", "profession": "P"});
    for (listed, stays, why) in [
        (vec!["d"], true, "she was called into it"),
        (vec!["d"], true, "and once more"),
        (vec!["d", "anna"], true, "now she is on the list"),
        (vec!["d"], false, "and was taken off it"),
    ] {
        let specialists: Vec<_> = listed.into_iter().map(one).collect();
        let edit = json!({ "specialists": specialists });
        let (http, body) = clinic.press_with(&visit, "update_info", edit).await;
        assert_eq!((http, &body["status"]), (200, &json!("OK")), "{body}");
        assert_eq!(is_in(), stays, "{why}");
    }
    clinic.stop().await;
}

#[tokio::test]
async fn nobody_edits_who_is_in_a_call() {
    let clinic = Clinic::start().await;
    let (anna, mut ivan) = (clinic.device("anna").await, clinic.device("ivan").await);
    let call = clinic.place(&anna, &["ivan"]).await;
    let way = {
        let id = ivan.rings().await;
        clinic.accept(&ivan, &id).await
    };
    clinic.join(&way).await;
    let alone = json!({"specialists": [{"id": "ivan", "name": "N", "surname": "S", "profession": "P"}]});
    let (http, body) = clinic.press_with(&way, "update_info", alone).await;
    assert_eq!((http, &body["status"]), (400, &json!("CONFERENCE_CANNOT_BE_EDITED")), "{body}");
    clinic.join(&call).await;
    clinic.stop().await;
}

#[tokio::test]
async fn once_however_often_they_are_asked_at_the_same_time() {
    let clinic = Clinic::start().await;
    let (doctor, mut anna) = (clinic.device("d").await, clinic.device("anna").await);
    let visit = visit(&clinic).await;
    clinic.join(&visit).await;
    let path = format!("visits/{}/people", visit.visit);
    let body = json!({"contacts": ["anna"]});
    let ask = || clinic.ask(&doctor.token, "POST", &path, &body);
    let answers = tokio::join!(ask(), ask(), ask(), ask());
    let mut codes = [answers.0.0, answers.1.0, answers.2.0, answers.3.0];
    codes.sort_unstable();
    assert_eq!(codes, [204, 422, 422, 422]);
    anna.rings().await;
    anna.hears_nothing().await;
    clinic.stop().await;
}

#[tokio::test]
async fn nobody_is_brought_in_whose_call_was_called_off() {
    let clinic = Clinic::start().await;
    let (doctor, mut anna) = (clinic.device("d").await, clinic.device("anna").await);
    let visit = visit(&clinic).await;
    clinic.join(&visit).await;
    let path = format!("visits/{}/people", visit.visit);
    let live = clinic.app().clinic.conference(&visit.visit).unwrap();
    assert_eq!(clinic.ask(&doctor.token, "POST", &path, &json!({"contacts": ["anna"]})).await.0, 204);
    let call = anna.rings().await;
    let (accept, _) =
        tokio::join!(clinic.do_with(&anna, &call, "accept"), clinic.do_with(&doctor, &call, "cancel"));
    let is_in = live.participants().contains(&Participant::specialist("anna"));
    assert_eq!(accept.0, if is_in { 200 } else { 409 }, "{accept:?}");
    clinic.stop().await;
}

#[tokio::test]
async fn into_a_call_of_which_they_become_part() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    let (anna, mut ivan) = (clinic.device("anna").await, clinic.device("ivan").await);
    let entry = clinic.place(&caller, &["anna"]).await;
    clinic.join(&entry).await;
    clinic.join(&clinic.accept(&anna, &entry.call).await).await;
    clinic.events(&entry.call, (Join, "anna")).await;
    let path = format!("visits/{}/people", entry.visit);
    assert_eq!(clinic.ask(&anna.token, "POST", &path, &json!({"contacts": ["ivan"]})).await.0, 204);
    let second = ivan.rings().await;
    assert_ne!(second, entry.call);
    clinic.join(&clinic.accept(&ivan, &second).await).await;
    clinic.events(&entry.call, (Join, "ivan")).await;
    clinic.events(&second, (Join, "ivan")).await;
    assert_eq!(clinic.log_of(&ivan).await.calls.len(), 1, "one call in the log");
    clinic.press(&entry, "finish").await;
    clinic.events(&entry.call, (Ended, "d")).await;
    clinic.events(&second, (Ended, "anna")).await;
    clinic.stop().await;
}
