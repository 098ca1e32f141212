//! What a window keeps.

use crate::chat::core::{Keep, Range, Sending, Unsent};
use consilium_client::{KeptSession, MessagePage};
use consilium_wire::im::{Message, Session};
use std::collections::BTreeMap;

/// What was kept: survives a restart of the window.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) messages: BTreeMap<String, BTreeMap<u64, Message>>,
    pub(super) outbox: Vec<Unsent>,
    pub(super) drafts: BTreeMap<String, String>,
    pub(super) read: BTreeMap<String, u64>,
}

impl Disk {
    pub(super) fn has_own_words(&self, session: &str) -> bool {
        self.drafts.contains_key(session) || self.outbox.iter().any(|item| item.session == session)
    }

    pub(super) fn session(&self, row: &Session) -> KeptSession {
        let held = self.messages.get(&row.id);
        let read = self.read.get(&row.id).and_then(|number| held?.get(number));
        KeptSession {
            session: row.clone(),
            newest: held.and_then(|held| held.keys().next_back().copied()).unwrap_or(0),
            read: read.map(|message| message.timestamp),
            has_draft: self.drafts.contains_key(&row.id),
        }
    }

    /// What is held next to the edge of the range, without a gap.
    pub(super) fn page(&self, session: &str, range: Range, take: u32) -> MessagePage {
        let Some(held) = self.messages.get(session) else { return MessagePage::default() };
        let last = match range {
            Range::Newest => held.keys().next_back().copied(),
            Range::Before(before) => Some(before.saturating_sub(1)),
            Range::After(after) => {
                let run = (after + 1..).take(take as usize).take_while(|number| held.contains_key(number));
                run.last()
            }
        };
        let floor = if let Range::After(after) = range { after + 1 } else { 1 };
        let Some(last) = last else { return MessagePage::default() };
        let run: Vec<u64> =
            (floor..=last).rev().take(take as usize).take_while(|n| held.contains_key(n)).collect();
        match run.last() {
            None => MessagePage::default(),
            Some(first) => MessagePage {
                messages: run.iter().filter_map(|number| held.get(number).cloned()).collect(),
                span: Some(*first..=last),
                more: true,
            },
        }
    }

    pub(super) fn keep(&mut self, keep: Keep) -> Option<String> {
        match keep {
            Keep::Sessions(rows) => {
                rows.into_iter().for_each(|row| drop(self.sessions.insert(row.id.clone(), row)))
            }
            Keep::Messages { session, page } => {
                for message in page.messages {
                    let number = crate::chat::core::key::number(&message).unwrap();
                    self.outbox.retain(|item| item.client_id != message.client_message_id);
                    self.messages.entry(session.clone()).or_default().insert(number, message);
                }
            }
            Keep::Unsent(item) => {
                let id = item.client_id.clone();
                self.outbox.push(Unsent { stage: Sending::Waiting, ..item });
                return Some(id);
            }
            Keep::Settle { client_id, .. } | Keep::Discard { client_id } => {
                self.outbox.retain(|item| item.client_id != client_id);
            }
            Keep::Requeue(item) => {
                let known = self.outbox.iter_mut().find(|known| known.client_id == item.client_id);
                known.into_iter().for_each(|known| *known = item.clone());
            }
            Keep::RequeueLast(item) => {
                self.outbox.retain(|known| known.client_id != item.client_id);
                self.outbox.push(item);
            }
            Keep::Draft { session, text } if text.expose().is_empty() => drop(self.drafts.remove(&session)),
            Keep::Draft { session, text } => drop(self.drafts.insert(session, text.into_inner())),
            Keep::Read { session, number } => drop(self.read.insert(session, number)),
            Keep::Preview(_) => {}
            Keep::Forget { session } => {
                self.messages.remove(&session);
                if !self.has_own_words(&session) {
                    self.sessions.remove(&session);
                }
            }
        }
        None
    }
}
