//! What a token stands for.

use super::{LINK_LIFETIME, Live};
use consilium_model::{Actor, Participant};
use std::sync::Arc;
use time::OffsetDateTime;

/// A participant of a conference.
#[derive(Clone)]
pub(crate) struct Ticket {
    /// The conference.
    pub(crate) live: Arc<Live>,
    /// The participant.
    pub(crate) who: Participant,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenProblem {
    /// No such token.
    Unknown,
    /// Its time is over.
    Expired,
}

impl Ticket {
    /// The participant as one who asks for something.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Participant(self.who.clone())
    }

    /// Whether the conference still is one of this participant's.
    pub(crate) fn takes_part(&self) -> bool {
        self.live.view().conference.plan().roster.contains(&self.who)
    }

    /// The ticket, unless its time is over.
    pub(crate) fn unless_expired(self, now: OffsetDateTime) -> Result<Self, TokenProblem> {
        let view = self.live.view();
        if let Some(visitor) = view.record.visitor(&self.who) {
            let may_come = visitor.may_come(&view.conference, now);
            return if may_come { Ok(self) } else { Err(TokenProblem::Expired) };
        }
        let planned = view.conference.plan().scheduled_end();
        // A visit may take longer than planned.
        let end = view.conference.last_event_at().map_or(planned, |last| planned.max(last));
        if now <= end.saturating_add(LINK_LIFETIME) { Ok(self) } else { Err(TokenProblem::Expired) }
    }
}
