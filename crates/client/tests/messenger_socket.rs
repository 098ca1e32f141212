//! The messenger's line comes back from everything, looks where it looked, and ends when its token does.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::extract::ws::{Message, WebSocket};
use axum::http::StatusCode;
use axum::routing::any;
use common::{PATIENCE, Sockets, TOKEN, closed_port, heard, ms, quick, say, serve, server_at, soon};
use consilium_client::{Backoff, MessengerEvent as Event, MessengerSocket, Timing};
use consilium_wire::im::{ClientType, FailureCode};

async fn started() -> (MessengerSocket, Sockets) {
    let (address, sockets) = Sockets::serve().await;
    (server_at(address, quick()).messenger_socket(TOKEN.into(), ClientType::Doctor), sockets)
}

/// Takes the login and lets it in.
async fn let_in(sockets: &mut Sockets, session: Option<&str>) -> WebSocket {
    let mut socket = sockets.accept().await;
    let session = serde_json::to_string(&session).unwrap();
    let login =
        format!(r#"{{"type":"login","token":"{TOKEN}","session_id":{session},"client_type":"doctor"}}"#);
    assert_eq!(heard(&mut socket).await.unwrap(), login);
    say(&mut socket, r#"{"type":"logged_in","user_id":"anna"}"#).await;
    socket
}

async fn expect(socket: &mut MessengerSocket, event: Event) {
    assert_eq!(soon(socket.next()).await, Some(event));
}

fn message(number: u64) -> String {
    format!(
        r#"{{"id":"s-{number}","session_id":"s","sender_id":"boris","type":1,"content":"x",
        "client_message_id":"c","timestamp":"2026-11-22T10:00:00Z"}}"#
    )
}

