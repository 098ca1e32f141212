//! When to say that the end of a visit is near: once a phase and length.

use crate::view::NoticeCode;
use consilium_model::{ClockPhase, ClockReading};

/// What has been said of a schedule of this length, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Countdown {
    said: Option<(u32, ClockPhase)>,
}

impl Countdown {
    /// What is to be said now; the schedule has `scheduled` seconds. A clock that stands still says nothing.
    pub(crate) fn look(&mut self, scheduled: u32, reading: &ClockReading) -> Option<NoticeCode> {
        if !reading.running {
            return None;
        }
        let phase = reading.phase();
        let before = match self.said {
            Some((length, said)) if length == scheduled => said,
            Some(_) | None => ClockPhase::Calm,
        };
        // The server's figures are whole seconds: a reading may lie a little before the last one.
        self.said = Some((scheduled, phase.max(before)));
        match phase {
            ClockPhase::FiveMinutes if before < phase => Some(NoticeCode::FiveMinutesLeft),
            ClockPhase::OneMinute if before < phase => Some(NoticeCode::OneMinuteLeft),
            ClockPhase::Calm | ClockPhase::FiveMinutes | ClockPhase::OneMinute | ClockPhase::Overtime => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::VisitClock;
    use std::time::Duration;

    fn reading(left: u64, running: bool) -> ClockReading {
        VisitClock::new(Duration::from_secs(left), Duration::ZERO, Duration::ZERO, running)
            .read(Duration::ZERO)
    }

    #[test]
    fn each_is_said_once_a_length() {
        let mut countdown = Countdown::default();
        let mut look = |scheduled, left| countdown.look(scheduled, &reading(left, true));
        assert_eq!(look(900, 301), None);
        assert_eq!(look(900, 300), Some(NoticeCode::FiveMinutesLeft));
        assert_eq!((look(900, 299), look(900, 301), look(900, 300)), (None, None, None));
        assert_eq!(look(900, 59), Some(NoticeCode::OneMinuteLeft));
        assert_eq!((look(900, 1), look(900, 0)), (None, None));
        assert_eq!((look(1500, 600), look(1500, 299)), (None, Some(NoticeCode::FiveMinutesLeft)));
    }

    #[test]
    fn a_visit_that_is_opened_late_says_only_what_is_now() {
        let look = |left| Countdown::default().look(900, &reading(left, true));
        assert_eq!((look(30), look(0)), (Some(NoticeCode::OneMinuteLeft), None));
    }

    #[test]
    fn a_pause_says_nothing_and_is_made_up_for() {
        let mut countdown = Countdown::default();
        assert_eq!(countdown.look(900, &reading(200, false)), None);
        assert_eq!(countdown.look(900, &reading(200, true)), Some(NoticeCode::FiveMinutesLeft));
    }
}
