//! A voice message that can be played.

use super::decode::{self, Frames};
use super::opus_file::OpusReader;
use crate::audio::SAMPLE_RATE;
use bytes::Bytes;
use std::time::Duration;

/// Why a file cannot be played. None of these is worth a retry with the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVoice {
    /// It is of a format that is not played here.
    #[error("the sound is of a format that is not played")]
    Unsupported,
    /// It is cut off, or was changed on its way.
    #[error("the sound is damaged")]
    Damaged,
    /// Nothing is to be heard in it.
    #[error("there is no sound in it")]
    Empty,
}

/// What a voice message is in, by what is in it and not by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceFormat {
    /// Ogg with Opus.
    OggOpus,
    /// WAV.
    Wav,
    /// MP3.
    Mp3,
}

impl VoiceFormat {
    fn of(file: &[u8]) -> Option<Self> {
        match file {
            [b'O', b'g', b'g', b'S', ..] => Some(Self::OggOpus),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Self::Wav),
            _ if nanomp3::detect(file) => Some(Self::Mp3),
            _ => None,
        }
    }
}

/// A voice message that was looked through from the first byte to the last. Cheap to clone.
#[derive(Clone)]
pub struct Voice {
    file: Bytes,
    format: VoiceFormat,
    length: Duration,
}

impl Voice {
    /// Looks a file through. It takes a few milliseconds a megabyte: call this where blocking is allowed.
    ///
    /// # Errors
    /// [`BadVoice`].
    pub fn read(file: Bytes) -> Result<Self, BadVoice> {
        let format = VoiceFormat::of(&file).ok_or(BadVoice::Unsupported)?;
        let (samples, rate) = match format {
            VoiceFormat::OggOpus => (OpusReader::samples(file.clone())?, SAMPLE_RATE),
            VoiceFormat::Wav => decode::wav_samples(file.clone())?,
            VoiceFormat::Mp3 => decode::mp3_samples(file.clone())?,
        };
        if samples == 0 {
            return Err(BadVoice::Empty);
        }
        let (seconds, rest) = (samples / u64::from(rate), samples % u64::from(rate));
        let length = Duration::from_secs(seconds) + Duration::from_micros(rest * 1_000_000 / u64::from(rate));
        Ok(Self { file, format, length })
    }

    /// How long it is.
    pub const fn length(&self) -> Duration {
        self.length
    }

    /// What it is in.
    pub const fn format(&self) -> VoiceFormat {
        self.format
    }

    /// Its sound from the beginning.
    pub(super) fn frames(&self) -> Result<Frames, BadVoice> {
        decode::open(self.format, self.file.clone())
    }
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice").field("format", &self.format).finish_non_exhaustive()
    }
}
