//! Taking in somebody who has knocked.

use super::{Clinic, ClinicError, Live, View};
use crate::store::Entry;
use consilium_model::{Actor, Command, Conference, Participant, Refusal, Status};
use consilium_wire::room::Rights;
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

impl View {
    /// Whether this participant has to be let in and never was: it learns of the others only who may let it in.
    pub(crate) fn is_stranger(&self, who: &Participant) -> bool {
        self.record.face.entry_of(who) == Entry::Knock && !self.conference.has_attended(who)
    }

    /// What this participant may do now beside the room, which has a door of its own. Whoever is out and has to be let
    /// in again reads what is written, and writes again after the end: nobody lets in any more.
    pub(crate) fn rights_of(&self, who: &Participant) -> Rights {
        let rights = self.record.face.rights_of(who);
        let conference = &self.conference;
        match self.record.face.entry_of(who) {
            Entry::Free => rights,
            Entry::Knock if self.is_stranger(who) => {
                Rights { write: false, read: false, send_files: false, receive_files: false, ..rights }
            }
            Entry::Knock if conference.joined().contains(who) || conference.status().is_ended() => rights,
            Entry::Knock => Rights { write: false, send_files: false, ..rights },
        }
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
