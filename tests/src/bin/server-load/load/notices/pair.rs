//! A specialist and a client of one conference, each on a socket.

use super::super::booking::Visit;
use super::super::crowd::Order;
use super::super::http::{Connection, post};
use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Long enough for a busy machine; whoever is not heard of by then never will be.
const PATIENCE: Duration = Duration::from_secs(20);
const STARTED: &str = "started";
const PAUSED: &str = "started_and_paused";

/// Both sides of a conference.
pub(super) struct Pair {
    visit: Visit,
    specialist: Socket,
    client: Socket,
    status: &'static str,
}

impl Pair {
    /// Connects both, and says whose links they have.
    pub(super) async fn connect(address: SocketAddr, visit: &Visit) -> Result<Self> {
        let specialist = Socket::open(address, &visit.specialist).await?;
        let client = Socket::open(address, &visit.client).await?;
        Ok(Self { visit: visit.clone(), specialist, client, status: "pending" })
    }

    /// Both join, which starts the conference. Whoever hears of that on the socket is subscribed.
    pub(super) async fn start_visit(&mut self, address: SocketAddr) -> Result<()> {
        let mut connection = Connection::open(address).await?;
        for token in [&self.visit.specialist, &self.visit.client] {
            connection.exchange(&post("/meets/v1/join", &json!({ "access_token": token }))?).await?;
        }
        self.specialist.hear(STARTED).await?;
        self.client.hear(STARTED).await?;
        self.status = STARTED;
        Ok(())
    }

    /// Carries orders out; between them, answers the server's pings.
    pub(super) async fn serve(mut self, mut orders: mpsc::Receiver<Order>) -> Result<()> {
        loop {
            tokio::select! {
                order = orders.recv() => {
                    let Some(Order { due, done }) = order else { return Ok(()) };
                    self.change().await?;
                    // Whoever ordered it may have given up for another pair's sake.
                    let _ = done.send(due.elapsed()).await;
                    self.specialist.hear(self.status).await?;
                }
                status = self.specialist.next() => { status?; }
                status = self.client.next() => { status?; }
            }
        }
    }

    async fn change(&mut self) -> Result<()> {
        self.status = if self.status == STARTED { PAUSED } else { STARTED };
        let at = &self.visit.specialist;
        self.specialist.say(&json!({"path": "change_status", "at": at, "newStatus": self.status})).await?;
        self.client.hear(self.status).await
    }
}

struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("the server does not listen")?;
        stream.set_nodelay(true)?;
        let (socket, _) = client_async(format!("ws://{address}/meets/v1/ws"), stream).await?;
        let mut socket = Self(socket);
        socket.say(&json!({"path": "handshake", "at": token})).await?;
        Ok(socket)
    }

    async fn say(&mut self, message: &Value) -> Result<()> {
        Ok(self.0.send(Message::text(message.to_string())).await?)
    }

    /// Reads until the server tells of this status.
    async fn hear(&mut self, wanted: &str) -> Result<()> {
        let heard = async {
            while self.next().await? != wanted {}
            anyhow::Ok(())
        };
        timeout(PATIENCE, heard).await.with_context(|| format!("nobody tells of `{wanted}`"))?
    }

    /// The next status that the server tells of.
    async fn next(&mut self) -> Result<String> {
        loop {
            match self.0.next().await.context("the server has gone")?? {
                Message::Text(text) => {
                    let mut message: Value = serde_json::from_str(&text)?;
                    if message["path"] == "change_status_callback" {
                        let Value::String(status) = message["newStatus"].take() else {
                            bail!("a status is not a string")
                        };
                        return Ok(status);
                    }
                }
                Message::Close(frame) => bail!("the server closes a socket: {frame:?}"),
                frame => ensure!(!frame.is_binary(), "a binary frame"),
            }
        }
    }
}
