//! When somebody's turn may come, as far as the clocks of running visits tell.
//!
//! It is said to people, so it is nothing where nothing is known: a visit that runs over its time may end at any moment,
//! and a specialist who is in no visit may let in at any moment.

use crate::domain::Live;
use consilium_model::{Conference, ConferenceId, Participant};
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// Estimates are whole minutes, so that they do not change at every look.
const STEP: u64 = 60;

/// What a specialist does beside one conference.
#[derive(Debug, PartialEq)]
pub(super) struct Desk {
    busy: Busy,
    /// The visits that the specialist is in, and the one that is asked about.
    own: Vec<ConferenceId>,
    /// Since when somebody waits for another visit, and how long that will take.
    ahead: Vec<(Instant, Duration)>,
}

/// What a specialist is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Busy {
    /// In no visit.
    Idle,
    /// Until the end of a visit.
    For(Duration),
    /// In a visit that runs over its time.
    Overtime,
}

/// A specialist with these conferences, beside the one that is asked about.
pub(super) fn desk(
    theirs: Vec<Arc<Live>>,
    who: &Participant,
    asked: &ConferenceId,
    now: OffsetDateTime,
) -> Desk {
    let mut desk = Desk { busy: Busy::Idle, own: vec![asked.clone()], ahead: Vec::new() };
    for live in theirs.iter().filter(|live| live.id() != asked) {
        let view = live.view();
        if view.conference.status().is_started() && view.conference.joined().contains(who) {
            desk.busy = desk.busy.and(&view.conference, now);
            desk.own.push(live.id().clone());
        }
    }
    desk
}

impl Busy {
    fn and(self, conference: &Conference, now: OffsetDateTime) -> Self {
        let left = Duration::try_from(conference.expected_end(now) - now).unwrap_or_default();
        match self {
            _ if left.is_zero() => Self::Overtime,
            Self::Overtime => Self::Overtime,
            Self::Idle => Self::For(left),
            Self::For(other) => Self::For(left.max(other)),
        }
    }
}

impl Desk {
    /// Somebody waits for a visit of this specialist that will take so long.
    pub(super) fn is_waited_for(&mut self, visit: &ConferenceId, since: Option<Instant>, takes: Duration) {
        if let Some(since) = since
            && !self.own.contains(visit)
        {
            self.ahead.push((since, takes));
        }
    }

    /// Until this specialist is free for somebody who has waited `since` then; `None` when nothing can be said.
    fn free_in(&self, since: Instant) -> Option<Duration> {
        let mut ahead = self.ahead.iter().filter(|(other, _)| *other < since).map(|(_, takes)| *takes);
        match self.busy {
            Busy::Overtime => None,
            Busy::Idle => ahead.next().map(|first| first + ahead.sum::<Duration>()),
            Busy::For(left) => Some(left + ahead.sum::<Duration>()),
        }
    }
}

/// Until the first of these specialists is free, in seconds.
pub(super) fn estimate(desks: &[Desk], since: Instant) -> Option<u32> {
    let soonest = desks.iter().filter_map(|desk| desk.free_in(since)).min()?;
    let minutes = soonest.as_secs().div_ceil(STEP).max(1);
    minutes.saturating_mul(STEP).try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn desk(busy: Busy) -> Desk {
        Desk { busy, own: vec![ConferenceId::new("asked")], ahead: Vec::new() }
    }

    #[test]
    fn nothing_is_said_where_nothing_is_known() {
        let now = Instant::now();
        assert_eq!(estimate(&[], now), None);
        assert_eq!(estimate(&[desk(Busy::Idle)], now), None);
        let mut over = desk(Busy::Overtime);
        over.is_waited_for(&ConferenceId::new("other"), Some(now), MINUTE);
        assert_eq!(estimate(&[over], now + MINUTE), None);
    }

    #[test]
    fn those_before_count_and_those_after_do_not() {
        let now = Instant::now();
        let mut busy = desk(Busy::For(Duration::from_secs(61)));
        busy.is_waited_for(&ConferenceId::new("before"), Some(now), 10 * MINUTE);
        busy.is_waited_for(&ConferenceId::new("after"), Some(now + 2 * MINUTE), 10 * MINUTE);
        busy.is_waited_for(&ConferenceId::new("asked"), Some(now), 10 * MINUTE);
        assert_eq!(estimate(&[busy], now + MINUTE), Some(12 * 60), "minutes are rounded up");
        let mut idle = desk(Busy::Idle);
        idle.is_waited_for(&ConferenceId::new("before"), Some(now), 10 * MINUTE);
        assert_eq!(estimate(&[idle, desk(Busy::For(20 * MINUTE))], now + MINUTE), Some(10 * 60), "the first");
        assert_eq!(estimate(&[desk(Busy::For(Duration::from_secs(1)))], now), Some(60));
    }
}
