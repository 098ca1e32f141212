//! Rate, freezes and latency of one stream, from the times at which its frames were drawn.
//!
//! A pause of the visit, a camera that is off or a hidden window is no freeze: [`Flow::interrupt`] ends a stretch,
//! and the next frame begins another.

use serde::Serialize;
use std::ops::Range;

/// A gap between two drawn frames that counts as a freeze, in milliseconds.
const FREEZE_MS: f64 = 200.0;
/// The first moment of a stretch is start-up: decoders, fonts, the first key frame.
const SETTLE_MS: f64 = 1000.0;
/// Latency samples that are kept at most: half an hour at 30 frames a second.
const MAX_SAMPLES: usize = 54_000;

/// Latencies of a clock that neither is foreign nor has jumped, in milliseconds.
pub(super) const PLAUSIBLE_MS: Range<f64> = 0.0..10_000.0;

/// Collects one stream.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    stretch: Option<Stretch>,
    drawn: u64,
    flowed_ms: f64,
    freezes: u32,
    longest_ms: f64,
    latency: Vec<f32>,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    began: f64,
    last: f64,
}

/// Rate, freezes and latency.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FlowReport {
    /// Frames a second after the first second of each stretch.
    pub drawn_fps: f64,
    /// Gaps over 200 ms after the first second of each stretch.
    pub freezes_over_200_ms: u32,
    /// The longest gap after the first second of each stretch, in milliseconds; missing where only the page could
    /// tell.
    pub longest_freeze_ms: Option<f64>,
    /// Capture to drawn, in milliseconds, where the picture carries a frame clock.
    pub latency_ms: Option<Spread>,
}

/// The spread of some figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The median.
    pub p50: f64,
    /// 95 of 100 are not above it.
    pub p95: f64,
    /// How many there are.
    pub samples: usize,
}

impl Flow {
    /// A frame was drawn, at a time in milliseconds.
    pub fn drawn(&mut self, at: f64) {
        let Some(stretch) = &mut self.stretch else {
            self.stretch = Some(Stretch { began: at, last: at });
            return;
        };
        let gap = at - stretch.last;
        let settled = stretch.last - stretch.began >= SETTLE_MS;
        stretch.last = at;
        if settled && gap >= 0.0 {
            self.drawn += 1;
            self.flowed_ms += gap;
            self.longest_ms = self.longest_ms.max(gap);
            self.freezes += u32::from(gap > FREEZE_MS);
        }
    }

    /// A frame's latency in milliseconds. Figures of a foreign or a jumping clock are left out.
    pub fn latency(&mut self, milliseconds: f64) {
        if PLAUSIBLE_MS.contains(&milliseconds) && self.latency.len() < MAX_SAMPLES {
            self.latency.push(milliseconds as f32);
        }
    }

    /// The stream rests with a reason.
    pub fn interrupt(&mut self) {
        self.stretch = None;
    }

    /// The figures so far.
    pub fn report(&self) -> FlowReport {
        FlowReport {
            drawn_fps: rate(self.drawn, self.flowed_ms),
            freezes_over_200_ms: self.freezes,
            longest_freeze_ms: Some(round(self.longest_ms)),
            latency_ms: spread(self.latency.iter().copied()),
        }
    }
}

/// Frames a second, with one decimal.
pub(super) fn rate(frames: u64, milliseconds: f64) -> f64 {
    if milliseconds > 0.0 { round(frames as f64 * 1000.0 / milliseconds) } else { 0.0 }
}

/// One decimal.
pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The spread of samples in any order; `None` without any.
pub(super) fn spread(samples: impl IntoIterator<Item = f32>) -> Option<Spread> {
    let mut sorted: Vec<f32> = samples.into_iter().collect();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f64| sorted.get(((sorted.len() - 1) as f64 * share).round() as usize).copied();
    if sorted.is_empty() {
        return None;
    }
    let figure = |share| at(share).map(|value| round(f64::from(value))).unwrap_or_default();
    Some(Spread { p50: figure(0.5), p95: figure(0.95), samples: sorted.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steady(flow: &mut Flow, from: f64, frames: u32) -> f64 {
        for frame in 0..frames {
            flow.drawn(from + f64::from(frame) * 40.0);
        }
        from + f64::from(frames) * 40.0
    }

    #[test]
    fn counts_the_rate_after_the_first_second() {
        let mut flow = Flow::default();
        steady(&mut flow, 0.0, 100);
        let report = flow.report();
        assert_eq!((report.drawn_fps, report.freezes_over_200_ms), (25.0, 0));
    }

    #[test]
    fn a_gap_is_a_freeze_and_a_pause_is_not() {
        let mut flow = Flow::default();
        let end = steady(&mut flow, 0.0, 100);
        let end = steady(&mut flow, end + 460.0, 10);
        flow.interrupt();
        steady(&mut flow, end + 5000.0, 100);
        let report = flow.report();
        assert_eq!((report.freezes_over_200_ms, report.longest_freeze_ms), (1, Some(500.0)));
    }

    #[test]
    fn spreads_need_no_order() {
        let mut flow = Flow::default();
        for latency in [30.0, 10.0, 20.0, -5.0, 99_999.0] {
            flow.latency(latency);
        }
        assert_eq!(flow.report().latency_ms, Some(Spread { p50: 20.0, p95: 30.0, samples: 3 }));
    }
}
