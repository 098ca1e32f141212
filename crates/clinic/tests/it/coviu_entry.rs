//! Where the links of Coviu's protocol lead, and that its sessions are visits like all others.

use crate::coviu_kit::{Integrator, participant, path};
use crate::kit::Clinic;
use serde_json::{Value, json};

const MINUTE: i64 = 60;

/// The status and, of a page, its text; of a redirect, where to.
async fn open(clinic: &Clinic, url: &str) -> (u16, String) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = client.get(url).header("accept-language", "en").send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    let status = answer.status().as_u16();
    let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    let text = match location {
        Some(to) => url::Url::parse(url).unwrap().join(&to).unwrap().to_string(),
        None => answer.text().await.unwrap(),
    };
    assert!(!text.contains("Guestsson") && !text.contains("Knee"), "a page tells nothing of the visit");
    let _ = clinic;
    (status, text)
}

fn entry(session: &Value, place: usize) -> &str {
    session["participants"][place]["entry_url"].as_str().unwrap()
}

/// The access token that a link leads to.
async fn enter(clinic: &Clinic, session: &Value, place: usize) -> String {
    let (status, to) = open(clinic, entry(session, place)).await;
    assert_eq!(status, 303, "{to}");
    let page = clinic.http.get(&to).send().await.unwrap();
    assert_eq!(page.status(), 200, "it is the page of a visit");
    to.strip_prefix(&clinic.url("/visit?at=")).expect("it is the page of every visit").to_owned()
}

