//! The seat in the room: kept over losses, given up on purpose, refused for good.
#![allow(clippy::unwrap_used)]

mod common;

use axum::extract::ws::{Message, WebSocket};
use common::{PATIENCE, Sockets, TOKEN, closed_port, heard, ms, quick, say, server_at, soon};
use consilium_client::{Backoff, RoomEvent, RoomSocket, SendError, Timing};
use consilium_model::{Content, MediaState, Secret, Status};
use consilium_wire::room::{
    FromClient, FromServer, MAX_MESSAGE, Policy, Readiness, Rights, RoomError, Signal, decode, encode,
};

fn welcome(key: &str, resumed: bool) -> FromServer {
    FromServer::Welcome {
        you: "me".into(),
        resume: key.into(),
        resumed,
        peers: Vec::new(),
        ice_servers: Vec::new(),
        rights: Rights::ALL,
        policy: Policy { max_participants: 16, max_with_video: 8, relay_only: false, phone: None },
        status: Status::Started,
    }
}

fn fatal(code: RoomError) -> FromServer {
    FromServer::Error { code, fatal: true }
}

fn wish(height: u16) -> FromClient {
    FromClient::Signal { to: "peer".into(), signal: Signal::Wish { height, content: Content::Camera } }
}

async fn entered(timing: Timing) -> (RoomSocket, Sockets) {
    let (address, sockets) = Sockets::serve().await;
    (server_at(address, timing).enter_room(TOKEN.into()), sockets)
}

/// Takes a line's hello; answers its resume key.
async fn hello(sockets: &mut Sockets) -> (WebSocket, Option<String>) {
    let mut socket = sockets.accept().await;
    match said(&mut socket).await {
        Some(FromClient::Hello { token, resume, .. }) => {
            assert_eq!(token, TOKEN.into());
            (socket, resume.map(Secret::into_inner))
        }
        other => panic!("hello, not {other:?}"),
    }
}

async fn said(socket: &mut WebSocket) -> Option<FromClient> {
    let text = heard(socket).await?;
    Some(decode(&text).unwrap().unwrap())
}

async fn answer(socket: &mut WebSocket, message: &FromServer) {
    say(socket, encode(message)).await;
}

async fn expect(room: &mut RoomSocket, message: FromServer) {
    assert_eq!(soon(room.next()).await, Some(RoomEvent::Message(message)));
}

async fn expect_lost(room: &mut RoomSocket) {
    assert_eq!(soon(room.next()).await, Some(RoomEvent::Lost));
}

/// In, with the key `k1`.
async fn seated(timing: Timing) -> (RoomSocket, Sockets, WebSocket) {
    let (mut room, mut sockets) = entered(timing).await;
    let (mut socket, resume) = hello(&mut sockets).await;
    assert_eq!(resume, None);
    answer(&mut socket, &welcome("k1", false)).await;
    expect(&mut room, welcome("k1", false)).await;
    (room, sockets, socket)
}

