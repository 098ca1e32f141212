//! An integrator that schedules with Coviu's protocol.

use crate::kit::Clinic;
use consilium_wire::coviu::http_date;
use reqwest::Method;
use serde_json::{Value, json};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// The time in a new clinic, as in the kit.
const START: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

/// So many minutes after the clinic was made.
pub(crate) fn minute(minutes: i64) -> String {
    http_date::format(START + Duration::minutes(minutes))
}

/// A form to a route of `/v1/auth`, with an API key and its secret.
pub(crate) async fn form(
    clinic: &Clinic,
    route: &str,
    (key, secret): (&str, &str),
    form: &[(&str, &str)],
) -> (u16, Value) {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = clinic.http.post(clinic.url(&format!("/v1/auth/{route}"))).basic_auth(key, Some(secret));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// The key and the secret of the demo's client.
pub(crate) fn demo_client(clinic: &Clinic) -> (String, String) {
    let coviu = clinic.demo().coviu.as_ref().expect("the demo has a client");
    (coviu.api_key.clone(), coviu.key_secret.expose().clone())
}

/// What `auth/token` answers the demo's client.
pub(crate) async fn grant(clinic: &Clinic, parameters: &[(&str, &str)]) -> (u16, Value) {
    let (key, secret) = demo_client(clinic);
    form(clinic, "token", (&key, &secret), parameters).await
}

/// A client with a token.
pub(crate) struct Integrator<'a> {
    pub(crate) clinic: &'a Clinic,
    pub(crate) token: String,
}

impl<'a> Integrator<'a> {
    /// The demo's client, on behalf of its owner.
    pub(crate) async fn of(clinic: &'a Clinic) -> Self {
        let (http, body) = grant(clinic, &[("grant_type", "client_credentials")]).await;
        assert_eq!(http, 200, "{body}");
        Self { clinic, token: body["access_token"].as_str().unwrap().to_owned() }
    }

    /// The HTTP status and the body.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = self.clinic.http.request(method, self.clinic.url(&format!("/v1{path}")));
        let request = request.bearer_auth(&self.token);
        let request = if let Some(body) = body { request.json(body) } else { request };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PUT, path, Some(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.call(Method::DELETE, path, None).await
    }

    /// A session from minute to minute with a host and a guest.
    pub(crate) async fn session(&self, from: i64, to: i64) -> Value {
        let body = json!({
            "session_name": "Knee", "start_time": minute(from), "end_time": minute(to),
            "picture": "https://example.org/knee.png", "participants": [
                {"display_name": "Host Hostsson", "role": "Host", "state": "h"},
                {"display_name": "Guest Guestsson", "role": "guest", "state": "g"},
            ],
        });
        let (http, session) = self.post("/sessions", body).await;
        assert_eq!(http, 200, "{session}");
        session
    }
}

/// The address of a session.
pub(crate) fn path(session: &Value) -> String {
    format!("/sessions/{}", session["session_id"].as_str().unwrap())
}

/// The address of a participant of a session, by its place.
pub(crate) fn participant(session: &Value, place: usize) -> String {
    format!("/participants/{}", session["participants"][place]["participant_id"].as_str().unwrap())
}

/// That it is refused with this status and code, and about this field.
pub(crate) fn assert_refused(answer: &(u16, Value), http: u16, code: &str, field: Option<&str>) {
    assert_eq!((answer.0, answer.1["error"].as_str()), (http, Some(code)), "{}", answer.1);
    assert_eq!(answer.1["field"].as_str(), field, "{}", answer.1);
    assert!(answer.1["message"].as_str().is_some_and(|message| !message.is_empty()));
}
