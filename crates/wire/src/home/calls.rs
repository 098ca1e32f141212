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
//! `POST calls` takes an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): by one key one call is made, and asking
//! again answers the way into it. Another body with the same key is answered 422.
//!
//! All carry the token of a sign-in. What rings, and who is there, is told by [`super::Event`]: of every device of
//! somebody who is called one may accept, and the others hear [`super::Event::RingOver`].
//!
//! | route | body | answer |
//! | --- | --- | --- |
//! | `GET teams` | | [`Teams`] |
//! | `PUT teams/{id}` | [`PutTeam`] | 204: added or changed; 400 [`FailureCode::BadLogin`] for a member who cannot sign in |
//! | `DELETE teams/{id}` | | 204 |
//!
//! These three carry the API key.

use super::FailureCode;
use super::staff::{MAX_NAME, is_line};
use consilium_model::{ConferenceId, Secret, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// So many calls are in an answer to `GET calls`.
pub const MAX_LOG: usize = 200;
/// So many people one call rings at most, teams expanded.
pub const MAX_INVITED: usize = 64;
/// The longest id of a team, in characters.
pub const MAX_TEAM: usize = 64;
/// The longest role of a guest, in characters.
pub const MAX_ROLE: usize = 60;
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

impl TeamId {
    /// Whether a team may be called so: a short line, and a part of an address.
    pub fn is_sound(&self) -> bool {
        is_line(&self.0, MAX_TEAM) && !matches!(self.0.as_str(), "." | "..")
    }
}

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

impl GuestLinkFor {
    /// Why it cannot be taken, if it cannot.
    pub fn fault(&self) -> Option<FailureCode> {
        let is_role = |role: &String| role.is_empty() || is_shown(role, MAX_ROLE);
        let is_sound = is_shown(self.name.expose(), MAX_NAME) && self.role.as_ref().is_none_or(is_role);
        (!is_sound).then_some(FailureCode::BadName)
    }
}

/// A line that others read as it is written: nothing in it turns what stands beside it around (Unicode, UAX #9).
fn is_shown(text: &str, longest: usize) -> bool {
    let turns = |letter| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    is_line(text, longest) && !text.chars().any(turns)
}

/// How the ids of those begin who were brought in by a [`GuestLink`], among the visit's people and in its room.
pub const VISITOR: &str = "guest:";

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

/// Somebody who is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callee {
    /// The login; nothing for somebody who has none and comes by a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The name.
    pub name: Secret,
    /// How far it is with that one.
    pub state: CalleeState,
}

/// How far it is with somebody who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalleeState {
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
    /// Is in another call, and says so.
    Busy,
    /// Does not want to be disturbed: it rings nowhere.
    Undisturbed,
    /// Did not answer.
    #[serde(other)]
    Missed,
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

impl PutTeam {
    /// Why it cannot be taken, if it cannot.
    pub fn fault(&self) -> Option<FailureCode> {
        if !is_line(&self.name, MAX_NAME) {
            Some(FailureCode::BadName)
        } else if self.members.len() > MAX_INVITED {
            Some(FailureCode::TooManyPeople)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_team_is_told() {
        let put = |name: &str, count: usize| {
            let members = (0..count).map(|number| UserId::new(number.to_string())).collect();
            PutTeam { name: name.to_owned(), members }.fault()
        };
        assert_eq!(put("Interpreters", MAX_INVITED), None);
        assert_eq!(put("Nobody yet", 0), None);
        assert_eq!(put("Two\nlines", 1), Some(FailureCode::BadName));
        assert_eq!(put("Everybody", MAX_INVITED + 1), Some(FailureCode::TooManyPeople));
        for id in ["", ".", "..", " a", "a\n", &"a".repeat(MAX_TEAM + 1)] {
            assert!(!TeamId(id.to_owned()).is_sound(), "{id:?}");
        }
        assert!(TeamId("on call".to_owned()).is_sound());
    }

    #[test]
    fn a_guest_has_a_name_of_one_line_that_turns_nothing_around() {
        let fault = |name: &str, role: Option<&str>| {
            GuestLinkFor { name: name.into(), role: role.map(str::to_owned) }.fault()
        };
        assert_eq!(fault("Sample", None), None);
        assert_eq!(fault("Sample", Some("")), None);
        assert_eq!(fault("דוגמה", Some("מתורגמנית")), None);
        for (name, role) in [
            ("", None),
            ("Sam\u{202e}ple", None),
            ("Sample", Some(" interpreter")),
            ("Sample", Some("inter\u{2066}preter")),
        ] {
            assert_eq!(fault(name, role), Some(FailureCode::BadName), "{name:?} {role:?}");
        }
        let long = "r".repeat(MAX_ROLE + 1);
        assert_eq!(fault("Sample", Some(&long)), Some(FailureCode::BadName));
    }
}
