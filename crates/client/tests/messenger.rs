//! What the messenger's client asks and how it takes the answers, the right ones and the wrong ones.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::response::{Html, IntoResponse};
use axum::routing::{any, post};
use common::{TOKEN, closed_port, ms, quick, serve, server_at, soon};
use consilium_client::{
    AttachmentPart, BadAnswer, ClientError, Messenger, SessionsOf, Timing, TransferError, UploadSource,
    Window,
};
use consilium_model::{BusinessKind, MessageKind, Secret, SessionKind};
use consilium_wire::im::{FailureCode, MAX_TEXT, NewMessage, NewSession, NewTopic};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

fn message(session: &str, number: u64, text: &str) -> Value {
    json!({
        "id": format!("{session}-{number}"), "session_id": session, "sender_id": "anna", "type": 1,
        "content": text, "client_message_id": format!("c{number}"), "timestamp": "2026-11-22T10:00:00.123Z",
    })
}

fn session(id: &str, last: Value) -> Value {
    json!({
        "id": id, "type": 2, "business_type": 1, "status": 0, "sticky": false, "participants": [],
        "last_message": last, "unread_count": 0, "create_date": "2026-11-22T10:00:00Z",
    })
}

fn new_message() -> NewMessage {
    NewMessage {
        kind: MessageKind::Text,
        content: "hello".into(),
        client_message_id: "c1".to_owned(),
        reply_to: None,
    }
}

