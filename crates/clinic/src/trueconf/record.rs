//! What only this face knows of a conference.

use crate::store::Entry;
use consilium_model::{Participant, Role, Secret, UserId};
use consilium_wire::room::Rights;
use consilium_wire::trueconf::{Invitation, PREFIX, RightsOf, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// What only this face knows of a conference: what was asked for, as far as it was granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hosted {
    /// The program that made it.
    pub(super) client: String,
    /// Its name in this face, the same each time it is run.
    pub(super) name: String,
    /// When the program made it.
    #[serde(with = "time::serde::rfc3339")]
    pub(super) made_at: OffsetDateTime,
    /// Whether it was run.
    pub(super) state: State,
    /// What was asked for.
    pub(super) terms: Terms,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) topic: Secret,
    pub(super) description: Secret,
    pub(super) owner: UserId,
    pub(super) max_participants: u32,
    pub(super) invitations: Vec<Invitation>,
    pub(super) allow_guests: bool,
    pub(super) auto_invite: u8,
    pub(super) rights: RightsOf,
    pub(super) allow_only_planned_participants: bool,
}

impl Hosted {
    /// Nobody knocks: the protocol has no waiting room, and whoever has an account was let in by the program. Guests
    /// have none before the conference is run.
    #[expect(clippy::unused_self, reason = "every face answers this of a conference")]
    pub(crate) fn entry_of(&self, _: &Participant) -> Entry {
        Entry::Free
    }

    /// What a participant may do. The owner is the moderator, whose rights nobody takes away.
    pub(crate) fn rights_of(&self, who: &Participant) -> Rights {
        match who.role {
            Role::Client => self.terms.rights.guest.in_room(),
            Role::Specialist if who.id == self.terms.owner => Rights::ALL,
            Role::Specialist => Rights { admit: true, ..self.terms.rights.user.in_room() },
        }
    }

    /// Guests have an account for one conference.
    #[expect(clippy::unused_self, reason = "every face answers this of a conference")]
    pub(crate) fn made_account(&self, who: &Participant) -> bool {
        who.role == Role::Client
    }

    /// Guests come in by their access token only.
    #[expect(clippy::unused_self, reason = "every face answers this of a conference")]
    pub(crate) fn doors(&self) -> Vec<(String, Participant)> {
        Vec::new()
    }

    /// Whether there is a place beside those who are in. One is kept for the owner.
    pub(crate) fn has_place(&self, who: &Participant, joined: &BTreeSet<Participant>) -> bool {
        let owner = Participant::specialist(self.terms.owner.clone());
        let others = joined.iter().filter(|one| **one != owner).count();
        *who == owner || joined.contains(who) || others + 1 < self.terms.max_participants as usize
    }

    /// The appointment of the clinic's conferences of that name.
    pub(super) fn appointment(name: &str) -> String {
        format!("{PREFIX}{name}")
    }
}
