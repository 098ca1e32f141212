//! Calling somebody now: calls that ring, and what is kept of them (`xassist.md`; `/home/v1/calls`).
//!
//! A call is carried by a conference like any other: its room, chat, clock and audit trail are the conference's, and who is in
//! it is what the conference says ([`follow`]). What is the call's own is who rings ([`ringing`]), and its log. It never
//! rings before it is durable that it does, and never tells of a call to somebody who is not in it.

mod desk;
mod follow;
mod guests;
mod heard;
mod once;
mod place;
mod reach;
mod record;
pub(crate) mod ringing;
mod shown;
#[cfg(test)]
mod tests;

pub(crate) use desk::{Call, Calls};
pub(crate) use follow::until_due;
pub(crate) use guests::Guest;
pub(crate) use heard::Told;
pub(crate) use place::entry;
pub(crate) use record::{
    CallReason, CallRecord, CallStatus, CallType, Invited, LoggedEvent, NewCall, PREFIX, Person, Placed,
    Snapshot,
};
pub(crate) use shown::row;

use crate::domain::{ClinicError, EditError};
use crate::store::StoreError;

/// Why a call is not made, or not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// There is none, or it is none of the asker's business.
    #[error("there is no such call")]
    NotFound,
    /// Nobody is left to be called.
    #[error("nobody is left to be called")]
    NobodyToCall,
    /// More people than a call takes.
    #[error("more people than a call takes")]
    TooManyPeople,
    /// The title is too long or no line of text.
    #[error("that is no title")]
    BadTitle,
    /// Whoever calls has planned as many as one may.
    #[error("too many planned calls")]
    TooManyPlanned,
    /// Too many calls in a short time.
    #[error("too many calls")]
    TooOften,
    /// Another device of the same user was first.
    #[error("answered elsewhere")]
    AnsweredElsewhere,
    /// It is over, or the visit does not run.
    #[error("the call is over")]
    Over,
    /// The call is not open to whoever has its link.
    #[error("only for those who were called")]
    NotOpen,
    /// Another call was asked for by the same key.
    #[error("another call was asked for by the same key")]
    KeyReused,
    /// The server failed, or stops.
    #[error("the server has failed")]
    Internal,
}

impl From<StoreError> for CallError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store has failed");
        Self::Internal
    }
}

impl From<ClinicError> for CallError {
    fn from(error: ClinicError) -> Self {
        match error {
            ClinicError::Refused(_) => Self::Over,
            ClinicError::Store(error) => error.into(),
            ClinicError::Stopping => Self::Internal,
        }
    }
}

impl From<EditError> for CallError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Clinic(error) => error.into(),
            EditError::EndsInPast => Self::Over,
        }
    }
}

impl From<ringing::NotTaken> for CallError {
    fn from(error: ringing::NotTaken) -> Self {
        match error {
            ringing::NotTaken::AnsweredElsewhere => Self::AnsweredElsewhere,
            ringing::NotTaken::Over => Self::Over,
        }
    }
}
