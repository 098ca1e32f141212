//! How bad the figures of one line are.

use super::Reading;
use crate::view::Reduced;
use consilium_call::PeerState;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Figures are of so long.
const WINDOW: Duration = Duration::from_secs(4);
/// Before that nothing is known.
const FIRST: Duration = Duration::from_secs(2);
/// A grade is left for a better one when the figures are so much below its bounds.
const RELIEF: f32 = 0.75;

/// How bad a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Nothing to complain of.
    Good,
    /// It shows.
    Fair,
    /// It disturbs.
    Poor,
}

/// Above `fair` it shows, above `poor` it disturbs.
struct Bounds {
    fair: f32,
    poor: f32,
}

/// Per cent. Up to 2 % is made good by error correction and retransmission unnoticed.
const LOST: Bounds = Bounds { fair: 0.02, poor: 0.07 };
/// A made-up syllable is heard; over 7 % words are missed.
const CONCEALED: Bounds = Bounds { fair: 0.03, poor: 0.07 };
/// Of the time.
const FROZEN: Bounds = Bounds { fair: 0.05, poor: 0.15 };
/// Seconds. From here on people speak into each other's words (ITU-T G.114 gives 400 ms one way as the end).
const ROUND_TRIP: Bounds = Bounds { fair: 0.3, poor: 0.5 };
/// Seconds that sound is held back: it comes as unevenly as that.
const HELD_BACK: Bounds = Bounds { fair: 0.2, poor: 0.4 };

/// The figures of the last seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    lost: f32,
    pub(super) concealed: f32,
    frozen: f32,
    round_trip: f32,
    held_back: f32,
}

/// The readings of the last seconds.
#[derive(Debug, Default)]
pub(super) struct Window(VecDeque<(Instant, Reading)>);

impl Window {
    /// Takes a reading; gives the figures once there are some.
    pub(super) fn add(&mut self, now: Instant, reading: Reading) -> Option<Figures> {
        // A counter that begins again is that of another connection.
        if self.0.back().is_some_and(|(_, last)| reading.played < last.played || reading.frozen < last.frozen)
        {
            self.0.clear();
        }
        self.0.push_back((now, reading));
        let is_old = |at: Instant| now.saturating_duration_since(at) >= WINDOW;
        while self.0.get(1).is_some_and(|(at, _)| is_old(*at)) {
            self.0.pop_front();
        }
        let (since, first) = self.0.front()?;
        let span = now.saturating_duration_since(*since);
        (span >= FIRST).then(|| Figures {
            lost: f32::from(reading.lost.max(reading.undelivered)) / 1000.0,
            concealed: share(
                reading.concealed - first.concealed.min(reading.concealed),
                reading.played - first.played,
            ),
            frozen: (reading.frozen - first.frozen).as_secs_f32() / span.as_secs_f32(),
            round_trip: reading.round_trip.map_or(0.0, |time| time.as_secs_f32()),
            held_back: reading.held_back.as_secs_f32(),
        })
    }
}

fn share(part: u64, all: u64) -> f32 {
    if all == 0 { 0.0 } else { part as f32 / all as f32 }
}

impl Figures {
    /// Whether any is above these bounds, which `factor` makes narrower.
    fn reach(&self, bound: impl Fn(&Bounds) -> f32, factor: f32) -> bool {
        let measured = [
            (self.lost, LOST),
            (self.concealed, CONCEALED),
            (self.frozen, FROZEN),
            (self.round_trip, ROUND_TRIP),
            (self.held_back, HELD_BACK),
        ];
        measured.iter().any(|(value, bounds)| *value > bound(bounds) * factor)
    }
}

impl Grade {
    /// The grade that follows this one.
    pub(super) fn next(self, reading: &Reading, figures: Option<&Figures>) -> Self {
        match reading.state {
            PeerState::Connecting => Self::Unknown,
            PeerState::Reconnecting => Self::Poor,
            PeerState::Connected | PeerState::Away => {
                let measured = figures.map(|figures| self.measured(figures));
                let Some(measured) = measured else { return self };
                measured.max(sent(reading.gets))
            }
        }
    }

    fn measured(self, figures: &Figures) -> Self {
        let factor = |grade| if self >= grade { RELIEF } else { 1.0 };
        if figures.reach(|bounds| bounds.poor, factor(Self::Poor)) {
            Self::Poor
        } else if figures.reach(|bounds| bounds.fair, factor(Self::Fair)) {
            Self::Fair
        } else {
            Self::Good
        }
    }
}

/// What a line does not carry on the way there is as bad as what it loses on the way here.
const fn sent(gets: Option<Reduced>) -> Grade {
    match gets {
        None => Grade::Good,
        Some(Reduced::Smaller) => Grade::Fair,
        Some(Reduced::Slides | Reduced::AudioOnly) => Grade::Poor,
    }
}
