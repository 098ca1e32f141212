//! Call values: what a participant wants to send, and what really flows.

use serde::{Deserialize, Serialize};

/// What the user's own hand has set. Nothing else ever changes it: not a reconnect, not sleep, not a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Intent {
    /// The microphone may be heard.
    pub mic: bool,
    /// The camera may be seen.
    pub camera: bool,
}

/// One of the two switches of an [`Intent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaSwitch {
    /// The microphone.
    Mic,
    /// The camera.
    Camera,
}

impl Intent {
    /// The intent after one switch was moved.
    pub const fn with(self, switch: MediaSwitch, on: bool) -> Self {
        match switch {
            MediaSwitch::Mic => Self { mic: on, camera: self.camera },
            MediaSwitch::Camera => Self { mic: self.mic, camera: on },
        }
    }
}

/// What a participant tells the others about its media (`/room/v1`, message `media`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MediaState {
    /// The microphone is on.
    pub mic: bool,
    /// The camera is on.
    pub camera: bool,
    /// A screen is shared.
    #[serde(default)]
    pub screen: bool,
    /// The participant has put the call on hold: nothing flows either way.
    #[serde(default)]
    pub hold: bool,
}
