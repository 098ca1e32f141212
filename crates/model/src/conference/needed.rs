//! Who takes part, and who of them is needed.
//!
//! Every client is needed, and every specialist with `required: true`. When no specialist has the flag, at least
//! one specialist is needed.

use crate::{Participant, Role, UserId};
use std::collections::BTreeSet;

/// A specialist as the booking system planned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSpecialist {
    /// Who.
    pub id: UserId,
    /// The conference does not go on without this one.
    pub required: bool,
}

/// Everyone who takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// The specialists.
    pub specialists: Vec<PlannedSpecialist>,
    /// The clients.
    pub clients: Vec<UserId>,
}

impl Roster {
    /// Whether this person has this role here.
    pub fn contains(&self, who: &Participant) -> bool {
        match who.role {
            Role::Client => self.clients.contains(&who.id),
            Role::Specialist => self.specialists.iter().any(|specialist| specialist.id == who.id),
        }
    }

    /// Everyone, specialists first.
    pub fn participants(&self) -> impl Iterator<Item = Participant> {
        let specialists = self.specialists.iter().map(|one| Participant::specialist(one.id.clone()));
        specialists.chain(self.clients.iter().map(|id| Participant::client(id.clone())))
    }

    pub(super) fn is_everyone_in(&self, joined: &BTreeSet<Participant>) -> bool {
        self.has_needed_specialists(joined) && self.clients_in(joined) == self.clients.len()
    }

    /// Whether a specialist may start: the needed specialists and at least one client, if any are planned, are in.
    pub(super) fn is_quorum_in(&self, joined: &BTreeSet<Participant>) -> bool {
        self.has_needed_specialists(joined) && (self.clients.is_empty() || self.clients_in(joined) > 0)
    }

    /// Whether someone needed has gone. A client who never came since the start is not waited for: the specialist
    /// chose to start without.
    pub(super) fn is_someone_missing(
        &self,
        joined: &BTreeSet<Participant>,
        arrived: &BTreeSet<Participant>,
    ) -> bool {
        let gone = |who: &Participant| who.role == Role::Client && !joined.contains(who);
        !self.has_needed_specialists(joined) || arrived.iter().any(gone)
    }

    fn has_needed_specialists(&self, joined: &BTreeSet<Participant>) -> bool {
        let is_in = |one: &PlannedSpecialist| joined.contains(&Participant::specialist(one.id.clone()));
        let mut required = self.specialists.iter().filter(|one| one.required).peekable();
        match required.peek() {
            Some(_) => required.all(is_in),
            None => self.specialists.is_empty() || self.specialists.iter().any(is_in),
        }
    }

    fn clients_in(&self, joined: &BTreeSet<Participant>) -> usize {
        joined.iter().filter(|who| who.role == Role::Client).count()
    }
}
