//! How often somebody may be wrong, or do what costs something.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use time::{Duration, OffsetDateTime};

/// With so many keys, those whose window is over are forgotten.
const MANY: usize = 10_000;

/// Counts attempts in a window of time that begins with the first, by login, address or participant. Forgotten at a
/// restart.
pub(crate) struct Attempts<K> {
    limit: u32,
    window: Duration,
    counts: Mutex<HashMap<K, Count>>,
}

struct Count {
    attempts: u32,
    since: OffsetDateTime,
}

impl Count {
    /// A clock that is set back locks nobody out.
    fn is_over(&self, now: OffsetDateTime, window: Duration) -> bool {
        now < self.since || now - self.since >= window
    }
}

impl<K: Eq + Hash> Attempts<K> {
    /// Allows `limit` attempts in every `window`.
    pub(crate) fn new(limit: u32, window: Duration) -> Self {
        Self { limit, window, counts: Mutex::default() }
    }

    /// Whether one more attempt is allowed. It counts as wrong until [`Self::forgive`], so that many at the same
    /// moment do not get past the limit.
    pub(crate) fn begin(&self, key: K, now: OffsetDateTime) -> bool {
        let mut counts = self.counts.lock().expect("no one panics with this lock");
        if counts.len() >= MANY {
            counts.retain(|_, count| !count.is_over(now, self.window));
        }
        let count = counts.entry(key).or_insert(Count { attempts: 0, since: now });
        if count.is_over(now, self.window) {
            *count = Count { attempts: 0, since: now };
        }
        let allowed = count.attempts < self.limit;
        if allowed {
            count.attempts += 1;
        }
        allowed
    }

    /// The attempt was right after all.
    pub(crate) fn forgive(&self, key: &K) {
        let mut counts = self.counts.lock().expect("no one panics with this lock");
        if let Some(count) = counts.get_mut(key) {
            count.attempts = count.attempts.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
    const MINUTE: Duration = Duration::MINUTE;

    #[test]
    fn only_wrong_attempts_count_and_each_key_for_itself() {
        let attempts = Attempts::new(2, MINUTE);
        for _ in 0..5 {
            assert!(attempts.begin("right", NOW));
            attempts.forgive(&"right");
        }
        assert!(attempts.begin("wrong", NOW) && attempts.begin("wrong", NOW));
        assert!(!attempts.begin("wrong", NOW));
        assert!(attempts.begin("right", NOW));
    }

    #[test]
    fn a_window_ends_and_a_clock_that_is_set_back_locks_nobody_out() {
        let attempts = Attempts::new(1, MINUTE);
        assert!(attempts.begin("key", NOW));
        assert!(!attempts.begin("key", NOW + MINUTE - Duration::MILLISECOND));
        assert!(attempts.begin("key", NOW + MINUTE));
        assert!(!attempts.begin("key", NOW + MINUTE));
        assert!(attempts.begin("key", NOW), "the clock was set back");
    }
}
