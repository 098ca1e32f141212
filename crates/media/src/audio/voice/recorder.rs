//! From the microphone to a file in memory.

use super::opus_file::OpusWriter;
use crate::DeviceError;
use crate::audio::codec::PACKET_SAMPLES;
use crate::audio::{
    AudioSpec, CaptureEvent, CaptureMode, Content, EncoderOptions, LocalAudio, LocalAudioOptions,
    SAMPLE_RATE, VoicePolicy, VoiceProcessing,
};
use bytes::Bytes;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// How long a packet lasts.
const PACKET: Duration = Duration::from_micros(PACKET_SAMPLES as u64 * 1_000_000 / SAMPLE_RATE as u64);

/// Speech at 24 kbit/s is wideband and clear, and five minutes of it are less than a megabyte. A file is encrypted as a
/// whole, so the sizes of packets tell nobody anything and may vary; nothing of it is lost on the way.
const SPEECH: EncoderOptions =
    EncoderOptions { content: Content::Speech, bitrate: 24_000, expected_loss: 0, dtx: false, cbr: false };

/// What becomes of a recording by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecorderState {
    /// It goes on.
    Recording,
    /// It is as long as it may become; the microphone is closed.
    Full,
    /// The microphone is gone; what it gave is there.
    Lost(DeviceError),
}

/// A recording that has ended.
#[derive(Clone)]
pub struct Recording {
    /// An Ogg file with Opus ([`super::RECORDING_MEDIA_TYPE`]).
    pub file: Bytes,
    /// How long it is.
    pub length: Duration,
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recording")
    }
}

/// A running recording. The microphone is open from [`Self::start`] until [`Self::finish`], the end of [`Self::MOST`], or
/// until this is dropped, which throws everything away.
#[derive(Debug)]
pub struct VoiceRecorder {
    take: Arc<Take>,
}

#[derive(Debug)]
struct Take {
    capture: Mutex<Option<LocalAudio>>,
    sound: Mutex<Sound>,
}

#[derive(Debug)]
struct Sound {
    file: OpusWriter,
    most: u64,
    state: RecorderState,
}

impl VoiceRecorder {
    /// How long a recording may become.
    pub const MOST: Duration = Duration::from_secs(5 * 60);

    /// Opens the source and records. Opening a device may take a while: call this where blocking is allowed, and only
    /// because the user has just asked for it.
    ///
    /// # Errors
    /// [`DeviceError`] when the source cannot be opened.
    pub fn start(spec: AudioSpec) -> Result<Self, DeviceError> {
        Self::start_limited(spec, Self::MOST)
    }

    /// As [`Self::start`], and ends after `most`.
    ///
    /// # Errors
    /// [`DeviceError`] when the source cannot be opened.
    pub fn start_limited(spec: AudioSpec, most: Duration) -> Result<Self, DeviceError> {
        let serial = getrandom::u32().map_err(|_| DeviceError::Failed("random".into()))?;
        let most = (most.as_micros() / PACKET.as_micros()) as u64;
        let sound = Sound { file: OpusWriter::new(serial), most, state: RecorderState::Recording };
        let take = Arc::new(Take { capture: Mutex::default(), sound: Mutex::new(sound) });
        let voice = VoiceProcessing { echo_cancellation: false, ..VoiceProcessing::default() };
        let options = LocalAudioOptions {
            voice: VoicePolicy::Devices(voice),
            encoder: SPEECH,
            mode: CaptureMode::Voice,
        };
        let sink = sink(Arc::downgrade(&take));
        let capture = LocalAudio::start(spec, options, sink, None)?;
        *lock(&take.capture) = Some(capture);
        Ok(Self { take })
    }

    /// How long it is by now.
    pub fn length(&self) -> Duration {
        lock(&self.take.sound).length()
    }

    /// How loud it is now, 0 to 100.
    pub fn level(&self) -> u8 {
        lock(&self.take.capture).as_ref().map_or(0, LocalAudio::level)
    }

    /// What has become of it.
    pub fn state(&self) -> RecorderState {
        lock(&self.take.sound).state.clone()
    }

    /// Closes the microphone, then gives what it heard; `None` when that was nothing. Takes about 100 ms: call this where
    /// blocking is allowed.
    pub fn finish(self) -> Option<Recording> {
        self.close();
        let mut sound = lock(&self.take.sound);
        let length = sound.length();
        let file = std::mem::replace(&mut sound.file, OpusWriter::new(0));
        (file.packets() > 0).then(|| Recording { file: file.finish().into(), length })
    }

    fn close(&self) {
        let capture = lock(&self.take.capture).take();
        drop(capture);
    }
}

impl Drop for VoiceRecorder {
    fn drop(&mut self) {
        self.close();
    }
}

impl Sound {
    fn length(&self) -> Duration {
        PACKET * u32::try_from(self.file.packets()).unwrap_or(u32::MAX)
    }

    /// Takes in what the capture says; `false` when it is to end.
    fn take(&mut self, event: CaptureEvent) -> bool {
        match event {
            CaptureEvent::Packet(packet) if self.file.packets() < self.most => self.file.push(&packet.data),
            CaptureEvent::Packet(_) => {}
            CaptureEvent::Lost(error) => self.state = RecorderState::Lost(error),
        }
        if self.state == RecorderState::Recording && self.file.packets() >= self.most {
            self.state = RecorderState::Full;
        }
        self.state == RecorderState::Recording
    }
}

/// Runs on the capture's thread. A recording that has ended by itself closes the microphone from there, so that it does
/// not depend on anybody who looks.
fn sink(take: Weak<Take>) -> impl FnMut(CaptureEvent) + Send + 'static {
    move |event| {
        let Some(take) = take.upgrade() else { return };
        if !lock(&take.sound).take(event) {
            let capture = lock(&take.capture).take();
            drop(capture);
        }
    }
}

/// Values behind these locks are valid after every statement, so a panic elsewhere leaves them so.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
