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
        self.take_many(1.0, now)
    }

    /// Whether so many more are allowed; none is taken when they are not.
    fn take_many(&mut self, count: f64, now: Instant) -> bool {
        self.fill(now);
        let allowed = self.tokens >= count;
        if allowed {
            self.tokens -= count;
        }
        allowed
    }

    fn give_back(&mut self, count: f64) {
        self.tokens = (self.tokens + count).min(self.rate.burst);
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
        self.take_many(key, 1.0, now)
    }

    /// Whether so many more of this key are allowed; none is taken when they are not.
    pub(crate) fn take_many(&self, key: K, count: f64, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().expect("no one panics with this lock");
        if buckets.len() >= MANY {
            buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        buckets.entry(key).or_insert_with(|| Bucket::full(self.rate, now)).take_many(count, now)
    }

    /// So many that were taken were not needed.
    pub(crate) fn give_back(&self, key: &K, count: f64) {
        let mut buckets = self.buckets.lock().expect("no one panics with this lock");
        // One that was forgotten is full.
        if let Some(bucket) = buckets.get_mut(key) {
            bucket.give_back(count);
        }
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
    fn many_are_taken_together_or_not_at_all_and_may_come_back() {
        let start = Instant::now();
        let buckets = Buckets::new(Rate { burst: 100.0, per_second: 1.0 });
        assert!(buckets.take_many("a", 70.0, start) && !buckets.take_many("a", 31.0, start));
        assert!(buckets.take_many("a", 30.0, start) && !buckets.take("a", start));
        buckets.give_back(&"a", 50.0);
        buckets.give_back(&"b", 50.0);
        assert!(buckets.take_many("a", 50.0, start) && !buckets.take("a", start));
        buckets.give_back(&"a", 1000.0);
        assert!(!buckets.take_many("a", 101.0, start), "never more than there is room for");
        assert!(buckets.take_many("b", 100.0, start));
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
