//! The figures of the call for the panel: worked out only while somebody looks at them.

use super::processor;
use crate::view::{DetailsView, DrawingPath, PeerDetails, Reduced};
use consilium_call::PeerStats;
use consilium_model::PeerId;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The first figures come after so long, and each further ones after the second.
const FIRST: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_secs(2);

/// What is known of the call with one of the others, since its beginning.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: PeerId,
    pub(super) name: String,
    pub(super) stats: PeerStats,
    /// Of the last picture that came, in pixels.
    pub(super) height: Option<u16>,
    /// Samples of sound that had to be made up, and all that were played.
    pub(super) concealed: (u64, u64),
    pub(super) gets: Option<Reduced>,
}

/// The panel.
#[derive(Debug, Default)]
pub(super) enum Details {
    #[default]
    Closed,
    Open {
        before: Option<Before>,
        view: Option<DetailsView>,
    },
}

/// What the next figures are compared with.
#[derive(Debug)]
pub(super) struct Before {
    at: Instant,
    processor: Option<Duration>,
    rows: BTreeMap<PeerId, Row>,
}

impl Details {
    /// Opens or closes the panel.
    pub(super) fn show(&mut self, on: bool) {
        *self = match (std::mem::take(self), on) {
            (_, false) => Self::Closed,
            (Self::Closed, true) => Self::Open { before: None, view: None },
            (open @ Self::Open { .. }, true) => open,
        };
    }

    /// What the panel shows; `None` while it is closed, and in the first second.
    pub(super) fn view(&self) -> Option<DetailsView> {
        match self {
            Self::Closed => None,
            Self::Open { view, .. } => view.clone(),
        }
    }

    /// New figures are due.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        match self {
            Self::Closed => false,
            Self::Open { before: None, .. } => true,
            Self::Open { before: Some(before), view } => {
                let after = if view.is_some() { EVERY } else { FIRST };
                now.saturating_duration_since(before.at) >= after
            }
        }
    }

    /// Works the figures out, in the order of the rows.
    pub(super) fn look(&mut self, now: Instant, drawing: DrawingPath, rows: Vec<Row>) {
        let Self::Open { before, view } = self else { return };
        let processor = processor::time_used();
        if let Some(before) = before {
            let span = now.saturating_duration_since(before.at);
            let used = processor.zip(before.processor).and_then(|(now, then)| now.checked_sub(then));
            let peers = rows.iter().map(|row| figures(row, before.rows.get(&row.id), span)).collect();
            let processor_percent = used.map(|used| rate(used.as_secs_f64() * 100.0, span));
            *view = Some(DetailsView { drawing, processor_percent, peers });
        }
        let rows = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        *before = Some(Before { at: now, processor, rows });
    }
}

/// Of so much within a time, so much a second.
fn rate(amount: f64, span: Duration) -> u32 {
    (amount / span.as_secs_f64().max(0.001)).round() as u32
}

fn figures(row: &Row, before: Option<&Row>, span: Duration) -> PeerDetails {
    let (stats, then) = (&row.stats, before.map(|row| row.stats.clone()).unwrap_or_default());
    let since = |of: fn(&PeerStats) -> u64| of(stats).saturating_sub(of(&then)) as f64;
    let kbits = |bytes: f64| rate(bytes * 8.0 / 1000.0, span);
    let (made_up, played) = row.concealed;
    let (made_up_then, played_then) = before.map(|row| row.concealed).unwrap_or_default();
    PeerDetails {
        id: row.id.as_str().to_owned(),
        name: row.name.clone(),
        frames_in: rate(since(|stats| stats.frames_received), span),
        height_in: row.height.map(u32::from),
        kbits_in: kbits(since(|stats| stats.bytes_received)),
        kbits_out: kbits(since(|stats| stats.bytes_sent)),
        line_kbits: u32::try_from(stats.line_carries / 1000).ok().filter(|carries| *carries > 0),
        round_trip_ms: stats.rtt.and_then(|time| u32::try_from(time.as_millis()).ok()),
        lost_percent: stats.rtt.map(|_| stats.lost_permille as f32 / 10.0),
        concealed_percent: percent(made_up.saturating_sub(made_up_then), played.saturating_sub(played_then)),
        frozen_ms: u32::try_from(stats.frozen_ms).unwrap_or(u32::MAX),
        gets: row.gets,
    }
}

/// To a tenth.
fn percent(part: u64, all: u64) -> f32 {
    if all == 0 { 0.0 } else { (part as f32 / all as f32 * 1000.0).round() / 10.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seconds: u64) -> Row {
        let stats = PeerStats {
            frames_received: 30 * seconds,
            bytes_received: 62_500 * seconds,
            bytes_sent: 12_500 * seconds,
            line_carries: 900_000,
            lost_permille: 12,
            rtt: Some(Duration::from_millis(41)),
            ..PeerStats::default()
        };
        let concealed = (480 * seconds, 48_000 * seconds);
        Row { id: "a".into(), name: "Anna".to_owned(), stats, height: Some(360), concealed, gets: None }
    }

    #[test]
    fn rates_are_those_since_the_last_look() {
        let (mut details, start) = (Details::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(!details.is_due(start), "nobody looks");
        details.show(true);
        details.look(start, DrawingPath::Page, vec![row(100)]);
        assert!(details.view().is_none() && !details.is_due(start) && details.is_due(at(1)));
        details.look(at(1), DrawingPath::Page, vec![row(101)]);
        assert!(!details.is_due(at(2)) && details.is_due(at(3)));
        details.look(at(3), DrawingPath::Page, vec![row(103)]);
        let view = details.view().unwrap();
        let [anna] = view.peers.as_slice() else { panic!("one peer") };
        assert_eq!((anna.frames_in, anna.kbits_in, anna.kbits_out), (30, 500, 100));
        assert_eq!((anna.lost_percent, anna.concealed_percent), (Some(1.2), 1.0));
        assert_eq!((anna.line_kbits, anna.round_trip_ms, anna.height_in), (Some(900), Some(41), Some(360)));
        details.show(true);
        assert_eq!(details.view(), Some(view), "it is open already");
        details.show(false);
        assert!(details.view().is_none() && !details.is_due(at(9)));
    }
}
