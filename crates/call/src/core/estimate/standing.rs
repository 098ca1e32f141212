//! How long packets wait on the line: the shortest delay of late against the shortest that was ever seen.
//!
//! The shortest of many is what a queue cannot hide and a busy machine does not raise: when packets are read late, the
//! last of them is late by little.

use std::collections::VecDeque;

/// What counts as now, in milliseconds.
const NOW_MS: f64 = 200.0;
/// So long a wait is too much however slowly it came about, in milliseconds.
pub(super) const TOO_LONG_MS: f64 = 150.0;
/// The delay of an empty line is looked for over this time, in milliseconds; routes and clocks change.
const BASE_MS: f64 = 20_000.0;
/// The base is kept as the shortest delay of each of these stretches, in milliseconds.
const STRETCH_MS: f64 = 1000.0;
/// A wait that is too long and does not get shorter for so long, in milliseconds, however little is sent, is the
/// way of another route or another flow.
const ACCEPTED_MS: f64 = 4000.0;
/// No more packets than this are looked at, whatever the peer says about its clock.
const MOST: usize = 1024;
/// The wait falls when it is so much shorter than a moment ago, in milliseconds.
const FALL_MS: f64 = 5.0;

#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Arrival and delay of the packets of late.
    recent: VecDeque<(f64, f64)>,
    /// Start and shortest delay of each stretch.
    stretches: VecDeque<(f64, f64)>,
    /// Since when the wait has been too long, on the peer's clock.
    long_since: Option<f64>,
}

impl Standing {
    /// Takes a packet's arrival and its delay; the clocks of the two ends need not agree.
    pub(super) fn push(&mut self, arrived_ms: f64, delay_ms: f64) {
        if self.recent.back().is_some_and(|(last, _)| arrived_ms < last - STRETCH_MS) {
            *self = Self::default();
        }
        self.recent.push_back((arrived_ms, delay_ms));
        while self.recent.len() > MOST
            || self.recent.front().is_some_and(|(at, _)| *at < arrived_ms - 2.0 * NOW_MS)
        {
            self.recent.pop_front();
        }
        match self.stretches.back_mut() {
            Some((start, shortest)) if arrived_ms - *start < STRETCH_MS => *shortest = shortest.min(delay_ms),
            _ => self.stretches.push_back((arrived_ms, delay_ms)),
        }
        while self.stretches.front().is_some_and(|(start, _)| *start < arrived_ms - BASE_MS) {
            self.stretches.pop_front();
        }
        self.accept(arrived_ms);
    }

    /// Takes a wait for the way it is when nothing makes it shorter.
    fn accept(&mut self, now: f64) {
        if self.queue_ms() < TOO_LONG_MS || self.falls() {
            self.long_since = None;
        } else if now - *self.long_since.get_or_insert(now) > ACCEPTED_MS {
            self.long_since = None;
            self.stretches.drain(..self.stretches.len().saturating_sub(1));
        }
    }

    /// How long packets wait now, in milliseconds.
    pub(super) fn queue_ms(&self) -> f64 {
        let Some(&(newest, _)) = self.recent.back() else { return 0.0 };
        self.shortest_since(newest - NOW_MS, newest).map_or(0.0, |now| (now - self.base()).max(0.0))
    }

    /// How long the newest packets wait, in milliseconds: sooner than [`Self::queue_ms`], and less sure.
    pub(super) fn newest_ms(&self) -> f64 {
        let Some(&(newest, _)) = self.recent.back() else { return 0.0 };
        self.shortest_since(newest - NOW_MS / 2.0, newest).map_or(0.0, |now| (now - self.base()).max(0.0))
    }

    /// The wait gets shorter.
    pub(super) fn falls(&self) -> bool {
        let Some(&(newest, _)) = self.recent.back() else { return false };
        let now = self.shortest_since(newest - NOW_MS, newest);
        let before = self.shortest_since(newest - 2.0 * NOW_MS, newest - NOW_MS);
        matches!((before, now), (Some(before), Some(now)) if now < before - FALL_MS)
    }

    fn shortest_since(&self, from: f64, to: f64) -> Option<f64> {
        let within = self.recent.iter().filter(|(at, _)| (from..=to).contains(at));
        within.map(|(_, delay)| *delay).reduce(f64::min)
    }

    fn base(&self) -> f64 {
        self.stretches.iter().map(|(_, shortest)| *shortest).fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_of_the_reader_is_no_queue_and_a_queue_is_one() {
        let mut standing = Standing::default();
        for index in 0..100 {
            let sent = f64::from(index) * 20.0;
            let late = if (900.0..1050.0).contains(&sent) { 1050.0 - sent } else { 0.0 };
            standing.push(sent + late, 1000.0 + late);
            assert!(standing.queue_ms() < 1.0, "{index}");
        }
        for index in 100..200 {
            let sent = f64::from(index) * 20.0;
            let queue = (sent - 2000.0) * 0.5;
            standing.push(sent + queue, 1000.0 + queue);
        }
        assert!(standing.queue_ms() > 800.0 && !standing.falls());
        for index in 200..240 {
            let sent = f64::from(index) * 20.0;
            let queue = 1000.0 - (sent - 4000.0);
            standing.push(sent + queue, 1000.0 + queue);
        }
        assert!(standing.falls());
    }
}
