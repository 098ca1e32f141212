//! Taking in somebody who has knocked.

use super::{Clinic, ClinicError, Live};
use crate::store::Entry;
use consilium_model::{Actor, Command, Conference, Participant, Refusal, Status};
use std::sync::Arc;

impl Clinic {
    /// Takes in somebody who has knocked and was let in by somebody inside, and opens the conference for that if it
    /// must be opened first.
    pub(crate) async fn admit(
        self: &Arc<Self>,
        live: &Arc<Live>,
        who: Participant,
        by: Participant,
    ) -> Result<Status, ClinicError> {
        let open = |conference: &Conference, now| match conference.status() {
            Status::Pending if !conference.plan().is_open => Ok((Command::Open, now)),
            _ => Err(Refusal::CannotOpen),
        };
        match self.apply_chosen(live, Actor::Participant(by), open).await {
            // Whether it may be joined is for the join to say.
            Ok(_) | Err(ClinicError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
        self.apply_chosen(live, Actor::Participant(who), |_, now| Ok((Command::Join, now))).await
    }
}

impl Live {
    /// Whether this participant is in already or may join by itself.
    pub(super) fn may_join_alone(&self, by: &Actor) -> bool {
        let view = self.view();
        match by {
            Actor::Participant(who) => {
                view.record.face.entry_of(who) == Entry::Free || view.conference.joined().contains(who)
            }
            Actor::Booking | Actor::Clock => true,
        }
    }
}
