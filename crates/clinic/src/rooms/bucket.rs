//! How many messages a socket may send.

use std::time::Instant;

/// So many at once.
const BURST: f64 = 200.0;
/// So many a second in the long run.
const PER_SECOND: f64 = 50.0;

/// A token bucket.
pub(super) struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    pub(super) const fn full(now: Instant) -> Self {
        Self { tokens: BURST, at: now }
    }

    /// Whether one more message is allowed.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * PER_SECOND).min(BURST);
        self.at = now;
        let allowed = self.tokens >= 1.0;
        if allowed {
            self.tokens -= 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn allows_a_burst_and_then_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::full(start);
        assert!((0..200).all(|_| bucket.take(start)));
        assert!(!bucket.take(start));
        let later = start + Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| bucket.take(later)).count(), 50);
    }
}
