//! What only this face knows of a conference.

use crate::store::Entry;
use consilium_model::{Participant, Role};
use consilium_wire::room::Rights;
use serde::{Deserialize, Serialize};

/// What only this face knows of a conference.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hosted {}

impl Hosted {
    /// Hosts come in by themselves, guests knock.
    #[expect(clippy::unused_self, reason = "the face is about to know more")]
    pub(crate) fn entry_of(&self, who: &Participant) -> Entry {
        match who.role {
            Role::Specialist => Entry::Free,
            Role::Client => Entry::Knock,
        }
    }

    /// What a participant may do.
    #[expect(clippy::unused_self, reason = "the face is about to know more")]
    pub(crate) fn rights_of(&self, who: &Participant) -> Rights {
        Rights { admit: who.role == Role::Specialist, ..Rights::GUEST }
    }

    /// The names by which participants come in.
    #[expect(clippy::unused_self, reason = "the face is about to know more")]
    pub(crate) fn doors(&self) -> Vec<(String, Participant)> {
        Vec::new()
    }
}