#[tokio::test]
async fn a_link_works_between_start_and_end() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    let (status, page) = open(&clinic, entry(&session, 1)).await;
    assert!(status == 403 && page.contains("has not started yet"), "{status} {page}");
    assert!(page.contains("href=\"../visit.css\"") && !page.contains("<script"), "{page}");
    clinic.pass(10 * MINUTE);
    let (guest, host) = (enter(&clinic, &session, 1).await, enter(&clinic, &session, 0).await);
    assert_ne!(guest, host);
    let (_, info) = clinic.info(&guest).await;
    assert_eq!(info["conference_info"]["clients"][0]["name"], "Guest Guestsson");
    clinic.ok("exchange", &guest).await;
    clinic.pass(30 * MINUTE);
    let (status, page) = open(&clinic, entry(&session, 1)).await;
    assert!(status == 410 && page.contains("This visit is over"), "{status} {page}");
    clinic.pass(31 * 24 * 60 * MINUTE);
    let (status, page) = open(&clinic, entry(&session, 1)).await;
    assert!(status == 410 && page.contains("long over"), "{status} {page}");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_taken_off_or_not_known_does_not_come_in() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let (session, other) = (integrator.session(10, 40).await, integrator.session(10, 40).await);
    clinic.pass(10 * MINUTE);
    let token = enter(&clinic, &session, 1).await;
    integrator.delete(&participant(&session, 1)).await;
    let (status, page) = open(&clinic, entry(&session, 1)).await;
    assert!(status == 404 && page.contains("does not work"), "{status} {page}");
    assert_eq!(clinic.refused("exchange", &token).await.0, 401, "nor by the link that was open already");
    let unknown = clinic.url("/session/%3Cb%3E");
    let (status, page) = open(&clinic, &unknown).await;
    assert!(status == 404 && !page.contains("<b>"));

    clinic.pass(-5 * MINUTE);
    integrator.delete(&path(&other)).await;
    let (status, page) = open(&clinic, entry(&other, 1)).await;
    assert!(status == 410 && page.contains("was cancelled"), "{status} {page}");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_new_role_is_a_new_seat_behind_the_same_link() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    clinic.pass(MINUTE);
    let guest = enter(&clinic, &session, 1).await;
    integrator.put(&participant(&session, 1), json!({"role": "host"})).await;
    let host = enter(&clinic, &session, 1).await;
    assert_ne!(guest, host);
    assert_eq!(clinic.refused("exchange", &guest).await.0, 401);
    assert_eq!(clinic.press("join", &host).await, "started", "the only ones who are planned are hosts");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_session_is_in_the_specialists_day_and_follows_what_happens_there() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(&body).send().await.unwrap();
    let home: Value = answer.json().await.unwrap();
    let home = home["token"].as_str().unwrap();
    let day = async || {
        let answer = clinic.http.get(clinic.url("/home/v1/visits")).bearer_auth(home).send().await.unwrap();
        let day: Value = answer.json().await.unwrap();
        let visits = day["visits"].as_array().unwrap().iter();
        visits.filter(|visit| visit["id"] == session["session_id"]).cloned().collect::<Vec<_>>()
    };
    let visit = day().await.remove(0);
    assert_eq!(visit["clients"], json!(["Guest Guestsson"]));
    assert_eq!(visit["services"][0]["name"][0]["text"], "Knee");
    let id = format!("coviu:{}", session["session_id"].as_str().unwrap());
    assert_eq!(visit["appointment_id"], json!(id));
    assert_eq!((&visit["scheduled_duration_seconds"], &visit["status"]), (&json!(1800), &json!("pending")));

    let specialist = visit["access_token"].as_str().unwrap();
    let more = json!({"access_token": specialist, "scheduledDurationSeconds": 2400});
    assert_eq!(clinic.call("resize", &more).await.0, 200);
    let (_, after) = integrator.get(&path(&session)).await;
    assert_eq!(after["end_time"], "Sat, 21 Nov 2026 12:50:00 GMT", "more time from the specialist");
    integrator.put(&participant(&session, 1), json!({"display_name": "Other Name"})).await;
    assert_eq!(day().await[0]["clients"], json!(["Other Name"]));

    clinic.pass(10 * MINUTE);
    assert_eq!(clinic.press("join", specialist).await, "pending");
    assert_eq!(clinic.press("cancel", specialist).await, "cancelled_before_start");
    assert_eq!(integrator.get(&path(&session)).await.0, 404, "the specialist has canceled it");
    assert_eq!(clinic.press("restore_terminated_fast", specialist).await, "pending");
    assert_eq!(integrator.get(&path(&session)).await.0, 200, "and has taken that back");
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_the_integrator_cancels_nobody_restores() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    let begun = integrator.session(10, 40).await;
    let tokens = tokens_of_owner(&clinic, &[&session, &begun]).await;
    integrator.delete(&path(&session)).await;
    assert_eq!(
        clinic.refused("restore_terminated_fast", &tokens[0]).await,
        (400, "RESTORE_FAST_TIMED_OUT".to_owned())
    );
    // Somebody begins early: with the specialist in, only the guest is waited for.
    for place in [0, 1] {
        integrator.delete(&participant(&begun, place)).await;
    }
    assert_eq!(clinic.press("join", &tokens[1]).await, "started");
    let (http, body) = integrator.delete(&path(&begun)).await;
    assert_eq!((http, body["error"].as_str()), (409, Some("session_started")));
    assert_eq!(clinic.press("finish", &tokens[1]).await, "finished");
    let (http, body) = integrator.delete(&path(&begun)).await;
    assert_eq!((http, body["error"].as_str()), (409, Some("session_ended")));
    clinic.running.stop().await;
}

/// The creator's own links, from the home page.
async fn tokens_of_owner(clinic: &Clinic, sessions: &[&Value]) -> Vec<String> {
    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(&body).send().await.unwrap();
    let home: Value = answer.json().await.unwrap();
    let request = clinic.http.get(clinic.url("/home/v1/visits")).bearer_auth(home["token"].as_str().unwrap());
    let day: Value = request.send().await.unwrap().json().await.unwrap();
    let visits = day["visits"].as_array().unwrap();
    let token = |session: &&Value| {
        let visit = visits.iter().find(|visit| visit["id"] == session["session_id"]).unwrap();
        visit["access_token"].as_str().unwrap().to_owned()
    };
    sessions.iter().map(token).collect()
}
