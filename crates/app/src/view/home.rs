//! The home page.

use super::ProblemCode;
use consilium_model::Status;
use serde::Serialize;
use ts_rs::TS;

/// The specialist's day.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct HomeView {
    /// The specialist's name.
    pub name: String,
    /// The clinic's name.
    pub clinic: String,
    /// Today's visits by their start.
    pub visits: Vec<VisitRow>,
    /// The list could not be read again; what is shown may be old.
    pub problem: Option<ProblemCode>,
    /// The token was kept in the system's keychain; otherwise it is forgotten when the app closes.
    pub remembered: bool,
}

/// A visit on the home page.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct VisitRow {
    /// For [`crate::Action::OpenVisit`].
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// When it is due, RFC 3339.
    pub scheduled_start: String,
    /// For how long.
    pub scheduled_minutes: u32,
    /// The clients' names.
    pub clients: Vec<String>,
    /// The services' names in the window's language.
    pub services: Vec<String>,
    /// A client is in and waits.
    pub client_waits: bool,
}
