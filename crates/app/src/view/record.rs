//! How the calls of a visit went, for its specialists and after its end.

use super::Reduced;
use consilium_model::Role;
use serde::Serialize;
use ts_rs::TS;

/// How the calls of a visit went, as those who took part have told the server.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct CallRecordView {
    /// All in all: as it was for the one who had it worst.
    pub level: RecordLevel,
    /// One row for each who has told and each of the others at that time, in the order they came.
    pub rows: Vec<RecordRow>,
}

/// How well a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RecordLevel {
    /// Nothing to complain of.
    Good,
    /// It showed.
    Fair,
    /// It disturbed.
    Poor,
}

/// How a call was for one participant, with one of the others.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct RecordRow {
    /// For whom.
    pub by: Role,
    /// With whom.
    pub with: Role,
    /// How well it went.
    pub level: RecordLevel,
    /// How long media could flow.
    pub seconds: u32,
    /// Packets that got lost, in percent.
    pub lost_percent: Option<f32>,
    /// What the loss stayed below for 95 % of the time, in percent.
    pub lost_percent_p95: Option<f32>,
    /// The round trip in milliseconds.
    pub round_trip_ms: Option<u32>,
    /// What the round trip stayed below for 95 % of the time, in milliseconds.
    pub round_trip_ms_p95: Option<u32>,
    /// Sound that had to be made up, in percent.
    pub concealed_percent: f32,
    /// How long the picture stood still, in milliseconds.
    pub frozen_ms: u32,
    /// The least that the other one got of this one's camera because of the line.
    pub worst: Option<Reduced>,
    /// How often the way to the other one was lost and found again.
    pub reconnects: u32,
}
