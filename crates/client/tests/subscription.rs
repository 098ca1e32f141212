//! The subscription comes back from everything, says so, and ends when its owner wants.
#![allow(clippy::unwrap_used)]

mod common;

use axum::Router;
use axum::extract::ws::{Message, WebSocket};
use axum::http::StatusCode;
use axum::routing::any;
use common::{PATIENCE, Sockets, TOKEN, closed_port, heard, ms, quick, say, serve, server_at, soon};
use consilium_client::{Backoff, Subscription, SubscriptionEvent as Event, Timing};
use consilium_model::Status;

/// A subscription and the server that it reaches.
async fn subscribed() -> (Subscription, Sockets) {
    let (address, sockets) = Sockets::serve().await;
    (server_at(address, quick()).subscribe(TOKEN.into()), sockets)
}

/// Takes the handshake; it carries the token.
async fn shake(sockets: &mut Sockets) -> WebSocket {
    let mut socket = sockets.accept().await;
    let handshake = heard(&mut socket).await.unwrap();
    assert_eq!(handshake, format!(r#"{{"path":"handshake","at":"{TOKEN}"}}"#));
    socket
}

async fn expect(subscription: &mut Subscription, event: Event) {
    assert_eq!(soon(subscription.next()).await, Some(event));
}

const PAUSED: &str = r#"{"path":"change_status_callback","newStatus":"started_and_paused"}"#;

#[tokio::test]
async fn news_arrive_and_strange_frames_are_skipped() {
    let (mut subscription, mut sockets) = subscribed().await;
    let mut socket = shake(&mut sockets).await;
    expect(&mut subscription, Event::Connected).await;
    for strange in ["", "[", "garbage", r#"{"path":"weather"}"#, r#"{"path":"change_status_callback"}"#] {
        say(&mut socket, strange).await;
    }
    socket.send(Message::Binary(vec![0xff; 100].into())).await.unwrap();
    say(&mut socket, PAUSED).await;
    say(&mut socket, r#"{"path":"change_conf_info_callback"}"#).await;
    expect(&mut subscription, Event::Status(Status::StartedAndPaused)).await;
    expect(&mut subscription, Event::InfoChanged).await;
}

#[tokio::test]
async fn a_server_that_vanishes_is_found_again() {
    let (mut subscription, mut sockets) = subscribed().await;
    for _ in 0..5 {
        let socket = shake(&mut sockets).await;
        expect(&mut subscription, Event::Connected).await;
        drop(socket);
        expect(&mut subscription, Event::Lost).await;
    }
}

#[tokio::test]
async fn a_huge_frame_costs_the_socket_and_no_memory() {
    let (mut subscription, mut sockets) = subscribed().await;
    let mut socket = shake(&mut sockets).await;
    expect(&mut subscription, Event::Connected).await;
    let _ = socket.send(Message::text("a".repeat(8 * 1024 * 1024))).await;
    expect(&mut subscription, Event::Lost).await;
    shake(&mut sockets).await;
    expect(&mut subscription, Event::Connected).await;
}

#[tokio::test]
async fn silence_is_a_loss_and_a_pong_is_life() {
    let (mut subscription, mut sockets) = subscribed().await;
    let mut socket = shake(&mut sockets).await;
    expect(&mut subscription, Event::Connected).await;

    // While the server reads, it answers pings by itself: many times the silence pass without a loss.
    let living = tokio::time::timeout(ms(3000), async {
        tokio::join!(heard(&mut socket), subscription.next());
    });
    assert!(living.await.is_err());

    // A server that no longer reads answers nothing.
    expect(&mut subscription, Event::Lost).await;
    expect_connected_again(&mut subscription, &mut sockets).await;
}

async fn expect_connected_again(subscription: &mut Subscription, sockets: &mut Sockets) {
    let _socket = shake(sockets).await;
    expect(subscription, Event::Connected).await;
}

/// Otherwise a server that accepts and hangs up would be asked again and again without a pause.
#[tokio::test]
async fn a_line_that_is_lost_at_once_does_not_shorten_the_waits() {
    let doubling = Backoff::new(ms(1), PATIENCE * 1000);
    let timing = Timing { subscription_backoff: doubling, stable_after: PATIENCE, ..quick() };
    let (address, mut sockets) = Sockets::serve().await;
    let _subscription = server_at(address, timing).subscribe(TOKEN.into());
    let attempts = async {
        for attempt in 0.. {
            drop(sockets.accept().await);
            assert!(attempt < 40, "the waits do not grow");
        }
    };
    assert!(tokio::time::timeout(ms(1500), attempts).await.is_err(), "the waits grow past every scenario");
}

#[tokio::test]
async fn a_loss_is_told_once_however_long_it_lasts() {
    let timing = Timing { subscription_backoff: Backoff::new(ms(1), ms(2)), ..quick() };
    let mut subscription = server_at(closed_port().await, timing).subscribe(TOKEN.into());
    expect(&mut subscription, Event::Lost).await;
    assert!(tokio::time::timeout(ms(300), subscription.next()).await.is_err());
    soon(subscription.close()).await;
}

#[tokio::test]
async fn a_server_without_the_socket_is_a_loss() {
    let address = serve(Router::new().route("/{*path}", any(async || StatusCode::NOT_FOUND))).await;
    let mut subscription = server_at(address, quick()).subscribe(TOKEN.into());
    expect(&mut subscription, Event::Lost).await;
}

#[tokio::test]
async fn waking_tries_at_once() {
    // Nobody waits for this backoff in a test.
    let never = Backoff::new(PATIENCE * 1000, PATIENCE * 1000);
    let timing = Timing { subscription_backoff: never, ..quick() };
    let (address, mut sockets) = Sockets::serve().await;
    let mut subscription = server_at(address, timing).subscribe(TOKEN.into());
    drop(shake(&mut sockets).await);
    expect(&mut subscription, Event::Connected).await;
    expect(&mut subscription, Event::Lost).await;
    subscription.wake().wake();
    expect_connected_again(&mut subscription, &mut sockets).await;
}

#[tokio::test]
async fn waking_a_dead_line_finds_out() {
    let mut timing = quick();
    timing.subscription.silence = PATIENCE * 1000;
    timing.subscription.ping_every = PATIENCE * 1000;
    let (address, mut sockets) = Sockets::serve().await;
    let mut subscription = server_at(address, timing).subscribe(TOKEN.into());
    let _unread = shake(&mut sockets).await;
    expect(&mut subscription, Event::Connected).await;
    subscription.wake().wake();
    expect(&mut subscription, Event::Lost).await;
}

#[tokio::test]
async fn closing_and_dropping_end_the_socket() {
    let (mut subscription, mut sockets) = subscribed().await;
    let mut socket = shake(&mut sockets).await;
    expect(&mut subscription, Event::Connected).await;
    soon(subscription.close()).await;
    assert_eq!(heard(&mut socket).await, None);

    let (subscription, mut sockets) = subscribed().await;
    let mut socket = shake(&mut sockets).await;
    drop(subscription);
    assert_eq!(heard(&mut socket).await, None);
}

#[tokio::test]
async fn a_reader_that_does_not_read_can_still_close() {
    let (subscription, mut sockets) = subscribed().await;
    let mut socket = shake(&mut sockets).await;
    for _ in 0..500 {
        say(&mut socket, PAUSED).await;
    }
    soon(subscription.close()).await;
}