#[tokio::test]
async fn news_arrive_and_strange_frames_are_skipped() {
    let (mut client, mut sockets) = started().await;
    let mut server = let_in(&mut sockets, None).await;
    expect(&mut client, Event::Connected { fresh: true }).await;
    for strange in ["", "[", "garbage", r#"{"type":"weather"}"#, r#"{"type":"badge"}"#] {
        say(&mut server, strange).await;
    }
    server.send(Message::Binary(vec![0xff; 100].into())).await.unwrap();
    say(&mut server, r#"{"type":"badge","count":3}"#).await;
    say(&mut server, format!(r#"{{"type":"message","message":{}}}"#, message(4))).await;
    say(&mut server, format!(r#"{{"type":"stored","message":{}}}"#, message(5))).await;
    say(&mut server, r#"{"type":"typing","session_id":"s","participant_id":"boris"}"#).await;
    say(&mut server, r#"{"type":"error","code":"too_large","client_message_id":"c9"}"#).await;
    expect(&mut client, Event::Badge(3)).await;
    assert!(matches!(soon(client.next()).await, Some(Event::Message(message)) if message.id == "s-4"));
    assert!(matches!(soon(client.next()).await, Some(Event::Stored(message)) if message.id == "s-5"));
    let typing = Event::Typing { session_id: "s".to_owned(), participant_id: "boris".into() };
    expect(&mut client, typing).await;
    let client_message_id = Some("c9".to_owned());
    expect(&mut client, Event::Refused { code: FailureCode::TooLarge, client_message_id }).await;
}

#[tokio::test]
async fn a_line_that_is_found_again_looks_where_the_last_one_looked() {
    let (mut client, mut sockets) = started().await;
    let voice = client.voice();
    let mut server = let_in(&mut sockets, None).await;
    expect(&mut client, Event::Connected { fresh: true }).await;
    voice.look(Some("s".to_owned()));
    assert_eq!(heard(&mut server).await.unwrap(), r#"{"type":"look","session_id":"s"}"#);
    for _ in 0..5 {
        drop(server);
        expect(&mut client, Event::Lost).await;
        server = let_in(&mut sockets, Some("s")).await;
        expect(&mut client, Event::Connected { fresh: false }).await;
    }
}

/// What was meant for one session is never said in another.
#[tokio::test]
async fn typing_and_reading_are_said_where_they_were_meant() {
    let (mut client, mut sockets) = started().await;
    let voice = client.voice();
    voice.typing();
    voice.look(Some("s".to_owned()));
    let mut server = let_in(&mut sockets, Some("s")).await;
    expect(&mut client, Event::Connected { fresh: true }).await;
    voice.read(None);
    assert_eq!(heard(&mut server).await.unwrap(), r#"{"type":"read"}"#);

    voice.look(Some("t".to_owned()));
    voice.typing();
    assert_eq!(heard(&mut server).await.unwrap(), r#"{"type":"look","session_id":"t"}"#);
    assert_eq!(heard(&mut server).await.unwrap(), r#"{"type":"typing"}"#);
    voice.look(None);
    voice.typing();
    assert_eq!(heard(&mut server).await.unwrap(), r#"{"type":"look","session_id":null}"#);
    voice.look(Some("u".to_owned()));
    voice.read(Some("u-7".to_owned()));
    assert_eq!(heard(&mut server).await.unwrap(), r#"{"type":"look","session_id":"u"}"#);
    assert_eq!(heard(&mut server).await.unwrap(), r#"{"type":"read","up_to":"u-7"}"#);
}

#[tokio::test]
async fn a_token_that_has_ended_is_the_last_event() {
    let (mut client, mut sockets) = started().await;
    let mut server = let_in(&mut sockets, None).await;
    expect(&mut client, Event::Connected { fresh: true }).await;
    say(&mut server, r#"{"type":"error","code":"unauthorized"}"#).await;
    expect(&mut client, Event::TokenEnded).await;
    assert_eq!(soon(client.next()).await, None);

    let (mut client, mut sockets) = started().await;
    let mut server = sockets.accept().await;
    heard(&mut server).await.unwrap();
    say(&mut server, r#"{"type":"error","code":"unauthorized"}"#).await;
    expect(&mut client, Event::TokenEnded).await;
    assert_eq!(soon(client.next()).await, None);
    client.voice().typing();
    soon(client.close()).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_the_login_is_a_loss() {
    let timing = Timing { request: ms(100), ..quick() };
    let (address, mut sockets) = Sockets::serve().await;
    let mut client = server_at(address, timing).messenger_socket(TOKEN.into(), ClientType::Doctor);
    let _silent = sockets.accept().await;
    expect(&mut client, Event::Lost).await;
    let _server = let_in(&mut sockets, None).await;
    expect(&mut client, Event::Connected { fresh: true }).await;
}

#[tokio::test]
async fn a_loss_is_told_once_however_long_it_lasts() {
    let timing = Timing { subscription_backoff: Backoff::new(ms(1), ms(2)), ..quick() };
    let server = server_at(closed_port().await, timing);
    let mut client = server.messenger_socket(TOKEN.into(), ClientType::Patient);
    expect(&mut client, Event::Lost).await;
    assert!(tokio::time::timeout(ms(300), client.next()).await.is_err());
    soon(client.close()).await;
}

#[tokio::test]
async fn a_server_without_a_messenger_is_told_once_and_for_all() {
    let address = serve(Router::new().route("/{*path}", any(async || StatusCode::NOT_FOUND))).await;
    let mut client = server_at(address, quick()).messenger_socket(TOKEN.into(), ClientType::Doctor);
    expect(&mut client, Event::NoMessenger).await;
    assert_eq!(soon(client.next()).await, None);
}

#[tokio::test]
async fn waking_tries_at_once() {
    let never = Backoff::new(PATIENCE * 1000, PATIENCE * 1000);
    let timing = Timing { subscription_backoff: never, ..quick() };
    let (address, mut sockets) = Sockets::serve().await;
    let mut client = server_at(address, timing).messenger_socket(TOKEN.into(), ClientType::Doctor);
    drop(let_in(&mut sockets, None).await);
    expect(&mut client, Event::Connected { fresh: true }).await;
    expect(&mut client, Event::Lost).await;
    client.voice().wake().wake();
    let _server = let_in(&mut sockets, None).await;
    expect(&mut client, Event::Connected { fresh: false }).await;
}

#[tokio::test]
async fn a_huge_frame_costs_the_line_and_the_longest_text_does_not() {
    let (mut client, mut sockets) = started().await;
    let mut server = let_in(&mut sockets, None).await;
    expect(&mut client, Event::Connected { fresh: true }).await;
    let long = message(4).replace(r#""x""#, &format!(r#""{}""#, "\\u0001".repeat(20_000)));
    say(&mut server, format!(r#"{{"type":"message","message":{long}}}"#)).await;
    assert!(matches!(soon(client.next()).await, Some(Event::Message(_))));
    let _ = server.send(Message::text("a".repeat(8 * 1024 * 1024))).await;
    expect(&mut client, Event::Lost).await;
}

#[tokio::test]
async fn closing_and_dropping_end_the_socket() {
    let (mut client, mut sockets) = started().await;
    let mut server = let_in(&mut sockets, None).await;
    expect(&mut client, Event::Connected { fresh: true }).await;
    for _ in 0..1000 {
        say(&mut server, r#"{"type":"badge","count":3}"#).await;
    }
    // A reader that does not read can still close.
    soon(client.close()).await;
    assert_eq!(heard(&mut server).await, None);

    let (client, mut sockets) = started().await;
    let mut server = let_in(&mut sockets, None).await;
    let voice = client.voice();
    drop(client);
    assert_eq!(heard(&mut server).await, None);
    voice.look(Some("s".to_owned()));
}
