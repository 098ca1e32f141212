//! Echo cancellation, noise suppression and gain of the captured voice (the WebRTC audio processing module, in Rust).

use super::{Frame, SAMPLE_RATE, SILENCE};
use sonora::config::{
    AdaptiveDigital, EchoCanceller, GainController2, HighPassFilter, NoiseSuppression, Pipeline,
};
use sonora::{AudioProcessing, Config, StreamConfig};

/// What is done to the captured voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoiceProcessing {
    /// Takes out what the speaker plays.
    pub echo_cancellation: bool,
    /// Takes out steady noise.
    pub noise_suppression: bool,
    /// Brings quiet and loud voices to one level, with a limiter.
    pub gain_control: bool,
}

impl Default for VoiceProcessing {
    fn default() -> Self {
        Self { echo_cancellation: true, noise_suppression: true, gain_control: true }
    }
}

impl VoiceProcessing {
    /// As bits, so that a switch reaches the capture thread through an atomic.
    pub(super) const fn to_bits(self) -> u8 {
        self.echo_cancellation as u8 | (self.noise_suppression as u8) << 1 | (self.gain_control as u8) << 2
    }

    /// The reverse of [`Self::to_bits`]; other bits do not matter.
    pub(super) const fn from_bits(bits: u8) -> Self {
        Self {
            echo_cancellation: bits & 1 != 0,
            noise_suppression: bits & 2 != 0,
            gain_control: bits & 4 != 0,
        }
    }

    fn config(self) -> Config {
        Config {
            pipeline: Pipeline {
                multi_channel_render: false,
                multi_channel_capture: false,
                ..Pipeline::default()
            },
            high_pass_filter: Some(HighPassFilter::default()),
            echo_canceller: self.echo_cancellation.then(EchoCanceller::default),
            noise_suppression: self.noise_suppression.then(NoiseSuppression::default),
            gain_controller2: self.gain_control.then(|| GainController2 {
                adaptive_digital: Some(AdaptiveDigital::default()),
                ..GainController2::default()
            }),
            ..Config::default()
        }
    }
}

/// Processes one capture stream.
#[derive(Debug)]
pub struct VoiceProcessor {
    apm: Box<AudioProcessing>,
    scratch: Frame,
}

impl VoiceProcessor {
    /// A processor that knows nothing of the room yet; the echo canceller needs about a second of sound to learn it.
    pub fn new(voice: VoiceProcessing) -> Self {
        let mono = StreamConfig::new(SAMPLE_RATE, 1);
        let apm = AudioProcessing::builder()
            .config(voice.config())
            .capture_config(mono)
            .render_config(mono)
            .build();
        Self { apm: Box::new(apm), scratch: SILENCE }
    }

    /// Switches parts on or off while it runs. A part that stays on keeps what it has learned of the room.
    pub fn set(&mut self, voice: VoiceProcessing) {
        self.apm.apply_config(voice.config());
    }

    /// Ten milliseconds that were given to the speaker.
    pub fn played(&mut self, frame: &Frame) {
        self.apm
            .process_render_f32(&[frame.as_slice()], &mut [self.scratch.as_mut_slice()])
            .expect("a frame is 10 ms of the configured format");
    }

    /// Ten milliseconds from the microphone, in place.
    pub fn captured(&mut self, frame: &mut Frame) {
        self.scratch.copy_from_slice(frame);
        self.apm
            .process_capture_f32(&[self.scratch.as_slice()], &mut [frame.as_mut_slice()])
            .expect("a frame is 10 ms of the configured format");
    }
}
