//! A visit that goes on while others send rubbish: every step works, both sockets hear of it, the clock is right.

use super::server::{Server, Visit};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

/// Long enough for a slow machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two rounds, so that the others get their turn.
const REST: Duration = Duration::from_millis(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Runs the visit until `enough`, and gives how many rounds it had.
pub async fn run(server: &Server, visit: &Visit, address: &str, enough: CancellationToken) -> i64 {
    let (specialist, client) = (&visit.specialist, &visit.client);
    let mut sockets = Vec::new();
    for token in [specialist, client] {
        let (mut socket, _) = connect_async(address).await.unwrap();
        let handshake = json!({"path": "handshake", "at": token}).to_string();
        socket.send(Message::text(handshake)).await.unwrap();
        sockets.push(socket);
    }
    press(server, "open_for_join", specialist).await;
    press(server, "join", client).await;
    press(server, "join", specialist).await;
    hear(&mut sockets, "started").await;
    let mut rounds = 0;
    while !enough.is_cancelled() {
        rounds += 1;
        server.pass(2);
        press(server, "pause", specialist).await;
        hear(&mut sockets, "started_and_paused").await;
        server.pass(1);
        press(server, "resume", specialist).await;
        hear(&mut sockets, "started").await;
        let durations = press(server, "durations", client).await;
        assert_eq!(durations["netDurationSeconds"], 2 * rounds);
        assert_eq!(durations["dirtyDurationSeconds"], 3 * rounds);
        tokio::time::sleep(REST).await;
    }
    press(server, "finish", specialist).await;
    hear(&mut sockets, "finished").await;
    rounds
}

async fn press(server: &Server, method: &str, token: &str) -> Value {
    let answer = server.call(method, &json!({ "access_token": token })).await;
    assert_eq!(answer.code(), "OK", "{method}: {}", answer.body);
    answer.body
}

/// Both sockets hear of the status, and of no other after the last.
async fn hear(sockets: &mut [Socket], status: &str) {
    for socket in sockets {
        loop {
            let frame = tokio::time::timeout(PATIENCE, socket.next()).await.expect("the callback comes");
            let Message::Text(text) = frame.unwrap().unwrap() else { continue };
            let message: Value = serde_json::from_str(&text).unwrap();
            if message["newStatus"] == status {
                break;
            }
            // Coming and going repeats the status as it was.
            assert!(
                ["open_for_joining", "started"].contains(&message["newStatus"].as_str().unwrap()),
                "{text}"
            );
        }
    }
}
