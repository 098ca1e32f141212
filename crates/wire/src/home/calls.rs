//! Calling somebody now: `/home/v1/contacts` and `/home/v1/calls`, for the specialists of the clinic.
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `GET contacts` | | [`Contacts`]: colleagues with their presence, and teams |
//! | `PUT presence` | [`SetPresence`] | 204 |
//! | `GET calls` | | [`CallLog`]: the asker's own, the newest [`MAX_LOG`] |
//! | `POST calls` | [`PlaceCall`] | [`CallEntry`]: a conference that runs, and the others ring |
//! | `POST calls/{call}/accept` | | [`CallEntry`]; 409 [`FailureCode::AnsweredElsewhere`] or [`FailureCode::CallOver`] |
//! | `POST calls/{call}/decline` | [`DeclineCall`] | 204, also when it has stopped ringing meanwhile |
//! | `POST calls/{call}/cancel` | | 204: whoever called gives up; nobody rings any more |
//! | `POST calls/seen` | | 204: what was missed has been seen |
//! | `POST visits/{visit}/people` | [`AskIn`] | 204: they ring, and come into a visit that runs |
//! | `POST visits/{visit}/guest_link` | [`GuestLinkFor`] | [`GuestLink`]: brings one more person in, once |
//!
//! All carry the token of a sign-in. What rings, and who is there, is told by [`super::Event`]: of every device of
//! somebody who is called one may accept, and the others hear [`super::Event::RingOver`].
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `GET teams` | | [`Teams`] |
//! | `PUT teams/{id}` | [`PutTeam`] | 204: added or changed |
//! | `DELETE teams/{id}` | | 204 |
//!
//! These three carry the API key.

#[cfg(doc)]
use super::FailureCode;
use consilium_model::{ConferenceId, Secret, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// So many calls are in an answer to `GET calls`.
pub const MAX_LOG: usize = 200;
/// So many people one call rings at most, teams expanded.
pub const MAX_INVITED: usize = 64;
/// The longest title of a call, in characters.
pub const MAX_TITLE: usize = 200;

/// A call: a UUID. The conference that carries it has an id of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub String);

/// A team, as the clinic calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TeamId(pub String);

/// Whether somebody can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// On some device.
    Available,
    /// In a visit or a call. It rings all the same.
    InCall,
    /// It rings nowhere: a call is missed at once.
    DoNotDisturb,
    /// On no device. It is called all the same, and finds a missed call.
    #[default]
    #[serde(other)]
    Offline,
}

/// A colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The login.
    pub user_id: UserId,
    /// The name.
    pub name: Secret,
    /// The clinic's name.
    #[serde(default)]
    pub clinic: String,
    /// Whether it can be reached.
    #[serde(default)]
    pub availability: Availability,
}

/// Colleagues who are called together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
    /// Who is in it, without those who cannot sign in any more.
    pub members: Vec<UserId>,
}

/// Who can be called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// Everybody but the asker, by name.
    pub contacts: Vec<Contact>,
    /// By name.
    #[serde(default)]
    pub teams: Vec<Team>,
    /// The asker's own.
    #[serde(default)]
    pub do_not_disturb: bool,
}

/// Whether the asker wants to hear calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPresence {
    /// It rings nowhere. Kept over restarts, for every device.
    pub do_not_disturb: bool,
}

/// A call that begins now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceCall {
    /// Who is called.
    #[serde(default)]
    pub contacts: Vec<UserId>,
    /// Teams, of which everybody is called.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    /// What it is about: one line. Without one, it is named by its people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Secret>,
}

/// The way into a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEntry {
    /// The call.
    pub call: CallId,
    /// The conference that carries it.
    pub visit: ConferenceId,
    /// The asker's own access token to it.
    pub access_token: Secret,
}

/// Why a call is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclineCall {
    /// In a call already, rather than unwilling.
    #[serde(default)]
    pub busy: bool,
}

/// Who is asked into a visit or a call that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskIn {
    /// Who rings.
    #[serde(default)]
    pub contacts: Vec<UserId>,
    /// Teams, of which everybody rings.
    #[serde(default)]
    pub teams: Vec<TeamId>,
}

/// For whom a link is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestLinkFor {
    /// The name that others see: one line.
    pub name: Secret,
    /// What it does in the visit, in the words of the clinic, such as "interpreter": one line or nothing.
    #[serde(default)]
    pub role: Option<String>,
}

/// A link that brings one person in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestLink {
    /// Opens in a browser, and from there in the application.
    pub link: Secret,
    /// From then on it is worth nothing, unless it has been used.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// The asker's calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLog {
    /// The newest first.
    pub calls: Vec<CallRow>,
    /// How many were missed and not seen yet.
    #[serde(default)]
    pub missed: u32,
}

/// A call, as one of its people sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRow {
    /// The call.
    pub call: CallId,
    /// Whether the asker called.
    pub outgoing: bool,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Secret>,
    /// The others, whoever called first.
    pub people: Vec<CallPerson>,
    /// When it began to ring.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What became of it.
    pub outcome: CallOutcome,
    /// For how long the asker was in it, in seconds.
    #[serde(default)]
    pub seconds: u32,
    /// The way back into a call that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<CallEntry>,
}

/// Somebody in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPerson {
    /// The login.
    pub user_id: UserId,
    /// The name.
    pub name: Secret,
}

/// What became of a call, for one of its people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It has not begun: it is planned.
    Planned,
    /// It rings.
    Ringing,
    /// It goes on.
    Running,
    /// The asker was in it, with others; or was called and came.
    Answered,
    /// The asker was called and did not answer.
    Missed,
    /// The asker did not want it.
    Declined,
    /// The asker called, and nobody came.
    NoAnswer,
    /// The asker called and gave up.
    Cancelled,
    /// Of a kind that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Why it does not ring any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RingEnd {
    /// Accepted on another device of the same user.
    AnsweredElsewhere,
    /// Declined on another device of the same user.
    DeclinedElsewhere,
    /// Whoever called gave up, or the call has ended.
    Cancelled,
    /// Nobody answered in time.
    #[serde(other)]
    Missed,
}

/// The teams of the clinic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teams {
    /// By name.
    pub teams: Vec<Team>,
}

/// What is to be known of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutTeam {
    /// What people call it: one line.
    pub name: String,
    /// Logins of those in it.
    pub members: Vec<UserId>,
}
