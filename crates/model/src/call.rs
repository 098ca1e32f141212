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
    /// The chosen screen or window may be seen.
    #[serde(default)]
    pub screen: bool,
}

/// What a stream of pictures shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Somebody: moving pictures, where smooth motion counts.
    #[default]
    Camera,
    /// A screen or a window: still most of the time, where sharp text counts.
    Screen,
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
            MediaSwitch::Mic => Self { mic: on, ..self },
            MediaSwitch::Camera => Self { camera: on, ..self },
        }
    }

    /// The intent after the screen was shown to the others, or taken back.
    pub const fn sharing(self, on: bool) -> Self {
        Self { screen: on, ..self }
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
