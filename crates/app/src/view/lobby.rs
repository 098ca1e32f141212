//! The waiting room: of a guest who knocks, and of those who let it in.

use super::ReadyView;
use serde::Serialize;
use ts_rs::TS;

/// The waiting room of a guest, in the place of the visit's own screens until it is let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct LobbyView {
    /// How far it is.
    pub phase: LobbyPhase,
    /// What those inside wrote, oldest first.
    pub notes: Vec<String>,
}

/// How far somebody is who asks to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum LobbyPhase {
    /// On the way to the door.
    Arriving,
    /// Nobody is let in before it is due; it knocks by itself then.
    Early,
    /// It has knocked, and those inside know.
    Knocking {
        /// Where it stands in the queue; missing until the server says so.
        place: Option<PlaceView>,
        /// Whether it is at its screen.
        presence: Presence,
    },
    /// The line is lost; its place is kept for a while.
    Reconnecting,
    /// Not let in. [`crate::Action::Retry`] knocks again.
    Denied {
        /// What those inside say about it.
        reason: Option<String>,
    },
    /// It was in and has left, or did not get to the door: see the visit's problem. [`crate::Action::Retry`] knocks.
    Outside,
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PlaceView {
    /// From 1.
    pub position: u32,
    /// Until its turn, in minutes, as far as it can be told; 0 is at any moment.
    pub estimate_minutes: Option<u32>,
}

/// Whether somebody who waits is at its screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Presence {
    /// At the screen.
    #[default]
    Here,
    /// Has stepped away: [`crate::Action::StepAway`].
    Away,
    /// Those inside ring; until it says that it is back.
    Rung,
}

/// Somebody who asks to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KnockRow {
    /// For [`crate::KnockStep`].
    pub id: String,
    /// Who.
    pub name: String,
    /// For how long it has waited, in milliseconds as of this view.
    #[ts(type = "number")]
    pub waits_ms: u64,
    /// How ready it is.
    pub ready: ReadyView,
    /// It has stepped away from its screen, and may be rung back.
    pub away: bool,
    /// Where it knocks, seen from where the user is.
    pub at: KnockAt,
    /// It is being let in.
    pub busy: bool,
}

/// Where somebody knocks, seen from where the user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KnockAt {
    /// At the room in which the user is.
    Here,
    /// At another visit: letting in goes there first, with camera and microphone on. Everything else is done from here.
    Elsewhere,
    /// At another visit, while the user is in a call: letting in puts that call on hold, everything else does not.
    BeyondCall,
}
