//! Calling somebody now: whom, what rings, and what has been.

use super::{Line, ProblemCode};
use consilium_model::Secret;
use serde::Serialize;
use ts_rs::TS;

/// Whom a specialist can call, and the calls that were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CallsView {
    /// What is open of it.
    pub pane: CallsPane,
    /// How many calls were missed and not seen.
    pub missed: u32,
    /// It rings nowhere.
    pub do_not_disturb: bool,
    /// A closed window goes on in the tray, so that it rings; where the desktop has one.
    pub in_tray: bool,
    /// The line to the clinic: while it is lost, nothing rings.
    pub line: Line,
    /// What is searched for, as typed.
    pub query: String,
    /// Colleagues that match, by name; empty while the pane is closed.
    pub contacts: Vec<ContactRow>,
    /// Teams that match, by name; empty while the pane is closed.
    pub teams: Vec<TeamRow>,
    /// The calls that were, the newest first; empty while the pane is closed.
    pub log: Vec<CallLogRow>,
    /// Nothing has been read yet.
    pub loading: bool,
    /// A call is being placed: another one waits.
    pub placing: bool,
    /// Why the last step failed.
    pub problem: Option<ProblemCode>,
}

/// What is open of [`CallsView`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CallsPane {
    /// Nothing.
    #[default]
    Closed,
    /// Colleagues and teams.
    People,
    /// The calls that were.
    Log,
}

/// Whether somebody can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Availability {
    /// On some device.
    Available,
    /// In a visit or a call. It rings all the same.
    InCall,
    /// It rings nowhere.
    DoNotDisturb,
    /// On no device.
    Offline,
}

/// A colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ContactRow {
    /// For [`crate::CallStep`].
    pub id: String,
    /// The name.
    pub name: String,
    /// The clinic's name.
    pub clinic: String,
    /// Whether it can be reached.
    pub availability: Availability,
}

/// Colleagues who are called together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TeamRow {
    /// For [`crate::CallStep`].
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The names of those in it, without the user's own.
    pub members: Vec<String>,
    /// How many of them are available.
    pub available: u32,
}

/// A call that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CallLogRow {
    /// For [`crate::CallStep`].
    pub id: String,
    /// The user called.
    pub outgoing: bool,
    /// What became of it.
    pub outcome: CallOutcome,
    /// What it was about.
    pub title: Option<String>,
    /// The others, whoever called first.
    pub people: Vec<String>,
    /// When it began to ring, RFC 3339.
    pub at: String,
    /// For how long the user was in it.
    pub seconds: u32,
    /// It was missed, and has not been seen.
    pub unseen: bool,
    /// The same people can be called again.
    pub can_call_back: bool,
    /// It goes on, and the user may come into it.
    pub can_rejoin: bool,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CallOutcome {
    /// It has not begun: it is planned.
    Planned,
    /// It rings.
    Ringing,
    /// It goes on.
    Running,
    /// The user was in it with others.
    Answered,
    /// The user was called and did not answer.
    Missed,
    /// The user did not want it.
    Declined,
    /// The user called, and nobody came.
    NoAnswer,
    /// The user called and gave up.
    Cancelled,
    /// Of a kind that this version does not know.
    Unknown,
}

/// Somebody calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RingRow {
    /// For [`crate::CallStep`].
    pub id: String,
    /// Who.
    pub name: String,
    /// What it is about.
    pub title: Option<String>,
    /// How many others are called, or in it.
    pub others: u32,
    /// The user is asked into a visit that runs.
    pub into_visit: bool,
    /// For how long it goes on ringing, in milliseconds as of this view.
    #[ts(type = "number")]
    pub left_ms: u64,
    /// The user is in a visit or a call, which would be put on hold.
    pub holds: bool,
    /// It is being accepted.
    pub busy: bool,
    /// Why it could not be accepted; it still rings.
    pub problem: Option<ProblemCode>,
}

/// A visit or a call that the user has left for another call. It goes on meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HeldView {
    /// What it is about.
    pub title: Option<String>,
}

/// How it goes with those whom the user calls, or has asked into the visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OutgoingView {
    /// Everybody.
    pub people: Vec<OutgoingRow>,
    /// It rings nowhere any more, and nobody has come: the user calls again, or leaves.
    pub over: bool,
    /// They are being called again, or the call is given up.
    pub busy: bool,
}

/// Somebody who is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OutgoingRow {
    /// Tells the rows apart.
    pub id: String,
    /// The name.
    pub name: String,
    /// How far it is with that one.
    pub state: OutgoingState,
}

/// How far it is with somebody who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum OutgoingState {
    /// It rings nowhere, but is told, and comes when it likes; or its turn comes yet.
    Told,
    /// It rings.
    Ringing,
    /// Accepted, and about to come in.
    Answered,
    /// In the call.
    Joined,
    /// Was in, and has gone.
    Left,
    /// Did not want it.
    Declined,
    /// In another call.
    Busy,
    /// Does not want to be disturbed.
    Undisturbed,
    /// Did not answer.
    Missed,
}

/// Asking another person into the open visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AskInView {
    /// What is searched for, as typed.
    pub query: String,
    /// Colleagues that match, by name.
    pub contacts: Vec<ContactRow>,
    /// Teams that match, by name.
    pub teams: Vec<TeamRow>,
    /// Somebody is being asked in, or a link is being made.
    pub busy: bool,
    /// Why the last step failed.
    pub problem: Option<ProblemCode>,
    /// The link that was made last.
    pub link: Option<InviteLink>,
}

/// A link that brings one person in, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct InviteLink {
    /// To be given to that person and to nobody else.
    #[ts(type = "string")]
    pub url: Secret,
    /// For whom.
    pub name: String,
    /// From then on it is worth nothing, unless it has been used: RFC 3339.
    pub expires_at: String,
}
