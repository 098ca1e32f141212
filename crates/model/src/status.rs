//! The statuses of a conference (`medme.md`, "Status machine").

use serde::{Deserialize, Serialize};

/// Where a conference stands. The transitions live in the conference machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Created, nobody may join yet.
    Pending,
    /// A specialist has opened it; participants may join.
    OpenForJoining,
    /// Everyone needed is in.
    Started,
    /// Someone needed has left.
    StartedAndWaiting,
    /// The specialist has paused it.
    StartedAndPaused,
    /// Cancelled before its start. Ended.
    CancelledBeforeStart,
    /// Cancelled after its start. Ended.
    CancelledAfterStart,
    /// Over. Ended.
    Finished,
}

impl Status {
    /// Every status, in the order of a visit.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::OpenForJoining,
        Self::Started,
        Self::StartedAndWaiting,
        Self::StartedAndPaused,
        Self::CancelledBeforeStart,
        Self::CancelledAfterStart,
        Self::Finished,
    ];

    /// Started and not ended, whether waiting, paused or running.
    pub const fn is_started(self) -> bool {
        matches!(self, Self::Started | Self::StartedAndWaiting | Self::StartedAndPaused)
    }

    /// Over: only the short restore leads out of it.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::CancelledBeforeStart | Self::CancelledAfterStart | Self::Finished)
    }

    /// The name on the wire, for example `started_and_paused`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::OpenForJoining => "open_for_joining",
            Self::Started => "started",
            Self::StartedAndWaiting => "started_and_waiting",
            Self::StartedAndPaused => "started_and_paused",
            Self::CancelledBeforeStart => "cancelled_before_start",
            Self::CancelledAfterStart => "cancelled_after_start",
            Self::Finished => "finished",
        }
    }

    /// The status with that name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}
