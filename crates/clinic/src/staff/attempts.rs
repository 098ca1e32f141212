//! How often somebody may be wrong.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// With so many keys, those whose minute is over are forgotten.
const MANY: usize = 10_000;

/// Counts wrong attempts a minute, by login or by address. Forgotten at a restart.
pub(super) struct Attempts<K> {
    limit: u32,
    counts: Mutex<HashMap<K, Count>>,
}

struct Count {
    attempts: u32,
    since: Instant,
}

impl<K: Eq + Hash> Attempts<K> {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, counts: Mutex::default() }
    }

    /// Whether one more attempt is allowed. It counts as wrong until [`Self::forgive`], so that many at the same
    /// moment do not get past the limit.
    pub(super) fn begin(&self, key: K) -> bool {
        let now = Instant::now();
        let mut counts = self.counts.lock().expect("no one panics with this lock");
        if counts.len() >= MANY {
            counts.retain(|_, count| now - count.since < WINDOW);
        }
        let count = counts.entry(key).or_insert(Count { attempts: 0, since: now });
        if now - count.since >= WINDOW {
            *count = Count { attempts: 0, since: now };
        }
        let allowed = count.attempts < self.limit;
        if allowed {
            count.attempts += 1;
        }
        allowed
    }

    /// The attempt was right after all.
    pub(super) fn forgive(&self, key: &K) {
        let mut counts = self.counts.lock().expect("no one panics with this lock");
        if let Some(count) = counts.get_mut(key) {
            count.attempts = count.attempts.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wrong_attempts_count_and_each_key_for_itself() {
        let attempts = Attempts::new(2);
        for _ in 0..5 {
            assert!(attempts.begin("right"));
            attempts.forgive(&"right");
        }
        assert!(attempts.begin("wrong") && attempts.begin("wrong"));
        assert!(!attempts.begin("wrong"));
        assert!(attempts.begin("right"));
    }
}
