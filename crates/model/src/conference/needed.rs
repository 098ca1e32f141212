//! Who takes part, and who of them is needed.
//!
//! Every client is needed, and every specialist with `required: true`. When no specialist has the flag, at least
//! one specialist is needed. Guests are not: a visit neither waits for an interpreter nor stops when one leaves.

use crate::{Participant, Role, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A specialist as the booking system planned it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSpecialist {
    /// Who.
    pub id: UserId,
    /// The conference does not go on without this one.
    pub required: bool,
}

/// Everyone who takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// The specialists.
    pub specialists: Vec<PlannedSpecialist>,
    /// The clients.
    pub clients: Vec<UserId>,
    /// People with the role of a client whom nobody waits for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<UserId>,
}

impl Roster {
    /// Whether this person has this role here.
    pub fn contains(&self, who: &Participant) -> bool {
        match who.role {
            Role::Client => self.clients.contains(&who.id) || self.guests.contains(&who.id),
            Role::Specialist => self.specialists.iter().any(|specialist| specialist.id == who.id),
        }
    }

    /// Everyone, specialists first and guests last.
    pub fn participants(&self) -> impl Iterator<Item = Participant> {
        let specialists = self.specialists.iter().map(|one| Participant::specialist(one.id.clone()));
        specialists.chain(self.clients()).chain(self.guests.iter().cloned().map(Participant::client))
    }

    /// Whether it starts by itself. Not with nobody in, whatever the plan says.
    pub(super) fn is_everyone_in(&self, joined: &BTreeSet<Participant>) -> bool {
        !joined.is_empty()
            && self.has_needed_specialists(joined)
            && self.clients().all(|who| joined.contains(&who))
    }

    /// Whether a specialist may start: the needed specialists and at least one client, if any are planned, are in.
    pub(super) fn is_quorum_in(&self, joined: &BTreeSet<Participant>) -> bool {
        self.has_needed_specialists(joined)
            && (self.clients.is_empty() || self.clients().any(|who| joined.contains(&who)))
    }

    /// Whether someone needed has gone. A client who never came since the start is not waited for: the specialist
    /// chose to start without.
    pub(super) fn is_someone_missing(
        &self,
        joined: &BTreeSet<Participant>,
        arrived: &BTreeSet<Participant>,
    ) -> bool {
        let gone = |who: &Participant| {
            who.role == Role::Client && !self.guests.contains(&who.id) && !joined.contains(who)
        };
        joined.is_empty() || !self.has_needed_specialists(joined) || arrived.iter().any(gone)
    }

    fn has_needed_specialists(&self, joined: &BTreeSet<Participant>) -> bool {
        let is_in = |one: &PlannedSpecialist| joined.contains(&Participant::specialist(one.id.clone()));
        let mut required = self.specialists.iter().filter(|one| one.required).peekable();
        match required.peek() {
            Some(_) => required.all(is_in),
            None => self.specialists.is_empty() || self.specialists.iter().any(is_in),
        }
    }

    fn clients(&self) -> impl Iterator<Item = Participant> {
        self.clients.iter().cloned().map(Participant::client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_guests_and_nothing_stops_when_they_leave() {
        let roster = Roster {
            specialists: vec![PlannedSpecialist { id: "d".into(), required: true }],
            clients: vec!["p".into()],
            guests: vec!["g".into()],
        };
        let [doctor, patient, guest] =
            [Participant::specialist("d"), Participant::client("p"), Participant::client("g")];
        let set = |who: &[&Participant]| who.iter().map(|who| (*who).clone()).collect::<BTreeSet<_>>();
        assert!(
            roster.contains(&guest)
                && roster.participants().eq([doctor.clone(), patient.clone(), guest.clone()])
        );
        assert!(roster.is_everyone_in(&set(&[&doctor, &patient])));
        assert!(!roster.is_quorum_in(&set(&[&doctor, &guest])), "an interpreter alone is no visit");
        let all = set(&[&doctor, &patient, &guest]);
        assert!(!roster.is_someone_missing(&set(&[&doctor, &patient]), &all));
        assert!(roster.is_someone_missing(&set(&[&doctor, &guest]), &all));
    }
}
