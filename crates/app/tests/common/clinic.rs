//! A MedMe server as the protocol page has it, for one conference of a doctor and a patient who have both joined.
//!
//! It answers as it is told: a scenario sets the figures, and puts answers in the way of methods.

use super::calls::Desk;
use super::chat::Messenger;
use super::home::Home;
use super::room;
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use consilium_model::{Secret, Status};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::sync::broadcast;

/// The doctor's access token.
pub const DOCTOR: &str = "at-doctor";
/// The access tokens of the doctor to two calls.
pub const CALLS: [&str; 2] = ["at-call-1", "at-call-2"];
/// The patient's access token.
pub const PATIENT: &str = "at-patient";

/// A server on the loopback; it stands until the test's runtime ends.
#[derive(Clone)]
pub struct Clinic {
    address: String,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<Conference>,
    news: broadcast::Sender<String>,
    room: Option<room::Room>,
}

/// What the server says.
pub struct Conference {
    pub info: Value,
    pub durations: Value,
    /// Somebody has called: the server says that it is a call.
    pub call: bool,
    /// The password that is awaited.
    pub otp: Option<String>,
    /// Answers that come first: by method, oldest first.
    pub instead: HashMap<&'static str, VecDeque<(u16, Value)>>,
    /// Something on the way lets no socket of news through.
    pub blocks_news: bool,
    /// How the calls went.
    pub record: Option<Value>,
    /// Every method that was called, with its body.
    pub calls: Vec<(String, Value)>,
}

impl Conference {
    /// The next answers of a method.
    pub fn answers(&mut self, method: &'static str, http: u16, status: &str, times: usize) {
        let answer = (http, json!({"status": status, "description": ""}));
        self.instead.entry(method).or_default().extend(std::iter::repeat_n(answer, times));
    }

    pub fn set_status(&mut self, status: &str) {
        self.info["status"] = status.into();
    }

    /// It is a call between the doctor and these colleagues, of whom all are in.
    pub fn is_call_with(&mut self, colleagues: &[(&str, &str)]) {
        self.call = true;
        let colleagues = colleagues.iter().map(|(id, name)| person(id, name, "Example"));
        let people: Vec<Value> = std::iter::once(person("d", "Anna", "Levi")).chain(colleagues).collect();
        self.info["clients"] = json!([]);
        self.info["joinedClients"] = json!([]);
        self.info["specialists"] = json!(people);
        self.info["joinedSpecialists"] = json!(people);
    }

    /// Of a call everybody but the doctor has gone.
    pub fn everybody_has_gone(&mut self) {
        self.info["joinedSpecialists"] = json!([person("d", "Anna", "Levi")]);
    }

    /// How often a method was called.
    pub fn count(&self, method: &str) -> usize {
        self.calls.iter().filter(|(called, _)| called == method).count()
    }

    /// The schedule, and how much of it is left, in seconds.
    pub fn schedule(&mut self, scheduled: u32, left: u32) {
        self.info["scheduledDurationSeconds"] = scheduled.into();
        self.durations["scheduledDurationSeconds"] = scheduled.into();
        self.durations["netDurationSeconds"] = (scheduled - left).into();
    }
}

impl Clinic {
    /// A server with a room.
    pub async fn start() -> Self {
        Self::with(Some(room::Room::default()), Router::new()).await
    }

    /// A server that has no room.
    pub async fn without_room() -> Self {
        Self::with(None, Router::new()).await
    }

    /// A server with a room and a messenger.
    pub async fn with_chat(messenger: &Messenger) -> Self {
        Self::with(Some(room::Room::default()), messenger.router()).await
    }

    /// A server with a room and the home page of the doctor.
    pub async fn with_home(home: &Home) -> Self {
        Self::with(Some(room::Room::default()), home.router()).await
    }

