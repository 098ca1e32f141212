//! A clinic server with a clock that moves by hand, and the booking system beside it that receives the links.

// Each test binary uses its own part of the kit.
#![allow(dead_code)]

use axum::Router;
use axum::extract::{Query, State};
use consilium_clinic::{Clock, Config, Running, serve};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::sync::watch;

/// The booking system's key.
pub const API_KEY: &str = "key-of-the-booking-system";
/// The time in a new server.
const START: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);
/// Long enough for a slow machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longer than any test.
const QUIET: Duration = Duration::from_secs(24 * 3600);

/// What was delivered, by [`Server::delivered`]'s keys.
type Links = watch::Sender<HashMap<String, String>>;

/// The server under test.
pub struct Server {
    pub running: Running,
    pub folder: TempDir,
    pub http: reqwest::Client,
    ahead: Arc<AtomicI64>,
    links: Arc<Links>,
    hook: String,
    appointments: AtomicU64,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub http: u16,
    pub body: Value,
}

impl Answer {
    /// The `status` in the body.
    pub fn code(&self) -> &str {
        self.body["status"].as_str().unwrap_or_default()
    }
}

/// A conference of one specialist and one client.
pub struct Visit {
    pub specialist: String,
    pub client: String,
    /// Its number at the booking system.
    pub number: String,
}

impl Server {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let links = Arc::new(watch::Sender::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = format!("http://{}/hook", listener.local_addr().unwrap());
        let booking = Router::new().fallback(receive).with_state(Arc::clone(&links));
        tokio::spawn(async move { axum::serve(listener, booking).await });
        let running = serve(config(folder.path(), &ahead)).await.unwrap();
        let http = reqwest::Client::new();
        Self { running, folder, http, ahead, links, hook, appointments: AtomicU64::new(0) }
    }

    /// Stops the server, looks at its folder, and starts another one there.
    pub async fn restart<T>(self, look: impl FnOnce(&Path) -> T) -> (Self, T) {
        let Self { running, folder, ahead, .. } = self;
        running.stop().await;
        let seen = look(folder.path());
        let running = serve(config(folder.path(), &ahead)).await.unwrap();
        (Self { running, folder, ahead, ..self }, seen)
    }

    /// Moves the server's clock.
    pub fn pass(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn url(&self, method: &str) -> String {
        format!("http://{}/meets/v1/{method}", self.running.addr)
    }

    /// A good `create` of a new appointment, with everything that the file knows.
    pub fn booking(&self) -> Value {
        let number = self.appointments.fetch_add(1, Ordering::SeqCst);
        let hook = format!("{}?appointment={number}", self.hook);
        json!({
            "api_key": API_KEY, "user_id": "doctor", "user_role": "SPECIALIST",
            "callbackType": "web_hook", "webHookUrl": hook,
            "conference_info": {
                "appointmentId": number.to_string(), "isOpen": false, "l10n": "en", "otp": false,
                "organizationInfo": {"id": "clinic", "title": "Example Clinic"},
                "filialInfo": {"id": "branch", "title": "Branch", "timezone": "UTC"},
                "openingDurationSeconds": 600, "scheduledDurationSeconds": 900,
                "scheduledStart": "2026-11-21T12:00:00Z",
                "services": [{"id": "service", "name": [{"lang": "en-us", "text": "Consultation"}]}],
                "clients": [{"id": "patient", "name": "Sample", "surname": "Client", "middleName": "Middle"}],
                "specialists": [{
                    "id": "doctor", "name": "Sample", "surname": "Specialist", "middleName": "Middle",
                    "profession": "Tester", "required": true,
                }],
            },
        })
    }

    /// POST, or GET with a query for `info`.
    pub async fn call(&self, method: &str, body: &Value) -> Answer {
        let url = self.url(method);
        let request = if method == "info" {
            let pairs = body.as_object().into_iter().flatten();
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.http.get(url).query(&pairs.map(|(name, value)| (name, text(value))).collect::<Vec<_>>())
        } else {
            self.http.post(url).json(body)
        };
        let answer = request.send().await.unwrap();
        let http = answer.status().as_u16();
        assert_eq!(answer.headers()["content-type"], "application/json", "{method}: {http}");
        Answer { http, body: answer.json().await.unwrap() }
    }

    /// Books a visit, and waits until the links have reached the booking system.
    pub async fn book(&self, change: impl FnOnce(&mut Value)) -> Visit {
        let mut booking = self.booking();
        change(&mut booking["conference_info"]);
        let number = booking["conference_info"]["appointmentId"].as_str().unwrap().to_owned();
        let answer = self.call("create", &booking).await;
        assert_eq!(answer.http, 200, "{}", answer.body);
        let specialist = self.delivered(&format!("{number}/SPECIALIST/at")).await;
        let client = self.delivered(&format!("{number}/CLIENT/at")).await;
        Visit { specialist, client, number }
    }

    /// Waits until it has reached the booking system: `appointment/role/at` or `appointment/role/otp`.
    pub async fn delivered(&self, key: &str) -> String {
        let mut links = self.links.subscribe();
        let comes = links.wait_for(|links| links.contains_key(key));
        let links = tokio::time::timeout(PATIENCE, comes).await.expect("it is delivered").unwrap();
        links[key].clone()
    }
}

fn config(folder: &Path, ahead: &Arc<AtomicI64>) -> Config {
    let ahead = Arc::clone(ahead);
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        api_key: Some(API_KEY.into()),
        // Nothing happens by itself: tests ask for it.
        complete_every: QUIET,
        end_every: QUIET,
        clock: Clock::new(move || START + time::Duration::seconds(ahead.load(Ordering::SeqCst))),
        ..Config::new(folder)
    }
}

/// Keeps a link (`at`) or a one-time password (`otp`).
async fn receive(State(links): State<Arc<Links>>, Query(query): Query<HashMap<String, String>>) {
    let (Some(number), Some(role)) = (query.get("appointment"), query.get("user_role")) else { return };
    for name in ["at", "otp"] {
        if let Some(value) = query.get(name) {
            let key = format!("{number}/{role}/{name}");
            links.send_modify(|links| drop(links.insert(key, value.clone())));
        }
    }
}
