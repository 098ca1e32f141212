//! From a source to Opus packets, on a thread of its own.

use super::level::Meter;
use super::{
    AudioSource, AudioSpec, CodecError, EchoReference, EncoderOptions, FRAME_SAMPLES, Frame, OpusEncoder,
};
use super::{VoiceProcessing, VoiceProcessor, clock, source};
use crate::{DeviceError, EncodedAudio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

/// When the capture falls behind real time by this many samples more than usual, it had a hole: 200 ms.
const HOLE_SAMPLES: i32 = 20 * FRAME_SAMPLES as i32;

/// How slowly the usual distance to real time is followed, in frames.
const LAG_SMOOTHING: i32 = 256;

/// When the voice is processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoicePolicy {
    /// The sound passes as it is.
    Off,
    /// Sound from a microphone is processed; tones and files pass as they are.
    Devices(VoiceProcessing),
    /// Everything is processed.
    Always(VoiceProcessing),
}

impl VoicePolicy {
    fn of(self, spec: &AudioSpec) -> Option<VoiceProcessing> {
        match (self, spec) {
            (Self::Always(voice), _) | (Self::Devices(voice), AudioSpec::Device(_)) => Some(voice),
            (Self::Off, _) | (Self::Devices(_), AudioSpec::Synthetic { .. } | AudioSpec::File(_)) => None,
        }
    }
}

/// What the capture is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptureMode {
    /// Talking: the voice is processed as it is set.
    #[default]
    Voice,
    /// Listening to a sound as it is, such as a stethoscope: nothing is processed, and the whole band is encoded
    /// ([`EncoderOptions::clinical`]).
    Clinical,
}

/// How captured sound becomes packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalAudioOptions {
    /// When and how the voice is processed.
    pub voice: VoicePolicy,
    /// How it is encoded in [`CaptureMode::Voice`].
    pub encoder: EncoderOptions,
    /// What it is for at the start.
    pub mode: CaptureMode,
}

impl Default for LocalAudioOptions {
    fn default() -> Self {
        Self {
            voice: VoicePolicy::Devices(VoiceProcessing::default()),
            encoder: EncoderOptions::default(),
            mode: CaptureMode::Voice,
        }
    }
}

/// What a running capture says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureEvent {
    /// The next 20 ms.
    Packet(EncodedAudio),
    /// The source is gone; nothing follows.
    Lost(DeviceError),
}

/// A running capture. Dropping it stops it and closes the device.
#[derive(Debug)]
pub struct LocalAudio {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    stopping: AtomicBool,
    level: AtomicU8,
    expected_loss: AtomicU8,
    /// [`VoiceProcessing::to_bits`], and [`CLINICAL`].
    wanted: AtomicU8,
}

/// In [`Shared::wanted`].
const CLINICAL: u8 = 0x80;

impl LocalAudio {
    /// Opens the source and starts to capture.
    ///
    /// `sink` is called on the capture thread and must not block for longer than a packet lasts (20 ms). `reference` is
    /// what the echo canceller subtracts; without one nothing is subtracted. Opening a device may take a while: call
    /// this where blocking is allowed.
    ///
    /// # Errors
    /// [`DeviceError`] when the source cannot be opened.
    pub fn start(
        spec: AudioSpec,
        options: LocalAudioOptions,
        sink: impl FnMut(CaptureEvent) + Send + 'static,
        reference: Option<EchoReference>,
    ) -> Result<Self, DeviceError> {
        let encoder = encoder(options.encoder, options.mode, clock::rtp_timestamp(Instant::now()))
            .map_err(|error| DeviceError::Failed(error.to_string()))?;
        let source = source::open(&spec)?;
        let voice = options.voice.of(&spec);
        let clinical = if options.mode == CaptureMode::Clinical { CLINICAL } else { 0 };
        let wanted = clinical | voice.unwrap_or_default().to_bits();
        let shared = Arc::new(Shared {
            stopping: AtomicBool::new(false),
            level: AtomicU8::new(0),
            expected_loss: AtomicU8::new(options.encoder.expected_loss),
            wanted: AtomicU8::new(wanted),
        });
        let capture = Capture {
            source,
            voice: voice.map(VoiceProcessor::new),
            reference,
            speech: options.encoder,
            encoder,
            now: wanted,
            expected_loss: options.encoder.expected_loss,
            meter: Meter::default(),
            usual_lag: 0,
            shared: shared.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("audio-capture".into())
            .spawn(move || capture.run(sink))
            .map_err(|error| DeviceError::Failed(error.kind().to_string()))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How loud it is now, 0 to 100, after processing.
    pub fn level(&self) -> u8 {
        self.shared.level.load(Ordering::Relaxed)
    }

    /// Switches parts of the processing on or off from the next frame on, where the voice is processed at all
    /// ([`VoicePolicy`]).
    pub fn set_processing(&self, voice: VoiceProcessing) {
        let clinical = self.shared.wanted.load(Ordering::Relaxed) & CLINICAL;
        self.shared.wanted.store(clinical | voice.to_bits(), Ordering::Relaxed);
    }

    /// What the capture is for from the next frame on.
    pub fn set_mode(&self, mode: CaptureMode) {
        match mode {
            CaptureMode::Voice => self.shared.wanted.fetch_and(!CLINICAL, Ordering::Relaxed),
            CaptureMode::Clinical => self.shared.wanted.fetch_or(CLINICAL, Ordering::Relaxed),
        };
    }

    /// Packet loss the receivers see, in percent: steers forward error correction from the next packet on.
    pub fn set_expected_loss(&self, percent: u8) {
        self.shared.expected_loss.store(percent, Ordering::Relaxed);
    }

    /// Stops and closes the device. Returns when it is closed, after at most about 100 ms.
    pub fn stop(self) {}
}

impl Drop for LocalAudio {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        let Some(thread) = self.thread.take() else { return };
        thread.thread().unpark();
        // The sink may own us: then this is the capture thread, which ends by itself.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("the audio capture thread panicked");
        }
    }
}

