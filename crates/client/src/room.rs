//! The room of one visit: the WebSocket `/room/v1` (`consilium_wire::room`).

mod session;
mod speaker;

use crate::line::{Dialer, LineOptions};
use crate::reconnect::Wake;
use crate::task::OwnedTask;
use crate::timing::Timing;
use consilium_model::Secret;
use consilium_wire::room::{FromClient, FromServer, MAX_MESSAGE, RoomError, encode};
use session::Session;
use speaker::{Outgoing, Speaker};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use url::Url;

/// How many messages wait for the socket at most.
const QUEUE: usize = 512;
/// How many messages wait for the reader at most; a slower reader holds the socket back.
const EVENTS: usize = 256;

/// How long [`RoomSocket::leave`] tries to say so.
const GOODBYE: Duration = Duration::from_secs(1);

/// What a [`RoomSocket`] reports.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomEvent {
    /// A message of the server. After each `Welcome` tell the room the own media state; when it is not `resumed`
    /// the seat is a new one and everything known about peers is void.
    Message(FromServer),
    /// The socket is lost and the seat is kept for a while; coming back by itself. Reported once per loss, also
    /// when the first attempt fails.
    Lost,
    /// The server answers, and has no room there; the last event. Only for a room that was never entered: one that
    /// was there before comes back.
    NoRoom,
    /// The room refuses for good; the last event.
    Refused(RoomError),
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// 256 messages wait already: the line has been lost for long.
    #[error("too many messages wait")]
    Full,
    /// Larger than [`MAX_MESSAGE`].
    #[error("the message is too large")]
    TooLarge,
    /// The room is closed or refused.
    #[error("the room is closed")]
    Closed,
}

/// A seat in a room. It comes back after a loss, with the resume key of its last welcome, until the room refuses
/// or the handle is closed or dropped.
#[derive(Debug)]
pub struct RoomSocket {
    events: mpsc::Receiver<RoomEvent>,
    sender: RoomSender,
    unheard: Unheard,
    task: OwnedTask,
}

/// Sends into the room, from anywhere. Cheap to clone.
///
/// Messages of a lost line wait for the seat. They are sent in their order when it is taken again, and thrown away
/// when it is not: they were for peers of the old seat. A message that was on the way when the line broke may have
/// arrived or not.
#[derive(Clone, Debug)]
pub struct RoomSender {
    queue: mpsc::Sender<Outgoing>,
    wake: Wake,
}

/// The room's answers that nobody is there to hear what was sent: [`RoomError::UnknownPeer`], not fatal. For one
/// listener beside the reader of the events.
#[derive(Clone, Debug, Default)]
pub struct Unheard(Arc<Notify>);

impl Unheard {
    /// Waits for the next one; several that nobody waited for count as one.
    pub async fn next(&self) {
        self.0.notified().await;
    }

    fn tell(&self) {
        self.0.notify_one();
    }
}

impl RoomSocket {
    pub(crate) fn start(dialer: Dialer, url: Url, token: Secret, timing: &Timing) -> Self {
        let (event_sender, events) = mpsc::channel(EVENTS);
        let (queue_sender, queue) = mpsc::channel(QUEUE);
        let (wake, unheard) = (Wake::default(), Unheard::default());
        let speaker = Speaker::new(token, event_sender, queue, unheard.clone());
        let options = LineOptions { liveness: timing.room, max_message: MAX_MESSAGE };
        let session = Session {
            dialer,
            url,
            options,
            backoff: timing.room_backoff,
            stable_after: timing.stable_after,
            welcome: timing.request,
            wake: wake.clone(),
            speaker,
        };
        let task = OwnedTask::start(|cancel| session.run(cancel));
        Self { events, sender: RoomSender { queue: queue_sender, wake }, unheard, task }
    }

    /// The next event. May be dropped and called again without losing one. `None` after the last one.
    pub async fn next(&mut self) -> Option<RoomEvent> {
        self.events.recv().await
    }

    /// For sending and waking.
    pub fn sender(&self) -> RoomSender {
        self.sender.clone()
    }

    /// For whoever has to know that something was sent to nobody.
    pub fn unheard(&self) -> Unheard {
        self.unheard.clone()
    }

    /// Gives the seat up, for good and at once for everyone, and waits until that is said (or cannot be).
    pub async fn leave(self) {
        // A queue that is full belongs to a lost line: then the server gives the seat away by itself.
        let _ = self.sender.send(&FromClient::Bye);
        let Self { mut events, task, .. } = self;
        let said = async { while events.recv().await.is_some() {} };
        let _ = tokio::time::timeout(GOODBYE, said).await;
        drop(events);
        task.stop().await;
    }

    /// Closes the socket without giving the seat up, and waits until it is closed.
    pub async fn close(self) {
        let Self { events, task, .. } = self;
        drop(events);
        task.stop().await;
    }
}

impl RoomSender {
    /// Takes a message for the room; it is sent as soon as there is a seat.
    ///
    /// `Hello` is sent by the socket itself. After `Bye` the socket closes and nothing follows.
    pub fn send(&self, message: &FromClient) -> Result<(), SendError> {
        let text = encode(message);
        if text.len() > MAX_MESSAGE {
            return Err(SendError::TooLarge);
        }
        let outgoing =
            if matches!(message, FromClient::Bye) { Outgoing::Bye(text) } else { Outgoing::Text(text) };
        self.queue.try_send(outgoing).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SendError::Full,
            mpsc::error::TrySendError::Closed(_) => SendError::Closed,
        })
    }

    /// Wakes the socket: see [`Wake`].
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }
}
