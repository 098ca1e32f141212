//! The conversations that are known, as the server last described them and as news have changed them since.

use super::key;
use crate::view::InboxFilter;
use consilium_client::KeptSession;
use consilium_model::{BusinessKind, SessionKind, UserId};
use consilium_wire::im::{Member, Message, Session, UserRole};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// A conversation.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) session: Session,
    /// The newest message that this machine has kept; 0 without one.
    pub(crate) kept: u64,
    /// Everything up to then was read here. The server may not know it yet.
    pub(crate) read: Option<OffsetDateTime>,
    /// The user was told of something in it that is still unread.
    pub(crate) told: bool,
    /// Something was typed in it and not sent.
    pub(crate) has_draft: bool,
    /// The user is no longer part of it.
    pub(crate) gone: bool,
}

/// What a newer description of a conversation has brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// The newest message was not known.
    pub(crate) news: Option<Box<Message>>,
    /// There was nothing unread before, or there is nothing now.
    pub(crate) changed: bool,
    /// It is not what was known.
    pub(crate) differs: bool,
    /// What was read here has to be told to the server again: up to that message.
    pub(crate) read_again: Option<u64>,
}

impl Row {
    fn new(session: Session) -> Self {
        Self { session, kept: 0, read: None, told: false, has_draft: false, gone: false }
    }

    /// The number of the newest message; 0 without one.
    pub(crate) fn newest(&self) -> u64 {
        self.session.last_message.as_ref().and_then(key::number).unwrap_or(0)
    }

    pub(crate) fn unread(&self) -> u32 {
        u32::try_from(self.session.unread_count).unwrap_or(u32::MAX)
    }

    pub(crate) fn others<'a>(&'a self, me: &'a UserId) -> impl Iterator<Item = &'a Member> {
        self.session.participants.iter().filter(move |member| member.participant_id != *me)
    }

    pub(crate) fn with_patient(&self) -> bool {
        self.session.business_type == BusinessKind::WithPatient
    }

