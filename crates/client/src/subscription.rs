//! News of one visit: the WebSocket `/meets/v1/ws` (`medme.md`, "WebSocket").

use crate::backoff::Backoff;
use crate::line::{Dialer, Line, LineOptions, Lost};
use crate::reconnect::{Wake, pause};
use crate::task::OwnedTask;
use crate::timing::Timing;
use consilium_model::{Secret, Status};
use consilium_wire::medme::{FromClient, FromServer};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Far more than a visit's news between two looks; a slower reader holds the socket back, nothing is lost.
const EVENTS: usize = 32;
/// The largest frame. The protocol's own have a hundredth of it.
const MAX_FRAME: usize = 16 * 1024;

/// What a [`Subscription`] reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionEvent {
    /// News arrives from now on; whatever happened before is not repeated: read the state again.
    Connected,
    /// The visit has a new status.
    Status(Status),
    /// The visit's information has changed: read it again.
    InfoChanged,
    /// No news arrives; trying again by itself. Reported once per loss, also when the first attempt fails.
    Lost,
}

/// A standing subscription. It reconnects until it is closed or dropped.
///
/// The server does not answer the handshake: a token that it no longer knows shows only when the state is read
/// after [`SubscriptionEvent::Connected`].
#[derive(Debug)]
pub struct Subscription {
    events: mpsc::Receiver<SubscriptionEvent>,
    wake: Wake,
    task: OwnedTask,
}

impl Subscription {
    pub(crate) fn start(dialer: Dialer, url: Url, token: Secret, timing: &Timing) -> Self {
        let (sender, events) = mpsc::channel(EVENTS);
        let wake = Wake::default();
        let subscriber = Subscriber {
            dialer,
            url,
            token,
            options: LineOptions { liveness: timing.subscription, max_message: MAX_FRAME },
            backoff: timing.subscription_backoff,
            stable_after: timing.stable_after,
            events: sender,
            wake: wake.clone(),
        };
        let task = OwnedTask::start(|cancel| subscriber.run(cancel));
        Self { events, wake, task }
    }

    /// The next event. May be dropped and called again without losing one. `None` only if the task has died.
    pub async fn next(&mut self) -> Option<SubscriptionEvent> {
        self.events.recv().await
    }

    /// Wakes this subscription from elsewhere.
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// Ends it and waits until its socket is closed.
    pub async fn close(self) {
        // Closing the events first frees a task that waits for room among them.
        let Self { events, task, .. } = self;
        drop(events);
        task.stop().await;
    }
}

/// The task behind a [`Subscription`].
struct Subscriber {
    dialer: Dialer,
    url: Url,
    token: Secret,
    options: LineOptions,
    backoff: Backoff,
    stable_after: Duration,
    events: mpsc::Sender<SubscriptionEvent>,
    wake: Wake,
}

/// Nobody listens any more.
struct Unheard;

impl Subscriber {
    async fn run(mut self, cancel: CancellationToken) {
        // Unheard or cancelled: either way the owner has gone.
        let _ = cancel.run_until_cancelled(self.reconnect()).await;
    }

    async fn reconnect(&mut self) -> Result<(), Unheard> {
        let mut reported = false;
        loop {
            if let Some(mut line) = self.connect().await {
                reported = false;
                self.tell(SubscriptionEvent::Connected).await?;
                self.listen(&mut line).await?;
                if line.was_stable(self.stable_after) {
                    self.backoff.reset();
                }
            }
            if !std::mem::replace(&mut reported, true) {
                self.tell(SubscriptionEvent::Lost).await?;
            }
            pause(&mut self.backoff, &self.wake).await;
        }
    }

    async fn connect(&self) -> Option<Line> {
        match self.dialer.dial(&self.url, self.options).await {
            Ok(mut line) => {
                let handshake = FromClient::Handshake { at: self.token.clone() };
                let text = serde_json::to_string(&handshake).expect("the handshake has string keys only");
                line.send(text).await.ok().map(|()| line)
            }
            Err(error) => {
                tracing::debug!(%error, "no subscription yet");
                None
            }
        }
    }

    /// Returns when the line is lost.
    async fn listen(&self, line: &mut Line) -> Result<(), Unheard> {
        loop {
            let text = tokio::select! {
                text = line.next_text() => text,
                () = self.wake.woken() => match line.probe().await {
                    Ok(()) => continue,
                    Err(Lost) => return Ok(()),
                },
            };
            let Ok(text) = text else { return Ok(()) };
            // A path that this version does not know is not an error (`medme.md` grows).
            match serde_json::from_str(&text) {
                Ok(FromServer::ChangeStatusCallback { new_status }) => {
                    self.tell(SubscriptionEvent::Status(new_status)).await?;
                }
                Ok(FromServer::ChangeConfInfoCallback) => self.tell(SubscriptionEvent::InfoChanged).await?,
                Err(_) => tracing::debug!(bytes = text.len(), "a frame of an unknown kind"),
            }
        }
    }

    async fn tell(&self, event: SubscriptionEvent) -> Result<(), Unheard> {
        self.events.send(event).await.map_err(|_| Unheard)
    }
}
