//! What a person does in the window. One inbox takes them all.

mod call;
mod chat;
mod check;
mod knock;

pub use call::CallStep;
pub use chat::ChatStep;
pub use check::CheckStep;
pub use knock::KnockStep;

use crate::view::VisitAction;
use consilium_model::{Locale, MediaSwitch, Secret};
use serde::Deserialize;
use ts_rs::TS;

/// What a person does in the window.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum Action {
    /// Opens a link that was clicked, pasted or passed at the start.
    OpenLink {
        /// The link; it holds a token.
        #[ts(type = "string")]
        link: Secret,
    },
    /// Signs a specialist in.
    SignIn {
        /// The server, as typed.
        server: String,
        /// The login.
        user_id: String,
        /// The password.
        #[ts(type = "string")]
        password: Secret,
    },
    /// Signs out and forgets the token.
    SignOut,
    /// Opens a visit of the home page.
    OpenVisit {
        /// Its `id`.
        id: String,
    },
    /// Goes back to the home page.
    GoHome,
    /// Tries again what has failed.
    Retry,
    /// A step of the visit.
    Visit {
        /// Which.
        action: VisitAction,
    },
    /// Has a one-time password sent, first or again.
    SendOtp,
    /// Shows the one-time password.
    VerifyOtp {
        /// As typed; spaces do not matter.
        #[ts(type = "string")]
        code: Secret,
    },
    /// Specialist: makes the visit longer.
    Extend {
        /// By how many minutes.
        minutes: u32,
    },
    /// Client: asks for a longer visit.
    AskMoreTime,
    /// Specialist: takes the client's question off the screen.
    DismissAsk,
    /// Opens the call's web room in the system's browser, again.
    OpenWebRoom,
    /// Switches the microphone or the camera.
    SetMedia {
        /// Which.
        switch: MediaSwitch,
        /// On or off.
        on: bool,
    },
    /// Looks up what can be shown to the others, and lets the user choose.
    ChooseShare,
    /// Shows the user what the others would see of it; nothing leaves yet.
    PreviewShare {
        /// The `id` of the source.
        source: String,
    },
    /// Shows to the others what is in the preview.
    StartShare,
    /// Ends sharing, at whatever point it is.
    StopShare,
    /// Wants a stream large, or none any more.
    Pin {
        /// The stream's number.
        stream: Option<u32>,
    },
    /// How loud a participant is to be heard.
    SetVolume {
        /// Its seat.
        peer: String,
        /// In percent of how it comes: 0 to 200.
        percent: u8,
    },
    /// Opens or closes the panel with the call's figures.
    ShowDetails {
        /// Open.
        on: bool,
    },
    /// The user has compared the words with a participant, or takes that back.
    SetVerified {
        /// Its seat.
        peer: String,
        /// The numbers of the words that the user had before the eyes. With others by now, nothing happens.
        words: [u8; 3],
        /// They were the same.
        verified: bool,
    },
    /// Where the pictures are on the page, for drawing them beneath it.
    Tiles {
        /// All that are seen, the lowest first.
        tiles: Vec<TileRect>,
    },
    /// Chooses a device.
    ChooseDevice {
        /// Which kind.
        device: DeviceKind,
        /// Its `id`.
        id: String,
    },
    /// Changes what is done to the microphone's sound, until the application closes.
    SetProcessing {
        /// Which part.
        part: ProcessingPart,
        /// On or off.
        on: bool,
    },
    /// Reads the list of devices again.
    RefreshDevices,
    /// Something in the chat.
    Chat {
        /// What.
        step: ChatStep,
    },
    /// The check of the devices.
    Check {
        /// What.
        step: CheckStep,
    },
    /// Something about somebody who asks to be let in.
    Knock {
        /// What.
        step: KnockStep,
    },
    /// Calling somebody now.
    Call {
        /// What.
        step: CallStep,
    },
    /// Whoever waits steps away from the screen, or is back.
    StepAway {
        /// Away.
        on: bool,
    },
    /// The window came to the front, or went to the back; the shell says so.
    InFront {
        /// It is in front.
        front: bool,
    },
    /// The window was closed and goes on in the tray; the shell says so.
    WentToTray,
    /// Changes the language.
    SetLocale {
        /// To which.
        locale: Locale,
    },
    /// Takes the notice away.
    DismissNotice,
    /// The first picture of the page is on the screen.
    Painted,
    /// The page was hidden or shown; a hidden page draws nothing.
    Visible {
        /// It is shown.
        visible: bool,
    },
    /// How big a participant's tile is now, so that only the needed picture is sent.
    Tile {
        /// The stream's number.
        stream: u32,
        /// Its height in physical pixels; 0 when it is not seen.
        height: u16,
    },
    /// The page cannot go on decoding a stream before a key frame.
    NeedKeyFrame {
        /// The stream's number.
        stream: u32,
    },
    /// What the page has drawn, about once a second.
    Drawn {
        /// One row a stream.
        streams: Vec<DrawStats>,
    },
}

/// Where a picture is on the page, in CSS pixels of the window's content.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, TS)]
#[ts(export)]
pub struct TileRect {
    /// The stream's number.
    pub stream: u32,
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
    /// The radius of the corners.
    pub radius: f64,
    /// The picture is mirrored.
    pub mirrored: bool,
    /// The whole picture is shown, with bars; otherwise the tile is filled.
    pub whole: bool,
}

/// A kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DeviceKind {
    /// Cameras.
    Camera,
    /// Microphones.
    Microphone,
    /// Speakers and headsets.
    Speaker,
    /// What calls the user.
    Ring,
}

/// A part of what is done to the microphone's sound: the fields of [`crate::view::Processing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProcessingPart {
    /// What the speaker plays is taken out.
    EchoCancellation,
    /// Steady noise is taken out.
    NoiseSuppression,
    /// Quiet and loud voices are brought to one level.
    GainControl,
    /// Nothing is done at all.
    Clinical,
}

/// What the page has drawn of a stream since it began.
#[derive(Clone, Debug, PartialEq, Deserialize, TS)]
#[ts(export)]
pub struct DrawStats {
    /// The stream's number.
    pub stream: u32,
    /// Frames that reached the page.
    pub received: u32,
    /// Frames that were decoded.
    pub decoded: u32,
    /// Frames that were drawn.
    pub drawn: u32,
    /// The picture's size as drawn.
    pub width: u32,
    /// The picture's size as drawn.
    pub height: u32,
    /// When the frames of this report were drawn, milliseconds since 1970 (with fractions), at most 120.
    pub drawn_at: Vec<f64>,
    /// Capture-to-drawn latency of those frames whose picture carries a frame clock, in milliseconds.
    pub latency_ms: Vec<f64>,
}
