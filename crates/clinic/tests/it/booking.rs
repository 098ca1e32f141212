//! A booking system: makes conferences and takes the calls of its web hook.

use crate::kit::Clinic;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

/// Long enough for the third attempt; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// A call of the web hook.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn query(&self) -> HashMap<String, String> {
        let (_, query) = self.target.split_once('?').unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("the header is text")
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

type Answer = Arc<dyn Fn() -> Response + Send + Sync>;

#[derive(Clone)]
struct Desk {
    calls: mpsc::UnboundedSender<Received>,
    answer: Arc<Mutex<Answer>>,
}

/// The receiving side, on a port of its own.
pub(crate) struct Booking {
    pub(crate) url: url::Url,
    calls: mpsc::UnboundedReceiver<Received>,
    answer: Arc<Mutex<Answer>>,
    server: tokio::task::JoinHandle<()>,
}

impl Booking {
    pub(crate) async fn open() -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let ok: Answer = Arc::new(|| StatusCode::NO_CONTENT.into_response());
        let answer = Arc::new(Mutex::new(ok));
        let desk = Desk { calls: sender, answer: Arc::clone(&answer) };
        let router = Router::new().fallback(receive).with_state(desk);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?of=us", listener.local_addr().unwrap()).parse().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, calls, answer, server }
    }

    /// What it answers from now on.
    pub(crate) fn answer(&self, answer: impl Fn() -> Response + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Arc::new(answer);
    }

    pub(crate) fn answer_status(&self, status: StatusCode) {
        self.answer(move || status.into_response());
    }

    pub(crate) async fn next(&mut self) -> Received {
        let call = tokio::time::timeout(PATIENCE, self.calls.recv()).await;
        call.expect("a call comes in time").expect("it is open")
    }

    /// Nothing has come, and nothing comes in the time in which everything else in this test has come.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(300), self.calls.recv()).await.is_err()
    }

    /// The code of the next call, which must be one with a one-time password.
    pub(crate) async fn next_otp(&mut self) -> String {
        self.next().await.query().remove("otp").expect("a one-time password")
    }

    /// The links of a conference, by role.
    pub(crate) async fn links(&mut self, count: usize) -> HashMap<String, String> {
        let mut links = HashMap::new();
        for _ in 0..count {
            let mut query = self.next().await.query();
            links.insert(query.remove("user_role").unwrap(), query.remove("at").expect("a link"));
        }
        links
    }
}

impl Drop for Booking {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(
    State(desk): State<Desk>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = uri.path_and_query().unwrap().as_str().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let answer = Arc::clone(&desk.answer.lock().unwrap());
    // The test may be over.
    let _ = desk.calls.send(Received { method, target, headers, body });
    answer()
}

/// A request for a conference of one client and one specialist that both may join at once.
pub(crate) fn request(clinic: &Clinic, hook: Option<&url::Url>, otp: bool) -> Value {
    let person = |id: &str| json!({"id": id, "name": "Sample", "surname": "Person", "profession": "Tester"});
    let mut request = json!({
        "api_key": clinic.running.api_key().expose(), "user_id": "d", "user_role": "SPECIALIST",
        "conference_info": {
            "appointmentId": "a", "isOpen": true, "l10n": "en", "otp": otp,
            "organizationInfo": {"id": "o", "title": "Example"},
            "filialInfo": {"id": "f", "title": "Branch", "timezone": "UTC"},
            "openingDurationSeconds": 0, "scheduledDurationSeconds": 900,
            "scheduledStart": "2026-11-21T12:00:00Z",
            "services": [], "clients": [person("p")], "specialists": [person("d")],
        },
    });
    if let Some(hook) = hook {
        request["callbackType"] = json!("web_hook");
        request["webHookUrl"] = json!(hook.as_str());
    }
    request
}

/// Makes such a conference: the links of the specialist and of the client.
pub(crate) async fn book(clinic: &Clinic, booking: &mut Booking, otp: bool) -> (String, String) {
    let (http, body) = clinic.call("create", &request(clinic, Some(&booking.url), otp)).await;
    assert_eq!(http, 200, "{body}");
    let mut links = booking.links(2).await;
    (links.remove("SPECIALIST").unwrap(), links.remove("CLIENT").unwrap())
}
