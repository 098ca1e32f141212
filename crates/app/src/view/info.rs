//! What a visit is about, and who takes part.

use consilium_model::{Role, UserId};
use consilium_wire::home::calls::VISITOR;
use serde::Serialize;
use ts_rs::TS;

/// What a visit is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct VisitInfo {
    /// The organization's name.
    pub organization: String,
    /// The branch's name.
    pub branch: String,
    /// The services' names in the window's language.
    pub services: Vec<String>,
    /// When it is due, RFC 3339.
    pub scheduled_start: String,
    /// For how long.
    pub scheduled_minutes: u32,
    /// The time zone of the branch, an IANA name.
    pub timezone: String,
    /// From when it may be opened, RFC 3339; missing when at any time.
    pub opens_at: Option<String>,
    /// Everyone who takes part.
    pub people: Vec<Person>,
    /// When it started, RFC 3339.
    pub started_at: Option<String>,
    /// When it ended, RFC 3339.
    pub finished_at: Option<String>,
}

/// What somebody is in a visit, for the word beside the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[ts(export)]
pub enum PersonRole {
    /// A patient, or a client.
    Client,
    /// A doctor, or another specialist.
    Specialist,
    /// Was brought in by a link for one person: an interpreter, a guardian.
    Visitor,
}

impl From<Role> for PersonRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Client => Self::Client,
            Role::Specialist => Self::Specialist,
        }
    }
}

impl PersonRole {
    /// Of whoever takes part with this role and this id.
    pub(crate) fn of(role: Role, id: &UserId) -> Self {
        match role {
            Role::Client if id.as_str().starts_with(VISITOR) => Self::Visitor,
            role => role.into(),
        }
    }
}

/// A person of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Person {
    /// Name, middle name, surname.
    pub name: String,
    /// The profession of a specialist.
    pub profession: Option<String>,
    /// The role.
    pub role: PersonRole,
    /// Has joined.
    pub joined: bool,
    /// Is the user of this window.
    pub me: bool,
    /// The visit does not start without this person.
    pub required: bool,
}
