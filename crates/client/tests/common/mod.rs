//! What the scenarios share: short limits and servers on the loopback.
#![allow(dead_code, unreachable_pub)]

pub mod log;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::any;
use consilium_client::{Backoff, Endpoint, Liveness, Server, Timing, Trust};
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use url::Url;

/// Unlike anything that a program prints by itself.
pub const TOKEN: &str = "tok-7f3a-never-print-me";

/// The longest that a scenario waits for something that has to come.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The product's limits, shortened.
pub fn quick() -> Timing {
    let liveness = Liveness { ping_every: ms(100), silence: ms(1500), probe: ms(500) };
    Timing {
        connect: ms(1000),
        request: ms(1500),
        write: ms(1000),
        max_body: 64 * 1024,
        stable_after: ms(50),
        subscription: liveness,
        room: liveness,
        subscription_backoff: Backoff::new(ms(10), ms(100)),
        room_backoff: Backoff::new(ms(10), ms(100)),
    }
}

pub fn server_at(address: SocketAddr, timing: Timing) -> Server {
    let endpoint = Endpoint::new(&Url::parse(&format!("http://{address}/clinic")).unwrap()).unwrap();
    Server::with(endpoint, timing, &Trust::system()).unwrap()
}

/// A port on which nobody listens.
pub async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Serves until the test's runtime ends.
pub async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Each socket that a client opens, in turn, to be played by the scenario.
pub struct Sockets(mpsc::Receiver<WebSocket>);

impl Sockets {
    /// A server whose every path is a WebSocket.
    pub async fn serve() -> (SocketAddr, Self) {
        let (sender, receiver) = mpsc::channel(16);
        let accept = move |upgrade: WebSocketUpgrade| {
            let sender = sender.clone();
            async move { upgrade.on_upgrade(async move |socket| drop(sender.send(socket).await)) }
        };
        (serve(Router::new().route("/{*path}", any(accept))).await, Self(receiver))
    }

    pub async fn accept(&mut self) -> WebSocket {
        soon(self.0.recv()).await.expect("the server stands")
    }
}

/// What the client says next, pings left out; `None` when it has gone.
pub async fn heard(socket: &mut WebSocket) -> Option<String> {
    loop {
        match soon(socket.recv()).await {
            Some(Ok(Message::Text(text))) => return Some(text.to_string()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

pub async fn say(socket: &mut WebSocket, text: impl Into<String>) {
    socket.send(Message::text(text.into())).await.unwrap();
}

/// Waits for something that has to come.
pub async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.expect("it has to come")
}
