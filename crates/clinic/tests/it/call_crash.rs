//! The binary is killed while a call rings: it goes on ringing after the next start, and its log is whole.

use crate::crash::{demo, start};
use consilium_wire::demo::Demo;
use consilium_wire::home::Event;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

async fn ask(demo: &Demo, token: &str, path: &str, body: Option<Value>) -> Value {
    let url = format!("{}/home/v1/{path}", demo.base_url);
    let http = reqwest::Client::new();
    let request = match &body {
        Some(body) => http.post(url).json(body),
        None => http.get(url),
    };
    request.bearer_auth(token).send().await.unwrap().json().await.unwrap_or_default()
}

async fn sign_in(demo: &Demo, place: usize) -> (String, String) {
    let user = demo.home.as_ref().unwrap().users[place].clone();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let token = ask(demo, "", "sign_in", Some(body)).await["token"].as_str().unwrap().to_owned();
    (user.user_id, token)
}

/// What a new event socket is told before all of it is known.
async fn known(demo: &Demo, token: &str) -> Vec<Event> {
    let url = format!("{}/home/v1/events", demo.base_url.replacen("http", "ws", 1));
    let (mut socket, _) = connect_async(url).await.unwrap();
    let hello = json!({"type": "hello", "token": token});
    socket.send(Message::text(hello.to_string())).await.unwrap();
    let mut told = Vec::new();
    loop {
        let Message::Text(text) = socket.next().await.unwrap().unwrap() else { continue };
        match serde_json::from_str(text.as_str()).unwrap() {
            Event::Known => return told,
            Event::Contact { .. } => {}
            event => told.push(event),
        }
    }
}

#[tokio::test]
async fn a_call_that_rings_when_the_server_is_killed_rings_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path());
    let before = demo(folder.path(), None).await;
    let ((_, caller), (login, callee)) = (sign_in(&before, 0).await, sign_in(&before, 1).await);
    let placed = ask(&before, &caller, "calls", Some(json!({"contacts": [login]}))).await;
    let rings = |told: &[Event]| match told {
        [Event::Ringing { call, .. }] => call.0.clone(),
        other => panic!("it does not ring: {other:?}"),
    };
    assert_eq!(placed["call"], rings(&known(&before, &callee).await));
    server.kill().unwrap();
    server.wait().unwrap();

    let mut server = start(folder.path());
    let after = demo(folder.path(), Some(&before.base_url)).await;
    assert_eq!(placed["call"], rings(&known(&after, &callee).await));
    let path = format!("calls/{}/accept", placed["call"].as_str().unwrap());
    let way = ask(&after, &callee, &path, Some(json!({}))).await;
    assert_eq!(way["visit"], placed["visit"]);
    let log = ask(&after, &caller, "calls", None).await;
    assert_eq!((&log["calls"][0]["call"], &log["calls"][0]["outcome"]), (&placed["call"], &json!("running")));
    server.kill().unwrap();
    server.wait().unwrap();
}
