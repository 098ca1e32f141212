//! How long to hold packets back so that late ones are still in time.
//!
//! All times are samples at 48 kHz. A packet's *transit* is its arrival time minus its RTP timestamp: its absolute value
//! means nothing (the clocks have no common zero), but its spread is the jitter. Played `delay` after the fastest packet,
//! every packet whose transit exceeds the smallest one by no more than `delay` is in time.

use std::collections::VecDeque;

const MILLISECOND: i64 = 48;

/// The target is never less than one packet.
pub(super) const MIN_TARGET: i64 = 20 * MILLISECOND;

/// The target is never more: beyond this, a conversation suffers more from delay than from gaps.
pub(super) const MAX_TARGET: i64 = 200 * MILLISECOND;

/// Sound that waits for pictures is never held back longer.
const MAX_LEAST: i64 = 300 * MILLISECOND;

/// Packets that are remembered, 5 s: how slowly the target falls.
const MEMORY: usize = 256;

/// Packets that make it rise, 0.5 s.
const RECENT: usize = 24;

/// How many packets of 1000 are to be in time, of those remembered and of the recent ones.
const IN_TIME: usize = 970;
const RECENT_IN_TIME: usize = 900;

/// The playout asks every 10 ms, so a packet may be needed that much before its sample is.
const GRANULARITY: i64 = 10 * MILLISECOND;

/// Forward error correction of a packet comes with the next one.
const FEC_MARGIN: i64 = 20 * MILLISECOND;

/// A transit this far from the last one is a new clock, not jitter.
const NEW_CLOCK: i64 = 5_000 * MILLISECOND;

/// Measures jitter and loss of one stream.
#[derive(Debug, Default)]
pub(super) struct DelayEstimator {
    transits: VecDeque<i64>,
    /// Smoothed share of lost packets.
    loss: f32,
    base: i64,
    target: i64,
    /// The target is at least this, whatever the network needs.
    least: i64,
}

impl DelayEstimator {
    /// A packet with this transit came; `true` when the sender's clock jumped and all before is void.
    pub(super) fn observe(&mut self, transit: i64) -> bool {
        let jumped = self.transits.back().is_some_and(|last| transit.abs_diff(*last) > NEW_CLOCK as u64);
        if jumped {
            self.transits.clear();
        }
        if self.transits.len() == MEMORY {
            self.transits.pop_front();
        }
        self.transits.push_back(transit);
        self.update();
        jumped
    }

    /// One packet was played or missed.
    pub(super) fn observe_outcome(&mut self, lost: bool) {
        self.loss += (f32::from(u8::from(lost)) - self.loss) / 128.0;
    }

    fn update(&mut self) {
        let mut all: Vec<i64> = self.transits.iter().copied().collect();
        let recent = all.len().saturating_sub(RECENT);
        let late_recently = quantile(&mut all[recent..], RECENT_IN_TIME);
        let late = quantile(&mut all, IN_TIME).max(late_recently);
        self.base = all.iter().copied().min().unwrap_or(0);
        let margin = if self.loss > 0.01 { FEC_MARGIN } else { 0 };
        self.target = (late - self.base + GRANULARITY + margin).clamp(MIN_TARGET, MAX_TARGET);
    }

    /// The transit of the fastest packet remembered.
    pub(super) fn base(&self) -> i64 {
        self.base
    }

    /// How long after the fastest packet to play, in samples.
    pub(super) fn target(&self) -> i64 {
        self.target.clamp(MIN_TARGET, MAX_TARGET).max(self.least)
    }

    /// The longest target there can be now, in samples.
    pub(super) fn limit(&self) -> i64 {
        MAX_TARGET.max(self.least)
    }

    /// Plays at least so long after the fastest packet, in samples.
    pub(super) fn set_least(&mut self, least: i64) {
        self.least = least.clamp(0, MAX_LEAST);
    }
}

/// The value that `per_mille` of 1000 do not exceed. Reorders `values`.
fn quantile(values: &mut [i64], per_mille: usize) -> i64 {
    if values.is_empty() {
        return 0;
    }
    let rank = ((values.len() * per_mille).div_ceil(1000)).clamp(1, values.len()) - 1;
    *values.select_nth_unstable(rank).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_steady_network_gets_the_least_delay() {
        let mut delay = DelayEstimator::default();
        for _ in 0..100 {
            assert!(!delay.observe(123_456));
        }
        assert_eq!((delay.base(), delay.target()), (123_456, MIN_TARGET));
    }

    #[test]
    fn it_rises_within_a_few_packets_and_falls_after_seconds() {
        let mut delay = DelayEstimator::default();
        for _ in 0..250 {
            delay.observe(0);
        }
        for i in 0..6 {
            delay.observe(80 * MILLISECOND * (i % 2));
        }
        assert!(delay.target() >= 80 * MILLISECOND);
        for _ in 0..100 {
            delay.observe(0);
        }
        let after_two_seconds = delay.target();
        for _ in 0..200 {
            delay.observe(0);
        }
        assert!(after_two_seconds >= MIN_TARGET);
        assert_eq!(delay.target(), MIN_TARGET);
    }

    #[test]
    fn one_straggler_does_not_move_it() {
        let mut delay = DelayEstimator::default();
        for i in 0..200 {
            delay.observe(if i == 100 { 150 * MILLISECOND } else { 0 });
        }
        assert_eq!(delay.target(), MIN_TARGET);
    }

    #[test]
    fn loss_makes_room_for_error_correction() {
        let mut delay = DelayEstimator::default();
        for i in 0..300 {
            delay.observe_outcome(i % 20 == 0);
            delay.observe(0);
        }
        assert_eq!(delay.target(), GRANULARITY + FEC_MARGIN);
    }

    proptest! {
        #[test]
        fn the_target_stays_within_its_bounds(transits in prop::collection::vec(any::<i32>(), 1..600)) {
            let mut delay = DelayEstimator::default();
            for transit in transits {
                delay.observe(i64::from(transit));
                prop_assert!((MIN_TARGET..=MAX_TARGET).contains(&delay.target()));
            }
        }
    }
}
