//! What a participant says of itself when the room asks.

use serde::{Deserialize, Serialize};

/// The type of the question and of its answer. Both are beside the room protocol, which ignores what it does not know.
pub(super) const TYPE: &str = "load_report";

/// The answer, since the beginning of the call.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Report {
    /// One for each stream of the others.
    pub(super) streams: Vec<Stream>,
}

/// What came from one of the others.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Stream {
    /// Whole pictures, decoded by who decodes.
    pub(super) pictures: u64,
    /// What they took.
    pub(super) picture_bytes: u64,
    /// The height of the last one.
    pub(super) height: u16,
    /// Seconds of sound; by who plays it, with what filled its gaps.
    pub(super) sound_seconds: f64,
    /// The share of it that filled gaps, in seconds.
    pub(super) concealed_seconds: f64,
    /// When each picture came since the last question, in milliseconds on a clock of the participant's own, and which
    /// picture of the content it was.
    pub(super) seen: Vec<(u32, u16)>,
    /// Times that a picture stayed longer than 200 ms, and how long together, in seconds, by who decodes.
    pub(super) freezes: u64,
    pub(super) frozen_seconds: f64,
    /// Pictures that were shown, by who shows them.
    pub(super) drawn: u64,
    /// How old each picture was when it was shown since the last question, in milliseconds, by who shows pictures with
    /// the time in them.
    pub(super) ages_ms: Vec<f64>,
    /// The time now on that clock.
    pub(super) now_ms: u32,
    /// How like the originals they were, added up, and how many were compared.
    pub(super) likeness: (f64, u64),
}
