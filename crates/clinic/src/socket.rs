//! What the WebSockets of all faces share: a pulse that finds half-open ones, bounded sends, and a last word.

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::time::{Interval, MissedTickBehavior, timeout};

/// So many pings may stay without any frame in return.
const MISSED_PINGS: u32 = 2;
/// A side that does not take a frame for so long is too slow.
const SEND_WAIT: Duration = Duration::from_secs(10);
/// How long the other side may take to close as well.
const CLOSE_WAIT: Duration = Duration::from_secs(2);
/// How long the first message may take.
pub(crate) const HELLO_WAIT: Duration = Duration::from_secs(10);

/// The other side is gone or too slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost;

/// Asks from time to time whether the other side is there.
pub(crate) struct Pulse {
    interval: Interval,
    unanswered: u32,
}

impl Pulse {
    /// Pings `every` so often.
    pub(crate) fn start(every: Duration) -> Self {
        let mut interval = tokio::time::interval(every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        interval.reset();
        Self { interval, unanswered: 0 }
    }

    /// Any frame came in: it lives.
    pub(crate) const fn heard(&mut self) {
        self.unanswered = 0;
    }

    /// When it is time for the next [`Self::ping`].
    pub(crate) async fn tick(&mut self) {
        self.interval.tick().await;
    }

    /// Pings, unless too many pings went unanswered.
    pub(crate) async fn ping(&mut self, socket: &mut WebSocket) -> Result<(), Lost> {
        if self.unanswered >= MISSED_PINGS {
            return Err(Lost);
        }
        self.unanswered += 1;
        send(socket, Message::Ping(bytes::Bytes::new())).await
    }
}

/// Until that time; for ever where there is none.
pub(crate) async fn until(timeout: Option<Instant>) {
    match timeout {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

/// Sends one frame, or gives the other side up.
pub(crate) async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Lost> {
    match timeout(SEND_WAIT, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Lost),
    }
}

/// Sends one JSON text frame.
pub(crate) async fn send_json(socket: &mut WebSocket, message: &impl Serialize) -> Result<(), Lost> {
    let text = serde_json::to_string(message).expect("messages have string keys only");
    send(socket, Message::text(text)).await
}

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goodbye {
    /// All is said.
    Done,
    /// The server stops.
    Stopping,
    /// The other side broke a rule: the reason says which.
    Refused(&'static str),
}

/// Says goodbye and closes. The other side may be gone already.
pub(crate) async fn close(mut socket: WebSocket, goodbye: Goodbye) {
    let (code, reason) = match goodbye {
        Goodbye::Done => (close_code::NORMAL, ""),
        Goodbye::Stopping => (close_code::AWAY, "the server is stopping"),
        Goodbye::Refused(reason) => (close_code::POLICY, reason),
    };
    let goodbye = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    if send(&mut socket, goodbye).await.is_err() {
        return;
    }
    // What the other side has sent meanwhile is read away: unread, it would reset the connection, and the last
    // messages to the other side with it.
    let read_away = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = timeout(CLOSE_WAIT, read_away).await;
}
