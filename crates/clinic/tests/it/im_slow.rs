//! Sockets that do not read, or whose other side is gone, hurt nobody.

use crate::im_kit::{doctor, next, text};
use crate::kit::Clinic;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_reader_that_does_not_read_is_closed_and_holds_nobody_up() {
    let clinic = Clinic::adjusted(|config| config.messages_per_second = 10_000).await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    let narrow = TcpSocket::new_v4().unwrap();
    narrow.set_recv_buffer_size(4096).unwrap();
    let stream = narrow.connect(clinic.running.addr).await.unwrap();
    let url = format!("ws://{}/api/v2/ws", clinic.running.addr);
    let (mut stuck, _) = client_async(url, stream).await.unwrap();
    let login =
        json!({"type": "login", "token": boris.token, "session_id": session, "client_type": "doctor"});
    stuck.send(Message::text(login.to_string())).await.unwrap();
    let mut good = boris.socket(&clinic, Some(&session)).await;

    // More than an outbox and the buffers of the system hold together.
    let words = "й".repeat(20_000);
    for _ in 0..400 {
        let stored = anna.say(&clinic, &session, &words).await;
        assert_eq!(next(&mut good).await["message"]["id"], stored["id"]);
    }
    let mut heard = 0;
    let closed = async {
        while let Some(Ok(frame)) = stuck.next().await {
            heard += usize::from(frame.is_text());
        }
    };
    tokio::time::timeout(Duration::from_secs(60), closed).await.expect("the socket is closed");
    assert!(heard < 400, "what did not fit was dropped with the socket");
    assert_eq!(boris.history(&clinic, &session).await.len(), 400, "and nothing is lost");
    clinic.running.stop().await;
}

#[tokio::test]
async fn one_that_answers_no_ping_is_dropped() {
    const EVERY: Duration = Duration::from_millis(100);
    let clinic = Clinic::adjusted(|config| config.ping_every = EVERY).await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    // A socket answers pings only while it is read.
    let mut silent = boris.socket(&clinic, Some(&session)).await;
    let status = format!("/users/{}/status", boris.id);
    assert_eq!(text(&anna.get(&clinic, &status).await["status"]), "online");
    while text(&anna.get(&clinic, &status).await["status"]) == "online" {
        tokio::time::sleep(EVERY).await;
    }
    assert_eq!(silent.next_text().await, None);
    clinic.running.stop().await;
}
