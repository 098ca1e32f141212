//! How long a conference takes, counted from its events.

use crate::{Participant, Role, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;
use time::OffsetDateTime;

/// The three durations of `medme.md`, `durations`, and the one that both sides care for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// Without pauses: `started` and `started_and_waiting`. Waiting for someone is not a pause, nobody asked for it.
    pub net: Duration,
    /// With pauses: every `started*` status. The time between an end and its restore is in none of the four.
    pub dirty: Duration,
    /// While anyone was in, in every `started*` status.
    pub real: Duration,
    /// While a specialist and a client were in, without pauses: the time they could talk.
    pub both_present: Duration,
}

/// Why they could not talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum GapReason {
    /// The specialist paused.
    Paused,
    /// No specialist or no client was in.
    Absent,
    /// It had ended, until the end was taken back.
    Ended,
}

/// A time between the start and the end in which they could not talk. Gaps that are paused or absent, together with
/// [`Durations::both_present`], make up [`Durations::dirty`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Since when.
    pub from: OffsetDateTime,
    /// Until when; `None` while it lasts.
    pub to: Option<OffsetDateTime>,
    /// Why.
    pub reason: GapReason,
}

/// What the time since the last event is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Presence {
    status: Status,
    anyone: bool,
    both: bool,
}

impl Presence {
    pub(super) fn new(status: Status, joined: &BTreeSet<Participant>) -> Self {
        let has = |role| joined.iter().any(|who| who.role == role);
        Self { status, anyone: !joined.is_empty(), both: has(Role::Client) && has(Role::Specialist) }
    }

    const fn gap(self) -> Option<GapReason> {
        match self.status {
            Status::Started | Status::StartedAndWaiting if self.both => None,
            Status::Started | Status::StartedAndWaiting => Some(GapReason::Absent),
            Status::StartedAndPaused => Some(GapReason::Paused),
            Status::Pending | Status::OpenForJoining => None,
            // Whether an end is a gap shows when it is taken back.
            Status::CancelledBeforeStart | Status::CancelledAfterStart | Status::Finished => None,
        }
    }
}

/// Counts the durations up to the last event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meter {
    counted: Durations,
    gaps: Vec<Gap>,
    until: Option<OffsetDateTime>,
    /// Since when it has been over, if it had started.
    ended: Option<OffsetDateTime>,
}

impl Meter {
    /// Counts the time since the last call, during which it was like this.
    pub(super) fn advance(&mut self, now: OffsetDateTime, during: Presence) {
        let from = *self.until.get_or_insert(now);
        let to = from.max(now);
        self.until = Some(to);
        let passed = Duration::try_from(to - from).unwrap_or(Duration::ZERO);
        self.note_gap(from, to, during.gap());
        if !during.status.is_started() {
            return;
        }
        self.counted.dirty += passed;
        if during.status != Status::StartedAndPaused {
            self.counted.net += passed;
            self.counted.both_present += if during.both { passed } else { Duration::ZERO };
        }
        if during.anyone {
            self.counted.real += passed;
        }
    }

    fn note_gap(&mut self, from: OffsetDateTime, to: OffsetDateTime, reason: Option<GapReason>) {
        let Some(reason) = reason.filter(|_| from < to) else { return };
        match self.gaps.last_mut() {
            Some(last) if last.to == Some(from) && last.reason == reason => last.to = Some(to),
            _ => self.gaps.push(Gap { from, to: Some(to), reason }),
        }
    }

    pub(super) const fn durations(&self) -> Durations {
        self.counted
    }

    /// The time of the last [`Self::advance`].
    pub(super) const fn until(&self) -> Option<OffsetDateTime> {
        self.until
    }

    /// A started conference ends, at the time of the last [`Self::advance`].
    pub(super) const fn end(&mut self) {
        self.ended = self.until;
    }

    /// The end is taken back, at the time of the last [`Self::advance`].
    pub(super) fn restore(&mut self) {
        if let (Some(from), Some(to)) = (self.ended.take(), self.until) {
            self.note_gap(from, to, Some(GapReason::Ended));
        }
    }

    /// The gaps; the last one is open when it is `now` still so.
    pub(super) fn gaps(mut self, now: Presence) -> Vec<Gap> {
        if let Some(last) = self.gaps.last_mut()
            && last.to == self.until
            && Some(last.reason) == now.gap()
        {
            last.to = None;
        }
        self.gaps
    }
}
