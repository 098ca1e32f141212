//! From a file to frames.

mod mp3;
mod opus;
mod wav;

pub(super) use mp3::samples as mp3_samples;
pub(super) use wav::samples as wav_samples;

use super::{BadVoice, VoiceFormat};
use crate::audio::resample::MonoResampler;
use crate::audio::{Frame, SILENCE};
use bytes::Bytes;

/// Rates that are played, in hertz. What is made by hand to ask for a resampler of any size is not.
const RATES: [u32; 11] =
    [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000];

/// Mono samples of a file, in their own rate.
trait Samples: Send {
    /// Appends some; `false` after the last ones.
    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, BadVoice>;
}

/// Opens a file that [`super::Voice::read`] has looked through.
pub(super) fn open(format: VoiceFormat, file: Bytes) -> Result<Frames, BadVoice> {
    let (samples, rate): (Box<dyn Samples>, u32) = match format {
        VoiceFormat::OggOpus => opus::open(file)?,
        VoiceFormat::Wav => wav::open(file)?,
        VoiceFormat::Mp3 => mp3::open(file)?,
    };
    let resampler = MonoResampler::into_frames(rate).map_err(|_| BadVoice::Unsupported)?;
    Ok(Frames { samples, resampler, waiting: Vec::new(), ended: false })
}

fn is_played(rate: u32) -> Result<u32, BadVoice> {
    if RATES.contains(&rate) { Ok(rate) } else { Err(BadVoice::Unsupported) }
}

/// The sound of a file in frames of ours.
pub(super) struct Frames {
    samples: Box<dyn Samples>,
    resampler: MonoResampler,
    waiting: Vec<f32>,
    ended: bool,
}

impl Frames {
    /// The next frame, without waiting for its time; the last one is filled up with silence, and `None` follows.
    ///
    /// # Errors
    /// [`BadVoice::Damaged`] when what comes next cannot be decoded.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, BadVoice> {
        let needed = self.resampler.needed();
        while self.waiting.len() < needed && !self.ended {
            self.ended = !self.samples.next(&mut self.waiting)?;
        }
        if self.waiting.is_empty() {
            return Ok(None);
        }
        if self.waiting.len() < needed {
            self.waiting.resize(needed, 0.0);
        }
        let mut frame = SILENCE;
        frame.copy_from_slice(self.resampler.process(&self.waiting[..needed]));
        self.waiting.drain(..needed);
        Ok(Some(frame))
    }
}
