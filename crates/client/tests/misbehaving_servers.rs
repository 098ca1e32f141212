//! Whatever a server does, a request ends in time with the right decision, and no error names the token.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::routing::any;
use common::{TOKEN, closed_port, ms, quick, serve, server_at, soon};
use consilium_client::{BadAnswer, ClientError, Server, Step};
use consilium_model::Status;
use consilium_wire::home::SignIn;
use consilium_wire::medme::Code;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that answers everything alike.
async fn answering(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Server {
    let app = Router::new().route("/{*path}", any(async move || answer.clone()));
    server_at(serve(app).await, quick())
}

/// A server that reads the request and then writes these bytes and hangs up.
async fn raw(bytes: &'static str) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(bytes.as_bytes()).await;
        }
    });
    server_at(address, quick())
}

/// Asks every method of both faces and gives back the one answer they agree on.
async fn the_error_of(server: Server) -> ClientError {
    let (medme, home) = (server.medme(TOKEN.into()), server.home());
    let sign_in = SignIn::Password { user_id: "anna".into(), password: TOKEN.into() };
    let errors = soon(async {
        [
            medme.info().await.unwrap_err(),
            medme.exchange().await.unwrap_err(),
            medme.step(Step::Join).await.unwrap_err(),
            medme.durations().await.unwrap_err(),
            home.sign_in(&sign_in).await.unwrap_err(),
            home.visits(&TOKEN.into()).await.unwrap_err(),
        ]
    })
    .await;
    for error in &errors {
        let text = format!("{error} {error:?}");
        assert!(!text.contains(TOKEN) && !text.contains("127.0.0.1") && !text.contains("<html"), "{text}");
        assert_eq!(error, &errors[0]);
    }
    errors[0].clone()
}

#[tokio::test]
async fn nobody_there() {
    let error = the_error_of(server_at(closed_port().await, quick())).await;
    assert_eq!(error, ClientError::Unreachable);
    assert!(error.is_retryable() && !error.is_gone());
}

#[tokio::test]
async fn a_captive_portal() {
    let error = the_error_of(answering(Html("<html>Welcome to the hotel</html>")).await).await;
    assert_eq!(error, ClientError::BadAnswer(BadAnswer::NotJson));
}

#[tokio::test]
async fn json_of_something_else() {
    for body in ["{}", "[1,2]", "null", r#"{"status":"up"}"#, r#"{"status":7}"#, r#"{"status":"OK"}"#] {
        let error = the_error_of(answering(body).await).await;
        assert_eq!(error, ClientError::BadAnswer(BadAnswer::WrongSchema), "{body}");
    }
}

#[tokio::test]
async fn half_a_body() {
    let server = raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":").await;
    assert_eq!(the_error_of(server).await, ClientError::Unreachable);
    assert_eq!(the_error_of(raw("").await).await, ClientError::Unreachable);
    assert_eq!(the_error_of(raw("SSH-2.0-server\r\n").await).await, ClientError::Unreachable);
}

