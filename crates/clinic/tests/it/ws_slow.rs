//! A reader that does not read is dropped; nobody waits for it.

use crate::kit::Clinic;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// A socket that takes nothing for so long is full.
const STUCK: Duration = Duration::from_secs(1);
/// Longer than the server waits for a socket to take a frame.
const PATIENCE: Duration = Duration::from_secs(120);

/// A socket that fills soon.
async fn narrow_socket(clinic: &Clinic) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.set_send_buffer_size(4096).unwrap();
    let stream = socket.connect(clinic.running.addr).await.unwrap();
    let url = format!("ws://{}/meets/v1/ws", clinic.running.addr);
    client_async(url, stream).await.unwrap().0
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_dropped_and_holds_nobody_up() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let mut good = clinic.watch(&specialist).await;
    let (mut wishes, mut answers) = narrow_socket(&clinic).await.split();
    // Every refused wish is answered. Nobody reads the answers, so some time the socket is full in both directions.
    let wish = json!({"path": "change_status", "at": client, "newStatus": "started"}).to_string();
    let wish = || Message::text(wish.as_str());
    while let Ok(fed) = timeout(STUCK, wishes.feed(wish())).await {
        fed.expect("the server still takes wishes");
    }
    for (method, status) in [("open_for_join", "open_for_joining"), ("join", "open_for_joining")] {
        assert_eq!(clinic.press(method, &specialist).await, status);
        assert_eq!(good.next_status().await, status, "the others hear of it all the same");
    }
    let dropped = async { while wishes.feed(wish()).await.is_ok() {} };
    timeout(PATIENCE, dropped).await.expect("the server drops the socket");
    // What was under way is still there; then it is over.
    while let Some(Ok(_)) = answers.next().await {}
    assert_eq!(clinic.status(&client).await, "open_for_joining");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_client_cannot_wish_for_a_step_of_the_specialist() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let (mut at_client, mut at_specialist) = (clinic.watch(&client).await, clinic.watch(&specialist).await);
    for wanted in ["started_and_paused", "finished", "open_for_joining"] {
        at_client.send(&json!({"path": "change_status", "at": client, "newStatus": wanted})).await;
        assert_eq!(at_client.next_status().await, "started", "{wanted}");
        assert_eq!(clinic.status(&specialist).await, "started", "{wanted}");
    }
    clinic.press("pause", &specialist).await;
    assert_eq!(at_specialist.next_status().await, "started_and_paused", "nothing was told before it");
    clinic.running.stop().await;
}
