//! A voice message in the mix.

use super::decode::Frames;
use super::{BadVoice, Voice};
use crate::audio::{FRAME_SAMPLES, Frame, SAMPLE_RATE, SILENCE};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Frames of silence after the last word before it has ended: what lies in the speaker by then is heard out.
const TAIL: u8 = 25;

/// How the playing of a voice message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaybackState {
    /// It is heard, or waits for its turn in the mix.
    Playing,
    /// It was heard to its end, or what played it has ended.
    Ended,
    /// It could not be decoded to its end.
    Failed(BadVoice),
}

/// A voice message that is played by a [`Playout`](crate::audio::Playout). Dropping it stops it within 10 ms.
#[derive(Debug)]
pub struct VoicePlayback {
    shared: Arc<Shared>,
    length: Duration,
}

#[derive(Debug, Default)]
struct Shared {
    stopped: AtomicBool,
    /// Samples at 48 kHz.
    position: AtomicU64,
    end: OnceLock<PlaybackState>,
}

impl VoicePlayback {
    /// What is played, and what the mixer is to play.
    pub(in crate::audio) fn new(voice: &Voice) -> Result<(Self, Clip), BadVoice> {
        let shared = Arc::new(Shared::default());
        let clip = Clip { frames: Some(voice.frames()?), tail: TAIL, shared: shared.clone() };
        Ok((Self { shared, length: voice.length() }, clip))
    }

    /// How far it has come; never more than its length.
    pub fn position(&self) -> Duration {
        let samples = self.shared.position.load(Ordering::Relaxed);
        let micros = samples * 1_000_000 / u64::from(SAMPLE_RATE);
        Duration::from_micros(micros).min(self.length)
    }

    /// How it goes.
    pub fn state(&self) -> PlaybackState {
        self.shared.end.get().copied().unwrap_or(PlaybackState::Playing)
    }
}

impl Drop for VoicePlayback {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

/// The mixer's end of a voice message.
pub(in crate::audio) struct Clip {
    /// `None` once all was played.
    frames: Option<Frames>,
    tail: u8,
    shared: Arc<Shared>,
}

impl Clip {
    /// The next frame; `None` when it is over or nobody wants it any more.
    pub(in crate::audio) fn pull(&mut self) -> Option<Frame> {
        if self.shared.stopped.load(Ordering::Relaxed) {
            return None;
        }
        if let Some(frames) = &mut self.frames {
            match frames.next() {
                Ok(Some(frame)) => {
                    self.shared.position.fetch_add(FRAME_SAMPLES as u64, Ordering::Relaxed);
                    return Some(frame);
                }
                Ok(None) => self.frames = None,
                Err(error) => {
                    let _ = self.shared.end.set(PlaybackState::Failed(error));
                    return None;
                }
            }
        }
        self.tail = self.tail.checked_sub(1)?;
        Some(SILENCE)
    }
}

impl Drop for Clip {
    fn drop(&mut self) {
        let _ = self.shared.end.set(PlaybackState::Ended);
    }
}
