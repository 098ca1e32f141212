//! Asks the line whether it carries more: for a moment padding goes out beside the media, and the same judgement that
//! guards the media ends it early when it was too much.

use std::time::{Duration, Instant};

/// How long padding goes out at most.
const LENGTH: Duration = Duration::from_millis(1000);
/// What arrives says something about the probe from so long after its beginning.
const SETTLED: Duration = Duration::from_millis(500);
/// The last of it is still under way when the padding has ended.
const ECHO: Duration = Duration::from_millis(400);
/// Never more than this times what is already known to be carried.
const STEP: f64 = 1.4;
/// A little more than the goal: what is carried is measured with an error.
const MARGIN: f64 = 1.15;
/// After a success, and at first after a cut.
const AFTER_SUCCESS: Duration = Duration::from_millis(500);
const FIRST: Duration = Duration::from_secs(3);
const LONGEST: Duration = Duration::from_secs(8);

/// A probe under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Media and padding together, in bits per second.
    pub rate: u32,
}

#[derive(Debug)]
pub(super) struct Prober {
    state: State,
    /// How long to wait after the next failure.
    patience: Duration,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Idle { until: Option<Instant> },
    Probing { probe: Probe, since: Instant },
}

impl Default for Prober {
    fn default() -> Self {
        Self { state: State::Idle { until: None }, patience: FIRST }
    }
}

impl Prober {
    /// The probe under way, if padding belongs on the line now; begins one when `goal` is out of reach and the time
    /// has come.
    pub(super) fn poll(&mut self, now: Instant, estimate: u32, goal: u32) -> Option<Probe> {
        match self.state {
            State::Probing { probe, since } if goal > 0 && now < since + LENGTH => Some(probe),
            State::Probing { since, .. } if goal > 0 && now < since + LENGTH + ECHO => None,
            // It ended without a word: the line neither carried it nor filled up.
            State::Probing { .. } => {
                self.failed(now);
                None
            }
            State::Idle { .. } if goal <= estimate => None,
            State::Idle { until: None } => {
                self.state = State::Idle { until: Some(now + FIRST) };
                None
            }
            State::Idle { until: Some(until) } if now < until => None,
            State::Idle { .. } => {
                let probe = Probe { rate: (f64::from(estimate) * STEP).min(f64::from(goal) * MARGIN) as u32 };
                self.state = State::Probing { probe, since: now };
                Some(probe)
            }
        }
    }

    /// The probe whose effect can be seen in what arrives now.
    pub(super) fn judged(&self, now: Instant) -> Option<Probe> {
        match self.state {
            State::Probing { probe, since } if now >= since + SETTLED => Some(probe),
            State::Probing { .. } | State::Idle { .. } => None,
        }
    }

    pub(super) fn succeeded(&mut self, now: Instant) {
        self.state = State::Idle { until: Some(now + AFTER_SUCCESS) };
        self.patience = FIRST;
    }

    /// What kept the line from being asked has ended.
    pub(super) fn ask_now(&mut self, now: Instant) {
        if let State::Idle { .. } = self.state {
            self.state = State::Idle { until: Some(now) };
        }
    }

    /// Padding is on the line, or was a moment ago.
    pub(super) fn is_probing(&self) -> bool {
        matches!(self.state, State::Probing { .. })
    }

    /// The line was too full, with a probe or without one.
    pub(super) fn failed(&mut self, now: Instant) {
        if let State::Probing { .. } = self.state {
            self.patience = (self.patience * 2).min(LONGEST);
        }
        self.state = State::Idle { until: Some(now + self.patience) };
    }
}
