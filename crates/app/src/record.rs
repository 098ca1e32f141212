//! How the calls of a visit went: when the record is read, and how it is shown.

use crate::view::{CallRecordView, RecordLevel, RecordRow, Reduced};
use consilium_model::Role;
use consilium_wire::record::{CallRecord, PeerSummary, Sent, Spread};
use std::time::{Duration, Instant};

/// The others tell how it was for them when they have left: the record is read again after so long.
const AGAIN: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(40)];

/// The record of a visit that is over.
#[derive(Debug, Default)]
pub(crate) enum Record {
    /// The visit is not over, or has no record.
    #[default]
    Unwanted,
    /// It is read a few times.
    Followed {
        /// How often it was asked for.
        asked: usize,
        /// When it is asked for next.
        next: Option<Instant>,
        /// What was read last.
        read: Option<CallRecord>,
    },
}

impl Record {
    /// The visit is over, or is not; answers whether the record is to be read now.
    pub(crate) fn follow(&mut self, wanted: bool, now: Instant) -> bool {
        if !wanted {
            *self = Self::Unwanted;
            return false;
        }
        if matches!(self, Self::Unwanted) {
            *self = Self::Followed { asked: 0, next: Some(now), read: None };
        }
        let Self::Followed { asked, next, .. } = self else { return false };
        if next.is_none_or(|next| next > now) {
            return false;
        }
        *next = AGAIN.get(*asked).map(|pause| now + *pause);
        *asked = asked.saturating_add(1);
        true
    }

    /// There is something new in it.
    pub(crate) fn again(&mut self, now: Instant) {
        if let Self::Followed { next, .. } = self {
            *next = Some(now);
        }
    }

    /// It was read.
    pub(crate) fn take(&mut self, record: CallRecord) {
        if let Self::Followed { read, .. } = self {
            *read = Some(record);
        }
    }

    /// How it is shown; `None` when nobody has told anything.
    pub(crate) fn view(&self) -> Option<CallRecordView> {
        let Self::Followed { read: Some(record), .. } = self else { return None };
        let summaries = record.summaries.iter();
        let rows: Vec<_> =
            summaries.flat_map(|one| one.summary.peers.iter().map(move |peer| row(one.by, peer))).collect();
        let level = rows.iter().map(|row| row.level).max()?;
        Some(CallRecordView { level, rows })
    }
}

fn row(by: Role, peer: &PeerSummary) -> RecordRow {
    let percent = |tenths: u16| f32::from(tenths) / 10.0;
    let (mean, p95) = (|spread: Spread| spread.mean, |spread: Spread| spread.p95);
    RecordRow {
        by,
        with: peer.with,
        level: level(peer),
        seconds: peer.seconds,
        lost_percent: peer.lost.map(mean).map(percent),
        lost_percent_p95: peer.lost.map(p95).map(percent),
        round_trip_ms: peer.round_trip_ms.map(mean).map(u32::from),
        round_trip_ms_p95: peer.round_trip_ms.map(p95).map(u32::from),
        concealed_percent: percent(peer.concealed),
        frozen_ms: peer.frozen_ms,
        worst: match peer.worst {
            Sent::Full => None,
            Sent::Smaller => Some(Reduced::Smaller),
            Sent::Slides => Some(Reduced::Slides),
            Sent::AudioOnly => Some(Reduced::AudioOnly),
        },
        reconnects: peer.reconnects.into(),
    }
}

/// The bounds are those of the tiles (`call::quality`), over the whole call.
fn level(peer: &PeerSummary) -> RecordLevel {
    let lost = peer.lost.map_or(0, |lost| lost.mean);
    let round_trip = peer.round_trip_ms.map_or(0, |time| time.mean);
    let frozen = u64::from(peer.frozen_ms).checked_div(u64::from(peer.seconds)).unwrap_or(0);
    let above = |bounds: [u64; 4]| {
        let figures = [lost.into(), peer.concealed.into(), round_trip.into(), frozen];
        figures.iter().zip(bounds).any(|(figure, bound)| *figure > bound)
    };
    if above([70, 70, 500, 150]) {
        RecordLevel::Poor
    } else if above([20, 30, 300, 50]) || peer.reconnects > 0 || peer.worst >= Sent::Slides {
        RecordLevel::Fair
    } else {
        RecordLevel::Good
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_wire::record::{CallSummary, RecordedSummary};
    use time::macros::datetime;

    const WELL: PeerSummary = PeerSummary {
        with: Role::Client,
        seconds: 600,
        lost: Some(Spread { mean: 4, p95: 12 }),
        round_trip_ms: Some(Spread { mean: 40, p95: 60 }),
        concealed: 3,
        frozen_ms: 400,
        worst: Sent::Smaller,
        reconnects: 0,
    };

    fn view(peers: Vec<PeerSummary>) -> Option<CallRecordView> {
        let mut record = Record::default();
        assert!(record.follow(true, Instant::now()));
        let summary = CallSummary { peers };
        let one = RecordedSummary { by: Role::Specialist, at: datetime!(2026-11-22 10:00 UTC), summary };
        record.take(CallRecord { summaries: vec![one] });
        record.view()
    }

    #[test]
    fn the_worst_row_says_how_it_went() {
        let poor = PeerSummary { concealed: 90, ..WELL };
        let fair = PeerSummary { reconnects: 1, ..WELL };
        let still = PeerSummary { frozen_ms: 120_000, ..WELL };
        let level = |peers| view(peers).map(|view| view.level);
        assert_eq!(level(vec![]), None);
        assert_eq!(level(vec![WELL]), Some(RecordLevel::Good));
        assert_eq!(level(vec![WELL, fair.clone()]), Some(RecordLevel::Fair));
        assert_eq!(level(vec![poor, WELL, fair]), Some(RecordLevel::Poor));
        assert_eq!(level(vec![still]), Some(RecordLevel::Poor));
        let row = view(vec![WELL]).unwrap().rows.remove(0);
        assert_eq!(
            (row.lost_percent, row.lost_percent_p95, row.concealed_percent),
            (Some(0.4), Some(1.2), 0.3)
        );
    }

    #[test]
    fn it_is_read_a_few_times_and_anew_after_the_next_end() {
        let (mut record, start) = (Record::default(), Instant::now());
        let mut asked = |seconds: std::ops::Range<u64>, wanted| {
            seconds.filter(|second| record.follow(wanted, start + Duration::from_secs(*second))).count()
        };
        assert_eq!(asked(0..500, true), 1 + AGAIN.len());
        assert_eq!(asked(500..501, false), 0, "the visit is taken up again");
        assert_eq!(asked(501..502, true), 1);
    }
}
