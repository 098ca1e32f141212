//! What a visit is about, and who takes part.

use consilium_model::Role;
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

/// A person of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Person {
    /// Name, middle name, surname.
    pub name: String,
    /// The profession of a specialist.
    pub profession: Option<String>,
    /// The role.
    pub role: Role,
    /// Has joined.
    pub joined: bool,
    /// Is the user of this window.
    pub me: bool,
    /// The visit does not start without this person.
    pub required: bool,
}
