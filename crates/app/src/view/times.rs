//! How long a visit takes, and how long it has taken.

use consilium_model::{ClockPhase, GapReason};
use serde::Serialize;
use ts_rs::TS;

/// The visit's clock at the moment of publishing. The window counts on from here by itself while `running`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ClockView {
    /// Milliseconds left of the schedule.
    #[ts(type = "number")]
    pub remaining_ms: u64,
    /// Milliseconds past the schedule.
    #[ts(type = "number")]
    pub overtime_ms: u64,
    /// Milliseconds of the visit without pauses.
    #[ts(type = "number")]
    pub net_ms: u64,
    /// The clock moves.
    pub running: bool,
    /// How near the end is.
    pub phase: ClockPhase,
}

/// How long a visit really took. All in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TimesView {
    /// As planned.
    pub scheduled: u32,
    /// Without pauses.
    pub net: u32,
    /// With pauses.
    pub dirty: u32,
    /// While anyone was in.
    pub real: u32,
    /// While both sides were in; missing when the server does not count it.
    pub both_present: Option<u32>,
    /// When it was interrupted, oldest first.
    pub gaps: Vec<GapView>,
}

/// An interruption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct GapView {
    /// Since when, RFC 3339.
    pub from: String,
    /// For how long, in seconds.
    pub seconds: u32,
    /// Why.
    pub reason: GapReason,
}
