//! How long a conference takes, counted from its events.

use crate::Status;
use std::time::Duration;
use time::OffsetDateTime;

/// The three durations of `medme.md`, `durations`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// Without pauses: `started` and `started_and_waiting`. Waiting for someone is not a pause, nobody asked for it.
    pub net: Duration,
    /// With pauses: every `started*` status. The time between an end and its restore is in none of the three.
    pub dirty: Duration,
    /// While anyone was in, in every `started*` status.
    pub real: Duration,
}

/// Counts the durations up to the last event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meter {
    counted: Durations,
    until: Option<OffsetDateTime>,
}

impl Meter {
    /// Counts the time since the last call, during which the conference had this status.
    pub(super) fn advance(&mut self, now: OffsetDateTime, status: Status, anyone_in: bool) {
        let until = *self.until.get_or_insert(now);
        let passed = Duration::try_from(now - until).unwrap_or(Duration::ZERO);
        self.until = Some(until.max(now));
        if !status.is_started() {
            return;
        }
        self.counted.dirty += passed;
        if status != Status::StartedAndPaused {
            self.counted.net += passed;
        }
        if anyone_in {
            self.counted.real += passed;
        }
    }

    pub(super) const fn durations(&self) -> Durations {
        self.counted
    }
}
