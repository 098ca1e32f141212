//! What happens in the messenger at this moment: the WebSocket `/api/v2/ws`.

mod intent;
mod session;

use crate::line::{Dialer, LineOptions};
use crate::reconnect::Wake;
use crate::task::OwnedTask;
use crate::timing::Timing;
use consilium_model::{Secret, UserId};
use consilium_wire::im::{ClientType, FailureCode, Message, Topic};
use intent::Intent;
use session::Session;
use time::OffsetDateTime;
use tokio::sync::{mpsc, watch};
use url::Url;

/// So many events wait for the reader at most; a slower reader holds the socket back.
const EVENTS: usize = 256;
/// The largest frame: a text of the greatest length, every character escaped, and what stands around it.
const MAX_FRAME: usize = 256 * 1024;

/// What a [`MessengerSocket`] reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessengerEvent {
    /// News arrives from now on. What happened before is not repeated: read what is missing.
    Connected {
        /// For the first time; otherwise after a loss.
        fresh: bool,
    },
    /// A message of the session that is looked at.
    Message(Message),
    /// A message of one's own, stored.
    Stored(Message),
    /// Unread messages over all sessions. Something may be new in any of them.
    Badge(u64),
    /// A topic of the session that is looked at has changed.
    Topic(Topic),
    /// A member has read.
    Read {
        /// The session.
        session_id: String,
        /// Who.
        participant_id: UserId,
        /// Everything up to then.
        last_fetch_time: OffsetDateTime,
    },
    /// A member writes at this moment.
    Typing {
        /// The session.
        session_id: String,
        /// Who.
        participant_id: UserId,
    },
    /// The server has refused something that was said over the socket.
    Refused {
        /// Why.
        code: FailureCode,
        /// The message that it is about.
        client_message_id: Option<String>,
    },
    /// No news arrives; coming back by itself. Reported once per loss, also when the first attempt fails.
    Lost,
    /// The token has ended; the last event. Start another socket with a new one.
    TokenEnded,
    /// The server answers, and has no messenger; the last event. Only before the first [`MessengerEvent::Connected`].
    NoMessenger,
}

/// A standing line to the messenger. It reconnects, looking at the same session, until its token ends or it is closed
/// or dropped.
#[derive(Debug)]
pub struct MessengerSocket {
    events: mpsc::Receiver<MessengerEvent>,
    voice: MessengerVoice,
    task: OwnedTask,
}

/// Speaks over a [`MessengerSocket`], from anywhere. Cheap to clone; harmless once the socket is closed.
#[derive(Clone, Debug)]
pub struct MessengerVoice {
    intent: watch::Sender<Intent>,
    wake: Wake,
}

impl MessengerSocket {
    pub(crate) fn start(
        dialer: Dialer,
        url: Url,
        token: Secret,
        client_type: ClientType,
        timing: &Timing,
    ) -> Self {
        let (event_sender, events) = mpsc::channel(EVENTS);
        let (intent_sender, intent) = watch::channel(Intent::default());
        let wake = Wake::default();
        let session = Session {
            dialer,
            url,
            options: LineOptions { liveness: timing.subscription, max_message: MAX_FRAME },
            backoff: timing.subscription_backoff,
            stable_after: timing.stable_after,
            answer_within: timing.request,
            token,
            client_type,
            intent,
            events: event_sender,
            wake: wake.clone(),
            was_connected: false,
        };
        let task = OwnedTask::start(|cancel| session.run(cancel));
        Self { events, voice: MessengerVoice { intent: intent_sender, wake }, task }
    }

    /// The next event. May be dropped and called again without losing one. `None` after the last one.
    pub async fn next(&mut self) -> Option<MessengerEvent> {
        self.events.recv().await
    }

    /// For speaking and waking.
    pub fn voice(&self) -> MessengerVoice {
        self.voice.clone()
    }

    /// Ends it and waits until the socket is closed.
    pub async fn close(self) {
        // Closing the events first frees a task that waits for room among them.
        let Self { events, task, .. } = self;
        drop(events);
        task.stop().await;
    }
}

impl MessengerVoice {
    /// Looks at a session from now on: only its messages, topics, typing and read marks arrive. Holds over a loss.
    pub fn look(&self, session: Option<String>) {
        self.intent.send_if_modified(|intent| intent.look_at(session));
    }

    /// Writes at this moment in the session that is looked at. Without a line nobody learns it.
    pub fn typing(&self) {
        self.intent.send_modify(Intent::type_on);
    }

    /// Has read in the session that is looked at: up to the message with that id, or everything. Without a line nobody
    /// learns it.
    pub fn read(&self, up_to: Option<String>) {
        self.intent.send_modify(|intent| intent.read(up_to));
    }

    /// Wakes the socket: see [`Wake`].
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }
}
