//! From a chat into a conference: what every answer of a server means, of one of now and of an older one.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{any, get};
use common::{TOKEN, closed_port, ms, quick, serve, server_at};
use consilium_client::{ClientError, InviteError, Timing};
use consilium_wire::home::{Invite, Invitee};
use std::net::SocketAddr;

async fn answering(http: u16, body: &'static str) -> SocketAddr {
    let http = StatusCode::from_u16(http).unwrap();
    serve(Router::new().route("/{*path}", any(async move || (http, body)))).await
}

async fn invite(address: SocketAddr, timing: Timing) -> InviteError {
    let invitee = Invitee::Session("s".to_owned());
    let invite = Invite { invitee, title: "t".into(), client_message_id: Some("press".to_owned()) };
    server_at(address, timing).home().invite(&TOKEN.into(), &invite).await.unwrap_err()
}

#[tokio::test]
async fn every_refusal_says_what_can_be_done_about_it() {
    for (http, body, error) in [
        (404, r#"{"error": "bad_request"}"#, InviteError::NotOffered),
        (405, r#"{"error": "bad_request"}"#, InviteError::NotOffered),
        (404, "<h1>Not Found</h1>", InviteError::NotOffered),
        (404, r#"{"error": "not_found"}"#, InviteError::NotAllowed),
        (403, "", InviteError::NotAllowed),
        (401, r#"{"error": "unauthorized"}"#, ClientError::Unauthorized.into()),
        (429, r#"{"error": "too_many_attempts"}"#, ClientError::TooManyAttempts.into()),
        (400, r#"{"error": "bad_name"}"#, InviteError::BadTitle),
        (400, r#"{"error": "nobody_to_call"}"#, InviteError::Nobody),
        (400, r#"{"error": "bad_request"}"#, InviteError::NotUnderstood),
        (500, r#"{"error": "internal"}"#, ClientError::ServerFailed { http: 500 }.into()),
        (502, "a proxy's page", ClientError::ServerFailed { http: 502 }.into()),
    ] {
        assert_eq!(invite(answering(http, body).await, quick()).await, error, "{http} {body}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_says_nothing_is_told_apart() {
    assert_eq!(invite(closed_port().await, quick()).await, ClientError::Unreachable.into());
    let silent = serve(Router::new().route("/{*path}", any(std::future::pending::<()>))).await;
    let impatient = Timing { request: ms(100), ..quick() };
    assert_eq!(invite(silent, impatient).await, ClientError::Timeout.into());
}

#[tokio::test]
async fn a_conference_that_is_over_is_none_and_an_older_server_asks_for_no_name() {
    const GONE: &str = r#"{"error": {"code": "not_found", "message": "there is none"}}"#;
    let over = server_at(answering(404, GONE).await, quick()).messenger(TOKEN.into());
    assert_eq!(over.conference("s").await, Ok(None));
    assert_eq!(over.enter_conference("s", &"Ivan".into()).await, Ok(None));

    const WAY: &str = r#"{"appointment_id": "chat:s", "access_token": "t", "status": "pending"}"#;
    let older = Router::new().route("/{*path}", get(async || WAY.into_response()));
    let older = server_at(serve(older).await, quick()).messenger(TOKEN.into());
    let way = older.enter_conference("s", &"Ivan".into()).await.unwrap().unwrap();
    assert_eq!((way.appointment_id.as_str(), way.visit), ("chat:s", None));
}
