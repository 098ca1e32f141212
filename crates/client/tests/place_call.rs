//! A call whose answer is lost is asked for again by the same key, and one that was refused is not.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use common::{TOKEN, quick, serve, server_at};
use consilium_client::{ClientError, PressKey};
use consilium_wire::home::calls::PlaceCall;
use std::sync::{Arc, Mutex};

const ENTRY: &str = r#"{"call": "c", "visit": "v", "access_token": "t"}"#;

/// The answers in their turn, and the keys that were shown.
async fn place(answers: &'static [(u16, &'static str)]) -> (Result<String, ClientError>, Vec<String>) {
    let keys: Arc<Mutex<Vec<String>>> = Arc::default();
    let shown = Arc::clone(&keys);
    let answer = async move |headers: HeaderMap| {
        let mut shown = shown.lock().unwrap();
        let (http, body) = answers[shown.len().min(answers.len() - 1)];
        shown.push(headers["idempotency-key"].to_str().unwrap().to_owned());
        (StatusCode::from_u16(http).unwrap(), body)
    };
    let address = serve(Router::new().route("/{*path}", post(answer))).await;
    let call = PlaceCall { contacts: vec!["b".into()], teams: Vec::new(), title: None };
    let home = server_at(address, quick()).home();
    let entry = home.place_call(&TOKEN.into(), &call, &PressKey::fresh()).await;
    let keys = keys.lock().unwrap().clone();
    (entry.map(|entry| entry.call.0), keys)
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again() {
    let (entry, keys) = place(&[(200, "cut o"), (200, ENTRY)]).await;
    assert_eq!((entry, keys.len()), (Ok("c".to_owned()), 2));
    assert_eq!(keys[0], keys[1]);
    assert!(keys[0].len() == 34 && keys[0].starts_with('"') && keys[0].ends_with('"'), "{keys:?}");
    let (entry, keys) = place(&[(200, "cut o")]).await;
    assert!(matches!(entry, Err(ClientError::BadAnswer(_))) && keys.len() == 3, "{entry:?}");
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    for (answer, error) in [
        (&[(429, "{}")], ClientError::TooManyAttempts),
        (&[(500, "{}")], ClientError::ServerFailed { http: 500 }),
        (&[(401, "{}")], ClientError::Unauthorized),
    ] {
        let (entry, keys) = place(answer).await;
        assert_eq!((entry, keys.len()), (Err(error), 1));
    }
    assert_ne!(PressKey::fresh(), PressKey::fresh());
}
