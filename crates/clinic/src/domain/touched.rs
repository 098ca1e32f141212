//! Specialists of whom something has changed that colleagues hear of: each once, however much has changed.

use super::View;
use consilium_model::{Participant, Role, UserId};
use std::collections::HashSet;
use std::sync::Mutex;
use tokio::sync::Notify;

/// Specialists who may be available now or not, since it was last looked.
#[derive(Default)]
pub(crate) struct Touched {
    users: Mutex<HashSet<UserId>>,
    news: Notify,
}

impl Touched {
    /// It has to be looked at that one.
    pub(crate) fn touch(&self, user: UserId) {
        self.users.lock().expect("no one panics with this lock").insert(user);
        self.news.notify_one();
    }

    /// Everyone since the last call, in no order.
    pub(crate) fn take(&self) -> HashSet<UserId> {
        std::mem::take(&mut self.users.lock().expect("no one panics with this lock"))
    }

    /// Waits until there is somebody. One waits at a time.
    pub(crate) async fn any(&self) {
        self.news.notified().await;
    }

    /// Those who have come into a conference or gone out of it.
    pub(super) fn moved(&self, before: &View, after: &View) {
        let (old, new) = (before.inside(), after.inside());
        old.symmetric_difference(&new).for_each(|user| self.touch((*user).clone()));
    }
}

impl View {
    /// The specialists who are in, as long as it has not ended.
    pub(super) fn inside(&self) -> HashSet<&UserId> {
        let is_over = self.conference.status().is_ended();
        let joined = self.conference.joined().iter().filter(|who| !is_over && who.role == Role::Specialist);
        joined.map(|who| &who.id).collect()
    }

    /// Whether this participant is in, and it has not ended.
    pub(crate) fn has_inside(&self, who: &Participant) -> bool {
        !self.conference.status().is_ended() && self.conference.joined().contains(who)
    }
}
