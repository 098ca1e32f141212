//! Mono resampling between a device's or file's rate and ours.

use super::{FRAME_SAMPLES, SAMPLE_RATE};
use crate::DeviceError;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler};

/// Makes 10 ms frames at 48 kHz out of any rate, or the other way round.
pub(super) enum MonoResampler {
    /// Both sides run at 48 kHz.
    Same,
    /// They do not.
    Fft {
        /// Fixed at 10 ms of 48 kHz on our side.
        fft: Box<Fft<f32>>,
        /// Room for the largest output.
        out: Vec<f32>,
    },
}

impl MonoResampler {
    /// From `rate` to frames of ours.
    ///
    /// # Errors
    /// [`DeviceError::Failed`] for a rate of zero.
    pub(super) fn into_frames(rate: u32) -> Result<Self, DeviceError> {
        Self::new(rate, SAMPLE_RATE, FixedSync::Output)
    }

    /// From frames of ours to `rate`.
    ///
    /// # Errors
    /// [`DeviceError::Failed`] for a rate of zero.
    pub(super) fn from_frames(rate: u32) -> Result<Self, DeviceError> {
        Self::new(SAMPLE_RATE, rate, FixedSync::Input)
    }

    fn new(from: u32, to: u32, fixed: FixedSync) -> Result<Self, DeviceError> {
        if from == to {
            return Ok(Self::Same);
        }
        let fft = Fft::new(from as usize, to as usize, FRAME_SAMPLES, 1, fixed)
            .map_err(|_| DeviceError::Failed("sample rate".into()))?;
        let out = vec![0.0; fft.output_frames_max()];
        Ok(Self::Fft { fft: Box::new(fft), out })
    }

    /// How many samples the next [`Self::process`] takes.
    pub(super) fn needed(&self) -> usize {
        match self {
            Self::Same => FRAME_SAMPLES,
            Self::Fft { fft, .. } => fft.input_frames_next(),
        }
    }

    /// Resamples exactly [`Self::needed`] samples.
    pub(super) fn process<'a>(&'a mut self, input: &'a [f32]) -> &'a [f32] {
        match self {
            Self::Same => input,
            Self::Fft { fft, out } => {
                let capacity = out.len();
                let source = SequentialSlice::new(input, 1, input.len()).expect("one channel of this length");
                let mut target =
                    SequentialSlice::new_mut(out, 1, capacity).expect("one channel of this length");
                let (_, written) = fft
                    .process_into_buffer(&source, &mut target, None)
                    .expect("the input is as long as asked for and the output as long as it can get");
                &out[..written]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, samples: usize) -> Vec<f32> {
        (0..samples).map(|i| (std::f32::consts::TAU * 440.0 * i as f32 / rate as f32).sin()).collect()
    }

    fn power_at_440(samples: &[f32], rate: u32) -> f32 {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, s) in samples.iter().enumerate() {
            let phase = std::f32::consts::TAU * 440.0 * i as f32 / rate as f32;
            re += s * phase.cos();
            im += s * phase.sin();
        }
        2.0 * (re * re + im * im).sqrt() / samples.len() as f32
    }

    #[test]
    fn any_rate_gives_whole_frames_and_keeps_the_pitch() {
        for rate in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000] {
            let mut resampler = MonoResampler::into_frames(rate).unwrap();
            let input = tone(rate, 2 * rate as usize);
            let (mut at, mut output) = (0, Vec::new());
            while at + resampler.needed() <= input.len() {
                let needed = resampler.needed();
                let frame = resampler.process(&input[at..at + needed]);
                assert_eq!(frame.len(), FRAME_SAMPLES, "rate {rate}");
                output.extend_from_slice(frame);
                at += needed;
            }
            let power = power_at_440(&output[9_600..57_600], SAMPLE_RATE);
            assert!((0.95..1.05).contains(&power), "rate {rate}: {power}");
        }
    }

    #[test]
    fn frames_become_any_rate() {
        for rate in [16_000, 44_100, 48_000, 96_000] {
            let mut resampler = MonoResampler::from_frames(rate).unwrap();
            let output: usize =
                tone(SAMPLE_RATE, 96_000).chunks(FRAME_SAMPLES).map(|c| resampler.process(c).len()).sum();
            assert!(output.abs_diff(2 * rate as usize) < 2_000, "rate {rate}: {output}");
        }
    }
}
