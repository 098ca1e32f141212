//! Which source and which speaker.

use std::path::PathBuf;

/// Where captured sound comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioSpec {
    /// The built-in pulsing tone.
    Synthetic {
        /// Chooses the pitch; 0 is 440 Hz.
        seed: u64,
    },
    /// A WAV file, played in a loop.
    File(PathBuf),
    /// A microphone by its [`crate::DeviceInfo::id`], or the system's default.
    Device(Option<String>),
}

/// Where played sound goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeakerSpec {
    /// Nowhere, at the pace of a clock: everything else runs as if a device were there.
    Null,
    /// A speaker by its [`crate::DeviceInfo::id`], or the system's default.
    Device(Option<String>),
}