    /// A server with a room and the home page of the doctor, who can call.
    pub async fn with_calls(home: &Home, desk: &Desk) -> Self {
        Self::with(Some(room::Room::default()), home.router().merge(desk.router())).await
    }

    /// Its address.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    async fn with(room: Option<room::Room>, further: Router) -> Self {
        let state = Mutex::new(conference());
        let shared = Arc::new(Shared { state, news: broadcast::channel(16).0, room });
        let mut router = Router::new()
            .route("/clinic/meets/v1/ws", any(subscribe))
            .route("/clinic/meets/v1/{method}", any(answer))
            .route("/clinic/home/v1/call_record", any(call_record));
        if shared.room.is_some() {
            router = router.route("/clinic/room/v1", any(enter));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/clinic", listener.local_addr().unwrap());
        let app = router.with_state(shared.clone()).merge(further);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, shared }
    }

    /// What the server says, to be changed.
    pub fn says(&self) -> MutexGuard<'_, Conference> {
        self.shared.state.lock().unwrap()
    }

    /// A link that names the server by its MedMe endpoint.
    pub fn link(&self, token: &str) -> Secret {
        let server = format!("{}/meets/v1", self.address).replace(':', "%3A").replace('/', "%2F");
        format!("consilium://visit?server={server}&at={token}").into()
    }

    pub fn push_status(&self, status: &str) {
        self.says().set_status(status);
        self.push(&json!({"path": "change_status_callback", "newStatus": status}));
    }

    pub fn push_info(&self) {
        self.push(&json!({"path": "change_conf_info_callback"}));
    }

    fn push(&self, news: &Value) {
        let _ = self.shared.news.send(news.to_string());
    }

    /// What the others in the room ask the one who is in.
    pub fn ask_more_time(&self) {
        self.room().ask();
    }

    /// The status that the room knows of changes.
    pub fn change_room_status(&self, status: Status) {
        self.room().change_status(status);
    }

    /// Whether somebody is in the room to hear a question.
    pub fn hears(&self, hears: bool) {
        self.room().empty(!hears);
    }

    /// How often somebody has asked the others.
    pub fn asked(&self) -> usize {
        self.room().asked()
    }

    pub fn room(&self) -> &room::Room {
        self.shared.room.as_ref().expect("the scenario has a room")
    }
}

fn person(id: &str, name: &str, surname: &str) -> Value {
    json!({"id": id, "name": name, "surname": surname, "profession": "Cardiologist", "required": true})
}

fn conference() -> Conference {
    let (doctor, patient) = (person("d", "Anna", "Levi"), person("p", "Boris", "Orlov"));
    let info = json!({
        "appointmentId": "a-1", "isOpen": false, "l10n": "en-us", "otp": false,
        "organizationInfo": {"id": "o", "title": "Clinic"},
        "filialInfo": {"id": "f", "title": "Branch", "timezone": "Europe/Moscow"},
        "openingDurationSeconds": 0, "scheduledDurationSeconds": 1800,
        "scheduledStart": "2026-11-22T10:30:00+03:00",
        "services": [{"id": "s", "name": [{"lang": "en-us", "text": "Check-up"}]}],
        "clients": [patient], "specialists": [doctor], "joinedClients": [patient], "joinedSpecialists": [doctor],
        "createdAt": "2026-11-20T10:00:00Z", "startedAt": "2026-11-22T07:30:00Z", "status": "started"
    });
    let durations = json!({
        "status": "OK", "now": "2026-11-22T07:40:00Z", "expectedEndAt": "2026-11-22T08:00:00Z",
        "scheduledDurationSeconds": 1800, "netDurationSeconds": 600, "dirtyDurationSeconds": 600,
        "realDurationSeconds": 700
    });
    Conference {
        info,
        durations,
        call: false,
        otp: None,
        instead: HashMap::new(),
        blocks_news: false,
        record: None,
        calls: Vec::new(),
    }
}

