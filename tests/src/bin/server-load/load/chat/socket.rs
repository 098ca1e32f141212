//! A socket of the messenger.

use super::people::Person;
use anyhow::{Context, Result, bail, ensure};
use consilium_wire::im::{FromServer, NewMessage};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Long enough for a busy machine; what does not come by then never will.
const PATIENCE: Duration = Duration::from_secs(20);

/// A socket that is logged in and looks at a session.
pub(super) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Connects and logs in.
    pub(super) async fn open(address: SocketAddr, person: &Person, session: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("the server does not listen")?;
        stream.set_nodelay(true)?;
        let (socket, _) = client_async(format!("ws://{address}/api/v2/ws"), stream).await?;
        let mut socket = Self(socket);
        let client_type = if person.id.starts_with("patient:") { "patient" } else { "doctor" };
        let login = json!({
            "type": "login", "token": person.token, "session_id": session, "client_type": client_type,
        });
        socket.say(&login).await?;
        socket.hear(|heard| matches!(heard, FromServer::Badge { .. })).await?;
        Ok(socket)
    }

    /// Writes into the session.
    pub(super) async fn send(&mut self, message: &NewMessage) -> Result<()> {
        self.say(&json!({ "type": "send", "message": message })).await
    }

    async fn say(&mut self, frame: &Value) -> Result<()> {
        Ok(self.0.send(Message::text(frame.to_string())).await?)
    }

    /// Reads until the message with that id of its sender comes.
    pub(super) async fn hear_message(&mut self, id: &str) -> Result<()> {
        let wanted = |heard: &FromServer| match heard {
            FromServer::Message { message } | FromServer::Stored { message } => {
                message.client_message_id == id
            }
            _ => false,
        };
        self.hear(wanted).await
    }

    async fn hear(&mut self, wanted: impl Fn(&FromServer) -> bool) -> Result<()> {
        let heard = async {
            while !wanted(&self.next().await?) {}
            anyhow::Ok(())
        };
        timeout(PATIENCE, heard).await.context("what was expected does not come")?
    }

    /// What comes next. A refusal is an error: nothing here should be refused.
    pub(super) async fn next(&mut self) -> Result<FromServer> {
        loop {
            match self.0.next().await.context("the server has gone")?? {
                Message::Text(text) => match serde_json::from_str(&text)? {
                    FromServer::Error { code, .. } => bail!("the server refuses: {code:?}"),
                    heard => return Ok(heard),
                },
                Message::Close(frame) => bail!("the server closes a socket: {frame:?}"),
                frame => ensure!(!frame.is_binary(), "a binary frame"),
            }
        }
    }
}