#[tokio::test]
async fn an_endless_body() {
    let large = format!(r#"{{"status":"OK","x":"{}"}}"#, "a".repeat(10 * 1024 * 1024));
    assert_eq!(the_error_of(answering(large).await).await, ClientError::BadAnswer(BadAnswer::TooLarge));

    // Without a length, and without an end.
    let endless = async || {
        let chunk = || Some(Ok::<_, std::io::Error>("aaaaaaaaaaaaaaaa".repeat(256)));
        let chunks = futures_util::stream::iter(std::iter::from_fn(chunk));
        Response::new(Body::from_stream(chunks))
    };
    let server = server_at(serve(Router::new().route("/{*path}", any(endless))).await, quick());
    assert_eq!(the_error_of(server).await, ClientError::BadAnswer(BadAnswer::TooLarge));
}

#[tokio::test]
async fn a_server_that_never_answers() {
    let silent = async || std::future::pending::<()>().await;
    let address = serve(Router::new().route("/{*path}", any(silent))).await;
    let server = server_at(address, consilium_client::Timing { request: ms(100), ..quick() });
    let error = the_error_of(server).await;
    assert_eq!(error, ClientError::Timeout);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_server_that_drips() {
    let drip = async || {
        let drops = futures_util::stream::unfold((), async |()| {
            tokio::time::sleep(ms(20)).await;
            Some((Ok::<_, std::io::Error>(" "), ()))
        });
        Response::new(Body::from_stream(drops))
    };
    let address = serve(Router::new().route("/{*path}", any(drip))).await;
    let server = server_at(address, consilium_client::Timing { request: ms(200), ..quick() });
    assert_eq!(the_error_of(server).await, ClientError::Timeout);
}

#[tokio::test]
async fn a_redirect_to_another_host() {
    for place in ["http://elsewhere.invalid/", "//127.0.0.2/", "ftp://127.0.0.1/"] {
        let answer = (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, place)], "");
        let error = the_error_of(answering(answer).await).await;
        assert_eq!(error, ClientError::BadAnswer(BadAnswer::Redirected), "{place}");
    }
    let circle = (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "again")], "");
    assert_eq!(the_error_of(answering(circle).await).await, ClientError::BadAnswer(BadAnswer::Redirected));
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_followed() {
    let moved = (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, "/new/place")]);
    let app = Router::new()
        .route("/clinic/meets/v1/{method}", any(async move || moved))
        .route("/new/place", any(async || r#"{"status":"OK","newConferenceStatus":"started"}"#));
    let server = server_at(serve(app).await, quick());
    assert_eq!(soon(server.medme(TOKEN.into()).step(Step::Start)).await, Ok(Status::Started));
}

#[tokio::test]
async fn a_failing_server() {
    for http in [500, 502, 503, 504] {
        let status = StatusCode::from_u16(http).unwrap();
        let bodies = ["<html>", r#"{"status":"UNKNOWN_ERROR","description":"x"}"#, r#"{"error":"internal"}"#];
        for body in bodies {
            let error = the_error_of(answering((status, body)).await).await;
            assert_eq!(error, ClientError::ServerFailed { http });
        }
    }
    let busy = answering((StatusCode::TOO_MANY_REQUESTS, "<html>slow down</html>")).await;
    assert_eq!(the_error_of(busy).await, ClientError::TooManyAttempts);
}

async fn medme_error(http: u16, status: &str) -> ClientError {
    let body = format!(r#"{{"status":"{status}","description":"{TOKEN} is wrong"}}"#);
    let server = answering((StatusCode::from_u16(http).unwrap(), body)).await;
    let error = soon(server.medme(TOKEN.into()).info()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(TOKEN));
    error
}

#[tokio::test]
async fn every_code_is_understood_with_its_own_status_and_with_200() {
    for code in Code::ALL.iter().filter(|code| **code != Code::UnknownError) {
        for http in [code.http_status(), 200] {
            let error = medme_error(http, code.as_str()).await;
            assert_eq!(error.code(), Some(*code));
            assert!(!error.is_retryable());
        }
    }
}

#[tokio::test]
async fn a_newer_servers_code_is_kept_but_not_printed() {
    let ClientError::Refused(refusal) = medme_error(400, "NEW_CODE_2031").await else { panic!("refused") };
    assert_eq!((refusal.code, refusal.name.expose().as_str()), (None, "NEW_CODE_2031"));

    // An error whose code echoes the request is not taken for a code.
    assert_eq!(medme_error(400, TOKEN).await, ClientError::BadAnswer(BadAnswer::WrongSchema));
}

#[tokio::test]
async fn the_home_page_says_when_to_sign_in_again() {
    let server = answering((StatusCode::UNAUTHORIZED, r#"{"error":"unauthorized"}"#)).await;
    let error = soon(server.home().visits(&TOKEN.into())).await.unwrap_err();
    assert!(error.requires_sign_in() && !error.is_retryable());
    assert_eq!(soon(server.home().sign_out(&TOKEN.into())).await, Ok(()));
}

#[tokio::test]
async fn a_request_that_is_dropped_lets_go_of_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let medme = server_at(address, quick()).medme(TOKEN.into());
    let request = tokio::spawn(async move { medme.info().await });
    let (mut socket, _) = soon(listener.accept()).await.unwrap();
    request.abort();
    let mut rest = Vec::new();
    soon(socket.read_to_end(&mut rest)).await.unwrap();
}
