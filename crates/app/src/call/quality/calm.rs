//! A value that does not flicker.

use std::time::{Duration, Instant};

/// What has changed stays for so long: nobody can read faster, and a screen reader is not to talk all the time.
pub(super) const HOLD: Duration = Duration::from_secs(3);

/// Follows a value, and changes at most once in [`HOLD`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Calm<T> {
    shown: T,
    changed: Option<Instant>,
}

impl<T: Copy + PartialEq> Calm<T> {
    /// The value is this now.
    pub(super) fn follow(&mut self, now: Instant, value: T) {
        let rested = self.changed.is_none_or(|at| now.saturating_duration_since(at) >= HOLD);
        if value != self.shown && rested {
            self.shown = value;
            self.changed = Some(now);
        }
    }

    /// What is shown.
    pub(super) const fn get(&self) -> T {
        self.shown
    }
}