fn encoder(speech: EncoderOptions, mode: CaptureMode, at: u32) -> Result<OpusEncoder, CodecError> {
    let options = match mode {
        CaptureMode::Voice => speech,
        CaptureMode::Clinical => EncoderOptions::clinical(),
    };
    OpusEncoder::new(options, at)
}

struct Capture {
    source: Box<dyn AudioSource>,
    voice: Option<VoiceProcessor>,
    reference: Option<EchoReference>,
    /// How speech is encoded.
    speech: EncoderOptions,
    encoder: OpusEncoder,
    /// What is in force of [`Shared::wanted`].
    now: u8,
    expected_loss: u8,
    meter: Meter,
    /// Samples by which the capture is usually behind real time.
    usual_lag: i32,
    shared: Arc<Shared>,
}

impl Capture {
    fn run(mut self, mut sink: impl FnMut(CaptureEvent)) {
        while !self.shared.stopping.load(Ordering::Relaxed) {
            match self.source.next_frame() {
                Ok(Some(frame)) => {
                    if let Some(packet) = self.process(frame) {
                        sink(CaptureEvent::Packet(packet));
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "audio capture ended");
                    self.shared.level.store(0, Ordering::Relaxed);
                    sink(CaptureEvent::Lost(error));
                    return;
                }
            }
        }
    }

    fn process(&mut self, mut frame: Frame) -> Option<EncodedAudio> {
        self.follow_switches();
        if let Some(voice) = &mut self.voice {
            // What was played is heard out in the clinical mode too: the canceller must not lose its place.
            while let Some(played) = self.reference.as_mut().and_then(EchoReference::take) {
                voice.played(&played);
            }
            if self.now & CLINICAL == 0 {
                voice.captured(&mut frame);
            }
        }
        self.shared.level.store(self.meter.update(&frame), Ordering::Relaxed);
        let expected_loss = self.shared.expected_loss.load(Ordering::Relaxed);
        if expected_loss != self.expected_loss {
            self.expected_loss = expected_loss;
            self.encoder.set_expected_loss(expected_loss);
        }
        self.follow_real_time();
        match self.encoder.push(&frame) {
            Ok(packet) => packet,
            Err(error) => {
                tracing::warn!(%error, "20 ms of sound were not encoded");
                None
            }
        }
    }

    fn follow_switches(&mut self) {
        let wanted = self.shared.wanted.load(Ordering::Relaxed);
        let changed = std::mem::replace(&mut self.now, wanted) ^ wanted;
        if changed & !CLINICAL != 0
            && let Some(voice) = &mut self.voice
        {
            voice.set(VoiceProcessing::from_bits(wanted));
        }
        if changed & CLINICAL != 0 {
            let mode = if wanted & CLINICAL == 0 { CaptureMode::Voice } else { CaptureMode::Clinical };
            // libopus cannot change this while it runs; half a packet is lost.
            match encoder(self.speech, mode, self.encoder.next_timestamp()) {
                Ok(encoder) => self.encoder = encoder,
                Err(error) => tracing::warn!(%error, "the encoder stays as it was"),
            }
            // What a new encoder expects is the speech's; the receivers' figure is told to it again.
            self.expected_loss = self.speech.expected_loss;
        }
    }

    /// RTP time runs with the samples, until a hole in them (sleep, a stalled device) has to show. The device's
    /// clock may drift against ours; that is no hole, so the usual distance is followed slowly.
    fn follow_real_time(&mut self) {
        let now = clock::rtp_timestamp(Instant::now());
        let ahead = now.wrapping_sub(self.encoder.next_timestamp()) as i32;
        let hole = ahead.wrapping_sub(self.usual_lag);
        if hole > HOLE_SAMPLES {
            self.encoder.skip_to(self.encoder.next_timestamp().wrapping_add(hole as u32));
        } else {
            self.usual_lag = self.usual_lag.wrapping_add(hole / LAG_SMOOTHING);
        }
    }
}
