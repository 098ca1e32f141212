//! A naive server that only has lists.

use crate::chat::core::Range;
use consilium_client::MessagePage;
use consilium_model::{BusinessKind, MessageKind, SessionKind, UserId};
use consilium_wire::im::{Member, Message, Session, UserRole};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// The conversations.
pub(super) const SESSIONS: [&str; 2] = ["a", "b-1"];
/// The user.
pub(super) const ME: &str = "anna";

/// The server: lists, and no more.
#[derive(Default)]
pub(super) struct Server {
    messages: BTreeMap<&'static str, Vec<Message>>,
    read: BTreeMap<(&'static str, &'static str), OffsetDateTime>,
    clock: i64,
}

pub(super) fn at(millis: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(1_000_000 + millis)
}

impl Server {
    pub(super) fn list(&self, session: &str) -> &[Message] {
        self.messages.get(session).map_or(&[], Vec::as_slice)
    }

    /// Stores a message; the same client's id gives the same message again.
    pub(super) fn store(
        &mut self,
        session: &'static str,
        sender: &'static str,
        content: &str,
        client_id: &str,
    ) -> Message {
        let list = self.messages.entry(session).or_default();
        let same =
            |known: &&Message| known.sender_id.as_str() == sender && known.client_message_id == client_id;
        if let Some(known) = list.iter().find(same).filter(|_| !client_id.is_empty()) {
            return known.clone();
        }
        self.clock += 1;
        let message = Message {
            id: format!("{session}-{}", list.len() + 1),
            session_id: session.to_owned(),
            sender_id: UserId::from(sender),
            kind: MessageKind::Text,
            content: content.into(),
            client_message_id: client_id.to_owned(),
            reply_to: None,
            timestamp: at(self.clock),
        };
        list.push(message.clone());
        self.read.insert((session, sender), at(self.clock));
        message
    }

    pub(super) fn read(&mut self, session: &'static str, number: u64) {
        let seen = self.list(session)[number as usize - 1].timestamp;
        let read = self.read.entry((session, ME)).or_insert(seen);
        *read = seen.max(*read);
    }

    pub(super) fn unread(&self, session: &'static str) -> u64 {
        let read = self.read.get(&(session, ME)).copied().unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let of_others = |message: &&Message| message.sender_id.as_str() != ME && message.timestamp > read;
        self.list(session).iter().filter(of_others).count() as u64
    }

    pub(super) fn row(&self, session: &'static str) -> Session {
        let member = |who: &'static str| Member {
            session_id: session.to_owned(),
            participant_id: UserId::from(who),
            name: who.into(),
            role: UserRole::Doctor,
            last_fetch_time: self.read.get(&(session, who)).copied().unwrap_or(OffsetDateTime::UNIX_EPOCH),
        };
        Session {
            id: session.to_owned(),
            kind: SessionKind::OneToOne,
            business_type: BusinessKind::WithoutPatient,
            name: None,
            status: 0,
            sticky: false,
            participants: vec![member(ME), member("boris")],
            last_message: self.list(session).last().cloned(),
            unread_count: self.unread(session),
            create_date: at(0),
        }
    }

    pub(super) fn page(&self, session: &str, range: Range, take: usize) -> MessagePage {
        let list = self.list(session);
        let len = list.len() as u64;
        let span = match range {
            Range::Newest => (len.saturating_sub(take as u64) + 1, len),
            Range::Before(before) => {
                let last = len.min(before.saturating_sub(1));
                (last.saturating_sub(take as u64) + 1, last)
            }
            Range::After(after) => (after + 1, len.min(after + take as u64)),
        };
        slice(list, span)
    }
}

pub(super) fn slice(list: &[Message], (first, last): (u64, u64)) -> MessagePage {
    if first > last {
        return MessagePage::default();
    }
    let rows = list.iter().skip(first as usize - 1).take((last - first + 1) as usize);
    MessagePage { messages: rows.rev().cloned().collect(), span: Some(first..=last), more: true }
}
