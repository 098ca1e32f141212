//! The check of camera, microphone, speaker and line before a call.

use super::{DrawingPath, DrawnStream};
use consilium_model::Secret;
use serde::Serialize;
use ts_rs::TS;

/// The check before a call, while it is open. Nothing of it leaves the machine but the test of the line.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct CheckView {
    /// The camera.
    pub camera: CameraCheck,
    /// The microphone.
    pub microphone: MicrophoneCheck,
    /// The speaker.
    pub speaker: SpeakerCheck,
    /// The line to the clinic's relay.
    pub network: NetworkCheck,
    /// Where the window gets encoded frames from: a loopback WebSocket with a secret path.
    #[ts(type = "string")]
    pub frames_url: Secret,
    /// How pictures come to the screen.
    pub drawing: DrawingPath,
    /// The streams that are drawn beneath the page, as of now; empty when the page draws.
    pub drawn: Vec<DrawnStream>,
}

/// What was found out about one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CheckState {
    /// Not looked at, or switched off.
    #[default]
    Unknown,
    /// Being looked at.
    Looking,
    /// It works.
    Good,
    /// It works badly: a slow line, a microphone that hears nothing.
    Poor,
    /// There is none.
    Missing,
    /// Another program has it.
    Busy,
    /// The person or the system does not allow it.
    Forbidden,
    /// It does not work.
    Failed,
}

/// The check of the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CameraCheck {
    /// The user wants it on, here and in the call that follows: [`crate::Action::SetMedia`].
    pub on: bool,
    /// What was found.
    pub state: CheckState,
    /// The number of the own picture's stream.
    pub stream: u32,
}

/// The check of the microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MicrophoneCheck {
    /// The user wants it on, here and in the call that follows: [`crate::Action::SetMedia`].
    pub on: bool,
    /// What was found: good once it has heard something, poor when it was silent for a while.
    pub state: CheckState,
    /// Its level now, 0 to 100.
    pub level: u8,
}

/// The check of the speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SpeakerCheck {
    /// What was found: good or poor is what the user has said ([`crate::CheckStep::Heard`]).
    pub state: CheckState,
    /// The sound is being played.
    pub playing: bool,
    /// It was played, so that the user can be asked whether it was heard.
    pub played: bool,
}

/// The check of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct NetworkCheck {
    /// What was found.
    pub state: CheckState,
    /// What was tried.
    pub way: NetworkWay,
    /// There and back, in milliseconds.
    pub round_trip_ms: Option<u32>,
}

/// What the check of the line has tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NetworkWay {
    /// The clinic's server: it tells nothing of a relay before the call.
    #[default]
    Server,
    /// The clinic's relay.
    Relay,
}

/// What the last check has found, also after it was closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ReadyView {
    /// The camera.
    pub camera: CheckState,
    /// The microphone.
    pub microphone: CheckState,
    /// The line.
    pub network: CheckState,
}

/// With what the user goes into the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ChoiceView {
    /// With the microphone on.
    pub mic: bool,
    /// With the camera on.
    pub camera: bool,
}
