//! A program that calls with xAssist's protocol.

// Each test binary uses its own part of the kit.
#![allow(dead_code)]

use crate::kit::Clinic;
use consilium_wire::demo::HomeUser;
use reqwest::Method;
use serde_json::{Value, json};

/// The host of the kit's servers.
pub(crate) const DOMAIN: &str = "127.0.0.1";

/// The demo's specialist of that place.
pub(crate) fn user(clinic: &Clinic, place: usize) -> HomeUser {
    clinic.demo().home.as_ref().expect("the demo has a home").users[place].clone()
}

/// A request below `/auth` or `/rtc`: the status and the body, which is `null` when there is none.
pub(crate) async fn ask(
    clinic: &Clinic,
    token: Option<&str>,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let mut request = clinic.http.request(method, clinic.url(path));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.expect("the server answers");
    let http = answer.status().as_u16();
    let body = answer.bytes().await.expect("the answer is whole");
    (http, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("it is JSON") })
}

/// What `auth/login` answers a specialist of the demo.
pub(crate) async fn log_in(clinic: &Clinic, place: usize) -> Value {
    let user = user(clinic, place);
    let body = json!({"userId": user.user_id, "domain": DOMAIN, "password": user.password});
    let (http, tokens) = ask(clinic, None, Method::POST, "/auth/login", Some(&body)).await;
    assert_eq!(http, 200, "{tokens}");
    tokens
}

pub(crate) async fn refresh(clinic: &Clinic, token: &Value) -> (u16, Value) {
    let body = json!({"refreshToken": token["refreshToken"]});
    ask(clinic, None, Method::POST, "/auth/refresh", Some(&body)).await
}

pub(crate) fn assert_refused((http, body): &(u16, Value), status: u16, code: &str, field: Option<&str>) {
    assert_eq!((*http, body["error"].as_str()), (status, Some(code)), "{body}");
    assert_eq!(body.get("field").and_then(Value::as_str), field, "{body}");
    assert!(body["message"].as_str().is_some_and(|message| message.len() > 10), "{body}");
}

/// A specialist with a token.
pub(crate) struct Caller<'a> {
    pub(crate) clinic: &'a Clinic,
    pub(crate) token: String,
    pub(crate) user: HomeUser,
}

impl<'a> Caller<'a> {
    /// The demo's specialist of that place.
    pub(crate) async fn of(clinic: &'a Clinic, place: usize) -> Self {
        let token = log_in(clinic, place).await["token"].as_str().unwrap().to_owned();
        Self { clinic, token, user: user(clinic, place) }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        ask(self.clinic, Some(&self.token), Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        ask(self.clinic, Some(&self.token), Method::POST, path, Some(body)).await
    }

    /// A call that must be made.
    pub(crate) async fn call(&self, body: &Value) -> Value {
        let (http, log) = self.post("/rtc/createCall", body).await;
        assert_eq!(http, 200, "{log}");
        log
    }

    /// A call of this one's, as it is now.
    pub(crate) async fn log(&self, call: &Value) -> Value {
        let (http, log) = self.look(call).await;
        assert_eq!(http, 200, "{log}");
        log
    }

    pub(crate) async fn look(&self, call: &Value) -> (u16, Value) {
        self.get(&format!("/rtc/getCallLogById?callId={}", call["callId"].as_str().unwrap())).await
    }

    /// The contact of a specialist, as `getContacts` tells it.
    pub(crate) async fn contact(&self, login: &str) -> Value {
        let (http, contacts) = self.get("/rtc/getContacts").await;
        assert_eq!(http, 200, "{contacts}");
        let mut contacts = contacts.as_array().unwrap().iter();
        contacts.find(|one| one["userId"] == login).expect("a specialist is a contact").clone()
    }

    /// Comes into a call of this one's, over HTTP alone.
    pub(crate) async fn join(&self, call: &Value) {
        let link = self.log(call).await["joinLink"].as_str().expect("a way in").to_owned();
        self.clinic.press("join", at(&link)).await;
    }
}

/// The access token of a link.
pub(crate) fn at(link: &str) -> &str {
    link.split_once("/visit?at=").expect("the link leads to a visit").1
}

/// What has happened, with the name of whom it has happened to.
pub(crate) fn events(log: &Value) -> Vec<(String, String)> {
    let events = log["callEvents"].as_array().unwrap().iter();
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    events.map(|event| (of(&event["type"]), of(&event["contact"]["displayName"]))).collect()
}

impl Caller<'_> {
    /// A call of this one's, once it is like that: what a conference tells, a call hears a moment later.
    pub(crate) async fn log_when(&self, call: &Value, is: impl Fn(&Value) -> bool) -> Value {
        let mut log = Value::Null;
        for _ in 0..400 {
            log = self.log(call).await;
            if is(&log) {
                return log;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("it never was so: {log}");
    }

    /// The events of a call, once there are so many.
    pub(crate) async fn events_when(&self, call: &Value, count: usize) -> Vec<(String, String)> {
        let log = self.log_when(call, |log| log["callEvents"].as_array().unwrap().len() >= count).await;
        events(&log)
    }
}

/// Events with whom they happened to, for comparison.
pub(crate) fn story(events: &[(&str, &str)]) -> Vec<(String, String)> {
    events.iter().map(|(what, who)| ((*what).to_owned(), (*who).to_owned())).collect()
}
