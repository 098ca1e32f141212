//! Where to find a conference: by id, by token, by specialist.

use super::{Live, Ticket};
use crate::keys::{Digest, Keys, digest};
use consilium_model::{ConferenceId, Role, UserId};
use std::collections::HashMap;
use std::sync::Arc;

/// The ways to a conference.
#[derive(Default)]
pub(super) struct Index {
    conferences: HashMap<ConferenceId, Arc<Live>>,
    access: HashMap<Digest, Ticket>,
    rooms: HashMap<Digest, Ticket>,
    specialists: HashMap<UserId, Vec<Arc<Live>>>,
}

impl Index {
    pub(super) fn add(&mut self, live: &Arc<Live>, keys: &Keys) {
        self.conferences.insert(live.id().clone(), Arc::clone(live));
        for who in live.participants() {
            if who.role == Role::Specialist {
                self.specialists.entry(who.id.clone()).or_default().push(Arc::clone(live));
            }
            let (access, room) = (keys.access_token(live.id(), &who), keys.conference_token(live.id(), &who));
            let ticket = Ticket { live: Arc::clone(live), who };
            self.rooms.insert(digest(room.expose()), ticket.clone());
            self.access.insert(digest(access.expose()), ticket);
        }
    }

    pub(super) fn by_access_token(&self, token: &str) -> Option<Ticket> {
        self.access.get(&digest(token)).cloned()
    }

    pub(super) fn by_conference_token(&self, token: &str) -> Option<Ticket> {
        self.rooms.get(&digest(token)).cloned()
    }

    pub(super) fn conference(&self, id: &ConferenceId) -> Option<Arc<Live>> {
        self.conferences.get(id).cloned()
    }

    pub(super) fn of_specialist(&self, user: &UserId) -> Vec<Arc<Live>> {
        self.specialists.get(user).cloned().unwrap_or_default()
    }
}
