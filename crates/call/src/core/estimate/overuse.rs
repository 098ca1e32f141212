//! Is the line used too much? (draft-ietf-rmcat-gcc-02, section 5.4)

use super::standing::{Standing, TOO_LONG_MS};
use std::time::{Duration, Instant};

/// The delay has to grow for this long, in milliseconds.
const OVERUSE_MS: f64 = 10.0;
const START_MS: f64 = 12.5;
const LOWEST_MS: f64 = 6.0;
const HIGHEST_MS: f64 = 600.0;
/// How fast the threshold follows the slope up, and down.
const GAIN_UP: f64 = 0.0087;
const GAIN_DOWN: f64 = 0.039;
/// Slopes so far above the threshold do not move it.
const OUTLIER_MS: f64 = 15.0;
/// A growing delay counts only while packets wait at least so long, and longer than they usually do.
const EARNEST_MS: f64 = 40.0;
const MOST_EARNEST_MS: f64 = 100.0;
const UNUSUAL: f64 = 3.0;
/// How much the newest wait weighs in the usual one.
const USUAL_WEIGHT: f64 = 0.01;

/// How the line is used. In order of how much it says when several groups disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Usage {
    /// A queue gets shorter.
    Under,
    /// Nothing in particular.
    Normal,
    /// A queue gets longer.
    Over,
}

#[derive(Debug)]
pub(super) struct Overuse {
    threshold_ms: f64,
    last: Option<Instant>,
    /// How long the slope has been above the threshold, in milliseconds sent.
    over_ms: f64,
    slope: f64,
    /// The usual wait.
    usual_ms: f64,
}

impl Default for Overuse {
    fn default() -> Self {
        Self { threshold_ms: START_MS, last: None, over_ms: 0.0, slope: 0.0, usual_ms: 0.0 }
    }
}

impl Overuse {
    /// Judges the newest slope.
    pub(super) fn judge(&mut self, now: Instant, slope: f64, sent_ms: f64, standing: &Standing) -> Usage {
        let grows = slope >= self.slope;
        self.slope = slope;
        let wait = standing.queue_ms();
        let earnest = self.earnest_ms();
        self.usual_ms += USUAL_WEIGHT * (wait - self.usual_ms);
        let usage = if slope > self.threshold_ms {
            self.over_ms += sent_ms;
            if self.over_ms > OVERUSE_MS && grows && wait > earnest {
                Usage::Over
            } else {
                self.usage(standing)
            }
        } else {
            self.over_ms = 0.0;
            self.usage(standing)
        };
        self.adapt(now, slope);
        usage
    }

    /// From this wait on, in milliseconds, packets wait in earnest.
    pub(super) fn earnest_ms(&self) -> f64 {
        (EARNEST_MS + UNUSUAL * self.usual_ms).min(MOST_EARNEST_MS)
    }

    /// What the last slope and the wait say, without a new group.
    pub(super) fn usage(&self, standing: &Standing) -> Usage {
        if standing.queue_ms() > TOO_LONG_MS && !standing.falls() {
            Usage::Over
        } else if self.slope < -self.threshold_ms || standing.queue_ms() > TOO_LONG_MS {
            Usage::Under
        } else {
            Usage::Normal
        }
    }

    /// A threshold that follows the slopes keeps a competing flow from starving this one.
    fn adapt(&mut self, now: Instant, slope: f64) {
        let last = self.last.replace(now).unwrap_or(now);
        let size = slope.abs();
        if size > self.threshold_ms + OUTLIER_MS {
            return;
        }
        let gain = if size < self.threshold_ms { GAIN_DOWN } else { GAIN_UP };
        let elapsed = now.saturating_duration_since(last).min(Duration::from_millis(100));
        let step = gain * (size - self.threshold_ms) * elapsed.as_secs_f64() * 1000.0;
        self.threshold_ms = (self.threshold_ms + step).clamp(LOWEST_MS, HIGHEST_MS);
    }
}
