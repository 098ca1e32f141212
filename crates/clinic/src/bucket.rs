//! How often somebody may do something: token buckets.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::Instant;

/// With so many buckets, those that are full again are forgotten.
const MANY: usize = 10_000;

/// What a bucket allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    /// So many at once.
    pub(crate) burst: f64,
    /// So many a second in the long run.
    pub(crate) per_second: f64,
}

/// A token bucket.
pub(crate) struct Bucket {
    rate: Rate,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) const fn full(rate: Rate, now: Instant) -> Self {
        Self { rate, tokens: rate.burst, at: now }
    }

    /// Whether one more is allowed.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        self.fill(now);
        let allowed = self.tokens >= 1.0;
        if allowed {
            self.tokens -= 1.0;
        }
        allowed
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * self.rate.per_second).min(self.rate.burst);
        self.at = now;
    }

    fn is_full(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.tokens >= self.rate.burst
    }
}

/// A bucket for each key.
pub(crate) struct Buckets<K> {
    rate: Rate,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// All full.
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Whether one more of this key is allowed.
    pub(crate) fn take(&self, key: K, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().expect("no one panics with this lock");
        if buckets.len() >= MANY {
            buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        buckets.entry(key).or_insert_with(|| Bucket::full(self.rate, now)).take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const RATE: Rate = Rate { burst: 200.0, per_second: 50.0 };

    #[test]
    fn allows_a_burst_and_then_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::full(RATE, start);
        assert!((0..200).all(|_| bucket.take(start)));
        assert!(!bucket.take(start));
        let later = start + Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| bucket.take(later)).count(), 50);
    }

    #[test]
    fn each_key_has_its_own_and_full_ones_are_forgotten() {
        let start = Instant::now();
        let buckets = Buckets::new(Rate { burst: 1.0, per_second: 1.0 });
        assert!(buckets.take(0, start) && !buckets.take(0, start) && buckets.take(1, start));
        for key in 2..MANY {
            assert!(buckets.take(key, start));
        }
        let later = start + Duration::from_secs(1);
        assert!(buckets.take(MANY, later));
        assert_eq!(buckets.buckets.lock().unwrap().len(), 1);
    }
}
