//! What is read and what is not: read marks, notifications, the badge.

use super::thread::Place;
use super::{Core, Effect, Keep, Request, Thread, client_id, key};
use crate::shell::MessageNotice;
use consilium_model::Secret;
use consilium_wire::im::{Content, Message};

impl Core {
    /// The page has shown everything up to a message.
    pub(super) fn seen(&mut self, shown: &str) {
        let unsent = client_id(shown).and_then(|id| self.outbox.find(id));
        let stored = self.message(shown).and_then(key::number);
        // What is not stored yet stands after everything in its conversation that is.
        let is_here = |thread: &&Thread| unsent.is_some_and(|item| item.session == thread.session);
        let all = || self.thread().filter(is_here).map(Thread::last);
        let Some(number) = stored.or_else(all) else { return };
        if let Some(thread) = self.thread_mut() {
            thread.seen = thread.seen.max(number);
        }
    }

    /// What was seen to its end, in a window that is in front, is read.
    pub(super) fn mark_read(&mut self) {
        let Some((session, number)) = self.seen_to_the_end() else { return };
        if self.rows.read_here(&session) {
            self.ask(Request::MarkRead { session: session.clone(), number });
            if let Some(row) = self.rows.get(&session).map(|row| row.session.clone()) {
                self.keep(Keep::Sessions(vec![row]));
                self.keep(Keep::Read { session, number });
            }
        }
    }

    /// The conversation that is shown, if the user has seen its newest message, and the number of that. The server may
    /// have newer ones that nobody has seen.
    fn seen_to_the_end(&self) -> Option<(String, u64)> {
        let thread = self.thread().filter(|thread| self.watched && thread.place == Place::Newest)?;
        let newest = self.rows.get(&thread.session)?.newest();
        let last_shown = thread.window.iter().next_back().map(|(number, _)| number)?;
        let to_the_end = thread.last() >= newest && thread.seen >= last_shown;
        to_the_end.then(|| (thread.session.clone(), thread.last()))
    }

    /// The user has this conversation before the eyes.
    fn is_before_the_eyes(&self, session: &str) -> bool {
        self.watched && self.thread().is_some_and(|thread| thread.session == session)
    }

    /// Tells of a message of somebody else that is unread and not before the eyes: who, and what only where the user
    /// allows it. While a screen is shown to others, neither.
    pub(super) fn tell(&mut self, message: &Message) {
        let session = &message.session_id;
        let unread = self.rows.get(session).map_or(0, super::Row::unread);
        if message.sender_id == self.me || unread == 0 || self.is_before_the_eyes(session) {
            return;
        }
        let (sender, text) = match (self.shows_screen, self.preview) {
            (true, _) => (String::new(), None),
            (false, false) => (self.rows.name(&message.sender_id), None),
            (false, true) => (self.rows.name(&message.sender_id), words(message)),
        };
        let notice =
            MessageNotice { conversation: session.clone(), sender: Secret::from(sender), text, unread };
        if let Some(row) = self.rows.get_mut(session) {
            row.told = true;
        }
        self.want(Effect::Notify(notice));
    }

    /// Takes back what was told of conversations that were read, here or elsewhere, or are before the eyes.
    pub(super) fn withdraw_told(&mut self) {
        let told = self.rows.iter().filter(|row| row.told);
        let over = told.filter(|row| row.unread() == 0 || self.is_before_the_eyes(&row.session.id));
        let over: Vec<String> = over.map(|row| row.session.id.clone()).collect();
        over.into_iter().for_each(|session| self.withdraw(session));
    }

    /// Takes back everything that was told: names and words do not stay on the desktop.
    pub(crate) fn withdraw_all(&mut self) {
        let told: Vec<String> =
            self.rows.iter().filter(|row| row.told).map(|row| row.session.id.clone()).collect();
        told.into_iter().for_each(|session| self.withdraw(session));
    }

    fn withdraw(&mut self, session: String) {
        if let Some(row) = self.rows.get_mut(&session) {
            row.told = false;
        }
        self.want(Effect::Withdraw { session });
    }

    /// Unread messages that are not before the eyes anyhow.
    pub(crate) fn unread(&self) -> u32 {
        let shown = self.thread().filter(|thread| self.is_before_the_eyes(&thread.session));
        let shown = shown.and_then(|thread| self.rows.get(&thread.session)).map_or(0, super::Row::unread);
        self.own_rows().saturating_sub(shown)
    }

    fn own_rows(&self) -> u32 {
        match &self.reach {
            super::Reach::Everything => self.rows.unread(),
            super::Reach::Visit { session } => {
                session.as_deref().and_then(|id| self.rows.get(id)).map_or(0, super::Row::unread)
            }
        }
    }

    pub(super) fn tell_badge(&mut self) {
        let count = self.unread();
        if self.badge.unwrap_or(0) != count {
            self.badge = Some(count);
            self.want(Effect::Badge(count));
        }
    }
}

/// The words of a message that has words.
fn words(message: &Message) -> Option<Secret> {
    match Content::read(message.kind, &message.content) {
        Ok(Content::Text(text)) => Some(text),
        Ok(Content::File(_) | Content::Article(_) | Content::Jump(_) | Content::Topic(_)) | Err(_) => None,
    }
}
