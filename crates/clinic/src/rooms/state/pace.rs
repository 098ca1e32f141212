//! How often somebody may knock.

use std::time::{Duration, Instant};

/// So many at once.
const BURST: u32 = 3;
/// Then one in this time.
const EVERY: Duration = Duration::from_secs(10);

/// New knocks of one participant, by the generic cell rate algorithm (ITU-T I.371, annex A): one instant says it all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace(Option<Instant>);

impl Pace {
    /// When the next one may be heard: now or later.
    pub(super) fn earliest(self, now: Instant) -> Instant {
        let at = self.0.and_then(|full| full.checked_sub(EVERY * (BURST - 1)));
        at.map_or(now, |at| at.max(now))
    }

    /// One is heard.
    pub(super) fn spend(&mut self, now: Instant) {
        self.0 = Some(self.0.map_or(now, |full| full.max(now)) + EVERY);
    }

    /// When it is as if there had been none.
    pub(super) const fn full_again(self) -> Option<Instant> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_at_once_then_one_in_ten_seconds() {
        let start = Instant::now();
        let mut pace = Pace::default();
        let mut heard = Vec::new();
        for _ in 0..5 {
            let at = pace.earliest(start);
            pace.spend(at);
            heard.push((at - start).as_secs());
        }
        assert_eq!(heard, [0, 0, 0, 10, 20]);
        let rested = start + Duration::from_secs(200);
        assert!(pace.full_again().is_some_and(|full| full < rested));
        assert_eq!(pace.earliest(rested), rested);
    }
}
