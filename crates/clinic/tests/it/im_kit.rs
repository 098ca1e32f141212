//! People of the messenger and their sockets.

// Each test binary uses its own part of the kit.
#![allow(dead_code)]

use crate::kit::{Clinic, Socket};
use consilium_wire::demo::ImUser;
use consilium_wire::im::UserRole;
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody who has a token of the messenger.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) role: &'static str,
    pub(crate) token: String,
}

/// The demo's people.
pub(crate) fn users(clinic: &Clinic, role: UserRole) -> Vec<ImUser> {
    let users = &clinic.demo().im.as_ref().expect("the demo has the messenger").users;
    users.iter().filter(|user| user.role == role).cloned().collect()
}

/// The demo's specialist of that place; the first one has every visit.
pub(crate) async fn doctor(clinic: &Clinic, place: usize) -> Person {
    log_in(clinic, &users(clinic, UserRole::Doctor)[place]).await
}

/// The demo's patient of that place; the first one has the visit `now`.
pub(crate) async fn patient(clinic: &Clinic, place: usize) -> Person {
    log_in(clinic, &users(clinic, UserRole::Patient)[place]).await
}

async fn log_in(clinic: &Clinic, user: &ImUser) -> Person {
    let body = json!({"user_id": user.user_id, "password": user.password});
    let (http, body) = ask(clinic, None, Method::POST, "/users/login", Some(&body)).await;
    assert_eq!((http, &body["user"]["user_id"]), (200, &json!(user.user_id)), "{body}");
    let role = if user.role == UserRole::Doctor { "doctor" } else { "patient" };
    Person { id: user.user_id.to_string(), role, token: text(&body["token"]) }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The status and the body, which is `null` when there is none.
pub(crate) async fn ask(
    clinic: &Clinic,
    who: Option<&Person>,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let mut request = clinic.http.request(method, clinic.url(&format!("/api/v2{path}")));
    if let Some(person) = who {
        request = request.bearer_auth(&person.token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.expect("the server answers");
    let http = answer.status().as_u16();
    let body = answer.bytes().await.expect("the answer is whole");
    (http, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("it is JSON") })
}

impl Person {
    pub(crate) async fn get(&self, clinic: &Clinic, path: &str) -> Value {
        let (http, body) = ask(clinic, Some(self), Method::GET, path, None).await;
        assert_eq!(http, 200, "GET {path}: {body}");
        body
    }

    pub(crate) async fn post(&self, clinic: &Clinic, path: &str, body: &Value) -> Value {
        let (http, body) = ask(clinic, Some(self), Method::POST, path, Some(body)).await;
        assert!(http == 200 || http == 201, "POST {path}: {http} {body}");
        body
    }

    pub(crate) async fn put(&self, clinic: &Clinic, path: &str, body: &Value) -> Value {
        let (http, body) = ask(clinic, Some(self), Method::PUT, path, Some(body)).await;
        assert_eq!(http, 200, "PUT {path}: {body}");
        body
    }

    pub(crate) async fn delete(&self, clinic: &Clinic, path: &str) -> u16 {
        ask(clinic, Some(self), Method::DELETE, path, None).await.0
    }

    /// It must be refused: the status and the code.
    pub(crate) async fn refused(
        &self,
        clinic: &Clinic,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, String) {
        let (http, body) = ask(clinic, Some(self), method, path, body).await;
        assert!(body["error"]["message"].is_string(), "{path}: {http} {body}");
        (http, text(&body["error"]["code"]))
    }

    /// Writes some words; the message as it is stored.
    pub(crate) async fn say(&self, clinic: &Clinic, session: &str, words: &str) -> Value {
        let id = uuid();
        let message = json!({"type": 1, "content": words, "client_message_id": id});
        self.post(clinic, &format!("/sessions/{session}/messages"), &message).await
    }

    /// Everything that was said, oldest first.
    pub(crate) async fn history(&self, clinic: &Clinic, session: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for number in 1.. {
            let path = format!("/sessions/{session}/messages?page_size=200&page={number}");
            let page = self.get(clinic, &path).await;
            all.extend(page["content"].as_array().expect("a list").iter().cloned());
            if page["more"] == json!(false) {
                break;
            }
        }
        all.reverse();
        all
    }

    pub(crate) async fn badge(&self, clinic: &Clinic) -> u64 {
        self.get(clinic, "/application/badge_no").await["count"].as_u64().expect("a count")
    }

    /// A session of two.
    pub(crate) async fn with(&self, clinic: &Clinic, other: &Self) -> String {
        let business = if self.role == "patient" || other.role == "patient" { 2 } else { 1 };
        let new = json!({"type": 2, "business_type": business, "participants": [other.id]});
        text(&self.post(clinic, "/sessions", &new).await["id"])
    }

    /// A socket that has logged in and heard its first badge.
    pub(crate) async fn socket(&self, clinic: &Clinic, session: Option<&str>) -> Socket {
        let mut socket = clinic.socket("/api/v2/ws").await;
        let login =
            json!({"type": "login", "token": self.token, "session_id": session, "client_type": self.role});
        socket.send(&login).await;
        assert_eq!(next(&mut socket).await, json!({"type": "logged_in", "user_id": self.id}));
        assert_eq!(next(&mut socket).await["type"], "badge");
        socket
    }
}

/// A random client id.
pub(crate) fn uuid() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The next message of a socket.
pub(crate) async fn next(socket: &mut Socket) -> Value {
    let text = socket.next_text().await.expect("the socket is open");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The next message of that type; others before it are passed over.
pub(crate) async fn next_of(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let message = next(socket).await;
        if message["type"] == kind {
            return message;
        }
    }
}

/// Everything that comes before the answer to something that is refused: there is nothing more on the way.
pub(crate) async fn drain(socket: &mut Socket) -> Vec<Value> {
    let id = uuid();
    let wrong = json!({"type": "send", "message": {"type": 13, "content": "", "client_message_id": id}});
    socket.send(&wrong).await;
    let mut heard = Vec::new();
    loop {
        let message = next(socket).await;
        if message["type"] == "error" && message["client_message_id"] == json!(id) {
            return heard;
        }
        heard.push(message);
    }
}

/// The session of a visit, as the holder of an access token gets it.
pub(crate) async fn visit_chat(clinic: &Clinic, access_token: &str) -> Value {
    let request = clinic.http.post(clinic.url("/home/v1/visit_chat")).bearer_auth(access_token);
    let answer = request.send().await.expect("the server answers");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("it is JSON")
}
