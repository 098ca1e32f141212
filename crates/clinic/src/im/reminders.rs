//! Reminders: a patient without a socket is told outside the messenger that something waits to be read.
//!
//! Who it is and how much, never what. A patient hears of a session once, and again when it has read since or an hour
//! has passed; whoever comes back within moments, or is there, is spared. What waits is in memory ([`ledger`]); who was
//! reminded when is in the store, so that a restart neither forgets anybody nor reminds twice: what waits is found again
//! from the unread messages. A reminder that goes out while the server dies may come once more.

mod command;
mod hook;
mod ledger;
mod notifier;
mod rounds;

pub(crate) use rounds::remind_on_time;

use super::people::role_of;
use crate::clock::Clock;
use crate::store::{ChatWatcher, Moved, ReadUpTo, Stored};
use consilium_model::UserId;
use consilium_wire::im::UserRole;
use ledger::Ledger;
use std::sync::{Arc, Mutex, MutexGuard};

/// What waits to be reminded of.
pub(crate) struct Reminders {
    ledger: Mutex<Ledger>,
    clock: Clock,
}

impl Reminders {
    /// Nothing waits yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { ledger: Mutex::default(), clock }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no one panics with this lock")
    }

    /// A message is stored: patients who have it unread may have to be reminded of it.
    fn heard(&self, stored: &Stored) {
        let message = &stored.message;
        let unread = stored.badges.iter().map(|(user, _)| user);
        let patients = unread.filter(|user| **user != message.sender && role_of(user) == UserRole::Patient);
        let mut patients = patients.peekable();
        if patients.peek().is_some() {
            let (now, mut ledger) = (self.clock.now(), self.ledger());
            patients.for_each(|patient| ledger.heard(patient, &message.id.session, now));
        }
    }
}

/// Tells one watcher and then the reminders: a store has one watcher.
pub(crate) struct AlsoRemind {
    /// Who else is told.
    pub(crate) first: Arc<dyn ChatWatcher>,
    /// The reminders.
    pub(crate) reminders: Arc<Reminders>,
}

impl ChatWatcher for AlsoRemind {
    fn stored(&self, stored: &Stored) {
        self.first.stored(stored);
        self.reminders.heard(stored);
    }

    fn read(&self, session: &str, reader: &UserId, read: &ReadUpTo) {
        self.first.read(session, reader, read);
    }

    fn moved(&self, moved: &Moved) {
        self.first.moved(moved);
    }
}
