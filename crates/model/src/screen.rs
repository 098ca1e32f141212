//! The client's routing table (`medme.md`, "Screens").

use crate::{Role, Status};
use serde::{Deserialize, Serialize};

/// The eight screens of a visit, by their protocol names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Screen {
    /// The link leads nowhere: unknown, refused or expired token.
    #[serde(rename = "4xx")]
    Refused,
    /// The client waits for the specialist to open the visit.
    PendingClient,
    /// The specialist may open the visit.
    PendingSpecialist,
    /// The client may join, or waits for the others after joining.
    JoinClient,
    /// The specialist may join and start.
    JoinSpecialist,
    /// Cancelled before the start.
    Cancelled,
    /// Over, with the real times.
    Finish,
    /// The conference itself.
    Started,
}

/// The screen for a role in a status; `joined` says whether this user is among the joined.
pub const fn route(role: Role, status: Status, joined: bool) -> Screen {
    match (status, role) {
        (Status::Pending, Role::Client) => Screen::PendingClient,
        (Status::Pending, Role::Specialist) => Screen::PendingSpecialist,
        (Status::OpenForJoining, Role::Client) => Screen::JoinClient,
        (Status::OpenForJoining, Role::Specialist) => Screen::JoinSpecialist,
        (Status::Started | Status::StartedAndWaiting | Status::StartedAndPaused, role) => {
            match (joined, role) {
                (true, _) => Screen::Started,
                (false, Role::Client) => Screen::JoinClient,
                (false, Role::Specialist) => Screen::JoinSpecialist,
            }
        }
        (Status::CancelledBeforeStart, _) => Screen::Cancelled,
        (Status::CancelledAfterStart | Status::Finished, _) => Screen::Finish,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_joined_see_a_started_conference() {
        for status in Status::ALL {
            for role in [Role::Client, Role::Specialist] {
                assert_ne!(route(role, status, false), Screen::Started);
                assert_eq!(route(role, status, true) == Screen::Started, status.is_started());
            }
        }
    }

    #[test]
    fn ended_statuses_lead_to_the_two_last_screens() {
        for status in Status::ALL.into_iter().filter(|status| status.is_ended()) {
            let screen = route(Role::Client, status, true);
            assert!(matches!(screen, Screen::Cancelled | Screen::Finish));
        }
    }

    #[test]
    fn names_are_those_of_the_protocol_page() {
        let name = |screen| serde_json::to_value(screen).unwrap();
        assert_eq!(name(Screen::Refused), "4xx");
        assert_eq!(name(Screen::PendingSpecialist), "pending-specialist");
    }
}
