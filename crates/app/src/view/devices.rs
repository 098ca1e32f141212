//! Devices, and what is done to their sound.

use serde::Serialize;
use ts_rs::TS;

/// Devices to choose from, and what is done to the microphone's sound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DevicesView {
    /// Cameras.
    pub cameras: Vec<DeviceRow>,
    /// Microphones.
    pub microphones: Vec<DeviceRow>,
    /// Speakers and headsets.
    pub speakers: Vec<DeviceRow>,
    /// What calls the user: the speakers again, and `speaker` for whichever is chosen there.
    pub ringers: Vec<DeviceRow>,
    /// What is done to the microphone's sound.
    pub processing: Processing,
}

/// What is done to the microphone's sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
#[expect(clippy::struct_excessive_bools, reason = "four switches, every combination of which is meant")]
pub struct Processing {
    /// What the speaker plays is taken out.
    pub echo_cancellation: bool,
    /// Steady noise is taken out.
    pub noise_suppression: bool,
    /// Quiet and loud voices are brought to one level.
    pub gain_control: bool,
    /// Nothing is done, and the whole band is sent: for a stethoscope. The other switches wait meanwhile.
    pub clinical: bool,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DeviceRow {
    /// For [`crate::Action::ChooseDevice`].
    pub id: String,
    /// The system's name for it; missing for `system`, whatever the system uses, for `speaker`, whichever is the speaker,
    /// and for `synthetic`, the built-in test picture and tone.
    pub name: Option<String>,
    /// It is the chosen one.
    pub chosen: bool,
}