/// A messenger whose server answers everything alike.
async fn answering(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Messenger {
    at(Router::new().route("/{*path}", any(async move || answer.clone()))).await
}

async fn at(app: Router) -> Messenger {
    server_at(serve(app).await, quick()).messenger(TOKEN.into())
}

async fn failing(status: u16, code: &str) -> Messenger {
    let body = json!({"error": {"code": code, "message": format!("{TOKEN} no")}}).to_string();
    answering((StatusCode::from_u16(status).unwrap(), body)).await
}

/// Asks everything and gives back the one answer that all agree on.
async fn the_error_of(messenger: Messenger) -> ClientError {
    let folder = tempfile::tempdir().unwrap();
    let (progress, _) = tokio::sync::watch::channel(0);
    let new_session = NewSession {
        kind: SessionKind::OneToOne,
        business_type: BusinessKind::WithoutPatient,
        name: None,
        participants: vec!["boris".into()],
    };
    let topic = NewTopic { session_id: "s".to_owned(), name: "n".into(), description: None };
    let transfer = |error: TransferError| match error {
        TransferError::Client(error) => error,
        TransferError::File(kind) => panic!("the file failed: {kind}"),
    };
    let upload = UploadSource::Bytes(b"bytes".to_vec());
    let errors = soon(async {
        [
            messenger.recent(SessionsOf::Patients, 1, 10).await.unwrap_err(),
            messenger.all_sessions(1, 10).await.unwrap_err(),
            messenger.session("s").await.unwrap_err(),
            messenger.create(&new_session).await.unwrap_err(),
            messenger.messages("s", Window::Newest, 10).await.unwrap_err(),
            messenger.unread("s", 10).await.unwrap_err(),
            messenger.message("s", "s-1").await.unwrap_err(),
            messenger.send("s", &new_message()).await.unwrap_err(),
            messenger.open_topic(&topic).await.unwrap_err(),
            messenger.end_topic("s", "t", Some(&"bye".into())).await.unwrap_err(),
            messenger.people(&"b".into()).await.unwrap_err(),
            messenger.badge().await.unwrap_err(),
            transfer(messenger.upload("s", &"n".into(), upload, &progress).await.unwrap_err()),
        ]
    })
    .await;
    for error in &errors {
        let text = format!("{error} {error:?}");
        assert!(!text.contains(TOKEN) && !text.contains("127.0.0.1") && !text.contains("<html"), "{text}");
        assert_eq!(error, &errors[0]);
    }
    let file = folder.path().join("saved");
    let error = transfer(soon(messenger.download("a", 100, &file, &progress)).await.unwrap_err());
    if !matches!(error, ClientError::BadAnswer(_)) {
        assert_eq!(error, errors[0], "a file has no form to be wrong; otherwise it fails as all do");
    }
    assert!(std::fs::read(&file).unwrap_or_default().len() < 100);
    errors[0].clone()
}

#[tokio::test]
async fn nobody_there() {
    let messenger = server_at(closed_port().await, quick()).messenger(TOKEN.into());
    assert_eq!(the_error_of(messenger).await, ClientError::Unreachable);
}

#[tokio::test]
async fn a_captive_portal() {
    let error = the_error_of(answering(Html("<html>Welcome to the hotel</html>")).await).await;
    assert_eq!(error, ClientError::BadAnswer(BadAnswer::NotJson));
    for status in [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::CONFLICT] {
        let error = the_error_of(answering((status, Html("<html>No</html>"))).await).await;
        assert!(error.is_retryable(), "what a proxy says declines no message: {error:?}");
    }
}

#[tokio::test]
async fn json_of_something_else() {
    for body in
        ["{}", "[{}]", "null", r#"{"content":7}"#, r#"{"content":[{"id":"x"}],"page":1,"page_size":1}"#]
    {
        let error = the_error_of(answering(body).await).await;
        assert_eq!(error, ClientError::BadAnswer(BadAnswer::WrongSchema), "{body}");
    }
}

#[tokio::test]
async fn a_server_that_never_answers() {
    let silent = async || std::future::pending::<()>().await;
    let address = serve(Router::new().route("/{*path}", any(silent))).await;
    let timing = Timing { request: ms(60), ..quick() };
    assert_eq!(the_error_of(server_at(address, timing).messenger(TOKEN.into())).await, ClientError::Timeout);
}

#[tokio::test]
async fn refusals_are_understood() {
    for (status, code, error) in [
        (400, "bad_request", ClientError::Declined(FailureCode::BadRequest)),
        (400, "kind_not_allowed", ClientError::Declined(FailureCode::KindNotAllowed)),
        (401, "unauthorized", ClientError::Unauthorized),
        (403, "forbidden", ClientError::Declined(FailureCode::Forbidden)),
        (404, "not_found", ClientError::Declined(FailureCode::NotFound)),
        (409, "topic_ended", ClientError::Declined(FailureCode::TopicEnded)),
        (413, "too_large", ClientError::Declined(FailureCode::TooLarge)),
        (415, "wrong_media", ClientError::Declined(FailureCode::WrongMedia)),
        (429, "too_many", ClientError::TooManyAttempts),
        (500, "internal", ClientError::ServerFailed { http: 500 }),
        (503, "nothing this version knows", ClientError::ServerFailed { http: 503 }),
        (400, "of_a_newer_version", ClientError::BadAnswer(BadAnswer::WrongSchema)),
    ] {
        assert_eq!(the_error_of(failing(status, code).await).await, error, "{code}");
    }
}

#[tokio::test]
async fn a_session_without_a_topic_is_no_failure() {
    assert_eq!(soon(failing(404, "not_found").await.current_topic("s")).await, Ok(None));
}

/// Otherwise somebody else's answer would take a message out of the outbox.
#[tokio::test]
async fn only_the_message_itself_is_its_receipt() {
    let right = message("s", 1, "hello");
    assert!(soon(answering(right.to_string()).await.send("s", &new_message())).await.is_ok());
    for (field, value) in [("client_message_id", "c2"), ("session_id", "t"), ("id", "s-0")] {
        let mut wrong = right.clone();
        wrong[field] = json!(value);
        let error = soon(answering(wrong.to_string()).await.send("s", &new_message())).await.unwrap_err();
        assert_eq!(error, ClientError::BadAnswer(BadAnswer::WrongSchema), "{field}");
    }
}

#[tokio::test]
async fn a_full_page_of_the_longest_texts_is_read() {
    // Each letter takes six bytes, the most that JSON can make of one.
    let text = "\u{1}".repeat(MAX_TEXT);
    let rows: Vec<Value> = (1..=50).rev().map(|number| message("s", number, &text)).collect();
    let page = json!({"content": rows, "page": 1, "page_size": 50, "more": false}).to_string();
    assert!(page.len() > 5_000_000);
    let read = soon(answering(page).await.messages("s", Window::Newest, 50)).await.unwrap();
    assert_eq!((read.messages.len(), read.span), (50, Some(1..=50)));
}

#[tokio::test]
async fn an_endless_page_is_cut_off() {
    let endless = async || {
        let chunk = || Some(Ok::<_, std::io::Error>(" ".repeat(65536)));
        Response::new(Body::from_stream(futures_util::stream::iter(std::iter::from_fn(chunk))))
    };
    let messenger = at(Router::new().route("/{*path}", any(endless))).await;
    let error = soon(messenger.messages("s", Window::Newest, 10)).await.unwrap_err();
    assert_eq!(error, ClientError::BadAnswer(BadAnswer::TooLarge));
}

#[tokio::test]
async fn a_session_whose_newest_message_is_of_a_newer_version_is_listed() {
    let mut strange = message("s", 7, "x");
    strange["type"] = json!(77);
    let rows = [session("s", strange), session("t", message("t", 1, "y")), session("u", Value::Null)];
    let page = json!({"content": rows, "page": 1, "page_size": 10, "more": true}).to_string();
    let read = soon(answering(page).await.recent(SessionsOf::Everyone, 1, 10)).await.unwrap();
    let last: Vec<bool> = read.content.iter().map(|session| session.last_message.is_some()).collect();
    assert_eq!((last, read.more), (vec![false, true, false], true));
}

/// Every request carries the token as the protocol wants it, and its parts where they belong.
#[tokio::test]
async fn requests_are_as_the_protocol_has_them() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let app =
        Router::new().fallback(async move |method: axum::http::Method, uri: Uri, headers: HeaderMap| {
            assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
            seen.lock().unwrap().push(format!("{method} {uri}"));
            StatusCode::IM_A_TEAPOT
        });
    let messenger = at(app).await;
    soon(async {
        let _ = messenger.recent(SessionsOf::Patients, 2, 20).await;
        let _ = messenger.recent(SessionsOf::Colleagues, 0, 2000).await;
        let _ = messenger.messages("s/1", Window::Before(7), 30).await;
        let _ = messenger.messages("s", Window::After(7), 30).await;
        let _ = messenger.set_sticky("s", true).await;
        let _ = messenger.set_sticky("s", false).await;
        let _ = messenger.people(&"Ан на&".into()).await;
        let _ = messenger.end_topic("s", "t", None).await;
        let _ = messenger.attachment("a", AttachmentPart::Thumbnail, 10).await;
        let _ = messenger.log_out().await;
    })
    .await;
    let asked = asked.lock().unwrap();
    let expected = [
        "GET /clinic/api/v2/sessions/recent?type=patient&page=2&page_size=20",
        "GET /clinic/api/v2/sessions/recent?type=doctor&page=1&page_size=200",
        "GET /clinic/api/v2/sessions/s%2F1/messages?page_size=30&before=s%2F1-7",
        "GET /clinic/api/v2/sessions/s/messages?page_size=30&after=s-7",
        "PUT /clinic/api/v2/sessions/s/sticky",
        "DELETE /clinic/api/v2/sessions/s/sticky",
        "GET /clinic/api/v2/users?query=%D0%90%D0%BD+%D0%BD%D0%B0%26",
        "PUT /clinic/api/v2/sessions/s/topics/t/ended",
        "GET /clinic/api/v2/attachments/a/thumbnail",
        "POST /clinic/api/v2/users/logout",
    ];
    assert_eq!(*asked, expected);
}

#[tokio::test]
async fn a_server_without_a_messenger_is_told_from_one_that_fails() {
    let token = Secret::from(TOKEN);
    for (status, body, none) in [
        (404, "<html>", true),
        (405, "", true),
        (501, "", true),
        (503, "<html>", false),
        (401, r#"{"error":"unauthorized"}"#, false),
        (404, r#"{"error":{"code":"not_found","message":"x"}}"#, true),
    ] {
        let answer = (StatusCode::from_u16(status).unwrap(), body);
        let app = Router::new().route("/clinic/home/v1/{route}", post(async move || answer));
        let home = server_at(serve(app).await, quick()).home();
        let error = soon(home.messenger(&token)).await.unwrap_err();
        assert_eq!(error.means_no_messenger(), none, "{status}: {error:?}");
        assert_eq!(soon(home.visit_chat(&token)).await.unwrap_err(), error);
    }
}
