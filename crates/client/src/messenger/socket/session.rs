//! Keeps the line: logs in, looks at the session, passes events on, and opens the next line when one is lost.

use super::MessengerEvent;
use super::intent::Intent;
use crate::backoff::Backoff;
use crate::error::{BadAnswer, ClientError};
use crate::line::{Dialer, Line, LineOptions, Lost};
use crate::reconnect::{Wake, pause};
use consilium_model::Secret;
use consilium_wire::im::{ClientType, FailureCode, FromClient, FromServer};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The task behind a [`super::MessengerSocket`].
pub(super) struct Session {
    pub(super) dialer: Dialer,
    pub(super) url: Url,
    pub(super) options: LineOptions,
    pub(super) backoff: Backoff,
    pub(super) stable_after: Duration,
    /// How long the answer to the login may take.
    pub(super) answer_within: Duration,
    pub(super) token: Secret,
    pub(super) client_type: ClientType,
    pub(super) intent: watch::Receiver<Intent>,
    pub(super) events: mpsc::Sender<MessengerEvent>,
    pub(super) wake: Wake,
    pub(super) was_connected: bool,
}

/// How a line ended.
enum End {
    /// A new line may do better.
    Lost,
    /// No line will: the owner knows why, or has gone.
    Over,
}

/// Nobody needs the line any more.
struct Over;

impl From<Lost> for End {
    fn from(_: Lost) -> Self {
        Self::Lost
    }
}

impl From<Over> for End {
    fn from(_: Over) -> Self {
        Self::Over
    }
}

impl Session {
    pub(super) async fn run(mut self, cancel: CancellationToken) {
        // Over or cancelled: either way nobody needs the line any more.
        let _ = cancel.run_until_cancelled(self.reconnect()).await;
    }

    async fn reconnect(&mut self) -> Result<(), Over> {
        let mut reported = false;
        loop {
            match self.dialer.dial(&self.url, self.options).await {
                Err(ClientError::BadAnswer(BadAnswer::NoWebSocket)) if !self.was_connected => {
                    self.tell(MessengerEvent::NoMessenger).await?;
                    return Err(Over);
                }
                Err(error) => tracing::debug!(%error, "no line to the messenger yet"),
                Ok(mut line) => {
                    let Err(end) = self.talk(&mut line, &mut reported).await;
                    if line.was_stable(self.stable_after) {
                        self.backoff.reset();
                    }
                    if matches!(end, End::Over) {
                        line.close().await;
                        return Err(Over);
                    }
                }
            }
            if !std::mem::replace(&mut reported, true) {
                self.tell(MessengerEvent::Lost).await?;
            }
            pause(&mut self.backoff, &self.wake).await;
        }
    }

    async fn talk(&mut self, line: &mut Line, reported: &mut bool) -> Result<Infallible, End> {
        let mut said = self.intent.borrow_and_update().clone();
        timeout(self.answer_within, self.log_in(line, said.session())).await.map_err(|_| End::Lost)??;
        *reported = false;
        let fresh = !std::mem::replace(&mut self.was_connected, true);
        self.tell(MessengerEvent::Connected { fresh }).await?;
        loop {
            tokio::select! {
                text = line.next_text() => self.hear(&text?).await?,
                changed = self.intent.changed() => {
                    changed.map_err(|_| End::Over)?;
                    let intent = self.intent.borrow_and_update().clone();
                    for news in intent.news_since(&said) {
                        say(line, &news).await?;
                    }
                    said = intent;
                }
                () = self.wake.woken() => line.probe().await?,
            }
        }
    }

    async fn log_in(&self, line: &mut Line, session_id: Option<String>) -> Result<(), End> {
        let token = self.token.clone();
        say(line, &FromClient::Login { token, session_id, client_type: self.client_type }).await?;
        loop {
            match read(&line.next_text().await?) {
                Some(FromServer::LoggedIn { .. }) => return Ok(()),
                Some(FromServer::Error { code: FailureCode::Unauthorized, .. }) => {
                    self.tell(MessengerEvent::TokenEnded).await?;
                    return Err(End::Over);
                }
                Some(FromServer::Error { .. }) => return Err(End::Lost),
                Some(_) | None => {}
            }
        }
    }

    async fn hear(&self, text: &str) -> Result<(), End> {
        let event = match read(text) {
            Some(FromServer::Error { code: FailureCode::Unauthorized, .. }) => {
                self.tell(MessengerEvent::TokenEnded).await?;
                return Err(End::Over);
            }
            Some(message) => event(message),
            None => None,
        };
        match event {
            Some(event) => Ok(self.tell(event).await?),
            None => Ok(()),
        }
    }

    async fn tell(&self, event: MessengerEvent) -> Result<(), Over> {
        self.events.send(event).await.map_err(|_| Over)
    }
}

fn event(message: FromServer) -> Option<MessengerEvent> {
    Some(match message {
        FromServer::LoggedIn { .. } => return None,
        FromServer::Stored { message } => MessengerEvent::Stored(message),
        FromServer::Message { message } => MessengerEvent::Message(message),
        FromServer::Badge { count } => MessengerEvent::Badge(count),
        FromServer::Topic { topic } => MessengerEvent::Topic(topic),
        FromServer::Read { session_id, participant_id, last_fetch_time } => {
            MessengerEvent::Read { session_id, participant_id, last_fetch_time }
        }
        FromServer::Typing { session_id, participant_id } => {
            MessengerEvent::Typing { session_id, participant_id }
        }
        FromServer::Error { code, client_message_id } => MessengerEvent::Refused { code, client_message_id },
    })
}

/// `None` for a frame of a kind that this version does not know: the protocol grows.
fn read(text: &str) -> Option<FromServer> {
    let message = serde_json::from_str(text).ok();
    if message.is_none() {
        tracing::debug!(bytes = text.len(), "a frame of an unknown kind");
    }
    message
}

async fn say(line: &mut Line, message: &FromClient) -> Result<(), Lost> {
    line.send(serde_json::to_string(message).expect("messages have string keys only")).await
}
