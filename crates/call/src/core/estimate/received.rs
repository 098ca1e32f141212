//! What the line has delivered of late.

use std::collections::VecDeque;

/// Over this time on the peer's clock, in milliseconds.
const WINDOW_MS: f64 = 400.0;
/// No more packets than this are counted, whatever the peer says about its clock.
const MOST: usize = 1024;
/// With less time than this nothing is known.
const KNOWN_MS: f64 = 150.0;

#[derive(Debug, Default)]
pub(super) struct Received {
    packets: VecDeque<(f64, u32)>,
    bytes: u64,
}

impl Received {
    pub(super) fn push(&mut self, arrived_ms: f64, bytes: u32) {
        if self.packets.back().is_some_and(|(last, _)| (arrived_ms - last).abs() > 10.0 * WINDOW_MS) {
            *self = Self::default();
        }
        self.packets.push_back((arrived_ms, bytes));
        self.bytes += u64::from(bytes);
        while let Some(&(at, bytes)) = self.packets.front()
            && (at < arrived_ms - WINDOW_MS || self.packets.len() > MOST)
        {
            self.bytes -= u64::from(bytes);
            self.packets.pop_front();
        }
    }

    /// The rate in bits per second, once it is known.
    pub(super) fn bits_per_second(&self) -> Option<f64> {
        let (&(first, first_bytes), &(last, _)) = (self.packets.front()?, self.packets.back()?);
        let span = last - first;
        // The first packet only begins the time that the others took.
        (span >= KNOWN_MS).then(|| (self.bytes - u64::from(first_bytes)) as f64 * 8000.0 / span)
    }
}
