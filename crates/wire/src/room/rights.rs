//! What a participant may do.

use serde::{Deserialize, Serialize};

/// What a participant may do. The server holds to it, whatever a client says, and so do the others in the call: a
/// missing field is a right, because servers before it had no such limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rights {
    /// Send audio.
    pub audio: bool,
    /// Send video.
    pub video: bool,
    /// Share a screen.
    pub screen: bool,
    /// Receive audio.
    pub hear: bool,
    /// Receive video.
    pub see: bool,
    /// Receive a shared screen.
    pub see_screen: bool,
    /// Write in the visit's chat.
    pub write: bool,
    /// Read the visit's chat.
    pub read: bool,
    /// Send files in the visit's chat.
    pub send_files: bool,
    /// Open files of the visit's chat.
    pub receive_files: bool,
    /// Admit and deny those who wait.
    pub admit: bool,
}

impl Rights {
    /// Everything but to admit.
    pub const GUEST: Self = Self {
        audio: true,
        video: true,
        screen: true,
        hear: true,
        see: true,
        see_screen: true,
        write: true,
        read: true,
        send_files: true,
        receive_files: true,
        admit: false,
    };
    /// Everything.
    pub const ALL: Self = Self { admit: true, ..Self::GUEST };
}

impl Default for Rights {
    fn default() -> Self {
        Self::GUEST
    }
}
