//! The script for web pages in a real browser: a patient on the clinic's own page, a specialist at the interface.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod common;
#[path = "im_script/page.rs"]
mod page;

use common::Clinic;
use consilium_wire::demo::ImUser;
use consilium_wire::im::UserRole;
use page::{Page, Place};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// Somebody of the care team, by REST.
struct Doctor {
    http: reqwest::Client,
    api: String,
    token: String,
}

impl Doctor {
    async fn log_in(clinic: &Clinic) -> Self {
        let user = user(clinic, UserRole::Doctor);
        let (http, api) = (reqwest::Client::new(), format!("http://{}/api/v2", clinic.address()));
        let body = json!({"user_id": user.user_id, "password": user.password});
        let answer = http.post(format!("{api}/users/login")).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        Self { http, api, token: answer["token"].as_str().unwrap().to_owned() }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.api)).bearer_auth(&self.token);
        request.json(body).send().await.unwrap().json().await.unwrap()
    }

    async fn says(&self, session: &str, words: &str) {
        let id = format!("{words}-{session}");
        let message = json!({"type": 1, "content": words, "client_message_id": id});
        let stored = self.post(&format!("/sessions/{session}/messages"), &message).await;
        assert_eq!(stored["content"], words, "{stored}");
    }

    /// What was said, oldest first.
    async fn history(&self, session: &str) -> Vec<String> {
        let url = format!("{}/sessions/{session}/messages", self.api);
        let answer = self.http.get(url).bearer_auth(&self.token).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["content"].as_array().unwrap().iter().rev().map(content).collect()
    }

    /// A session with a patient: 1 for a team's, 2 for one of two.
    async fn with(&self, kind: u8, other: &ImUser) -> String {
        let new = json!({"type": kind, "business_type": 2, "participants": [other.user_id]});
        self.post("/sessions", &new).await["id"].as_str().unwrap().to_owned()
    }
}

fn user(clinic: &Clinic, role: UserRole) -> ImUser {
    let users = &clinic.demo().im.as_ref().unwrap().users;
    users.iter().find(|user| user.role == role).unwrap().clone()
}

fn content(message: &Value) -> String {
    message["content"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_clinics_own_loses_no_message() {
    static ORIGIN: OnceLock<String> = OnceLock::new();
    let place = Place::find().await;
    ORIGIN.set(place.origin.clone()).unwrap();
    let mut clinic =
        Clinic::adjusted(|config| config.web_origins = vec![ORIGIN.get().unwrap().parse().unwrap()]).await;
    let (doctor, patient) = (Doctor::log_in(&clinic).await, user(&clinic, UserRole::Patient));
    let session = doctor.with(2, &patient).await;
    doctor.says(&session, "before").await;

    let mut page = Page::open(place, &format!("http://{}", clinic.address())).await;
    let me = page.does("login", json!([patient.user_id, patient.password])).await;
    assert_eq!(me["user_id"], json!(patient.user_id));
    page.becomes("online").await;
    let sessions = page.does("sessions", Value::Null).await;
    assert_eq!((&sessions[0]["id"], &sessions[0]["unread_count"]), (&json!(session), &json!(1)));
    assert_eq!(page.does("unread", Value::Null).await, 1);
    let opened = page.does("open", json!(session)).await;
    assert_eq!(opened.as_array().unwrap().iter().map(content).collect::<Vec<_>>(), ["before"]);
    assert_eq!(page.does("before", opened[0].clone()).await, json!([]));

    doctor.says(&session, "<b>1</b>").await;
    assert_eq!(content(&page.hears("message").await), "<b>1</b>");
    let sent = page.does("send", json!("שלום 123")).await;
    assert_eq!((content(&sent), page.hears("message").await), ("שלום 123".to_owned(), sent));
    doctor.says(&session, "read this").await;
    assert_eq!(content(&page.hears("message").await), "read this");
    page.does("read", Value::Null).await;
    assert_eq!(page.hears("read").await["participant_id"], json!(patient.user_id));

    // The server goes while the page writes, and comes back.
    clinic.stop().await;
    page.becomes("offline").await;
    page.begins("send", json!("written without a server"));
    page.begins("send", json!("and after that"));
    clinic.restart().await;
    doctor.says(&session, "2").await;
    doctor.says(&session, "3").await;
    page.becomes("online").await;
    for words in ["written without a server", "and after that"] {
        assert_eq!(content(&page.has_done("send").await), words);
    }
    let mut heard = ["before", "<b>1</b>", "שלום 123", "read this"].map(str::to_owned).to_vec();
    for _ in 0..4 {
        heard.push(content(&page.hears("message").await));
    }
    assert_eq!(heard, doctor.history(&session).await, "everything once, in the order of the session");
    assert!(!page.has_more("message"));

    let name = "отчёт.txt";
    let sent = page.does("file", json!([name, "a report"])).await;
    assert_eq!(page.hears("message").await, sent);
    let article: Value = serde_json::from_str(sent["content"].as_str().unwrap()).unwrap();
    assert_eq!((&sent["type"], &article["title"]), (&json!(4), &json!(name)));
    assert_eq!(page.does("fetch", article["file"].clone()).await, "a report");

    // What is said elsewhere is a number, until it is looked at.
    let (empty, elsewhere) = (doctor.with(1, &patient).await, doctor.with(1, &patient).await);
    while page.has_more("badge") {
        page.hears("badge").await;
    }
    doctor.says(&elsewhere, "elsewhere").await;
    assert_eq!(page.hears("badge").await, 1);
    assert!(!page.has_more("message"));
    assert_eq!(page.does("open", json!(empty)).await, json!([]));
    doctor.says(&empty, "first").await;
    assert_eq!(content(&page.hears("message").await), "first");

    page.does("logout", Value::Null).await;
    page.begins("sessions", Value::Null);
    assert_eq!(page.hears("failed sessions").await, "unauthorized");
    clinic.stop().await;
}