    /// Its name, or the names of the others in it.
    pub(crate) fn title(&self, me: &UserId) -> String {
        let named =
            self.session.name.as_ref().map(|name| name.expose().trim()).filter(|name| !name.is_empty());
        match named {
            Some(name) => name.to_owned(),
            None => {
                self.others(me).map(|member| member.name.expose().as_str()).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Up to when the user has read, as far as anybody knows.
    pub(crate) fn read_until(&self, me: &UserId) -> Option<OffsetDateTime> {
        let said = self.session.participants.iter().find(|member| member.participant_id == *me);
        self.read.max(said.map(|member| member.last_fetch_time))
    }

    /// Everybody else has read what was written at that time. Nobody else is nobody.
    pub(crate) fn was_read_by_all(&self, me: &UserId, at: OffsetDateTime) -> bool {
        let mut others = self.others(me).peekable();
        others.peek().is_some() && others.all(|member| member.last_fetch_time >= at)
    }

    fn fits(&self, filter: InboxFilter) -> bool {
        match filter {
            InboxFilter::All => true,
            InboxFilter::Patients => self.with_patient(),
            InboxFilter::Colleagues => !self.with_patient(),
        }
    }

    fn last_at(&self) -> OffsetDateTime {
        self.session.last_message.as_ref().map_or(self.session.create_date, |message| message.timestamp)
    }

    /// A newer description. What news have told since it was made is not taken back by it.
    fn merge(&mut self, mut session: Session, me: &UserId) -> Merged {
        let (before, known_as) = (self.session.unread_count, self.session.clone());
        let (known, newest) = (self.newest(), Self::new_number(&session));
        let news = (newest > known).then(|| session.last_message.clone()).flatten().map(Box::new);
        if newest < known {
            session.last_message = self.session.last_message.take();
            session.unread_count = before;
        }
        self.keep_reading(&mut session);
        self.session = session;
        self.gone = false;
        let read_again = self.settle_own_reading(me);
        let changed = (before == 0) != (self.session.unread_count == 0);
        Merged { news, changed, differs: known_as != self.session, read_again }
    }

    /// The user is no longer part of it: what others have written is not theirs to read any more.
    pub(crate) fn lose(&mut self) {
        self.gone = true;
        self.kept = 0;
        self.session.last_message = None;
        self.session.unread_count = 0;
        self.session.status = 0;
    }

    fn new_number(session: &Session) -> u64 {
        session.last_message.as_ref().and_then(key::number).unwrap_or(0)
    }

    /// Nobody un-reads.
    fn keep_reading(&self, session: &mut Session) {
        for member in &mut session.participants {
            let known = self.session.participants.iter();
            let known = known.filter(|one| one.participant_id == member.participant_id);
            member.last_fetch_time =
                known.fold(member.last_fetch_time, |at, one| at.max(one.last_fetch_time));
        }
    }

    /// What was read here counts as read, although the server has not heard of it; answers up to where it has to hear.
    fn settle_own_reading(&mut self, me: &UserId) -> Option<u64> {
        let all_read = self.read.is_some_and(|read| read >= self.last_at());
        if !all_read || self.session.unread_count == 0 {
            return None;
        }
        self.session.unread_count = 0;
        let mine = self.session.participants.iter().find(|member| member.participant_id == *me);
        let is_news = mine.is_none_or(|member| Some(member.last_fetch_time) < self.read);
        Some(self.newest()).filter(|newest| is_news && *newest > 0)
    }
}

/// All conversations that are known.
#[derive(Default)]
pub(crate) struct Rows {
    rows: BTreeMap<String, Row>,
    names: BTreeMap<UserId, String>,
}

impl Rows {
    pub(crate) fn get(&self, id: &str) -> Option<&Row> {
        self.rows.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Row> {
        self.rows.get_mut(id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Those that fit, pinned ones first, then by their newest message.
    pub(crate) fn sorted(&self, filter: InboxFilter) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.values().filter(|row| row.fits(filter)).collect();
        rows.sort_by_key(|row| (Reverse(row.session.sticky), Reverse(row.last_at()), row.session.id.clone()));
        rows
    }

    /// Unread messages over all of them.
    pub(crate) fn unread(&self) -> u32 {
        self.rows.values().fold(0, |sum, row| sum.saturating_add(row.unread()))
    }

    /// As this machine has kept it.
    pub(crate) fn restore(&mut self, kept: KeptSession) {
        let KeptSession { session, newest, read, has_draft } = kept;
        self.learn_names(&session);
        let id = session.id.clone();
        self.rows.insert(id, Row { kept: newest, read, has_draft, ..Row::new(session) });
    }

    /// As the server describes it.
    pub(crate) fn put(&mut self, session: Session, me: &UserId) -> Merged {
        self.learn_names(&session);
        match self.rows.get_mut(&session.id) {
            Some(row) => row.merge(session, me),
            None => {
                let news = session.last_message.clone().map(Box::new);
                let changed = session.unread_count > 0;
                self.rows.insert(session.id.clone(), Row::new(session));
                Merged { news, changed, differs: true, read_again: None }
            }
        }
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.rows.remove(id);
    }

    /// A message has come; answers whether it is newer than all that were known of its conversation.
    pub(crate) fn take(&mut self, message: &Message, me: &UserId) -> bool {
        let Some(row) = self.rows.get_mut(&message.session_id) else { return false };
        if key::number(message).is_none_or(|number| number <= row.newest()) {
            return false;
        }
        if message.sender_id == *me {
            // Whoever writes has read.
            row.session.unread_count = 0;
            row.read = row.read.max(Some(message.timestamp));
        } else if row.read_until(me).is_none_or(|read| message.timestamp > read) {
            row.session.unread_count += 1;
        }
        row.session.last_message = Some(message.clone());
        true
    }

    /// Somebody has read up to then; the user, too, elsewhere.
    pub(crate) fn read_by(&mut self, id: &str, who: &UserId, until: OffsetDateTime, me: &UserId) {
        let Some(row) = self.rows.get_mut(id) else { return };
        let member = row.session.participants.iter_mut().find(|member| member.participant_id == *who);
        if let Some(member) = member {
            member.last_fetch_time = member.last_fetch_time.max(until);
        }
        if who == me && until >= row.last_at() {
            row.session.unread_count = 0;
        }
    }

    /// The user has seen the newest message; answers whether that is news to the server.
    pub(crate) fn read_here(&mut self, id: &str) -> bool {
        let Some(row) = self.rows.get_mut(id) else { return false };
        let was_unread = row.session.unread_count > 0;
        row.session.unread_count = 0;
        row.read = row.read.max(Some(row.last_at()));
        was_unread
    }

    /// The name of somebody who is, or was, in one of them.
    pub(crate) fn name(&self, user: &UserId) -> String {
        self.names.get(user).cloned().unwrap_or_else(|| user.as_str().to_owned())
    }

    pub(crate) fn role(&self, session: &str, user: &UserId) -> Option<UserRole> {
        let members = &self.rows.get(session)?.session.participants;
        members.iter().find(|member| member.participant_id == *user).map(|member| member.role)
    }

    /// The conversation between the user and one other person.
    pub(crate) fn between(&self, me: &UserId, other: &str) -> Option<&Row> {
        let is_it = |row: &&Row| {
            !row.gone
                && row.session.kind == SessionKind::OneToOne
                && row.others(me).map(|member| member.participant_id.as_str()).eq([other])
        };
        self.rows.values().find(is_it)
    }

    fn learn_names(&mut self, session: &Session) {
        for member in &session.participants {
            self.names.insert(member.participant_id.clone(), member.name.expose().clone());
        }
    }
}
