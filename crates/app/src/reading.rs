//! The readings of a visit's state: which answer counts, and when the next one is asked for by itself.

use crate::again::Again;
use crate::view::Line;
use std::time::{Duration, Instant};

/// A reading that has no answer for so long is begun again; requests end sooner by themselves.
const ANSWER_WAIT: Duration = Duration::from_secs(30);
/// How often a visit is read while no news of it arrives: sockets alone may be blocked.
const WITHOUT_NEWS: Duration = Duration::from_secs(15);
/// How often a visit that has started is read although news arrives: this machine's clocks may stand still.
const STARTED: Duration = Duration::from_secs(60);

/// The readings of a visit's state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Readings {
    /// Whatever was asked for before the newest news is not taken.
    newest: u64,
    awaited_since: Option<Instant>,
    last: Instant,
    failed: Option<Again>,
}

impl Readings {
    /// Of a visit that has been read now.
    pub(crate) const fn new(now: Instant) -> Self {
        Self { newest: 0, awaited_since: None, last: now, failed: None }
    }

    /// A reading is asked for; the answer comes with this number.
    pub(crate) const fn ask(&mut self, now: Instant) -> u64 {
        self.outdate();
        self.awaited_since = Some(now);
        self.newest
    }

    /// Whatever was asked for so far does not know of what happens now.
    pub(crate) const fn outdate(&mut self) {
        self.newest += 1;
    }

    /// The answer with this number is the newest one.
    pub(crate) const fn is_newest(&self, number: u64) -> bool {
        self.newest == number
    }

    /// The newest reading has succeeded.
    pub(crate) const fn succeeded(&mut self, now: Instant) {
        (self.awaited_since, self.failed, self.last) = (None, None, now);
    }

    /// The newest reading has failed.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.failed = Some(Again::after(self.failed, now));
        (self.awaited_since, self.last) = (None, now);
    }

    /// The newest state could not be read: what is shown may be old.
    pub(crate) const fn is_stale(&self) -> bool {
        self.failed.is_some()
    }

    /// It is time to read by itself.
    pub(crate) fn is_due(&self, line: Line, started: bool, now: Instant) -> bool {
        if let Some(since) = self.awaited_since {
            return now.saturating_duration_since(since) >= ANSWER_WAIT;
        }
        let quiet = now.saturating_duration_since(self.last);
        match (line, &self.failed) {
            (Line::Reconnecting, _) => quiet >= WITHOUT_NEWS,
            (Line::Online, Some(again)) => again.is_due(now),
            (Line::Online, None) => started && quiet >= STARTED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(readings: &Readings, line: Line, started: bool) -> Option<u64> {
        (0..120).find(|seconds| readings.is_due(line, started, readings.last + Duration::from_secs(*seconds)))
    }

    #[test]
    fn a_state_is_read_by_itself_only_when_news_may_be_missed() {
        let readings = Readings::new(Instant::now());
        assert_eq!(after(&readings, Line::Online, false), None);
        assert_eq!(after(&readings, Line::Online, true), Some(60));
        assert_eq!(after(&readings, Line::Reconnecting, false), Some(15));
    }

    #[test]
    fn a_reading_that_fails_is_made_up_for_sooner_while_news_arrives() {
        let mut readings = Readings::new(Instant::now());
        let seconds = [1, 2, 4, 8, 15, 15].map(|_| {
            readings.failed(readings.last);
            (after(&readings, Line::Online, true), after(&readings, Line::Reconnecting, true))
        });
        assert_eq!(seconds.map(|(online, _)| online.unwrap()), [1, 2, 4, 8, 15, 15]);
        assert!(seconds.iter().all(|(_, lost)| *lost == Some(15)) && readings.is_stale());
        readings.succeeded(readings.last);
        assert!(!readings.is_stale());
    }

    #[test]
    fn an_answer_is_waited_for() {
        let mut readings = Readings::new(Instant::now());
        readings.failed(readings.last);
        let number = readings.ask(readings.last);
        assert_eq!(after(&readings, Line::Online, true), Some(30));
        assert_eq!(after(&readings, Line::Reconnecting, true), Some(30));
        assert!(readings.is_newest(number));
        readings.outdate();
        assert!(!readings.is_newest(number));
    }
}
