//! Pages of a session's messages, and which numbers they cover.

use crate::error::{BadAnswer, ClientError};
use consilium_wire::im::Message;
use serde::Deserialize;
use std::ops::RangeInclusive;

/// The greatest number that a message can have: what fits into a signed 64-bit column.
const MAX_NUMBER: u64 = i64::MAX as u64;

/// Which messages of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The newest.
    Newest,
    /// The newest before this number.
    Before(u64),
    /// The oldest after this number.
    After(u64),
}

impl Window {
    /// As the route wants it.
    pub(super) fn query(self, session: &str) -> Option<(&'static str, String)> {
        match self {
            Self::Newest => None,
            Self::Before(number) => Some(("before", message_id(session, number))),
            Self::After(number) => Some(("after", message_id(session, number))),
        }
    }
}

/// Messages of one session that have no other message between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagePage {
    /// The messages, the newest first. One of a kind that this version does not know is left out.
    pub messages: Vec<Message>,
    /// The numbers that are known by it, those of left out messages included: there is no other message among them.
    pub span: Option<RangeInclusive<u64>>,
    /// There are more in the direction of the window.
    pub more: bool,
}

impl MessagePage {
    /// One message, as a socket pushes it. `None` when its id is not one of its session.
    pub fn one(message: Message) -> Option<Self> {
        let number = message_number(&message.id, &message.session_id)?;
        Some(Self { messages: vec![message], span: Some(number..=number), more: true })
    }
}

/// The place of a message in its session, from 1, out of its id (`SESSION-NUMBER`).
pub fn message_number(id: &str, session: &str) -> Option<u64> {
    let digits = id.strip_prefix(session)?.strip_prefix('-')?;
    let canonical = digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|number| canonical && (1..=MAX_NUMBER).contains(number))
}

/// The id of a message by its place in its session.
pub fn message_id(session: &str, number: u64) -> String {
    format!("{session}-{number}")
}

/// A page as it comes: a row may be of a kind that only a newer version knows.
#[derive(Deserialize)]
pub(super) struct RawPage {
    content: Vec<RawMessage>,
    #[serde(default)]
    more: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawMessage {
    Known(Box<Message>),
    Unknown { id: String, session_id: String },
}

impl RawMessage {
    fn number(&self, session: &str) -> Result<u64, ClientError> {
        let (id, of) = match self {
            Self::Known(message) => (&message.id, &message.session_id),
            Self::Unknown { id, session_id } => (id, session_id),
        };
        let number = message_number(id, session).filter(|_| of == session);
        number.ok_or(BadAnswer::WrongSchema.into())
    }

    fn known(self) -> Option<Message> {
        match self {
            Self::Known(message) => Some(*message),
            Self::Unknown { .. } => None,
        }
    }
}

impl RawPage {
    /// The page of a window. Numbers outside the window, or in another order, are not of the protocol.
    pub(super) fn read(self, session: &str, window: Window) -> Result<MessagePage, ClientError> {
        let numbers: Vec<u64> =
            self.content.iter().map(|row| row.number(session)).collect::<Result<_, _>>()?;
        let outside = |number: &u64| match window {
            Window::Newest => false,
            Window::Before(before) => *number >= before,
            Window::After(after) => *number <= after,
        };
        if numbers.iter().any(outside) || !numbers.is_sorted_by(|newer, older| newer > older) {
            return Err(BadAnswer::WrongSchema.into());
        }
        let span = span(window, &numbers, self.more);
        let messages = self.content.into_iter().filter_map(RawMessage::known).collect();
        Ok(MessagePage { messages, span, more: self.more })
    }

    /// The messages that this version knows.
    pub(super) fn known(self, session: &str) -> Result<Vec<Message>, ClientError> {
        self.content.iter().try_for_each(|row| row.number(session).map(drop))?;
        Ok(self.content.into_iter().filter_map(RawMessage::known).collect())
    }
}

/// The numbers that a page tells everything about: from its edge to its last row, or to the end of the session.
fn span(window: Window, newest_first: &[u64], more: bool) -> Option<RangeInclusive<u64>> {
    let (newest, oldest) = (newest_first.first().copied(), newest_first.last().copied());
    let start = |oldest: Option<u64>| if more { oldest } else { Some(1) };
    match window {
        Window::Newest => newest.and_then(|newest| Some(start(oldest)?..=newest)),
        Window::Before(before) => start(oldest).map(|start| start..=before.saturating_sub(1)),
        Window::After(after) => newest.map(|newest| after.saturating_add(1)..=newest),
    }
    .filter(|span| !span.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(numbers: &[u64], more: bool) -> RawPage {
        let row =
            |number| RawMessage::Unknown { id: message_id("s-1", number), session_id: "s-1".to_owned() };
        RawPage { content: numbers.iter().copied().map(row).collect(), more }
    }

    proptest! {
        #[test]
        fn a_number_is_found_again(session in "[a-z0-9-]{1,12}", number in 1..=MAX_NUMBER) {
            prop_assert_eq!(message_number(&message_id(&session, number), &session), Some(number));
        }

        /// Whatever the window, a page of an honest server covers what it shows and nothing that it has not asked.
        #[test]
        fn a_page_covers_its_rows_and_stays_in_its_window(
            newest in 1u64..60, edge in 1u64..70, take in 1usize..20, kind in 0..3
        ) {
            let all: Vec<u64> = (1..=newest).rev().collect();
            let (window, rows): (_, Vec<u64>) = match kind {
                0 => (Window::Newest, all.clone()),
                1 => (Window::Before(edge), all.iter().copied().filter(|n| *n < edge).collect()),
                _ => (Window::After(edge), all.iter().copied().filter(|n| *n > edge).collect()),
            };
            let cut: Vec<u64> = match window {
                Window::After(_) => rows.iter().rev().take(take).rev().copied().collect(),
                _ => rows.iter().take(take).copied().collect(),
            };
            let read = page(&cut, cut.len() < rows.len()).read("s-1", window).unwrap();
            let covered: Vec<u64> = read.span.into_iter().flatten().filter(|n| *n <= newest).rev().collect();
            prop_assert_eq!(covered, cut);
        }
    }

    #[test]
    fn ids_of_another_form_are_no_numbers() {
        for id in ["s", "s-", "s-0", "s-01", "s-+1", "s--1", "t-1", "s-1x", "s-9223372036854775808", "s-1-2"]
        {
            assert_eq!(message_number(id, "s"), None, "{id}");
        }
    }

    #[test]
    fn a_page_that_leaves_its_window_is_not_of_the_protocol() {
        for (numbers, window) in [
            (&[3, 2][..], Window::Before(3)),
            (&[3, 2], Window::After(2)),
            (&[2, 3], Window::Newest),
            (&[2, 2], Window::Newest),
        ] {
            assert!(page(numbers, true).read("s-1", window).is_err(), "{numbers:?}");
        }
        assert!(page(&[1], true).read("other", Window::Newest).is_err());
    }

    #[test]
    fn a_kind_of_a_newer_version_is_left_out_and_covered() {
        let row = |number: u64, kind: u8| {
            format!(
                r#"{{"id":"s-{number}","session_id":"s","sender_id":"anna","type":{kind},"content":"x",
                "timestamp":"2026-11-22T10:00:00Z"}}"#
            )
        };
        let text =
            format!(r#"{{"content":[{},{}],"page":1,"page_size":2,"more":true}}"#, row(5, 77), row(4, 1));
        let read = serde_json::from_str::<RawPage>(&text).unwrap().read("s", Window::Newest).unwrap();
        assert_eq!((read.messages.len(), read.span), (1, Some(4..=5)));
    }
}
