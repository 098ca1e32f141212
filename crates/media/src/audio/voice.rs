//! Voice messages: recorded into a file in memory, and played from one.
//!
//! [`VoiceRecorder`] takes a microphone through the same source as a call and makes an Ogg file with Opus (RFC 7845).
//! [`Voice`] is a file that was looked through: Ogg with Opus, WAV or MP3; [`Playout::play`] mixes it into what is
//! heard, so that an echo canceller knows it as it knows a peer.
//!
//! What others send is untrusted: a file that is damaged is refused with a [`BadVoice`] before anything sounds, and
//! nothing here panics or grows beyond a small multiple of the file's size. Nothing is written to a disk.
//!
//! [`Playout::play`]: super::Playout::play

mod decode;
mod ogg;
mod opus_file;
mod playback;
mod recorder;
mod sound;

pub(super) use playback::Clip;
pub use playback::{PlaybackState, VoicePlayback};
pub use recorder::{RecorderState, Recording, VoiceRecorder};
pub use sound::{BadVoice, Voice, VoiceFormat};

/// The media type of what [`VoiceRecorder`] makes (RFC 7845, section 9).
pub const RECORDING_MEDIA_TYPE: &str = "audio/ogg";