/// How the calls went, if the scenario has it; as often as it is read, the reading is noted.
async fn call_record(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let mut state = shared.state.lock().unwrap();
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    state.calls.push(("call_record".to_owned(), token.into()));
    match &state.record {
        Some(record) => axum::Json(record.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    Path(method): Path<String>,
    uri: axum::http::Uri,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let token = body["access_token"].as_str().or_else(|| uri.query()?.strip_prefix("access_token="));
    let mut state = shared.state.lock().unwrap();
    state.calls.push((method.clone(), body.clone()));
    let first = state.instead.get_mut(method.as_str()).and_then(VecDeque::pop_front);
    let (http, answer) = match first {
        Some(answer) => answer,
        None => state.answer(&method, token.unwrap_or_default(), &body),
    };
    if method == "resize" && http == 200 {
        let _ = shared.news.send(json!({"path": "change_conf_info_callback"}).to_string());
    }
    (StatusCode::from_u16(http).unwrap(), answer.to_string()).into_response()
}

impl Conference {
    fn answer(&mut self, method: &str, token: &str, body: &Value) -> (u16, Value) {
        let refusal = |http, code: &str| (http, json!({"status": code, "description": ""}));
        let (role, user) = match token {
            DOCTOR => ("SPECIALIST", "d"),
            token if CALLS.contains(&token) => ("SPECIALIST", "d"),
            PATIENT => ("CLIENT", "p"),
            _ => return refusal(401, "ACCESS_TOKEN_NOT_FOUND"),
        };
        match (method, &self.otp) {
            ("otp_send", _) => {}
            ("otp_verify", Some(code)) if body["code"] != **code => return refusal(400, "OTP_WRONG_CODE"),
            ("otp_verify", _) => self.otp = None,
            (_, Some(_)) => return refusal(400, "OTP_EXPECT"),
            ("info", None) => {
                let mut info =
                    json!({"status": "OK", "role": role, "user_id": user, "conference_info": self.info});
                if self.call {
                    info["call"] = true.into();
                    info["ended_for_good"] = true.into();
                }
                return (200, info);
            }
            ("durations", None) => return (200, self.durations.clone()),
            ("exchange", None) => {
                return (200, json!({"status": "OK", "conference_token": "conf/token"}));
            }
            ("join", None) if role == "SPECIALIST" => {
                self.info["joinedSpecialists"] = self.info["specialists"].clone();
                self.set_status("open_for_joining");
                return (200, json!({"status": "OK", "newConferenceStatus": "open_for_joining"}));
            }
            ("finish", None) if self.call => {
                self.set_status("finished");
                self.info["finishedAt"] = "2026-11-22T07:40:00Z".into();
                return (200, json!({"status": "OK", "newConferenceStatus": "finished"}));
            }
            ("leave", None) if self.call => {
                self.info["joinedSpecialists"] = json!([]);
                return (200, json!({"status": "OK", "newConferenceStatus": "started"}));
            }
            ("resize", None) => {
                let seconds = body["scheduledDurationSeconds"].clone();
                self.info["scheduledDurationSeconds"] = seconds.clone();
                self.durations["scheduledDurationSeconds"] = seconds;
            }
            _ => return refusal(400, "CONFERENCE_WRONG_STATUS_CHANGE"),
        }
        (200, json!({"status": "OK"}))
    }
}

async fn subscribe(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    if shared.state.lock().unwrap().blocks_news {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut news = shared.news.subscribe();
    upgrade.on_upgrade(async move |mut socket: WebSocket| {
        loop {
            let sent = tokio::select! {
                Ok(text) = news.recv() => socket.send(Message::text(text)).await.is_ok(),
                heard = socket.recv() => heard.is_some_and(|heard| heard.is_ok()),
            };
            if !sent {
                return;
            }
        }
    })
}

async fn enter(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |socket| {
        if let Some(room) = &shared.room {
            room.seat(socket).await;
        }
    })
}
