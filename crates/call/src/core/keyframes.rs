//! Requests for key frames: joined, and bounded in rate, so that no peer can make this machine encode nothing else.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Two key frames of a layer are at least so far apart.
const SPACING: Duration = Duration::from_millis(300);

/// When each layer gets its next key frame.
#[derive(Debug, Default)]
pub(super) struct KeyFrames {
    layers: BTreeMap<u8, Slot>,
}

#[derive(Debug)]
enum Slot {
    /// Asked of the encoder at this time, nothing waits.
    Asked(Instant),
    /// Somebody waits; the encoder is asked at this time.
    Due(Instant),
}

impl KeyFrames {
    /// Somebody needs a key frame of `layer`.
    pub(super) fn request(&mut self, now: Instant, layer: u8) {
        let due = match self.layers.get(&layer) {
            Some(Slot::Due(_)) => return,
            Some(Slot::Asked(at)) => now.max(*at + SPACING),
            None => now,
        };
        self.layers.insert(layer, Slot::Due(due));
    }

    /// Nobody gets this layer any more.
    pub(super) fn forget(&mut self, layer: u8) {
        if let Some(Slot::Due(at)) = self.layers.get(&layer) {
            let asked = at.checked_sub(SPACING).unwrap_or(*at);
            self.layers.insert(layer, Slot::Asked(asked));
        }
    }

    /// A layer whose time has come.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<u8> {
        let due = |slot: &Slot| matches!(slot, Slot::Due(at) if *at <= now);
        let layer = self.layers.iter().find_map(|(layer, slot)| due(slot).then_some(*layer))?;
        self.layers.insert(layer, Slot::Asked(now));
        Some(layer)
    }

    /// When [`Self::take_due`] has something.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let due = |slot: &Slot| match slot {
            Slot::Due(at) => Some(*at),
            Slot::Asked(_) => None,
        };
        self.layers.values().filter_map(due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_requests_becomes_one_key_frame_per_spacing() {
        let start = Instant::now();
        let mut key_frames = KeyFrames::default();
        let mut asked = 0;
        for millisecond in 0..3000 {
            let now = start + Duration::from_millis(millisecond);
            key_frames.request(now, 1);
            asked += u32::from(key_frames.take_due(now) == Some(1));
        }
        assert_eq!(asked, 10);
    }
}
