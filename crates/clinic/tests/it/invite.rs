//! From a chat into a conference with one press.

use crate::im_kit::{Person, ask, doctor, next_of, patient, text, uuid, visit_chat};
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
    let (appointment, visit) = (&way["appointment_id"], &invited["visit"]);
    assert_eq!(
        content,
        json!({"title": "Please come in", "appointment_id": appointment, "conference": visit})
    );
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
    for (body, error) in [
        (json!({"session_id": among_doctors, "title": "t"}), "nobody_to_call"),
        (json!({"session_id": session}), "bad_request"),
        (json!({"session_id": session, "title": " "}), "bad_name"),
        (json!({"title": "t"}), "bad_request"),
        (json!([]), "bad_request"),
    ] {
        assert_eq!(invite(&clinic, &home, &body).await, (400, json!({"error": error})), "{body}");
    }
    invite(&clinic, &home, &wanted).await;
    assert_eq!(way_in(&clinic, &colleague, &session).await.0, 404);
    let other = patient(&clinic, 1).await;
    assert_eq!(way_in(&clinic, &other, &session).await.0, 404);
    assert_eq!(way_in(&clinic, &anna, &session).await.0, 200);
    assert_eq!(way_in(&clinic, &anna, &uuid()).await.0, 404);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_press_that_is_repeated_posts_no_second_card() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = anna.with(&clinic, &ivan).await;
    let home = sign_in(&clinic, 0).await;
    let wanted = json!({"session_id": session, "title": "Please come in", "client_message_id": "press-1"});
    let (_, first) = invite(&clinic, &home, &wanted).await;
    let (http, again) = invite(&clinic, &home, &wanted).await;
    assert_eq!((http, &again), (200, &first));
    let content: Value = serde_json::from_str(text(&first["card"]["content"]).as_str()).unwrap();
    assert_eq!(content["conference"], first["visit"], "the card names its conference");
    let path = format!("/sessions/{session}/messages");
    let (_, rows) = ask(&clinic, Some(&anna), Method::GET, &path, None).await;
    assert_eq!(rows["content"].as_array().unwrap().len(), 1, "{rows}");

    let mut other = wanted.clone();
    other["client_message_id"] = json!("press-2");
    let (_, second) = invite(&clinic, &home, &other).await;
    assert_eq!((&second["visit"], second["card"] == first["card"]), (&first["visit"], false));

    clinic.press("cancel", first["access_token"].as_str().unwrap()).await;
    let (_, next) = invite(&clinic, &home, &wanted).await;
    assert_ne!(next["visit"], first["visit"]);
    let content: Value = serde_json::from_str(text(&next["card"]["content"]).as_str()).unwrap();
    assert_eq!(content["conference"], next["visit"], "a conference never goes without its card");
    for wrong in ["", "a\nb", &"x".repeat(65)] {
        let body = json!({"session_id": session, "title": "t", "client_message_id": wrong});
        assert_eq!(invite(&clinic, &home, &body).await.0, 400, "{wrong:?}");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_patient_goes_in_under_a_name_and_is_called_so_nowhere_else() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = anna.with(&clinic, &ivan).await;
    let home = sign_in(&clinic, 0).await;
    let path = format!("/sessions/{session}/conference");
    let named = |name: &str| Some(json!({"name": name}));
    assert_eq!(
        ask(&clinic, Some(&ivan), Method::POST, &path, named("Vanya").as_ref()).await.0,
        404,
        "not invited yet"
    );
    let (_, invited) = invite(&clinic, &home, &json!({"session_id": session, "title": "t"})).await;
    for wrong in ["", " ", "a\nb", &"я".repeat(201)] {
        let (http, _) = ask(&clinic, Some(&ivan), Method::POST, &path, named(wrong).as_ref()).await;
        assert!([400, 413].contains(&http), "{wrong:?}: {http}");
    }
    let (http, way) = ask(&clinic, Some(&ivan), Method::POST, &path, named("Vanya").as_ref()).await;
    assert_eq!((http, &way["visit"]), (200, &invited["visit"]), "{way}");
    let info = clinic.info(invited["access_token"].as_str().unwrap()).await.1;
    assert!(info.to_string().contains("Vanya"), "{info}");
    let (_, row) =
        ask(&clinic, Some(&anna), Method::GET, &format!("/sessions/{session}/session"), None).await;
    assert!(!row.to_string().contains("Vanya"), "{row}");

    clinic.press("cancel", invited["access_token"].as_str().unwrap()).await;
    assert_eq!(
        ask(&clinic, Some(&ivan), Method::POST, &path, named("Vanya").as_ref()).await.0,
        404,
        "it is over"
    );
    let (_, next) = invite(&clinic, &home, &json!({"session_id": session, "title": "t"})).await;
    let info = clinic.info(next["access_token"].as_str().unwrap()).await.1;
    assert!(!info.to_string().contains("Vanya"), "the next one knows the name of the visits: {info}");
    let (http, _) = ask(&clinic, Some(&anna), Method::POST, &path, named("Somebody").as_ref()).await;
    assert_eq!(http, 200);
    let info = clinic.info(next["access_token"].as_str().unwrap()).await.1;
    assert!(!info.to_string().contains("Somebody"), "a specialist has the name of the clinic");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_was_invited_goes_on_in_the_same_conversation() {
    let clinic = Clinic::start().await;
    let home = sign_in(&clinic, 0).await;
    let visits_own = clinic.pair("now").1;
    let session = text(&visit_chat(&clinic, &visits_own).await["id"]);
    let (http, invited) = invite(&clinic, &home, &json!({"session_id": session, "title": "t"})).await;
    assert_eq!(http, 200, "{invited}");
    let token = |token: &str| {
        let request = clinic.http.post(clinic.url("/home/v1/messenger")).bearer_auth(token);
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let me = token(&visits_own).await;
    let path = format!("/api/v2/sessions/{session}/conference");
    let bearer = text(&me["token"]);
    let request = clinic.http.get(clinic.url(&path)).bearer_auth(&bearer);
    let way: Value = request.send().await.unwrap().json().await.unwrap();
    let link = text(&way["access_token"]);
    assert_eq!(visit_chat(&clinic, &link).await["id"], session, "the patient");
    let own = invited["access_token"].as_str().unwrap();
    assert_eq!(visit_chat(&clinic, own).await["id"], session, "the specialist");
    let me = token(&link).await;
    let path = format!("/api/v2/sessions/{session}/messages");
    let request = clinic.http.get(clinic.url(&path)).bearer_auth(text(&me["token"]));
    assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
    clinic.running.stop().await;
}
