//! What a window, or a participant without one, has measured: for `--report`, and for people who want figures.
//!
//! No name, no address, no token: only counts and times.

mod flow;
mod recorder;

pub use flow::{Flow, FlowReport, Spread};
pub(crate) use recorder::{CallFigures, Recorder, Shown, StreamFigures};

use serde::Serialize;

/// The whole report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// The screens that were shown, in their order.
    pub screens: Vec<String>,
    /// From the start of the process to the first picture on the screen, in milliseconds.
    pub first_paint_ms: Option<u64>,
    /// How long media flowed, in seconds: connected, and not on hold.
    pub flow_seconds: f64,
    /// The streams that were shown. A participant without a window counts a decoded frame as drawn.
    pub streams: Vec<StreamReport>,
    /// Sound.
    pub audio: AudioReport,
    /// What the network did, over all peers.
    pub network: NetworkReport,
}

/// One stream of pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StreamReport {
    /// Whose.
    pub kind: StreamKind,
    /// The stream's number in this window.
    pub stream: u32,
    /// Frames that came from the network (or the own encoder).
    pub frames_received: u64,
    /// Frames that were decoded.
    pub frames_decoded: u64,
    /// Frames that were drawn.
    pub frames_drawn: u64,
    /// Width as drawn.
    pub width: u32,
    /// Height as drawn.
    pub height: u32,
    /// Rate, freezes and latency as drawn.
    #[serde(flatten)]
    pub flow: FlowReport,
}

/// Whose stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamKind {
    /// The self-view.
    Own,
    /// Another participant's camera.
    Peer,
}

/// Sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct AudioReport {
    /// RTP packets from all peers.
    pub packets_received: u64,
    /// The loudest level heard, 0 to 100.
    pub peak_level: u8,
    /// Share of sound that was made up because packets were missing, 0 to 1.
    pub concealed: f64,
}

/// What the network did, over all peers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NetworkReport {
    /// Packets that were sent.
    pub packets_sent: u64,
    /// Packets that came.
    pub packets_received: u64,
    /// Packets that were asked for again.
    pub nacks_sent: u64,
    /// Key frames that were asked for.
    pub plis_sent: u64,
    /// Round trip in milliseconds, the last one measured.
    pub round_trip_ms: Option<u32>,
}
