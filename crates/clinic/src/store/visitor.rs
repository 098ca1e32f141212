//! People whom a specialist has brought into a conference by a link that one device uses: an interpreter, a guardian.
//!
//! A visitor is a client of that conference and of no other. The booking system does not know it: it neither tells it
//! anything nor takes it off, and it asks it for no one-time password.

use super::ConferenceRecord;
use consilium_model::{Conference, Participant, Role, UserId};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// How long after the end a link that was used leads to what the end says: that it is over, and the chat.
const LINGERS: Duration = Duration::minutes(15);

/// Somebody who was brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visitor {
    /// Its id among the clients.
    pub(crate) id: UserId,
    /// A link that was not used by then is worth nothing.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) expires_at: OffsetDateTime,
}

impl Visitor {
    /// Whether its link is good.
    pub(crate) fn may_come(&self, conference: &Conference, now: OffsetDateTime) -> bool {
        let was_in = conference.has_attended(&Participant::client(self.id.clone()));
        match (was_in, conference.status().is_ended()) {
            (true, false) => true,
            (true, true) => conference.last_event_at().is_some_and(|end| now < end.saturating_add(LINGERS)),
            (false, is_ended) => !is_ended && now < self.expires_at,
        }
    }
}

impl ConferenceRecord {
    /// The visitor that this participant is, if it is one.
    pub(crate) fn visitor(&self, who: &Participant) -> Option<&Visitor> {
        self.visitors.iter().find(|one| who.role == Role::Client && one.id == who.id)
    }

    /// Whether this participant has its account for this conference only.
    pub(crate) fn made_account(&self, who: &Participant) -> bool {
        self.visitor(who).is_some() || self.face.made_account(who)
    }
}
