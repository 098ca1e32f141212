//! WebSocket frames that are wrong, and what becomes of their socket.

use super::tally::{Tally, is_code};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// Long enough for a slow machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// What has to come of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The socket is closed with a code of the protocol.
    Closed,
    /// The socket says how the conference stands, or nothing, and lives on.
    Open,
}

/// Tries every bad frame, on a socket of its own each: before the handshake, and after one with `token`.
pub async fn try_all(address: &str, token: &str, wrong: &[String], tally: &Tally) {
    for (message, wanted) in frames(token, wrong) {
        for known in [None, Some(token)] {
            let outcome = attempt(address, known, message.clone(), wanted).await;
            let shown: String = format!("{message:?}").chars().take(200).collect();
            tally.note("frames", &shown, outcome);
        }
    }
}

async fn attempt(address: &str, known: Option<&str>, message: Message, wanted: Wanted) -> Result<(), String> {
    let (mut socket, _) = connect_async(address).await.map_err(|error| error.to_string())?;
    if let Some(token) = known {
        let handshake = json!({"path": "handshake", "at": token}).to_string();
        socket.send(Message::text(handshake)).await.map_err(|error| error.to_string())?;
    }
    // A frame that is too large is refused while it is sent.
    let sent = socket.send(message).await;
    if wanted == Wanted::Open {
        sent.as_ref().map_err(ToString::to_string)?;
        socket.send(Message::Ping(Bytes::from_static(b"alive"))).await.map_err(|error| error.to_string())?;
    }
    loop {
        let frame =
            tokio::time::timeout(PATIENCE, socket.next()).await.map_err(|_| "nothing comes".to_owned())?;
        match (frame, wanted) {
            (Some(Ok(Message::Pong(_))), Wanted::Open) => return Ok(()),
            (Some(Ok(Message::Text(text))), _) if is_callback(&text) => {}
            (Some(Ok(Message::Close(Some(close)))), Wanted::Closed) if is_code(&close.reason) => {
                return Ok(());
            }
            (other, _) => return Err(format!("{other:?}, sent: {sent:?}")),
        }
    }
}

fn is_callback(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| value["path"] == "change_status_callback")
}

fn frames(token: &str, wrong: &[String]) -> Vec<(Message, Wanted)> {
    use Wanted::{Closed, Open};
    let mut all: Vec<(Message, Wanted)> = Vec::new();
    for text in [
        "",
        "hello",
        "{",
        "7",
        "[]",
        "null",
        "{}",
        "{\"path\":7}",
        "{\"path\":null}",
        "\u{0}",
        "{\"at\":\"x\"}",
    ] {
        all.push((Message::text(text), Closed));
    }
    for value in [json!(null), json!(7), json!([]), json!({}), json!("")] {
        all.push((of(&json!({"path": "handshake", "at": value})), Closed));
        all.push((of(&json!({"path": "change_status", "at": value, "newStatus": "finished"})), Closed));
    }
    for status in
        [json!("NO_SUCH"), json!(""), json!(null), json!(7), json!([]), json!({}), json!("Finished")]
    {
        all.push((of(&json!({"path": "change_status", "at": token, "newStatus": status})), Closed));
    }
    for at in wrong {
        all.push((of(&json!({"path": "handshake", "at": at})), Closed));
        all.push((of(&json!({"path": "change_status", "at": at, "newStatus": "finished"})), Closed));
    }
    // The token is that of a client: the machine refuses, which the unchanged status tells.
    for status in
        ["open_for_joining", "started", "started_and_paused", "finished", "pending", "started_and_waiting"]
    {
        all.push((of(&json!({"path": "change_status", "at": token, "newStatus": status})), Open));
    }
    for path in ["no_such_path", "", "HANDSHAKE", "change_status_callback", "change_conf_info_callback"] {
        all.push((of(&json!({"path": path, "at": token, "newStatus": "finished"})), Open));
    }
    all.push((of(&json!({"path": "handshake"})), Closed));
    all.push((Message::Binary(Bytes::from(json!({"path": "handshake", "at": token}).to_string())), Closed));
    all.push((Message::Binary(Bytes::from_static(&[0; 100])), Closed));
    for size in [17 * 1024, 1024 * 1024, 10 * 1024 * 1024] {
        all.push((Message::text("x".repeat(size)), Closed));
        all.push((Message::Binary(Bytes::from(vec![0; size])), Closed));
    }
    all.push((Message::text("[".repeat(15_000)), Closed));
    let invalid =
        Frame::message(Bytes::from_static(b"{\"path\":\"\xff\xfe\"}"), OpCode::Data(Data::Text), true);
    all.push((Message::Frame(invalid), Closed));
    let stray = Frame::message(Bytes::from_static(b"{}"), OpCode::Data(Data::Continue), true);
    all.push((Message::Frame(stray), Closed));
    all
}

fn of(value: &Value) -> Message {
    Message::text(value.to_string())
}
