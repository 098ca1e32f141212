//! How much one user, or somebody who is none, may take of the messenger.

use crate::im_kit::{Person, ask, doctor, drain, next, patient, text, uuid, visit_chat};
use crate::kit::{Clinic, Socket};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;

/// So many of one user, and so many that have not logged in.
const SOCKETS: usize = 16;
const LOBBY: usize = 512;

#[tokio::test]
async fn the_oldest_socket_of_a_user_is_closed_with_a_reason() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let mut others = ivan.socket(&clinic, Some(&session)).await;
    let mut sockets = Vec::new();
    for _ in 0..SOCKETS + 2 {
        sockets.push(anna.socket(&clinic, Some(&session)).await);
    }
    for mut socket in sockets.drain(..2) {
        assert_eq!(socket.goodbye().await.as_deref(), Some("too many connections"));
    }
    ivan.say(&clinic, &session, "still here").await;
    for socket in sockets.iter_mut().chain([&mut others]) {
        assert_eq!(next(socket).await["message"]["content"], "still here");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn who_does_not_log_in_takes_no_place_of_others_for_long() {
    let clinic = Clinic::start().await;
    let anna = doctor(&clinic, 0).await;
    let url = format!("ws://{}/api/v2/ws", clinic.running.addr);
    let mut silent: Vec<Socket> = Vec::new();
    for _ in 0..LOBBY {
        silent.push(clinic.socket("/api/v2/ws").await);
    }
    let full = connect_async(&url).await.expect_err("there is no place");
    assert!(matches!(full, tokio_tungstenite::tungstenite::Error::Http(answer) if answer.status() == 503));
    // One of them logs in after all, and one is told to go: both leave a place.
    let mut late = silent.remove(0);
    let login = json!({"type": "login", "token": anna.token, "session_id": null, "client_type": "doctor"});
    late.send(&login).await;
    assert_eq!(next(&mut late).await["type"], "logged_in");
    anna.socket(&clinic, None).await;
    assert_eq!(silent[0].goodbye().await.as_deref(), Some("login expected"));
    drop(silent);
    assert_eq!(drain(&mut late).await.last().map(|badge| badge["type"].clone()), Some(json!("badge")));
    clinic.running.stop().await;
}

#[tokio::test]
async fn tokens_that_are_none_hold_nobody_up() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = anna.with(&clinic, &boris).await;
    let wrong = (0..300).map(|_| Person { token: uuid(), ..anna.clone() }).collect::<Vec<_>>();
    let asked = wrong.iter().map(|nobody| ask(&clinic, Some(nobody), Method::GET, "/sessions", None));
    let (answers, said) = tokio::join!(join_all(asked), anna.say(&clinic, &session, "beside"));
    assert!(answers.iter().all(|(http, body)| *http == 401 && body["error"]["code"] == "unauthorized"));
    assert_eq!(said["content"], "beside");
    clinic.running.stop().await;
}

#[tokio::test]
async fn who_writes_is_told_of_once_a_second_at_most() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let mut at_anna = anna.socket(&clinic, Some(&session)).await;
    let mut at_ivan = ivan.socket(&clinic, Some(&session)).await;
    let started = std::time::Instant::now();
    for _ in 0..100 {
        at_ivan.send(&json!({"type": "typing"})).await;
    }
    assert_eq!(drain(&mut at_ivan).await, Vec::<Value>::new(), "nothing is refused");
    let heard = drain(&mut at_anna).await.len() as u64;
    assert!((1..=1 + started.elapsed().as_secs()).contains(&heard), "{heard}");
    clinic.running.stop().await;
}
