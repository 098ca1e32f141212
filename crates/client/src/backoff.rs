//! How long to wait before the next attempt. Pure: the randomness is passed in.

use std::time::Duration;

/// Exponential backoff with full jitter: the n-th wait is anywhere between zero and `base * 2^n`, at most `cap`.
/// Full jitter spreads the clients of a server that has just come back better than any narrower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    attempt: u32,
}

impl Backoff {
    /// Starts with waits up to `base` and never waits longer than `cap`.
    pub const fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap, attempt: 0 }
    }

    /// The wait after a further failure; `random` is uniform in `0.0..1.0`.
    pub fn next_delay(&mut self, random: f64) -> Duration {
        let ceiling = self.ceiling();
        self.attempt = self.attempt.saturating_add(1);
        ceiling.mul_f64(random.clamp(0.0, 1.0))
    }

    /// The longest that the next wait can be.
    pub fn ceiling(&self) -> Duration {
        let factor = 1u32.checked_shl(self.attempt).unwrap_or(u32::MAX);
        self.base.saturating_mul(factor).min(self.cap)
    }

    /// The connection was good: the next failure is a first one again.
    pub const fn reset(&mut self) {
        self.attempt = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_below_a_ceiling_that_grows_to_the_cap(
            base in 1u64..10_000, more in 0u64..100_000, randoms in prop::collection::vec(0.0f64..1.0, 1..80)
        ) {
            let cap = Duration::from_millis(base + more);
            let mut backoff = Backoff::new(Duration::from_millis(base), cap);
            let mut before = Duration::ZERO;
            for random in randoms {
                let ceiling = backoff.ceiling();
                prop_assert!(ceiling == cap || ceiling >= before * 2);
                prop_assert!(backoff.next_delay(random) <= ceiling);
                before = ceiling;
            }
            backoff.reset();
            prop_assert_eq!(backoff.ceiling(), Duration::from_millis(base));
        }

        #[test]
        fn all_of_the_range_is_used(random in 0.0f64..1.0) {
            let second = Duration::from_secs(1);
            let delay = Backoff::new(second, second).next_delay(random);
            prop_assert!((delay.as_secs_f64() - random).abs() < 1e-6);
        }
    }
}
