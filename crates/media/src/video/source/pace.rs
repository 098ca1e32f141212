//! Even steps in time for sources without a clock of their own.

use std::time::{Duration, Instant};

/// Gives out the moments at which pictures are due.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    due: Option<Instant>,
}

impl Pace {
    pub(super) fn new(pictures: u32, seconds: u32) -> Self {
        Self { interval: Duration::from_secs(u64::from(seconds)) / pictures.max(1), due: None }
    }

    /// Sleeps until the next picture is due and gives that moment. A source that was held up goes on from now
    /// instead of hurrying after the lost time.
    pub(super) fn wait(&mut self) -> Instant {
        let now = Instant::now();
        let due = match self.due {
            Some(due) if now < due + self.interval => due,
            _ => now,
        };
        std::thread::sleep(due.saturating_duration_since(now));
        self.due = Some(due + self.interval);
        due
    }
}
