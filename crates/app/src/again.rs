//! What has failed and is tried again by itself.

use consilium_client::Backoff;
use std::time::{Duration, Instant};

/// Between two attempts.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(15));

/// When it is tried again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Again {
    backoff: Backoff,
    at: Instant,
}

impl Again {
    /// After a further failure; the first one when there was none before.
    pub(crate) fn after(before: Option<Self>, now: Instant) -> Self {
        let mut backoff = before.map_or(BACKOFF, |before| before.backoff);
        let at = now + backoff.next_delay(1.0);
        Self { backoff, at }
    }

    /// At once.
    pub(crate) const fn now(now: Instant) -> Self {
        Self { backoff: BACKOFF, at: now }
    }

    /// The same, and not before this time.
    pub(crate) fn not_before(self, at: Instant) -> Self {
        Self { at: self.at.max(at), ..self }
    }

    /// When it is time.
    pub(crate) const fn at(&self) -> Instant {
        self.at
    }

    /// It is time.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.at <= now
    }
}
