//! What a person does in the check of the devices.

use serde::Deserialize;
use ts_rs::TS;

/// What a person does in the check of the devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum CheckStep {
    /// Begins it: the camera and the microphone are opened, for the user's own eyes.
    Open,
    /// Ends it, and closes the devices.
    Close,
    /// Plays the sound.
    PlaySound,
    /// Says whether the sound was heard.
    Heard {
        /// It was.
        yes: bool,
    },
    /// Looks at the line and at devices that failed again.
    Again,
}
