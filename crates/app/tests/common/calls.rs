//! The part of the home face that calls, for one specialist with two colleagues and a team of them.

use super::person::Person;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use consilium_app::view::{AppView, Stage};
use consilium_app::{Action, CallStep};
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallEntry, CallId, CallLog, Callee, CalleeState, Contacts};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard};

/// Whoever is called.
#[derive(Clone, Default)]
pub struct Desk(Arc<Mutex<Said>>);

/// What the server says, and what it was asked.
#[derive(Default)]
pub struct Said {
    pub log: CallLog,
    /// Instead of letting anybody in.
    pub refuses: Option<(u16, &'static str)>,
    /// Of the next that is let in.
    pub token: &'static str,
    /// By what calls were asked for.
    pub keys: Vec<String>,
    /// Everything but readings: the route and the body.
    pub asked: Vec<(String, Value)>,
}

/// The way into a call.
pub fn entry(token: &str) -> CallEntry {
    CallEntry { call: CallId(format!("call {token}")), visit: "v-call".into(), access_token: token.into() }
}

impl Desk {
    pub fn says(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap()
    }

    /// What was asked, without the readings.
    pub fn asked(&self) -> Vec<(String, Value)> {
        self.says().asked.clone()
    }

    /// How often this was asked.
    pub fn count(&self, route: &str) -> usize {
        self.says().asked.iter().filter(|(asked, _)| asked == route).count()
    }

    /// The routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/clinic/home/v1/contacts", get(contacts))
            .route("/clinic/home/v1/presence", put(presence))
            .route("/clinic/home/v1/calls", get(log).post(place))
            .route("/clinic/home/v1/calls/seen", post(seen))
            .route("/clinic/home/v1/calls/{call}/{step}", post(step))
            .route("/clinic/home/v1/visits/{visit}/{what}", post(about_visit))
            .with_state(self.clone())
    }

    fn note(&self, route: impl Into<String>, body: Value) {
        self.says().asked.push((route.into(), body));
    }

    fn lets_in(&self) -> Response {
        let said = self.says();
        match said.refuses {
            Some((http, code)) => {
                (StatusCode::from_u16(http).unwrap(), Json(json!({"error": code}))).into_response()
            }
            None => Json(entry(said.token)).into_response(),
        }
    }
}

async fn contacts() -> Json<Contacts> {
    let contacts = json!({
        "contacts": [
            {"user_id": "b", "name": "Ben Example", "clinic": "North", "availability": "available"},
            {"user_id": "c", "name": "Зоя Пример", "clinic": "South", "availability": "offline"}
        ],
        "teams": [{"id": "t", "name": "Interpreters", "members": ["b", "c", "d"]}],
        "do_not_disturb": false
    });
    Json(serde_json::from_value(contacts).unwrap())
}

async fn presence(State(desk): State<Desk>, Json(body): Json<Value>) -> StatusCode {
    desk.note("presence", body);
    StatusCode::NO_CONTENT
}

async fn log(State(desk): State<Desk>) -> Json<CallLog> {
    Json(desk.says().log.clone())
}

async fn place(State(desk): State<Desk>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    desk.says().keys.push(headers["idempotency-key"].to_str().unwrap().to_owned());
    desk.note("calls", body);
    desk.lets_in()
}

async fn seen(State(desk): State<Desk>) -> StatusCode {
    desk.note("seen", Value::Null);
    desk.says().log.missed = 0;
    StatusCode::NO_CONTENT
}

async fn step(
    State(desk): State<Desk>,
    Path((call, step)): Path<(String, String)>,
    body: Option<Json<Value>>,
) -> Response {
    let is_accept = step == "accept";
    desk.note(format!("{step} {call}"), body.map(|Json(body)| body).unwrap_or_default());
    if is_accept { desk.lets_in() } else { StatusCode::NO_CONTENT.into_response() }
}

async fn about_visit(
    State(desk): State<Desk>,
    Path((visit, what)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Response {
    let is_link = what == "guest_link";
    desk.note(format!("{what} {visit}"), body);
    if is_link {
        let link = json!({"link": "https://clinic.example/guest#g", "expires_at": "2026-11-23T10:00:00Z"});
        return Json(link).into_response();
    }
    StatusCode::NO_CONTENT.into_response()
}

/// How it goes with those who are called.
pub fn calling(people: &[(&str, CalleeState)]) -> Event {
    let callee = |(login, state): &(&str, CalleeState)| Callee {
        user_id: Some((*login).into()),
        name: "Ben Example".into(),
        state: *state,
    };
    let people = people.iter().map(callee).collect();
    Event::Calling { call: CallId("c-1".to_owned()), visit: "v-call".into(), people }
}

/// Takes a step of a call.
pub async fn does(person: &Person, step: CallStep) {
    person.does(Action::Call { step }).await;
}

/// At home.
pub fn is_home(view: &AppView) -> bool {
    matches!(view.stage, Stage::Home(_))
}
