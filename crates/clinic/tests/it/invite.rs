//! From a chat into a conference with one press.

use crate::im_kit::{Person, ask, doctor, next_of, patient, text, uuid};
use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};

async fn sign_in(clinic: &Clinic, place: usize) -> String {
    let user = clinic.demo().home.as_ref().unwrap().users[place].clone();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(&body).send().await.unwrap();
    text(&answer.json::<Value>().await.unwrap()["token"])
}

async fn invite(clinic: &Clinic, token: &str, body: &Value) -> (u16, Value) {
    let request = clinic.http.post(clinic.url("/home/v1/invite")).bearer_auth(token).json(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn way_in(clinic: &Clinic, who: &Person, session: &str) -> (u16, Value) {
    ask(clinic, Some(who), Method::GET, &format!("/sessions/{session}/conference"), None).await
}

#[tokio::test]
async fn one_press_and_both_are_in_the_call() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = anna.with(&clinic, &ivan).await;
    assert_eq!(way_in(&clinic, &ivan, &session).await.0, 404, "nobody was invited yet");
    let mut socket = ivan.socket(&clinic, Some(&session)).await;
    let home = sign_in(&clinic, 0).await;
    let wanted = json!({"session_id": session, "title": "Please come in"});
    let (http, invited) = invite(&clinic, &home, &wanted).await;
    assert_eq!(http, 200, "{invited}");
    let card = next_of(&mut socket, "message").await["message"].take();
    assert_eq!((&card, card["type"].as_u64()), (&invited["card"], Some(5)));
    let content: Value = serde_json::from_str(card["content"].as_str().unwrap()).unwrap();
    let (http, way) = way_in(&clinic, &ivan, &session).await;
    assert_eq!(content, json!({"title": "Please come in", "appointment_id": way["appointment_id"]}));
    assert_eq!((http, &way["status"]), (200, &json!("pending")));

    clinic.press("join", way["access_token"].as_str().unwrap()).await;
    let token = invited["access_token"].as_str().unwrap();
    assert_eq!(clinic.press("join", token).await, "started");
    let (_, again) = invite(&clinic, &home, &json!({"patient_id": ivan.id, "title": "Still here"})).await;
    assert_eq!(again["visit"], invited["visit"], "while it goes on it is that one");
    clinic.press("finish", token).await;
    assert_eq!(way_in(&clinic, &ivan, &session).await.0, 404, "it is over");
    let (_, next) = invite(&clinic, &home, &wanted).await;
    assert_ne!(next["visit"], invited["visit"]);

    let request = clinic.http.get(clinic.url("/home/v1/visits")).bearer_auth(&home);
    let day: Value = request.send().await.unwrap().json().await.unwrap();
    let shown = day["visits"].as_array().unwrap().iter().any(|visit| visit["id"] == next["visit"]);
    assert!(shown, "it is in the home of the one who invites: {day}");
    clinic.running.stop().await;
}

#[tokio::test]
async fn two_presses_at_once_make_one_conference() {
    let clinic = Clinic::start().await;
    let ivan = patient(&clinic, 0).await;
    let home = sign_in(&clinic, 0).await;
    let wanted = json!({"patient_id": ivan.id, "title": "Please come in"});
    let (one, two) = tokio::join!(invite(&clinic, &home, &wanted), invite(&clinic, &home, &wanted));
    assert_eq!((one.0, &one.1["visit"]), (200, &two.1["visit"]));
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_a_specialist_invites_and_only_whom_it_may() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = anna.with(&clinic, &ivan).await;
    let home = sign_in(&clinic, 0).await;
    let wanted = json!({"session_id": session, "title": "t"});
    for token in [anna.token.as_str(), ivan.token.as_str(), &clinic.pair("now").0, "nonsense"] {
        assert_eq!(invite(&clinic, token, &wanted).await, (401, json!({"error": "unauthorized"})));
    }
    let stranger = sign_in(&clinic, 1).await;
    let not_found = (404, json!({"error": "not_found"}));
    assert_eq!(invite(&clinic, &stranger, &wanted).await, not_found);
    let body = json!({"patient_id": ivan.id, "title": "t"});
    assert_eq!(invite(&clinic, &stranger, &body).await, not_found, "there is no visit of the two");
    let colleague = doctor(&clinic, 1).await;
    let among_doctors = anna.with(&clinic, &colleague).await;
    for body in [
        json!({"session_id": among_doctors, "title": "t"}),
        json!({"session_id": session}),
        json!({"session_id": session, "title": " "}),
        json!({"title": "t"}),
        json!([]),
    ] {
        assert_eq!(invite(&clinic, &home, &body).await, (400, json!({"error": "bad_request"})), "{body}");
    }
    invite(&clinic, &home, &wanted).await;
    assert_eq!(way_in(&clinic, &colleague, &session).await.0, 404);
    let other = patient(&clinic, 1).await;
    assert_eq!(way_in(&clinic, &other, &session).await.0, 404);
    assert_eq!(way_in(&clinic, &anna, &session).await.0, 200);
    assert_eq!(way_in(&clinic, &anna, &uuid()).await.0, 404);
    clinic.running.stop().await;
}
