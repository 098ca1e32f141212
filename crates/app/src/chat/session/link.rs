//! The way to the messenger: a token of its own, the requests, and the socket.

use crate::again::Again;
use consilium_client::{Messenger, MessengerEvent, MessengerSocket, MessengerVoice, Server};
use consilium_wire::im::{ClientType, LoggedIn, UserRole};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The end does not wait longer than this for the server.
const GOODBYE: Duration = Duration::from_secs(1);

/// The way to the messenger.
pub(super) enum Link {
    /// A token is being asked for.
    LoggingIn {
        /// The attempt before has failed.
        failed: Option<Again>,
    },
    /// None was to be had; it is asked for again by itself.
    Resting(Again),
    /// There is one.
    In(Box<Standing>),
    /// The sign-in itself has ended, or the link.
    Over,
    /// The server has no messenger.
    Missing,
}

/// A way that stands.
pub(super) struct Standing {
    pub(super) messenger: Messenger,
    pub(super) voice: MessengerVoice,
    socket: MessengerSocket,
    since: Instant,
    /// How its token was had, where attempts before had failed.
    before: Option<Again>,
}

/// A token that ended sooner counts as a failed attempt: the next one may end as soon.
const STEADY: Duration = Duration::from_secs(60);

/// When another token is asked for, where one stood from `since` on that was had after attempts that failed: `None` is at
/// once.
fn rest_after(since: Instant, before: Option<Again>, now: Instant) -> Option<Again> {
    (now.saturating_duration_since(since) < STEADY).then(|| Again::after(before, now))
}

/// When another token is asked for.
pub(super) enum Next {
    Now,
    Later(Again),
}

/// What comes over the way.
pub(super) enum LinkEvent {
    /// It is time to ask for a token again.
    Due(Again),
    /// From the socket.
    Socket(MessengerEvent),
    /// The socket has ended without a word.
    Ended,
}

impl Link {
    /// With this token, looking at a session.
    pub(super) fn stand(
        server: &Server,
        login: LoggedIn,
        look: Option<String>,
        before: Option<Again>,
    ) -> Self {
        let client_type = match login.user.role {
            UserRole::Doctor => ClientType::Doctor,
            UserRole::Patient => ClientType::Patient,
        };
        let socket = server.messenger_socket(login.token.clone(), client_type);
        let voice = socket.voice();
        voice.look(look);
        let messenger = server.messenger(login.token);
        Self::In(Box::new(Standing { messenger, voice, socket, since: Instant::now(), before }))
    }

    /// The token has ended that there is: when another one is asked for. `None` without one.
    pub(super) fn token_ended(&self, now: Instant) -> Option<Next> {
        let Self::In(standing) = self else { return None };
        Some(rest_after(standing.since, standing.before, now).map_or(Next::Now, Next::Later))
    }

    /// The requests, where there is a token.
    pub(super) fn messenger(&self) -> Option<&Messenger> {
        match self {
            Self::In(standing) => Some(&standing.messenger),
            Self::LoggingIn { .. } | Self::Resting(_) | Self::Over | Self::Missing => None,
        }
    }

    /// The socket's voice.
    pub(super) fn voice(&self) -> Option<&MessengerVoice> {
        match self {
            Self::In(standing) => Some(&standing.voice),
            Self::LoggingIn { .. } | Self::Resting(_) | Self::Over | Self::Missing => None,
        }
    }

    /// What comes next. May be dropped and called again.
    pub(super) async fn next(&mut self) -> LinkEvent {
        match self {
            Self::In(standing) => standing.socket.next().await.map_or(LinkEvent::Ended, LinkEvent::Socket),
            Self::Resting(again) => {
                tokio::time::sleep_until(again.at().into()).await;
                LinkEvent::Due(*again)
            }
            Self::LoggingIn { .. } | Self::Over | Self::Missing => std::future::pending().await,
        }
    }

    /// Tries at once what is resting; a socket proves that it is alive.
    pub(super) fn wake(&mut self) {
        match self {
            Self::In(standing) => standing.voice.wake().wake(),
            Self::Resting(_) => *self = Self::Resting(Again::now(Instant::now())),
            Self::LoggingIn { .. } | Self::Over | Self::Missing => {}
        }
    }

    /// Closes the socket and ends the token; waits for both, for the server not longer than [`GOODBYE`].
    pub(super) async fn close(self) {
        let Self::In(standing) = self else { return };
        let Standing { messenger, socket, .. } = *standing;
        socket.close().await;
        match timeout(GOODBYE, messenger.log_out()).await {
            Ok(Ok(())) => {}
            // It ends by itself in time.
            Ok(Err(error)) => tracing::debug!(%error, "the messenger's token was not ended"),
            Err(_) => tracing::debug!("the messenger does not say that the token has ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_end_at_once_are_asked_for_ever_more_seldom() {
        let mut now = Instant::now();
        let mut before = None;
        let mut waits = Vec::new();
        for _ in 0..6 {
            let rest = rest_after(now, before, now).expect("it ended at once");
            waits.push(rest.at() - now);
            now = rest.at();
            before = Some(rest);
        }
        assert!(waits.iter().all(|wait| *wait >= Duration::from_secs(1)));
        assert!(waits.is_sorted() && waits[5] > waits[0]);
        assert!(rest_after(now, before, now + STEADY).is_none(), "one that lasted is replaced at once");
    }
}
