//! How it stands with one person of a call.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// It rings.
    Ring,
    /// They are told, and come when they like.
    Tell,
}

/// Why somebody has missed a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Miss {
    /// Nobody answered in time, or whoever did never came in.
    TimedOut,
    /// Whoever called gave up, or the call ended.
    Cancelled,
    /// They do not want to hear calls.
    Undisturbed,
}

/// How it stands with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "of", rename_all = "snake_case")]
pub(crate) enum Place {
    /// Whoever calls, and comes in without being called.
    Calls,
    /// Is not called yet.
    Later(Way),
    /// Knows of it, and comes when they like.
    Told,
    /// It rings.
    Rings {
        /// Until then.
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// Has accepted, and is not in yet.
    Answers {
        /// So long it is waited for.
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
        /// Had missed it before, which is in the log.
        #[serde(default)]
        missed: Option<Miss>,
    },
    /// Is in the conference.
    In,
    /// Was in, and has gone.
    Out,
    /// Did not want it.
    Declined {
        /// Being in another call.
        busy: bool,
    },
    /// Did not answer, or never came.
    Missed(Miss),
    /// It was over before they were called; or came uncalled before its time, and has gone.
    Never,
}

impl Place {
    /// Until when it rings, or somebody who has accepted is waited for.
    pub(crate) const fn until(self) -> Option<OffsetDateTime> {
        match self {
            Self::Rings { until } | Self::Answers { until, .. } => Some(until),
            Self::Calls
            | Self::Later(_)
            | Self::Told
            | Self::In
            | Self::Out
            | Self::Declined { .. }
            | Self::Missed(_)
            | Self::Never => None,
        }
    }

    /// Whether it rings.
    pub(crate) const fn rings(self) -> bool {
        matches!(self, Self::Rings { .. })
    }

    /// Whether they are called and have not come, declined or missed it yet.
    pub(super) const fn is_called(self) -> bool {
        matches!(self, Self::Told | Self::Rings { .. } | Self::Answers { .. })
    }
}
