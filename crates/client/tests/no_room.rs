//! A server without a room of its own, told from one that is only away.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use common::{TOKEN, closed_port, ms, quick, serve, server_at, soon};
use consilium_client::{RoomEvent, RoomSocket};
use consilium_model::Status;
use consilium_wire::room::{FromServer, Policy, Rights, encode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn welcome() -> Message {
    let welcome = FromServer::Welcome {
        you: "me".into(),
        resume: "key".into(),
        resumed: false,
        peers: Vec::new(),
        ice_servers: Vec::new(),
        rights: Rights::ALL,
        policy: Policy { max_participants: 16, max_with_video: 8, relay_only: false, phone: None },
        status: Status::Started,
    };
    Message::text(encode(&welcome))
}

/// A server whose socket seats nobody for the first `refusals` times, and then one person for a moment.
async fn refusing(status: StatusCode, refusals: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let tried = Arc::new(AtomicUsize::new(0));
    let count = tried.clone();
    let upgrade = move |upgrade: WebSocketUpgrade| async move {
        if count.fetch_add(1, Ordering::SeqCst) != refusals {
            return status.into_response();
        }
        let seat = async |mut socket: axum::extract::ws::WebSocket| {
            let _ = socket.recv().await;
            let _ = socket.send(welcome()).await;
        };
        let seated: Response = upgrade.on_upgrade(seat);
        seated
    };
    (serve(Router::new().route("/{*path}", any(upgrade))).await, tried)
}

fn enter(address: SocketAddr) -> RoomSocket {
    server_at(address, quick()).enter_room(TOKEN.into())
}

#[tokio::test]
async fn an_answer_that_refuses_the_upgrade_means_that_there_is_no_room() {
    for status in [200, 302, 404, 405, 410, 426, 501] {
        let (address, tried) = refusing(StatusCode::from_u16(status).unwrap(), usize::MAX).await;
        let mut room = enter(address);
        assert_eq!(soon(room.next()).await, Some(RoomEvent::NoRoom), "{status}");
        assert_eq!(soon(room.next()).await, None);
        room.leave().await;
        assert_eq!(tried.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_server_that_is_away_for_a_while_is_waited_for() {
    for status in [400, 401, 403, 407, 408, 418, 429, 451, 500, 502, 503, 504] {
        let (address, _) = refusing(StatusCode::from_u16(status).unwrap(), 2).await;
        let mut room = enter(address);
        assert_eq!(soon(room.next()).await, Some(RoomEvent::Lost), "{status}");
        assert!(matches!(soon(room.next()).await, Some(RoomEvent::Message(_))), "{status}");
        room.close().await;
    }
    let mut room = enter(closed_port().await);
    assert_eq!(soon(room.next()).await, Some(RoomEvent::Lost));
    assert!(tokio::time::timeout(ms(500), room.next()).await.is_err());
    room.close().await;
}

#[tokio::test]
async fn a_room_that_was_there_comes_back() {
    let (address, tried) = refusing(StatusCode::NOT_FOUND, 0).await;
    let mut room = enter(address);
    assert!(matches!(soon(room.next()).await, Some(RoomEvent::Message(_))));
    assert_eq!(soon(room.next()).await, Some(RoomEvent::Lost));
    soon(async {
        while tried.load(Ordering::SeqCst) < 4 {
            tokio::time::sleep(ms(10)).await;
        }
    })
    .await;
    assert!(tokio::time::timeout(ms(50), room.next()).await.is_err());
    room.close().await;
}
