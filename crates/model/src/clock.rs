//! The visit's clock as a client keeps it (`medme.md`, "Timer").
//!
//! It counts from the server's figures on a monotonic clock: a wrong local clock changes nothing, and a pause
//! stands still.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The server's figures, with the local monotonic time at which they were true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitClock {
    scheduled: Duration,
    net: Duration,
    taken_at: Duration,
    running: bool,
}

/// What the clock shows at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// Time left of the schedule; never below zero.
    pub remaining: Duration,
    /// Time past the schedule; zero before.
    pub overtime: Duration,
    /// The visit's length without pauses so far.
    pub net: Duration,
    /// The clock moves: started, and not paused.
    pub running: bool,
}

/// How near the end is: when to say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ClockPhase {
    /// More than five minutes are left.
    Calm,
    /// Five minutes or less.
    FiveMinutes,
    /// One minute or less.
    OneMinute,
    /// The schedule is used up.
    Overtime,
}

impl ClockReading {
    /// How near the end is.
    pub const fn phase(&self) -> ClockPhase {
        match self.remaining.as_millis() {
            0 => ClockPhase::Overtime,
            1..=60_000 => ClockPhase::OneMinute,
            60_001..=300_000 => ClockPhase::FiveMinutes,
            _ => ClockPhase::Calm,
        }
    }
}

impl VisitClock {
    /// A clock that stood at `net` of `scheduled` when the local monotonic clock read `taken_at`.
    pub const fn new(scheduled: Duration, net: Duration, taken_at: Duration, running: bool) -> Self {
        Self { scheduled, net, taken_at, running }
    }

    /// The reading at the local monotonic time `now`.
    pub fn read(&self, now: Duration) -> ClockReading {
        let moved = if self.running { now.saturating_sub(self.taken_at) } else { Duration::ZERO };
        let net = self.net + moved;
        ClockReading {
            remaining: self.scheduled.saturating_sub(net),
            overtime: net.saturating_sub(self.scheduled),
            net,
            running: self.running,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn stands_still_in_a_pause() {
        let clock = VisitClock::new(s(900), s(60), s(5), false);
        assert_eq!(clock.read(s(500)).remaining, s(840));
    }

    proptest! {
        #[test]
        fn remaining_and_overtime_add_up(scheduled in 0u64..100_000, net in 0u64..100_000, at in 0u64..1000, later in 0u64..100_000) {
            let reading = VisitClock::new(s(scheduled), s(net), s(at), true).read(s(at + later));
            prop_assert_eq!(reading.net, s(net + later));
            prop_assert_eq!(reading.remaining + reading.net, s(scheduled) + reading.overtime);
            prop_assert!(reading.remaining.is_zero() || reading.overtime.is_zero());
        }
    }
}
