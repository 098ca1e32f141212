//! What is asked of a conference, what happens to it, and why it refuses.

use super::Plan;
use crate::{Role, Status, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A person in a role. Booking systems number clients and specialists apart, so the id alone names nobody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Participant {
    /// The role in this conference.
    pub role: Role,
    /// The booking system's id.
    pub id: UserId,
}

impl Participant {
    /// A client.
    pub fn client(id: impl Into<UserId>) -> Self {
        Self { role: Role::Client, id: id.into() }
    }

    /// A specialist.
    pub fn specialist(id: impl Into<UserId>) -> Self {
        Self { role: Role::Specialist, id: id.into() }
    }
}

/// On whose behalf something is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A participant.
    Participant(Participant),
    /// The booking system.
    Booking,
    /// Time itself: a conference whose time is over.
    Clock,
}

/// What is asked of a conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A specialist lets participants join.
    Open,
    /// A participant comes in.
    Join,
    /// A participant goes out.
    Leave,
    /// A specialist starts without waiting for every client.
    Start,
    /// A specialist pauses.
    Pause,
    /// A specialist goes on after a pause.
    Resume,
    /// A specialist ends it.
    Finish,
    /// A participant, or the booking system, calls it off.
    Cancel,
    /// A specialist takes the end back.
    Restore,
    /// Its time is over: started ones finish, the others are cancelled.
    Expire,
    /// The booking system, or a specialist, changes the plan. Whoever is in and no longer planned leaves.
    Edit(Box<Plan>),
}

/// Something that has happened, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// On whose behalf.
    pub by: Actor,
    /// What.
    pub change: Change,
}

/// What an event changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// A participant came in.
    Joined {
        /// Who.
        who: Participant,
    },
    /// A participant went out.
    Left {
        /// Who.
        who: Participant,
    },
    /// A step of the status machine, other than an end or its restore.
    Moved {
        /// The status afterwards.
        to: Status,
    },
    /// It ended.
    Ended {
        /// One of the three ended statuses.
        to: Status,
        /// By the booking system.
        external: bool,
    },
    /// The end was taken back.
    Restored {
        /// The status afterwards.
        to: Status,
    },
    /// The plan was changed.
    Edited {
        /// The plan from now on.
        plan: Plan,
    },
}

/// Why a conference did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// The user does not take part.
    #[error("the user does not take part")]
    NotAParticipant,
    /// Only a specialist of this conference may do this.
    #[error("only a specialist may do this")]
    NotASpecialist,
    /// It cannot be opened in this status, or not yet.
    #[error("it cannot be opened now")]
    CannotOpen,
    /// It cannot be joined in this status.
    #[error("it cannot be joined now")]
    CannotJoin,
    /// The participant is in already.
    #[error("the participant is in already")]
    AlreadyJoined,
    /// The participant is not in.
    #[error("the participant is not in")]
    NotJoined,
    /// The specialist has to be in first.
    #[error("the specialist is not in")]
    SpecialistNotJoined,
    /// Someone is missing without whom it cannot start.
    #[error("someone needed is not in")]
    NotReady,
    /// It cannot be started in this status.
    #[error("it cannot be started now")]
    CannotStart,
    /// It cannot be finished in this status.
    #[error("it cannot be finished now")]
    CannotFinish,
    /// It has ended already.
    #[error("it cannot be cancelled now")]
    CannotCancel,
    /// It has ended.
    #[error("it cannot be edited now")]
    CannotEdit,
    /// The machine has no such step.
    #[error("there is no such step from this status")]
    WrongStatusChange,
    /// The time for a restore is over, or it was cancelled by the booking system.
    #[error("it can no longer be restored")]
    RestoreTimedOut,
}
