//! What comes from the messenger by itself.

use super::rows::Merged;
use super::{Core, Keep, Moment, Request, key};
use consilium_client::MessagePage;
use consilium_model::UserId;
use consilium_wire::im::{Message, Session};
use time::OffsetDateTime;

impl Core {
    /// A message: pushed, or the stored form of an own one.
    pub(crate) fn heard(&mut self, message: Message, at: Moment) {
        self.take_message(message);
        self.follow(at);
    }

    /// Something is unread, or was read, somewhere.
    pub(crate) fn badge(&mut self, at: Moment) {
        self.read_recent();
        self.follow(at);
    }

    /// Somebody has read a conversation up to then.
    pub(crate) fn read_by(&mut self, session: &str, who: &UserId, until: OffsetDateTime, at: Moment) {
        let me = self.me.clone();
        self.rows.read_by(session, who, until, &me);
        self.keep_session(session);
        self.follow(at);
    }

    /// Somebody types.
    pub(crate) fn typing(&mut self, session: &str, who: UserId, at: Moment) {
        if who != self.me
            && let Some(thread) = self.thread_of(session)
        {
            thread.typing.heard(who, at.now);
        }
        self.follow(at);
    }

    /// Takes a message in that may be known already.
    pub(super) fn take_message(&mut self, message: Message) {
        let session = message.session_id.clone();
        self.settle_stored(std::slice::from_ref(&message));
        if self.rows.get(&session).is_none() {
            // A conversation that is not known yet comes with the list.
            self.read_recent();
            return;
        }
        let Some(page) = MessagePage::one(message.clone()) else { return };
        self.keep(Keep::Messages { session: session.clone(), page: page.clone() });
        let me = self.me.clone();
        let is_new = self.rows.take(&message, &me);
        if let (Some(row), Some(number)) = (self.rows.get_mut(&session), key::number(&message))
            && row.kept + 1 == number
        {
            row.kept = number;
        }
        if let Some(thread) = self.thread_of(&session) {
            thread.typing.has_written(&message.sender_id);
            thread.heard(page, &me);
        }
        if is_new {
            self.follow_topic(&message);
            self.keep_session(&session);
            self.tell(&message);
        }
    }

    /// Takes descriptions of conversations in, and keeps those that are not what was known; answers whether they have
    /// brought something new.
    pub(super) fn put(&mut self, sessions: Vec<Session>) -> bool {
        let (mut is_news, mut different) = (false, Vec::new());
        for session in sessions {
            let id = session.id.clone();
            let merged = self.put_one(session);
            is_news |= merged.news.is_some() || merged.changed;
            different.extend(merged.differs.then_some(id));
        }
        let merged = different.iter().filter_map(|id| self.rows.get(id));
        let merged: Vec<Session> = merged.map(|row| row.session.clone()).collect();
        if !merged.is_empty() {
            self.keep(Keep::Sessions(merged));
        }
        is_news
    }

    fn put_one(&mut self, session: Session) -> Merged {
        let (id, me) = (session.id.clone(), self.me.clone());
        let merged = self.rows.put(session, &me);
        if let Some(number) = merged.read_again {
            self.ask(Request::MarkRead { session: id, number });
        }
        if let Some(message) = &merged.news {
            self.settle_stored(std::slice::from_ref(&**message));
            self.follow_topic(message);
            if self.sync.settled {
                self.tell(message);
            }
        }
        merged
    }

    fn keep_session(&mut self, id: &str) {
        if let Some(row) = self.rows.get(id) {
            let session = row.session.clone();
            self.keep(Keep::Sessions(vec![session]));
        }
    }
}
