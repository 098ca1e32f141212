//! The call.

use super::{DetailsView, DrawingPath, PersonRole, QualityView, Reduced, ShareView, TrustView};
use consilium_model::{MediaState, Secret};
use serde::Serialize;
use ts_rs::TS;

/// The call.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct CallView {
    /// Whether the room is reached.
    pub phase: CallPhase,
    /// The user's own media.
    pub me: MyMedia,
    /// The others, in the order they came.
    pub peers: Vec<PeerTile>,
    /// Where the window gets encoded frames from: a loopback WebSocket with a secret path.
    #[ts(type = "string")]
    pub frames_url: Secret,
    /// How pictures come to the screen.
    pub drawing: DrawingPath,
    /// The streams that are drawn beneath the page, as of now; empty when the page draws.
    pub drawn: Vec<DrawnStream>,
    /// The own screen.
    pub share: ShareView,
    /// Who speaks, or has just spoken: a seat.
    pub speaker: Option<String>,
    /// The stream that the user wants large.
    pub pinned: Option<u32>,
    /// The telephone number to go on with when no line carries the call; present when that is so.
    pub phone: Option<String>,
    /// The figures, while the user looks at them.
    pub details: Option<DetailsView>,
    /// There are more than so many in it, and cameras and screens rest: nothing of them is captured or sent. The switches
    /// stay as they were set, and what they say holds again by itself when there are fewer.
    pub audio_only: Option<u32>,
}

/// A stream whose picture is drawn beneath the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DrawnStream {
    /// The stream's number.
    pub stream: u32,
    /// The picture's width in pixels, as received.
    pub width: u32,
    /// The picture's height in pixels, as received.
    pub height: u32,
}

/// Whether the room is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CallPhase {
    /// On the way in.
    Connecting,
    /// In.
    Connected,
    /// The socket is lost; the seat is kept.
    Reconnecting,
    /// In, and everything stands still because the visit is paused.
    OnHold,
    /// Not let in; see the visit's problem.
    Failed,
}

/// The user's own media.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct MyMedia {
    /// The microphone.
    pub mic: SwitchView,
    /// The camera.
    pub camera: SwitchView,
    /// The number of the self-view's stream.
    pub stream: u32,
    /// The microphone's level now, 0 to 100.
    pub level: u8,
}

/// A switch for one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SwitchView {
    /// What the user has set; off where the clinic does not let the user send it.
    pub on: bool,
    /// Whether the clinic lets the user send it.
    pub allowed: bool,
    /// Why nothing flows although it is on.
    pub problem: Option<DeviceProblem>,
}

/// Why a device gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DeviceProblem {
    /// There is none.
    Missing,
    /// Another program uses it.
    InUse,
    /// The system does not allow it.
    NotAllowed,
    /// It failed.
    Failed,
}

/// Another participant.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct PeerTile {
    /// The seat.
    pub id: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: PersonRole,
    /// What it says it sends.
    pub media: MediaState,
    /// How the connection stands.
    pub state: PeerState,
    /// The number of its camera's stream.
    pub stream: u32,
    /// The level of its voice now, 0 to 100.
    pub level: u8,
    /// The number of its screen's stream, while it shares one.
    pub screen: Option<u32>,
    /// How loud the user wants to hear it, in percent of how it comes: 0 to 200.
    pub volume: u8,
    /// How well the call with it goes.
    pub quality: QualityView,
    /// What it gets of the own camera when its line does not carry all of it.
    pub gets: Option<Reduced>,
    /// Whether it is who the user believes.
    pub trust: TrustView,
}

/// How the connection to a participant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PeerState {
    /// No way found yet.
    Connecting,
    /// Media can flow.
    Connected,
    /// The way was lost; looking for another.
    Reconnecting,
    /// Its line to the room is lost; the seat is kept.
    Away,
}
