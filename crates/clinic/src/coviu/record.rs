//! What only this face knows of a conference.

use crate::store::Entry;
use consilium_model::{Participant, Role, Secret, UserId};
use consilium_wire::coviu::{self, PREFIX};
use consilium_wire::room::Rights;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What only this face knows of a conference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    /// The key of the API client that made it.
    pub(super) client: String,
    /// On whose behalf.
    pub(super) owner: UserId,
    /// Its title.
    pub(super) name: Option<Secret>,
    /// The address of a picture.
    pub(super) picture: Option<Secret>,
    /// Everybody who is or was invited, in the order in which they were.
    pub(super) invited: Vec<Invited>,
}

/// Somebody who is or was invited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Invited {
    /// The id for whoever schedules, which is as good as a token: it never is an id in the conference, which the others see.
    pub(super) id: Secret,
    /// Its id in the conference. Records of an earlier version have none until they are read back (`accounts.rs`).
    #[serde(default)]
    pub(super) account: Option<UserId>,
    /// Host or guest.
    pub(super) role: coviu::Role,
    /// The name that the others see.
    pub(super) name: Option<Secret>,
    /// The address of a picture.
    pub(super) picture: Option<Secret>,
    /// What the client wants to remember.
    pub(super) state: Option<Secret>,
    /// When it was taken off, which is final.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(super) deleted_at: Option<OffsetDateTime>,
}

impl Invited {
    /// The participant of the conference.
    pub(super) fn who(&self) -> Participant {
        let id = self.account.clone().expect("whoever is read back has an account");
        match self.role {
            coviu::Role::Host => Participant::specialist(id),
            coviu::Role::Guest => Participant::client(id),
        }
    }
}

/// The name by which a participant comes in.
pub(super) fn door(participant: &str) -> String {
    format!("{PREFIX}{participant}")
}

/// An id in the conference for somebody new.
pub(super) fn new_account() -> UserId {
    UserId::new(format!("{PREFIX}{}", uuid::Uuid::new_v4()))
}

/// Whether somebody takes part by an invitation of this face.
pub(super) fn is_invited(id: &UserId) -> bool {
    id.as_str().starts_with(PREFIX)
}

/// The list of what a client has made on behalf of a user. A client's key holds no colon.
pub(super) fn calendar(client: &str, owner: &UserId) -> String {
    format!("{PREFIX}{client}:{owner}")
}

impl Scheduled {
    /// Who made it, for the audit trail.
    pub(crate) fn maker(&self) -> String {
        format!("{PREFIX}{}", self.client)
    }

    /// The list that it stands on.
    pub(crate) fn calendar(&self) -> String {
        calendar(&self.client, &self.owner)
    }

    /// Those who are invited and not taken off.
    pub(super) fn present(&self) -> impl Iterator<Item = &Invited> {
        self.invited.iter().filter(|one| one.deleted_at.is_none())
    }

    /// Somebody who is or was invited.
    pub(super) fn invited(&self, id: &str) -> Option<&Invited> {
        self.invited.iter().find(|one| one.id.expose() == id)
    }

    /// The same, to be changed.
    pub(super) fn invited_mut(&mut self, id: &str) -> Option<&mut Invited> {
        self.invited.iter_mut().find(|one| one.id.expose() == id)
    }

    /// Hosts come in by themselves, guests knock.
    #[expect(clippy::unused_self, reason = "every face is asked the same")]
    pub(crate) fn entry_of(&self, who: &Participant) -> Entry {
        match who.role {
            Role::Specialist => Entry::Free,
            Role::Client => Entry::Knock,
        }
    }

    /// Hosts let others in.
    #[expect(clippy::unused_self, reason = "every face is asked the same")]
    pub(crate) fn rights_of(&self, who: &Participant) -> Rights {
        Rights { admit: who.role == Role::Specialist, ..Rights::GUEST }
    }

    /// Whoever was invited has an account for that.
    #[expect(clippy::unused_self, reason = "every face is asked the same")]
    pub(crate) fn made_account(&self, who: &Participant) -> bool {
        is_invited(&who.id)
    }

    /// The names by which participants come in.
    pub(crate) fn doors(&self) -> Vec<(String, Participant)> {
        self.present().map(|one| (door(one.id.expose()), one.who())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Face;
    use serde_json::json;

    fn invited(role: coviu::Role, id: &str, deleted_at: Option<OffsetDateTime>) -> Invited {
        let account = Some(UserId::new(format!("coviu:account-{id}")));
        Invited {
            id: id.into(),
            account,
            role,
            name: Some("Sample".into()),
            picture: None,
            state: None,
            deleted_at,
        }
    }

    fn scheduled() -> Scheduled {
        let gone = Some(OffsetDateTime::UNIX_EPOCH);
        let invited = vec![
            invited(coviu::Role::Host, "h", None),
            invited(coviu::Role::Guest, "g", None),
            invited(coviu::Role::Guest, "x", gone),
        ];
        let (client, owner) = ("key".to_owned(), "login".into());
        Scheduled { client, owner, name: Some("Knee".into()), picture: None, invited }
    }

    #[test]
    fn comes_back_from_the_store_and_so_do_records_without_a_face() {
        let face = Face::Coviu(Box::new(scheduled()));
        let text = serde_json::to_string(&face).unwrap();
        assert_eq!(serde_json::from_str::<Face>(&text).unwrap(), face);
        assert_eq!(serde_json::from_value::<Face>(json!({"name": "medme"})).unwrap(), Face::Medme);
    }

    #[test]
    fn only_those_who_are_not_taken_off_have_a_door() {
        let doors = scheduled().doors();
        let expected = [
            ("coviu:h".to_owned(), Participant::specialist("coviu:account-h")),
            ("coviu:g".to_owned(), Participant::client("coviu:account-g")),
        ];
        assert_eq!(doors, expected);
        let entries =
            doors.iter().map(|(_, who)| (scheduled().entry_of(who), scheduled().rights_of(who).admit));
        assert_eq!(entries.collect::<Vec<_>>(), [(Entry::Free, true), (Entry::Knock, false)]);
    }
}
