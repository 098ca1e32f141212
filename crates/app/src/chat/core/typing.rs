//! Who is typing.

use consilium_model::UserId;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// So long after its last word somebody no longer types.
const LASTS: Duration = Duration::from_secs(6);
/// The user's own typing is told so often.
const TELL_AGAIN: Duration = Duration::from_secs(3);

/// Who is typing in the conversation that is looked at.
#[derive(Debug, Default)]
pub(crate) struct Typing {
    others: BTreeMap<UserId, Instant>,
    told: Option<Instant>,
}

impl Typing {
    /// Somebody types.
    pub(crate) fn heard(&mut self, who: UserId, now: Instant) {
        self.others.insert(who, now + LASTS);
    }

    /// Somebody has written: that was it.
    pub(crate) fn has_written(&mut self, who: &UserId) {
        self.others.remove(who);
    }

    /// Nobody is heard any more.
    pub(crate) fn line_lost(&mut self) {
        self.others.clear();
        self.told = None;
    }

    pub(crate) fn who(&self) -> impl Iterator<Item = &UserId> {
        self.others.keys()
    }

    /// Forgets those who have stopped.
    pub(crate) fn pass(&mut self, now: Instant) {
        self.others.retain(|_, until| *until > now);
    }

    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        self.others.values().min().copied()
    }

    /// The user types; answers whether it is time to say so.
    pub(crate) fn tells(&mut self, now: Instant) -> bool {
        let due = self.told.is_none_or(|told| now.saturating_duration_since(told) >= TELL_AGAIN);
        if due {
            self.told = Some(now);
        }
        due
    }

    /// The user has sent what was typed.
    pub(crate) fn sent(&mut self) {
        self.told = None;
    }
}
