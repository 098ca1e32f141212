//! Sums streams without clipping.

use crate::audio::{Frame, SILENCE};

/// Peaks above this are brought down.
const CEILING: f32 = 0.9;

/// Samples over which the gain falls when it has to: 1 ms, short enough to be unheard, long enough not to click.
const ATTACK: usize = 48;

/// How much of the missing gain comes back per 10 ms.
const RELEASE: f32 = 0.03;

/// Adds frames up and limits the sum.
pub struct Mixer {
    sum: Frame,
    gain: f32,
    clip: opus::SoftClip,
}

impl Mixer {
    /// A mixer with nothing in it.
    pub fn new() -> Self {
        Self { sum: SILENCE, gain: 1.0, clip: opus::SoftClip::new(opus::Channels::Mono) }
    }

    /// Adds one stream's frame to the current one.
    pub fn add(&mut self, frame: &Frame) {
        for (sum, sample) in self.sum.iter_mut().zip(frame) {
            *sum += sample;
        }
    }

    /// The current frame, every sample between -1 and 1, and begins the next one.
    pub fn finish(&mut self) -> Frame {
        let mut frame = std::mem::replace(&mut self.sum, SILENCE);
        if !frame.iter().all(|sample| sample.is_finite()) {
            return SILENCE;
        }
        let peak = frame.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let wanted = if peak > CEILING { CEILING / peak } else { 1.0 };
        let from = self.gain;
        let (to, ramp) =
            if wanted < from { (wanted, ATTACK) } else { (from + (wanted - from) * RELEASE, frame.len()) };
        for (i, sample) in frame.iter_mut().enumerate() {
            let progress = ((i + 1) as f32 / ramp as f32).min(1.0);
            *sample *= from + (to - from) * progress;
        }
        self.gain = to;
        // Only what came before the gain had fallen can still be too loud.
        self.clip.apply(&mut frame);
        frame.map(|sample| sample.clamp(-1.0, 1.0))
    }
}

impl Default for Mixer {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Mixer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mixer").field("gain", &self.gain).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_sum_clips(levels in prop::collection::vec(-40.0_f32..40.0, 1..60)) {
            let mut mixer = Mixer::new();
            for level in levels {
                mixer.add(&[level; 480]);
                let frame = mixer.finish();
                prop_assert!(frame.iter().all(|s| s.abs() <= 1.0));
            }
        }
    }

    #[test]
    fn what_fits_passes_unchanged() {
        let mut mixer = Mixer::new();
        mixer.add(&[0.25; 480]);
        mixer.add(&[0.5; 480]);
        assert_eq!(mixer.finish(), [0.75; 480]);
    }

    #[test]
    fn what_is_not_a_number_is_silence() {
        let mut mixer = Mixer::new();
        mixer.add(&[f32::NAN; 480]);
        mixer.add(&[f32::INFINITY; 480]);
        assert_eq!(mixer.finish(), SILENCE);
        mixer.add(&[0.5; 480]);
        assert_eq!(mixer.finish(), [0.5; 480]);
    }
}
