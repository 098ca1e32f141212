//! Keeps a seat: opens a line, lets the speaker talk on it, and opens the next one when it is lost.

use super::speaker::{End, Over, Speaker};
use crate::backoff::Backoff;
use crate::error::{BadAnswer, ClientError};
use crate::line::{Dialer, LineOptions};
use crate::reconnect::{Wake, pause};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The task behind a [`super::RoomSocket`].
pub(super) struct Session {
    pub(super) dialer: Dialer,
    pub(super) url: Url,
    pub(super) options: LineOptions,
    pub(super) backoff: Backoff,
    pub(super) stable_after: Duration,
    /// How long the answer to `hello` may take.
    pub(super) welcome: Duration,
    pub(super) wake: Wake,
    pub(super) speaker: Speaker,
}

impl Session {
    pub(super) async fn run(mut self, cancel: CancellationToken) {
        // Over or cancelled: either way the room needs no line any more.
        let _ = cancel.run_until_cancelled(self.reconnect()).await;
    }

    async fn reconnect(&mut self) -> Result<(), Over> {
        loop {
            match self.dialer.dial(&self.url, self.options).await {
                Err(ClientError::BadAnswer(BadAnswer::NoWebSocket)) if self.speaker.is_new() => {
                    return self.speaker.no_room().await;
                }
                Err(error) => tracing::debug!(%error, "no line to the room yet"),
                Ok(mut line) => {
                    let end = self.speaker.talk(&mut line, self.welcome, &self.wake).await;
                    if line.was_stable(self.stable_after) {
                        self.backoff.reset();
                    }
                    if end == End::Over {
                        line.close().await;
                        return Err(Over);
                    }
                }
            }
            self.speaker.lost().await?;
            pause(&mut self.backoff, &self.wake).await;
        }
    }
}
