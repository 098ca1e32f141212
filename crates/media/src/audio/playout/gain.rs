//! How loud one stream is played.

use crate::audio::Frame;

/// A stream's gain. A new one is reached over a frame, so that the change does not click; what becomes too loud is
/// clipped softly here, so that one stream made louder never makes the others softer in the mix.
pub(super) struct Gain {
    now: f32,
    clip: opus::SoftClip,
}

impl Gain {
    /// Twice as loud as it came: 6 dB, what headroom and soft clipping take without hurting speech.
    pub(super) const MAX: f32 = 2.0;

    /// As it comes.
    pub(super) fn new() -> Self {
        Self { now: 1.0, clip: opus::SoftClip::new(opus::Channels::Mono) }
    }

    /// Brings a frame to the wanted gain, 0 to [`Self::MAX`].
    pub(super) fn apply(&mut self, frame: &mut Frame, wanted: f32) {
        let (from, length) = (self.now, frame.len() as f32);
        self.now = wanted;
        if from == 1.0 && wanted == 1.0 {
            return;
        }
        for (i, sample) in frame.iter_mut().enumerate() {
            *sample *= from + (wanted - from) * ((i + 1) as f32 / length);
        }
        if from.max(wanted) > 1.0 && frame.iter().all(|sample| sample.is_finite()) {
            self.clip.apply(frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn made_louder_it_never_clips_and_never_changes_sign(
            peak in 0.0_f32..=1.0,
            wanted in prop::collection::vec(0.0..=Gain::MAX, 1..20),
        ) {
            let mut gain = Gain::new();
            let sine: Frame = std::array::from_fn(|i| peak * (i as f32 * 0.1).sin());
            for wanted in wanted {
                let mut frame = sine;
                gain.apply(&mut frame, wanted);
                for (after, before) in frame.iter().zip(&sine) {
                    prop_assert!(after.abs() <= 1.0);
                    prop_assert!(after * before >= 0.0);
                }
            }
        }
    }

    #[test]
    fn what_stays_as_it_came_is_not_touched() {
        let mut frame = [1.5; 480];
        Gain::new().apply(&mut frame, 1.0);
        assert_eq!(frame, [1.5; 480]);
    }

    #[test]
    fn a_change_takes_a_frame_and_then_holds() {
        let mut gain = Gain::new();
        let mut frame = [0.5; 480];
        gain.apply(&mut frame, 0.0);
        assert!(frame.windows(2).all(|pair| pair[0] > pair[1] && pair[0] - pair[1] < 0.002));
        assert_eq!(frame[479], 0.0);
        let mut frame = [0.5; 480];
        gain.apply(&mut frame, 0.0);
        assert_eq!(frame, [0.0; 480]);
    }

    #[test]
    fn what_has_room_is_made_exactly_as_loud_as_wanted() {
        let mut gain = Gain::new();
        gain.apply(&mut [0.0; 480], 2.0);
        let mut frame = [0.25; 480];
        gain.apply(&mut frame, 2.0);
        assert_eq!(frame, [0.5; 480]);
    }
}
