//! The rate that the delay allows: additive or multiplicative up, multiplicative down (draft-ietf-rmcat-gcc-02,
//! section 5.5).

use super::overuse::Usage;
use super::{HIGHEST, LOWEST};
use std::time::{Duration, Instant};

/// After an overuse, this much of what arrives.
const BETA: f64 = 0.85;
/// Growth while the line's limit is not near, per second.
const GROWTH: f64 = 1.08;
/// The rate never gets further above what arrives than this, and a little.
const LEAD: f64 = 1.5;
const LEAD_BITS: f64 = 10_000.0;
/// How much the newest limit weighs.
const LIMIT_WEIGHT: f64 = 0.3;
/// Near the limit the rate grows by a packet per response time.
const PACKET_BITS: f64 = 9600.0;
/// Two cuts are at least so far apart, and a round trip: the first has to show first.
const CUT_SPACING: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(super) struct RateControl {
    target: f64,
    state: State,
    /// What arrived when the line was full, averaged.
    limit: Option<f64>,
    last_cut: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Hold,
    Increase,
}

impl RateControl {
    pub(super) fn new(start: u32) -> Self {
        Self { target: f64::from(start), state: State::Hold, limit: None, last_cut: None }
    }

    pub(super) fn target(&self) -> u32 {
        self.target as u32
    }

    /// A probe has shown that the line carries this.
    pub(super) fn raise(&mut self, carried: u32) {
        self.set(self.target.max(f64::from(carried)));
        if self.limit.is_some_and(|limit| f64::from(carried) > limit * 1.2) {
            self.limit = None;
        }
    }

    /// Nothing is known about what was sent.
    pub(super) fn halve(&mut self) {
        self.set(self.target / 2.0);
        self.state = State::Hold;
    }

    /// Takes what the line says about itself; `received` is what arrives. Tells whether the rate was cut.
    pub(super) fn update(
        &mut self,
        now: Instant,
        usage: Usage,
        received: Option<f64>,
        elapsed: Duration,
        rtt: Duration,
    ) -> bool {
        match (usage, self.state) {
            (Usage::Over, _) => return self.cut(now, received, rtt),
            (Usage::Under, _) => self.state = State::Hold,
            (Usage::Normal, State::Hold) => self.state = State::Increase,
            (Usage::Normal, State::Increase) => self.grow(received, elapsed, rtt),
        }
        false
    }

    fn cut(&mut self, now: Instant, received: Option<f64>, rtt: Duration) -> bool {
        self.state = State::Hold;
        let spacing = CUT_SPACING.max(rtt);
        if self.last_cut.is_some_and(|last| now.saturating_duration_since(last) < spacing) {
            return false;
        }
        self.last_cut = Some(now);
        let received = received.unwrap_or(self.target);
        self.limit = Some(match self.limit {
            Some(limit) if (received / limit - 1.0).abs() < 0.5 => limit + LIMIT_WEIGHT * (received - limit),
            _ => received,
        });
        self.set((BETA * received).min(self.target));
        true
    }

    fn grow(&mut self, received: Option<f64>, elapsed: Duration, rtt: Duration) {
        let seconds = elapsed.as_secs_f64().min(1.0);
        let near = self.limit.is_some_and(|limit| self.target > limit * 0.9 && self.target < limit * 1.2);
        let grown = if near {
            self.target + PACKET_BITS * seconds / (rtt.as_secs_f64() + 0.1)
        } else {
            self.target * GROWTH.powf(seconds)
        };
        let bound = received.map_or(self.target, |received| LEAD * received + LEAD_BITS);
        self.set(grown.min(bound.max(self.target)));
    }

    fn set(&mut self, target: f64) {
        self.target = target.clamp(f64::from(LOWEST), f64::from(HIGHEST));
    }
}
