//! Whether the delay grows: the slope of a line through the smoothed delays of the last groups. It stands in for the
//! Kalman filter of draft-ietf-rmcat-gcc-02, section 5.3, as it does in browsers today.

use super::groups::Delta;
use std::collections::VecDeque;

/// So many groups make a slope.
const WINDOW: usize = 20;
/// How much the delays before weigh against the newest.
const SMOOTHING: f64 = 0.9;
/// The slope is weighed by how many groups it is known from, up to this.
const MAX_WEIGHT: u32 = 60;
/// Brings the weighed slope to the scale of the threshold.
const GAIN: f64 = 4.0;

#[derive(Debug, Default)]
pub(super) struct Trend {
    groups: u32,
    delay_ms: f64,
    smoothed_ms: f64,
    first_ms: Option<f64>,
    points: VecDeque<(f64, f64)>,
}

impl Trend {
    /// Takes the next distance of groups and gives the weighed slope, in milliseconds.
    pub(super) fn push(&mut self, delta: Delta) -> f64 {
        let first = *self.first_ms.get_or_insert(delta.at_ms);
        self.groups = (self.groups + 1).min(MAX_WEIGHT);
        self.delay_ms += delta.arrived_ms - delta.sent_ms;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.delay_ms;
        if self.points.len() == WINDOW {
            self.points.pop_front();
        }
        self.points.push_back((delta.at_ms - first, self.smoothed_ms));
        let slope = if self.points.len() == WINDOW { self.slope() } else { 0.0 };
        slope * f64::from(self.groups) * GAIN
    }

    /// Least squares.
    fn slope(&self) -> f64 {
        let count = self.points.len() as f64;
        let (sum_x, sum_y) = self.points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
        let (mean_x, mean_y) = (sum_x / count, sum_y / count);
        let (mut along, mut spread) = (0.0, 0.0);
        for (x, y) in &self.points {
            along += (x - mean_x) * (y - mean_y);
            spread += (x - mean_x) * (x - mean_x);
        }
        if spread > 0.0 { along / spread } else { 0.0 }
    }
}