#[tokio::test]
async fn talks_both_ways_and_skips_what_it_does_not_know() {
    let (mut room, _sockets, mut socket) = seated(quick()).await;
    say(&mut socket, r#"{"type":"weather","sunny":true}"#).await;
    answer(&mut socket, &FromServer::PeerLeft { peer: "p".into() }).await;
    expect(&mut room, FromServer::PeerLeft { peer: "p".into() }).await;
    let media = FromClient::Media(MediaState { mic: true, ..MediaState::default() });
    room.sender().send(&media).unwrap();
    assert_eq!(said(&mut socket).await, Some(media));
}

#[tokio::test]
async fn a_lost_line_takes_the_seat_again_and_says_what_waited() {
    let (mut room, mut sockets, socket) = seated(quick()).await;
    drop(socket);
    expect_lost(&mut room).await;
    room.sender().send(&wish(1)).unwrap();
    room.sender().send(&wish(2)).unwrap();

    let (mut socket, resume) = hello(&mut sockets).await;
    assert_eq!(resume.as_deref(), Some("k1"));
    answer(&mut socket, &welcome("k2", true)).await;
    expect(&mut room, welcome("k2", true)).await;
    assert_eq!(said(&mut socket).await, Some(wish(1)));
    assert_eq!(said(&mut socket).await, Some(wish(2)));

    drop(socket);
    expect_lost(&mut room).await;
    assert_eq!(hello(&mut sockets).await.1.as_deref(), Some("k2"));
}

#[tokio::test]
async fn what_waited_for_an_old_seat_is_thrown_away() {
    let (mut room, mut sockets, socket) = seated(quick()).await;
    drop(socket);
    expect_lost(&mut room).await;
    room.sender().send(&wish(1)).unwrap();
    let (mut socket, _) = hello(&mut sockets).await;
    answer(&mut socket, &welcome("k2", false)).await;
    expect(&mut room, welcome("k2", false)).await;
    room.sender().send(&wish(2)).unwrap();
    assert_eq!(said(&mut socket).await, Some(wish(2)));
}

#[tokio::test]
async fn the_lobby_is_part_of_the_room() {
    let (mut room, mut sockets) = entered(quick()).await;
    let (mut socket, _) = hello(&mut sockets).await;
    answer(&mut socket, &FromServer::Lobby { you: "me".into(), ice_servers: Vec::new() }).await;
    expect(&mut room, FromServer::Lobby { you: "me".into(), ice_servers: Vec::new() }).await;
    room.sender().send(&FromClient::Knock { ready: Readiness::default() }).unwrap();
    assert_eq!(said(&mut socket).await, Some(FromClient::Knock { ready: Readiness::default() }));
    answer(&mut socket, &FromServer::Denied { reason: None }).await;
    expect(&mut room, FromServer::Denied { reason: None }).await;
    assert_eq!(soon(room.next()).await, None);
}

fn lobby() -> FromServer {
    FromServer::Lobby { you: "me".into(), ice_servers: Vec::new() }
}

fn knock() -> FromClient {
    FromClient::Knock { ready: Readiness::default() }
}

#[tokio::test]
async fn a_place_in_the_lobby_is_taken_again_and_leads_to_a_seat() {
    let (mut room, mut sockets) = entered(quick()).await;
    let (mut socket, _) = hello(&mut sockets).await;
    answer(&mut socket, &lobby()).await;
    expect(&mut room, lobby()).await;
    drop(socket);
    expect_lost(&mut room).await;
    room.sender().send(&FromClient::StepAway { on: true }).unwrap();
    let (mut socket, resume) = hello(&mut sockets).await;
    assert_eq!(resume, None, "the place is the token's");
    answer(&mut socket, &lobby()).await;
    expect(&mut room, lobby()).await;
    assert_eq!(said(&mut socket).await, Some(FromClient::StepAway { on: true }), "the place is the same");
    answer(&mut socket, &welcome("k1", false)).await;
    expect(&mut room, welcome("k1", false)).await;
    drop(socket);
    expect_lost(&mut room).await;
    assert_eq!(hello(&mut sockets).await.1.as_deref(), Some("k1"));
}

#[tokio::test]
async fn what_waited_for_a_seat_is_not_said_in_the_lobby() {
    let (mut room, mut sockets, socket) = seated(quick()).await;
    drop(socket);
    expect_lost(&mut room).await;
    room.sender().send(&wish(1)).unwrap();
    let (mut socket, resume) = hello(&mut sockets).await;
    assert_eq!(resume.as_deref(), Some("k1"));
    answer(&mut socket, &lobby()).await;
    expect(&mut room, lobby()).await;
    room.sender().send(&knock()).unwrap();
    assert_eq!(said(&mut socket).await, Some(knock()));
    drop(socket);
    expect_lost(&mut room).await;
    assert_eq!(hello(&mut sockets).await.1, None, "the key of the old seat is worth nothing");
}

#[tokio::test]
async fn whoever_was_denied_hears_it_at_the_door_too() {
    let (mut room, mut sockets) = entered(quick()).await;
    let (mut socket, _) = hello(&mut sockets).await;
    let denied = FromServer::Denied { reason: Some("Not today.".into()) };
    answer(&mut socket, &denied).await;
    expect(&mut room, denied).await;
    assert_eq!(soon(room.next()).await, None);
}

#[tokio::test]
async fn a_refusal_is_final() {
    for code in [RoomError::BadToken, RoomError::NotJoined, RoomError::Full, RoomError::BadMessage] {
        let (mut room, mut sockets) = entered(quick()).await;
        let (mut socket, _) = hello(&mut sockets).await;
        answer(&mut socket, &fatal(code)).await;
        assert_eq!(soon(room.next()).await, Some(RoomEvent::Refused(code)));
        assert_eq!(soon(room.next()).await, None);
        assert_eq!(room.sender().send(&wish(1)), Err(SendError::Closed));
    }
    for code in [RoomError::Replaced, RoomError::Ended, RoomError::NotAllowed] {
        let (mut room, _sockets, mut socket) = seated(quick()).await;
        answer(&mut socket, &fatal(code)).await;
        assert_eq!(soon(room.next()).await, Some(RoomEvent::Refused(code)));
        assert_eq!(soon(room.next()).await, None);
    }
}

#[tokio::test]
async fn an_error_about_one_message_does_not_cost_the_seat() {
    let (mut room, mut sockets, mut socket) = seated(quick()).await;
    let harmless = FromServer::Error { code: RoomError::UnknownPeer, fatal: false };
    answer(&mut socket, &harmless).await;
    expect(&mut room, harmless).await;
    answer(&mut socket, &fatal(RoomError::TooFast)).await;
    expect_lost(&mut room).await;
    assert_eq!(hello(&mut sockets).await.1.as_deref(), Some("k1"));
}

#[tokio::test]
async fn garbage_and_huge_frames_cost_the_line_only() {
    let huge = "a".repeat(MAX_MESSAGE + 1);
    for bad in ["garbage", "[]", r#"{"type":"peer_left"}"#, huge.as_str()] {
        let (mut room, mut sockets, mut socket) = seated(quick()).await;
        say(&mut socket, bad).await;
        expect_lost(&mut room).await;
        assert_eq!(hello(&mut sockets).await.1.as_deref(), Some("k1"));
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_hello_is_lost() {
    let (mut room, mut sockets) = entered(Timing { request: ms(200), ..quick() }).await;
    let (mut socket, _) = hello(&mut sockets).await;
    tokio::spawn(async move { while let Some(Ok(_)) = socket.recv().await {} });
    expect_lost(&mut room).await;
    hello(&mut sockets).await;
}

#[tokio::test]
async fn a_silent_line_is_lost() {
    let (mut room, mut sockets, _unread) = seated(quick()).await;
    expect_lost(&mut room).await;
    assert_eq!(hello(&mut sockets).await.1.as_deref(), Some("k1"));
}

#[tokio::test]
async fn the_queue_is_bounded() {
    let mut room = server_at(closed_port().await, quick()).enter_room(TOKEN.into());
    expect_lost(&mut room).await;
    let sender = room.sender();
    for _ in 0..512 {
        sender.send(&wish(1)).unwrap();
    }
    assert_eq!(sender.send(&wish(1)), Err(SendError::Full));
    let huge = FromClient::Deny { peer: "p".into(), reason: Some("a".repeat(MAX_MESSAGE).into()) };
    assert_eq!(sender.send(&huge), Err(SendError::TooLarge));
    soon(room.close()).await;
}

#[tokio::test]
async fn leaving_says_bye_and_closing_does_not() {
    let (room, _sockets, mut socket) = seated(quick()).await;
    let server = async {
        assert_eq!(said(&mut socket).await, Some(FromClient::Bye));
        while let Some(Ok(message)) = socket.recv().await {
            assert!(!matches!(message, Message::Text(_)));
        }
    };
    soon(async { tokio::join!(room.leave(), server) }).await;

    let (room, _sockets, mut socket) = seated(quick()).await;
    soon(room.close()).await;
    assert_eq!(said(&mut socket).await, None);

    let (room, _sockets, mut socket) = seated(quick()).await;
    drop(room);
    assert_eq!(said(&mut socket).await, None);
}

#[tokio::test]
async fn leaving_a_lost_room_does_not_wait_for_the_server() {
    let mut room = server_at(closed_port().await, quick()).enter_room(TOKEN.into());
    expect_lost(&mut room).await;
    soon(room.leave()).await;
}

#[tokio::test]
async fn waking_tries_at_once() {
    let never = Backoff::new(PATIENCE * 1000, PATIENCE * 1000);
    let (mut room, mut sockets, socket) = seated(Timing { room_backoff: never, ..quick() }).await;
    drop(socket);
    expect_lost(&mut room).await;
    room.sender().wake().wake();
    hello(&mut sockets).await;
}

#[tokio::test]
async fn what_nobody_was_there_to_hear_is_told_beside_the_events() {
    let (mut room, _sockets, mut socket) = seated(quick()).await;
    let unheard = room.unheard();
    for code in [RoomError::TooFast, RoomError::UnknownPeer] {
        let error = FromServer::Error { code, fatal: false };
        answer(&mut socket, &error).await;
        expect(&mut room, error).await;
    }
    soon(unheard.next()).await;
    assert!(tokio::time::timeout(ms(50), unheard.next()).await.is_err(), "only the one about the peer");
    room.close().await;
}
