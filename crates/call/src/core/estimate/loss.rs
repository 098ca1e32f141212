//! The rate that losses allow (draft-ietf-rmcat-gcc-02, section 6): a short queue drops packets without delaying any.

use super::{LOWEST, PacketReport};
use std::time::{Duration, Instant};

/// Losses up to this are the line's own and say nothing.
const TOLERATED: f64 = 0.02;
/// Losses from this on mean that less has to be sent.
const TOO_MANY: f64 = 0.10;
/// A share of fewer packets than this is no share.
const ENOUGH: u32 = 20;
const SHORTEST: Duration = Duration::from_millis(500);
/// Growth of the limit while losses are tolerated, per judgement.
const GROWTH: f64 = 1.05;
/// A limit so far above what the delay allows is none.
const CLEAR: f64 = 1.3;

#[derive(Debug, Default)]
pub(super) struct LossControl {
    limit: Option<f64>,
    since: Option<Instant>,
    packets: u32,
    lost: u32,
    /// The last judgement was that too many are lost. One is a mishap, two in a row are the line.
    suspected: bool,
}

impl LossControl {
    pub(super) fn limit(&self, target: u32) -> u32 {
        self.limit.map_or(target, |limit| target.min(limit as u32)).max(LOWEST)
    }

    /// A probe has shown that the line carries this.
    pub(super) fn raise(&mut self, carried: u32) {
        self.limit = self.limit.map(|limit| limit.max(f64::from(carried)));
    }

    /// Counts packets, and judges when there are enough. Tells whether the limit was lowered.
    pub(super) fn update(
        &mut self,
        now: Instant,
        packets: &[PacketReport],
        target: u32,
        rtt: Duration,
    ) -> bool {
        self.packets += packets.len() as u32;
        self.lost += packets.iter().filter(|packet| packet.arrived.is_none()).count() as u32;
        let since = *self.since.get_or_insert(now);
        if self.packets < ENOUGH || now.saturating_duration_since(since) < SHORTEST.max(rtt) {
            return false;
        }
        let (packets, lost) = (f64::from(self.packets), f64::from(self.lost));
        let share = lost / packets;
        // Few packets say little: chance alone makes one in ten of one in twenty.
        let chance = 2.0 * (packets * TOO_MANY * (1.0 - TOO_MANY)).sqrt();
        (self.since, self.packets, self.lost) = (Some(now), 0, 0);
        let target = f64::from(target);
        let limit = self.limit.unwrap_or(target).min(target * CLEAR);
        if lost > packets * TOO_MANY + chance {
            if !std::mem::replace(&mut self.suspected, true) {
                return false;
            }
            self.limit = Some((limit.min(target) * (1.0 - 0.5 * share)).max(f64::from(LOWEST)));
            return true;
        }
        self.suspected = false;
        if share < TOLERATED && self.limit.is_some() {
            self.limit = Some(limit * GROWTH).filter(|limit| *limit < target * CLEAR);
        }
        false
    }
}
