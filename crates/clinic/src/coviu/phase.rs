//! Where a session stands, by its times and by what has happened in it.

use crate::domain::View;
use consilium_model::Status;
use time::OffsetDateTime;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is to come.
    Ahead,
    /// Its time has come, or somebody has begun early.
    Running,
    /// Its time is over, or it was ended.
    Over,
    /// It was canceled before it began.
    Canceled {
        /// When.
        at: OffsetDateTime,
    },
}

impl Phase {
    /// The phase at `now`.
    pub(super) fn of(view: &View, now: OffsetDateTime) -> Self {
        let (conference, plan) = (&view.conference, view.conference.plan());
        match (conference.status(), conference.ending()) {
            (Status::CancelledBeforeStart, Some(ending)) => Self::Canceled { at: ending.at },
            (status, _) if status.is_ended() || now >= plan.scheduled_end() => Self::Over,
            (status, _) if status.is_started() || now >= plan.scheduled_start => Self::Running,
            _ => Self::Ahead,
        }
    }
}
