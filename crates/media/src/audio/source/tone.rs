//! A soft pulsing tone: the microphone of a machine that has none.

use super::AudioSource;
use crate::DeviceError;
use crate::audio::clock::Pacer;
use crate::audio::{Frame, SAMPLE_RATE, SILENCE};
use std::f32::consts::{SQRT_2, TAU};

/// Just intonation steps of a major pentatonic scale: any two of them sound well together.
const SCALE: [f32; 5] = [1.0, 9.0 / 8.0, 5.0 / 4.0, 3.0 / 2.0, 5.0 / 3.0];

/// The loudest moment, -24 dBFS RMS.
const AMPLITUDE: f32 = 0.063 * SQRT_2;

/// One swell lasts this many seconds.
const SWELL_SECONDS: f32 = 2.0;

/// A sine with a slow envelope, at the pace of a clock.
#[derive(Debug)]
pub struct Tone {
    pacer: Pacer,
    frequency: f32,
    phase: f32,
    swell: f32,
}

impl Tone {
    /// The tone of this seed; it starts to sound with the first frame.
    pub fn new(seed: u64) -> Self {
        Self { pacer: Pacer::new(), frequency: Self::frequency(seed), phase: 0.0, swell: 0.0 }
    }

    /// The pitch of a seed in hertz: 440 for 0, at most 880.
    pub fn frequency(seed: u64) -> f32 {
        440.0 * SCALE[(seed % SCALE.len() as u64) as usize]
    }

    /// The next 10 ms, without waiting for their time.
    pub fn render(&mut self) -> Frame {
        let mut frame = SILENCE;
        for sample in &mut frame {
            let envelope = 0.6 - 0.4 * (TAU * self.swell).cos();
            *sample = AMPLITUDE * envelope * (TAU * self.phase).sin();
            self.phase = (self.phase + self.frequency / SAMPLE_RATE as f32).fract();
            self.swell = (self.swell + 1.0 / (SWELL_SECONDS * SAMPLE_RATE as f32)).fract();
        }
        frame
    }
}

impl AudioSource for Tone {
    fn next_frame(&mut self) -> Result<Option<Frame>, DeviceError> {
        self.pacer.tick();
        Ok(Some(self.render()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::dbov;

    #[test]
    fn it_swells_between_about_minus_40_and_minus_24_dbov_and_never_clips() {
        let mut tone = Tone::new(3);
        let levels: Vec<u8> = (0..400).map(|_| dbov(&tone.render())).collect();
        assert_eq!(levels.iter().min(), Some(&24));
        assert!(levels.iter().skip(1).all(|level| *level <= 41), "{levels:?}");
    }
}
