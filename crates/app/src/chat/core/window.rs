//! The loaded messages of a conversation: those of a span of numbers without a gap.

use super::key;
use consilium_client::MessagePage;
use consilium_wire::im::Message;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Past this many, those at the other end are let go.
pub(crate) const MOST: usize = 400;
/// How many are loaded at a time.
pub(crate) const PAGE: u32 = 100;

/// The messages of a span of numbers. A number in it without a message is one of a kind that this version does not
/// know.
#[derive(Debug, Default)]
pub(crate) struct Window {
    messages: BTreeMap<u64, Message>,
    span: Option<(u64, u64)>,
}

/// An end of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The oldest.
    Earlier,
    /// The newest.
    Later,
}

impl Window {
    /// The first and the last number of the span.
    pub(crate) fn span(&self) -> Option<(u64, u64)> {
        self.span
    }

    pub(crate) fn get(&self, number: u64) -> Option<&Message> {
        self.messages.get(&number)
    }

    /// The oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &Message)> {
        self.messages.iter().map(|(number, message)| (*number, message))
    }

    /// Lets all go.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes in what overlaps or adjoins; answers whether the span grew. What lies beyond a gap is left out; an empty
    /// window takes anything.
    pub(crate) fn extend(&mut self, page: MessagePage) -> bool {
        let Some((first, last)) = page.span.map(RangeInclusive::into_inner).filter(|(a, b)| a <= b) else {
            return false;
        };
        let joined = match self.span {
            None => (first, last),
            Some((from, to)) if first <= to.saturating_add(1) && last.saturating_add(1) >= from => {
                (from.min(first), to.max(last))
            }
            Some(_) => return false,
        };
        let numbered =
            page.messages.into_iter().filter_map(|message| Some((key::number(&message)?, message)));
        for (number, message) in numbered.filter(|(number, _)| (first..=last).contains(number)) {
            // The server never changes one: the first to come stays.
            self.messages.entry(number).or_insert(message);
        }
        self.span.replace(joined) != Some(joined)
    }

    /// Takes in the page, instead of what is there if there is a gap between the two.
    pub(crate) fn extend_or_restart(&mut self, page: MessagePage) -> bool {
        let Some((first, last)) = page.span.clone().map(RangeInclusive::into_inner) else { return false };
        let apart =
            self.span.is_some_and(|(from, to)| first > to.saturating_add(1) || last.saturating_add(1) < from);
        if apart {
            self.clear();
        }
        self.extend(page)
    }

    /// Lets go of what is too much, at that end; answers whether there was.
    pub(crate) fn trim(&mut self, end: End) -> bool {
        let Some(too_many) = self.messages.len().checked_sub(MOST).filter(|count| *count > 0) else {
            return false;
        };
        for _ in 0..too_many {
            match end {
                End::Earlier => self.messages.pop_first(),
                End::Later => self.messages.pop_last(),
            };
        }
        self.span = match (self.span, end) {
            (Some((_, last)), End::Earlier) => self.messages.keys().next().map(|first| (*first, last)),
            (Some((first, _)), End::Later) => self.messages.keys().next_back().map(|last| (first, *last)),
            (None, _) => None,
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::{MessageKind, UserId};
    use proptest::prelude::*;
    use time::OffsetDateTime;

    fn page((first, length): (u64, u64)) -> MessagePage {
        let message = |number: u64| Message {
            id: format!("s-{number}"),
            session_id: "s".to_owned(),
            sender_id: UserId::from("boris"),
            kind: MessageKind::Text,
            content: "x".into(),
            client_message_id: String::new(),
            reply_to: None,
            timestamp: OffsetDateTime::UNIX_EPOCH,
        };
        let numbers = first..first + length;
        // Every seventh is of a kind that this version does not know.
        let known = numbers.clone().filter(|number| number % 7 != 0);
        let span = (length > 0).then(|| first..=first + length - 1);
        MessagePage { messages: known.rev().map(message).collect(), span, more: true }
    }

    proptest! {
        /// Whatever is taken in, the window is one span, has all of it that is known, and nothing else.
        #[test]
        fn a_window_has_no_gap(
            pages in prop::collection::vec(((1u64..900, 0u64..150), prop::bool::ANY, prop::bool::ANY), 1..40)
        ) {
            let mut window = Window::default();
            for (span, restarts, at_the_end) in pages {
                let before = window.span();
                let grew = if restarts { window.extend_or_restart(page(span)) } else { window.extend(page(span)) };
                prop_assert!(grew || restarts || window.span() == before);
                window.trim(if at_the_end { End::Later } else { End::Earlier });
                let held: Vec<u64> = window.iter().map(|(number, _)| number).collect();
                let (first, last) = window.span().unwrap_or((1, 0));
                let expected: Vec<u64> = (first..=last).filter(|number| number % 7 != 0).collect();
                prop_assert_eq!(&held, &expected);
                prop_assert!(held.len() <= MOST);
            }
        }
    }
}
