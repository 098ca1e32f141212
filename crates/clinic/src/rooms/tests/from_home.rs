//! A specialist at home answers who knocks.

use super::kit::{Clinic, Socket, doctor, guest};
use crate::domain::Live;
use consilium_model::{PeerId, Secret};
use consilium_wire::room::{FromClient, FromServer, MAX_NOTE};
use serde_json::{Value, json};
use std::sync::Arc;

/// A conference that nobody is in, with a patient who knocks, and the specialist's sign-in.
async fn at_the_door() -> (Clinic, Arc<Live>, Socket, PeerId, Secret) {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let (patient, you) = clinic.knocking(&live, "p").await;
    let token = clinic.sign_in("d").await;
    (clinic, live, patient, you, token)
}

async fn answer(clinic: &Clinic, token: &Secret, peer: &PeerId, how: &str, body: &Value) -> (u16, Value) {
    let url = format!("http://{}/home/v1/visits/a/knocks/{peer}/{how}", clinic.running.addr);
    let request = reqwest::Client::new().post(url).bearer_auth(token.expose()).json(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn refused(http: u16, error: &str) -> (u16, Value) {
    (http, json!({ "error": error }))
}

const DONE: (u16, Value) = (204, Value::Null);

#[tokio::test]
async fn words_and_rings_reach_the_guest_within_the_limits_of_the_room() {
    let (clinic, _, mut patient, you, token) = at_the_door().await;
    patient.say(&FromClient::StepAway { on: true }).await;
    assert_eq!(answer(&clinic, &token, &you, "ring", &json!({})).await, DONE);
    assert_eq!(patient.hear().await, FromServer::Rung);
    assert_eq!(answer(&clinic, &token, &you, "note", &json!({"text": "Five minutes."})).await, DONE);
    assert_eq!(patient.hear().await, FromServer::Note { text: "Five minutes.".into() });
    let long = "x".repeat(MAX_NOTE + 1);
    for wrong in
        [json!({"text": long}), json!({"text": " "}), json!({"text": "a\u{7}b"}), json!({}), json!(1)]
    {
        assert_eq!(
            answer(&clinic, &token, &you, "note", &wrong).await,
            refused(400, "bad_request"),
            "{wrong}"
        );
    }
    // Two of five are used up, and every other second there is one more.
    let one_more = json!({"text": "And one more."});
    let many = (0..20).map(|_| answer(&clinic, &token, &you, "note", &one_more));
    let answers = futures_util::future::join_all(many).await;
    assert!(answers.contains(&refused(429, "too_many_attempts")), "{answers:?}");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_denied_from_home_is_told_why_and_it_is_written_down() {
    let (clinic, live, mut patient, you, token) = at_the_door().await;
    let reason = Some("Please come at four.".into());
    let body = json!({"reason": "Please come at four."});
    assert_eq!(answer(&clinic, &token, &you, "deny", &body).await, DONE);
    let denied = patient.hear_until(|message| matches!(message, FromServer::Denied { .. })).await;
    assert_eq!(denied, FromServer::Denied { reason: reason.clone() });
    assert_eq!(patient.text().await, None);
    let mut again = clinic.enter(&live, &guest("p"), None).await;
    assert_eq!(again.hear().await, FromServer::Denied { reason });
    assert_eq!(answer(&clinic, &token, &you, "deny", &body).await, refused(404, "not_found"), "it is over");
    assert!(!live.view().conference.joined().contains(&doctor()), "nobody went in for it");
    let folder = clinic.stop().await;
    let db = rusqlite::Connection::open(folder.path().join("clinic.db")).unwrap();
    let sql = "SELECT actor, subject FROM audit WHERE action = 'deny'";
    let line: (String, String) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(line, ("d".to_owned(), "a".to_owned()));
}

#[tokio::test]
async fn only_a_specialist_of_the_visit_who_is_signed_in_answers() {
    let (clinic, live, mut patient, you, token) = at_the_door().await;
    let colleague = clinic.sign_in("e").await;
    let not_found = refused(404, "not_found");
    let (ring, nobody) = (json!({}), PeerId::from("nobody"));
    assert_eq!(answer(&clinic, &colleague, &you, "ring", &ring).await, not_found, "not a visit of theirs");
    assert_eq!(answer(&clinic, &token, &nobody, "ring", &ring).await, not_found);
    for wrong in ["no".into(), clinic.app().clinic.keys().access_token(live.id(), &doctor())] {
        assert_eq!(answer(&clinic, &wrong, &you, "ring", &ring).await, refused(401, "unauthorized"));
    }
    let elsewhere = format!("http://{}/home/v1/visits/b/knocks/{you}/ring", clinic.running.addr);
    let asked = reqwest::Client::new().post(elsewhere).bearer_auth(token.expose());
    assert_eq!(asked.send().await.unwrap().status(), 404, "no such visit");
    assert_eq!(answer(&clinic, &token, &you, "admit", &ring).await.0, 404, "letting in is done inside");
    assert_eq!(answer(&clinic, &token, &you, "note", &json!({"text": "Hello."})).await, DONE);
    assert_eq!(patient.hear().await, FromServer::Note { text: "Hello.".into() }, "nothing else was heard");
    clinic.running.stop().await;
}

#[tokio::test]
async fn those_inside_hear_that_somebody_at_home_has_answered() {
    let (clinic, live, _patient, you, token) = at_the_door().await;
    let mut inside = clinic.inside(&live).await;
    assert!(matches!(inside.knock_of(&you).await, FromServer::Knocking { .. }));
    assert_eq!(answer(&clinic, &token, &you, "deny", &json!({})).await, DONE);
    assert_eq!(inside.knock_of(&you).await, FromServer::KnockOver { peer: you });
    clinic.running.stop().await;
}
