//! Audio: sources, Opus, jitter buffers, mixing, echo cancellation, playback.
//!
//! Inside, sound is mono `f32` at 48 kHz in frames of 10 ms. [`LocalAudio`] turns a microphone (or a tone, or a
//! file) into Opus packets; [`Playout`] turns the packets of any number of remote streams into one signal for one
//! speaker, and voice messages with them; [`EchoReference`] carries what was played back to the echo canceller of the capture side.
//!
//! Nothing here touches the network, and no device callback ever blocks, allocates or takes a lock.

mod capture;
mod clock;
mod codec;
mod device;
mod level;
mod playout;
mod processing;
mod receiver;
mod resample;
mod sink;
mod source;
mod spec;
mod stream;
mod voice;

pub use capture::{CaptureEvent, CaptureMode, LocalAudio, LocalAudioOptions, VoicePolicy};
pub use codec::{CodecError, Content, EncoderOptions, OpusDecoder, OpusEncoder};
pub use device::{microphones, speakers};
pub use level::{dbov, meter};
pub use playout::{AudioInput, EchoReference, Mixer, Playout, SpeakerState, StreamReport};
pub use processing::{VoiceProcessing, VoiceProcessor};
pub use receiver::{AudioReceiver, FrameKind, PulledFrame, ReceiverStats};
pub use sink::{AudioSink, NullSpeaker, Speaker};
pub use source::{AudioSource, Microphone, Tone, WavFile};
pub use spec::{AudioSpec, SpeakerSpec};
pub use voice::{
    BadVoice, PlaybackState, RECORDING_MEDIA_TYPE, RecorderState, Recording, Voice, VoiceFormat,
    VoicePlayback, VoiceRecorder,
};

/// Samples per second everywhere inside; also the RTP clock of Opus (RFC 7587, section 4.1).
pub const SAMPLE_RATE: u32 = 48_000;

/// Samples in one frame: 10 ms.
pub const FRAME_SAMPLES: usize = 480;

/// Ten milliseconds of mono sound, each sample nominally between -1 and 1.
pub type Frame = [f32; FRAME_SAMPLES];

/// A frame of silence.
pub const SILENCE: Frame = [0.0; FRAME_SAMPLES];
