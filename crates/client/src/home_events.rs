//! Who knocks at a specialist's visits, and who calls: the WebSocket `/home/v1/events`.

use crate::backoff::Backoff;
use crate::error::{BadAnswer, ClientError};
use crate::line::{Dialer, Line, LineOptions};
use crate::reconnect::{Wake, pause};
use crate::task::OwnedTask;
use crate::timing::Timing;
use consilium_model::Secret;
use consilium_wire::home::{Event, EventHello, FailureCode};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

/// So many events wait for the reader at most; a slower reader holds the socket back.
const EVENTS: usize = 64;
/// The largest frame. A call of as many people as one rings, with the longest names, has two thirds of it.
const MAX_FRAME: usize = 128 * 1024;

/// What [`HomeEvents`] report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HomeEvent {
    /// A line stands. All that is known is told again, up to [`Event::Known`].
    Connected,
    /// From the server.
    Event(Event),
    /// No news arrives; trying again by itself. Reported once per loss, also when the first attempt fails.
    Lost,
    /// The server has no such socket, or refuses the token; the last event.
    Over,
}

/// A standing line to the server's events. It reconnects until it is closed or dropped.
#[derive(Debug)]
pub struct HomeEvents {
    events: mpsc::Receiver<HomeEvent>,
    wake: Wake,
    task: OwnedTask,
}

impl HomeEvents {
    pub(crate) fn start(dialer: Dialer, url: Url, token: Secret, timing: &Timing) -> Self {
        let (sender, events) = mpsc::channel(EVENTS);
        let wake = Wake::default();
        let listener = Listener {
            dialer,
            url,
            token,
            options: LineOptions { liveness: timing.subscription, max_message: MAX_FRAME },
            backoff: timing.subscription_backoff,
            stable_after: timing.stable_after,
            events: sender,
            wake: wake.clone(),
        };
        let task = OwnedTask::start(|cancel| listener.run(cancel));
        Self { events, wake, task }
    }

    /// The next event. May be dropped and called again without losing one. `None` after the last one.
    pub async fn next(&mut self) -> Option<HomeEvent> {
        self.events.recv().await
    }

    /// Wakes the line from elsewhere.
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// Ends it and waits until its socket is closed.
    pub async fn close(self) {
        let Self { events, task, .. } = self;
        drop(events);
        task.stop().await;
    }
}

/// The task behind [`HomeEvents`].
struct Listener {
    dialer: Dialer,
    url: Url,
    token: Secret,
    options: LineOptions,
    backoff: Backoff,
    stable_after: Duration,
    events: mpsc::Sender<HomeEvent>,
    wake: Wake,
}

/// How a line ended.
enum End {
    /// A new one may do better.
    Lost,
    /// Nobody listens any more, or the server wants nobody to.
    Over,
}

impl Listener {
    async fn run(mut self, cancel: CancellationToken) {
        let _ = cancel.run_until_cancelled(self.reconnect()).await;
    }

    async fn reconnect(&mut self) {
        let mut reported = false;
        loop {
            match self.dialer.dial(&self.url, self.options).await {
                // An older server, or one of another make.
                Err(ClientError::BadAnswer(BadAnswer::NoWebSocket)) => return self.over().await,
                Err(error) => tracing::debug!(%error, "no line to the events yet"),
                Ok(mut line) => {
                    reported = false;
                    match self.listen(&mut line).await {
                        End::Over => return self.over().await,
                        End::Lost if line.was_stable(self.stable_after) => self.backoff.reset(),
                        End::Lost => {}
                    }
                }
            }
            if !std::mem::replace(&mut reported, true) && self.tell(HomeEvent::Lost).await.is_err() {
                return;
            }
            pause(&mut self.backoff, &self.wake).await;
        }
    }

    async fn listen(&self, line: &mut Line) -> End {
        let hello = EventHello::Hello { token: self.token.clone() };
        let text = serde_json::to_string(&hello).expect("the hello has string keys only");
        if line.send(text).await.is_err() {
            return End::Lost;
        }
        if self.tell(HomeEvent::Connected).await.is_err() {
            return End::Over;
        }
        loop {
            let text = tokio::select! {
                text = line.next_text() => text,
                () = self.wake.woken() => match line.probe().await {
                    Ok(()) => continue,
                    Err(_) => return End::Lost,
                },
            };
            let Ok(text) = text else { return End::Lost };
            let told = match serde_json::from_str(&text) {
                Ok(Event::Refused { error: FailureCode::Unauthorized }) => return End::Over,
                // Too many windows, or the server's trouble: that passes.
                Ok(Event::Refused { .. }) => return End::Lost,
                Ok(Event::Unknown) => Ok(()),
                Ok(event) => self.tell(HomeEvent::Event(event)).await,
                Err(_) => {
                    tracing::debug!(bytes = text.len(), "a frame of an unknown kind");
                    Ok(())
                }
            };
            if told.is_err() {
                return End::Over;
            }
        }
    }

    async fn over(&self) {
        // Whoever has gone needs no word of it.
        let _ = self.tell(HomeEvent::Over).await;
    }

    async fn tell(&self, event: HomeEvent) -> Result<(), mpsc::error::SendError<HomeEvent>> {
        self.events.send(event).await
    }
}
