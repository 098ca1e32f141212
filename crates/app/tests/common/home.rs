//! The home face for one specialist with one visit, and the socket that tells who knocks.

use super::clinic::DOCTOR;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use consilium_wire::home::Event;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;

/// The conference's id on the home page.
pub const VISIT: &str = "v-1";

/// The home face.
#[derive(Clone)]
pub struct Home {
    known: Arc<Mutex<Vec<Event>>>,
    news: broadcast::Sender<Event>,
    answers: Arc<Mutex<Vec<(String, Value)>>>,
    refuses: Arc<AtomicBool>,
}

impl Default for Home {
    fn default() -> Self {
        Self {
            known: Arc::default(),
            news: broadcast::channel(16).0,
            answers: Arc::default(),
            refuses: Arc::default(),
        }
    }
}

impl Home {
    /// Tells it now, and everybody who comes later.
    pub fn tells(&self, event: Event) {
        self.known.lock().unwrap().push(event.clone());
        let _ = self.news.send(event);
    }

    /// How knocks were answered: below `visits`, with the body.
    pub fn answers(&self) -> Vec<(String, Value)> {
        self.answers.lock().unwrap().clone()
    }

    /// From now on it answers that there was too much of it.
    pub fn refuses_answers(&self) {
        self.refuses.store(true, Ordering::SeqCst);
    }

    /// The routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/clinic/home/v1/sign_in", post(sign_in))
            .route("/clinic/home/v1/visits", get(visits))
            .route("/clinic/home/v1/events", any(events))
            .route("/clinic/home/v1/visits/{visit}/knocks/{peer}/{what}", post(answer))
            .with_state(self.clone())
    }
}

async fn sign_in() -> Json<Value> {
    Json(json!({"token": "home-token", "user_id": "d", "name": "Anna Levi", "clinic": "Clinic"}))
}

async fn visits() -> Json<Value> {
    Json(json!({"visits": [{
        "id": VISIT, "access_token": DOCTOR, "status": "pending", "scheduled_start": "2026-11-22T10:30:00+03:00",
        "scheduled_duration_seconds": 1800, "clients": ["Boris Orlov"], "joined_clients": 0, "services": []
    }]}))
}

async fn answer(
    State(home): State<Home>,
    Path((visit, peer, what)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: String,
) -> Result<StatusCode, (StatusCode, Json<Value>)> {
    assert_eq!(headers["authorization"], "Bearer home-token");
    if home.refuses.load(Ordering::SeqCst) {
        return Err((StatusCode::TOO_MANY_REQUESTS, Json(json!({"error": "too_many_attempts"}))));
    }
    let about = format!("{visit}/knocks/{peer}/{what}");
    home.answers.lock().unwrap().push((about, serde_json::from_str(&body).unwrap_or_default()));
    Ok(StatusCode::NO_CONTENT)
}

async fn events(State(home): State<Home>, upgrade: WebSocketUpgrade) -> Response {
    let mut news = home.news.subscribe();
    let known = home.known.lock().unwrap().clone();
    upgrade.on_upgrade(async move |mut socket: WebSocket| {
        let Some(Ok(hello)) = socket.recv().await else { return };
        assert!(hello.to_text().unwrap().contains("home-token"), "it says who listens");
        for event in known.into_iter().chain([Event::Known]) {
            send(&mut socket, &event).await;
        }
        loop {
            tokio::select! {
                Ok(event) = news.recv() => send(&mut socket, &event).await,
                heard = socket.recv() => if heard.is_none_or(|heard| heard.is_err()) { return },
            }
        }
    })
}

async fn send(socket: &mut WebSocket, event: &Event) {
    let _ = socket.send(Message::text(serde_json::to_string(event).unwrap())).await;
}
