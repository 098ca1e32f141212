//! One WebSocket that is either alive or lost: bounded frames, pings, and silence that counts as a loss.

use crate::error::{BadAnswer, ClientError, Refusal};
use crate::http::tls_problem;
use crate::timing::{Liveness, Timing};
use crate::trust::Trust;
use futures_util::{SinkExt, StreamExt};
use std::fmt;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};
use url::Url;

const BUFFER: usize = 8 * 1024;

/// How to open sockets.
#[derive(Clone)]
pub(crate) struct Dialer {
    connector: Connector,
    connect: Duration,
    write: Duration,
}

/// What a socket that is to be opened is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineOptions {
    pub(crate) liveness: Liveness,
    /// The largest frame and message, in bytes.
    pub(crate) max_message: usize,
}

impl Dialer {
    pub(crate) fn new(timing: &Timing, trust: &Trust) -> Self {
        let connector = Connector::Rustls(trust.config());
        Self { connector, connect: timing.connect, write: timing.write }
    }

    pub(crate) async fn dial(&self, url: &Url, options: LineOptions) -> Result<Line, ClientError> {
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(options.max_message))
            .max_frame_size(Some(options.max_message));
        let connector = Some(self.connector.clone());
        let connecting = connect_async_tls_with_config(url.as_str(), Some(config), true, connector);
        match timeout(self.connect, Box::pin(connecting)).await {
            Err(_) => Err(ClientError::Timeout),
            Ok(Err(error)) => Err(classify(&error)),
            Ok(Ok((socket, _))) => Ok(Line::new(socket, options.liveness, self.write)),
        }
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dialer")
    }
}

fn classify(error: &Error) -> ClientError {
    match error {
        Error::Http(response) => refused(response.status()),
        Error::Io(error) => tls_problem(error).unwrap_or(ClientError::Unreachable),
        _ => ClientError::Unreachable,
    }
}

/// What an HTTP answer to the upgrade says. Only some answers say that there is no WebSocket, and will be none; the
/// others may come from whatever stands between, and change.
fn refused(status: StatusCode) -> ClientError {
    let http = status.as_u16();
    match status {
        StatusCode::NOT_FOUND
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::GONE
        | StatusCode::UPGRADE_REQUIRED
        | StatusCode::NOT_IMPLEMENTED => BadAnswer::NoWebSocket.into(),
        StatusCode::REQUEST_TIMEOUT => ClientError::Timeout,
        StatusCode::TOO_MANY_REQUESTS => ClientError::TooManyAttempts,
        _ if status.is_client_error() => {
            ClientError::Refused(Refusal { http, code: None, name: String::new().into() })
        }
        _ if status.is_server_error() => ClientError::ServerFailed { http },
        _ => BadAnswer::NoWebSocket.into(),
    }
}

/// The socket is lost; only a new one helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost;

/// An open socket.
pub(crate) struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    liveness: Liveness,
    write: Duration,
    opened: Instant,
    next_ping: Instant,
    deadline: Instant,
    heard: bool,
}

impl Line {
    fn new(socket: WebSocketStream<MaybeTlsStream<TcpStream>>, liveness: Liveness, write: Duration) -> Self {
        let now = Instant::now();
        let (next_ping, deadline) = (now + liveness.ping_every, now + liveness.silence);
        Self { socket, liveness, write, opened: now, next_ping, deadline, heard: false }
    }

    /// The next text frame. May be dropped and called again without losing a frame.
    pub(crate) async fn next_text(&mut self) -> Result<Utf8Bytes, Lost> {
        loop {
            tokio::select! {
                frame = self.socket.next() => match self.heard(frame)? {
                    Some(text) => return Ok(text),
                    None => continue,
                },
                () = sleep_until(self.next_ping) => self.ping().await?,
                () = sleep_until(self.deadline) => return Err(Lost),
            }
        }
    }

    fn heard(&mut self, frame: Option<Result<Message, Error>>) -> Result<Option<Utf8Bytes>, Lost> {
        let message = frame.ok_or(Lost)?.map_err(|_| Lost)?;
        self.deadline = Instant::now() + self.liveness.silence;
        self.heard = true;
        match message {
            Message::Text(text) => Ok(Some(text)),
            Message::Close(_) => Err(Lost),
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(None),
        }
    }

    async fn ping(&mut self) -> Result<(), Lost> {
        self.next_ping = Instant::now() + self.liveness.ping_every;
        self.write(Message::Ping(Bytes::new())).await
    }

    /// Asks for a sign of life within [`Liveness::probe`].
    pub(crate) async fn probe(&mut self) -> Result<(), Lost> {
        self.deadline = self.deadline.min(Instant::now() + self.liveness.probe);
        self.ping().await
    }

    pub(crate) async fn send(&mut self, text: String) -> Result<(), Lost> {
        self.write(Message::text(text)).await
    }

    async fn write(&mut self, message: Message) -> Result<(), Lost> {
        match timeout(self.write, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Lost),
        }
    }

    /// The socket was a good one: the server spoke, and it lived for so long.
    pub(crate) fn was_stable(&self, after: Duration) -> bool {
        self.heard && self.opened.elapsed() >= after
    }

    /// Says goodbye as well as it can.
    pub(crate) async fn close(mut self) {
        // The other side may be gone already: there is nobody left to tell.
        let _ = timeout(self.write, self.socket.close(None)).await;
    }
}
