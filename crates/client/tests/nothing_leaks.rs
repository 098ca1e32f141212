//! A visit with made-up secrets, everything logged at the most talkative level: no secret is in the log.
//!
//! Alone in its file: the log is one for the whole process.
#![allow(clippy::unwrap_used)]

mod common;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, Uri};
use axum::routing::{any, post};
use axum::{Json, Router};
use common::log::Log;
use common::{quick, serve, server_at, soon};
use consilium_client::{RoomEvent, SubscriptionEvent};
use consilium_wire::home::SignIn;
use consilium_wire::room::{DescriptionKind, FromClient, FromServer, Signal, encode};

const SECRETS: [&str; 6] =
    ["acc-9d2e11", "conf-51f0aa", "pass-77ab3c", "bearer-0c4d5e", "sdp-1192ff", "resume-ba77d0"];

/// Sends back every text it hears, wrapped as a message of the protocol, so that secrets travel both ways.
async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let answer = if text.contains("hello") {
            let peer = serde_json::json!({"type": "denied", "reason": SECRETS[5]});
            let signal = Signal::Description { kind: DescriptionKind::Offer, sdp: SECRETS[4].into() };
            let signal = encode(&FromServer::Signal { from: "p".into(), signal });
            socket.send(Message::text(signal)).await.unwrap();
            peer.to_string()
        } else {
            format!(r#"{{"path":"change_conf_info_callback","at":"{}"}}"#, SECRETS[0])
        };
        let _ = socket.send(Message::text(answer)).await;
    }
}

fn app() -> Router {
    let refuse = async |uri: Uri, headers: HeaderMap, body: String| {
        let echo = format!("{uri} {headers:?} {body}");
        Json(serde_json::json!({"status": "VALIDATION_ERROR", "description": echo, "error": echo}))
    };
    let exchange = async || Json(serde_json::json!({"status": "OK", "conference_token": SECRETS[1]}));
    let socket = async |upgrade: WebSocketUpgrade| upgrade.on_upgrade(echo);
    Router::new()
        .route("/clinic/meets/v1/exchange", post(exchange))
        .route("/clinic/meets/v1/ws", any(socket))
        .route("/clinic/room/v1", any(socket))
        .fallback(refuse)
}

#[tokio::test]
async fn no_secret_reaches_the_log_at_any_level() {
    let log = Log::start();
    let server = server_at(serve(app()).await, quick());

    let medme = server.medme(SECRETS[0].into());
    let token = soon(medme.exchange()).await.unwrap();
    soon(medme.info()).await.unwrap_err();
    let sign_in = SignIn::Password { user_id: "anna".into(), password: SECRETS[2].into() };
    soon(server.home().sign_in(&sign_in)).await.unwrap_err();
    soon(server.home().visits(&SECRETS[3].into())).await.unwrap_err();

    let mut news = server.subscribe(SECRETS[0].into());
    while soon(news.next()).await != Some(SubscriptionEvent::InfoChanged) {}
    soon(news.close()).await;

    let mut room = server.enter_room(token);
    let signal = Signal::Description { kind: DescriptionKind::Answer, sdp: SECRETS[4].into() };
    room.sender().send(&FromClient::Signal { to: "p".into(), signal }).unwrap();
    while let Some(event) = soon(room.next()).await {
        tracing::info!(?event, "the app may print what it gets");
        assert!(matches!(event, RoomEvent::Message(_)));
    }

    tracing::info!(?server, ?medme, ?room, "the app may print its handles");
    let log = log.text();
    assert!(log.contains("the app may print what it gets"), "the log works");
    assert!(log.contains("reqwest") || log.contains("tungstenite"), "the libraries write to it too");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}
