//! How well the call goes, in steps a person can name, and in figures for whoever wants them.

use serde::Serialize;
use ts_rs::TS;

/// How well the call with one participant goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "level", rename_all = "snake_case")]
#[ts(export)]
pub enum QualityView {
    /// Not known yet.
    #[default]
    Unknown,
    /// Nothing to complain of.
    Good,
    /// It shows.
    Fair {
        /// Why.
        cause: QualityCause,
        /// At which end.
        whose: QualityEnd,
    },
    /// It disturbs.
    Poor {
        /// Why.
        cause: QualityCause,
        /// At which end.
        whose: QualityEnd,
    },
}

/// What makes the call worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum QualityCause {
    /// The line is slow or loses much.
    Network,
    /// A processor does not keep up.
    Processor,
    /// A camera or a microphone gives nothing.
    Device,
}

/// At which end something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum QualityEnd {
    /// Here.
    Mine,
    /// There.
    Theirs,
    /// Somewhere between, or it cannot be told.
    Between,
}

/// How much of the own camera a participant gets, when its line does not carry all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Reduced {
    /// A smaller picture, or fewer of them.
    Smaller,
    /// One picture a second.
    Slides,
    /// Sound alone.
    AudioOnly,
}

/// The path that pictures take to the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DrawingPath {
    /// The page decodes and draws them.
    #[default]
    Page,
    /// The application decodes and draws them beneath the page.
    Native,
}

/// The figures of the call, for the panel.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct DetailsView {
    /// How pictures come to the screen.
    pub drawing: DrawingPath,
    /// The processor time of this application, in percent of one core; missing where the system does not tell.
    pub processor_percent: Option<u32>,
    /// One row for each of the others.
    pub peers: Vec<PeerDetails>,
}

/// The figures of the call with one participant. Rates are of the last second or two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct PeerDetails {
    /// The seat.
    pub id: String,
    /// The name.
    pub name: String,
    /// Pictures that came a second.
    pub frames_in: u32,
    /// The height of the picture that came, in pixels.
    pub height_in: Option<u32>,
    /// What came, in kbit/s.
    pub kbits_in: u32,
    /// What went out, in kbit/s.
    pub kbits_out: u32,
    /// What the line to it carries, in kbit/s, as far as that is known.
    pub line_kbits: Option<u32>,
    /// The round trip in milliseconds.
    pub round_trip_ms: Option<u32>,
    /// Packets that got lost on the way here, in percent.
    pub lost_percent: Option<f32>,
    /// Sound that had to be made up, in percent.
    pub concealed_percent: f32,
    /// How long the picture stood still so far, in milliseconds.
    pub frozen_ms: u32,
    /// What it gets of the own camera when it is less than it could be.
    pub gets: Option<Reduced>,
}
