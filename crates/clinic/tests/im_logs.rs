//! What people write to each other leaves nothing in the log, at the most talkative level.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

#[path = "it/im_kit.rs"]
mod im_kit;
#[path = "it/kit.rs"]
mod kit;
#[path = "it/log.rs"]
mod log;

use im_kit::{ask, doctor, next, patient, text, visit_chat};
use kit::{Clinic, token_of};
use log::Log;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_log_knows_nothing_of_a_conversation() {
    let log = Log::keep();
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let path = format!("/sessions/{session}/messages");
    let mut at_anna = anna.socket(&clinic, Some(&session)).await;
    ivan.say(&clinic, &session, "word-of-rest").await;
    next(&mut at_anna).await;
    let message = json!({"type": 1, "content": "word-of-socket", "client_message_id": "id-of-client"});
    at_anna.send(&json!({"type": "send", "message": message})).await;
    next(&mut at_anna).await;
    let topic = json!({"session_id": session, "name": "name-of-topic", "description": "more-of-topic"});
    ivan.post(&clinic, "/sessions/topics", &topic).await;
    anna.put(&clinic, &format!("/sessions/{session}/topics/current/ended"), &json!({"content": "last-word"}))
        .await;
    anna.get(&clinic, "/users?query=searched-name").await;

    let wrong = json!({"type": 13, "content": "refused-word", "client_message_id": "id-of-refused"});
    ivan.refused(&clinic, Method::POST, &path, Some(&wrong)).await;
    let broken = clinic.url(&format!("/api/v2{path}"));
    clinic.http.post(broken).bearer_auth(&ivan.token).body("broken-word").send().await.unwrap();
    at_anna.text("broken-frame").await;
    let guess = json!({"user_id": "guessed-user", "password": "guessed-word"});
    ask(&clinic, None, Method::POST, "/users/login", Some(&guess)).await;
    ivan.refused(&clinic, Method::GET, "/sessions/wrong-session/messages", None).await;

    let mut secrets: Vec<String> = [
        "word-of",
        "id-of",
        "name-of-topic",
        "more-of-topic",
        "last-word",
        "searched-name",
        "refused-word",
        "broken-",
        "guessed-",
        "wrong-session",
    ]
    .map(str::to_owned)
    .into();
    secrets.extend([anna.token, ivan.token, ivan.id]);
    for link in &clinic.demo().links {
        secrets.push(token_of(&link.deep_link));
        secrets.extend(link.name.split(' ').map(str::to_owned));
    }
    clinic.running.stop().await;
    let log = log.text();
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
}
