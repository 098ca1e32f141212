//! The conversation as the server has it.

use super::writer::enter;
use consilium_client::{Server, Window, message_number};
use consilium_model::Secret;
use consilium_wire::im::{Content, MAX_PAGE_SIZE, Message};
use std::collections::HashMap;

/// All messages, the oldest first.
pub struct History {
    session: String,
    messages: Vec<(Message, String)>,
    places: HashMap<String, Vec<usize>>,
}

impl History {
    pub async fn read(server: &Server, link: &Secret) -> Self {
        let (messenger, session) = enter(server, link).await;
        let mut newest_first = Vec::new();
        let mut window = Window::Newest;
        loop {
            let page = messenger.messages(&session, window, MAX_PAGE_SIZE).await.unwrap();
            let Some(last) = page.messages.last() else { break };
            window = Window::Before(message_number(&last.id, &session).unwrap());
            newest_first.extend(page.messages);
            if !page.more {
                break;
            }
        }
        let messages: Vec<_> =
            newest_first.into_iter().rev().map(|message| (text(&message), message)).collect();
        let mut places = HashMap::<_, Vec<_>>::new();
        for (place, (text, _)) in messages.iter().enumerate() {
            places.entry(text.clone()).or_default().push(place);
        }
        Self {
            session,
            messages: messages.into_iter().map(|(text, message)| (message, text)).collect(),
            places,
        }
    }

    pub fn len(&self) -> usize {
        self.messages.len()
    }

    pub fn newest(&self) -> String {
        self.messages.last().unwrap().1.clone()
    }

    /// A side shows the same messages in the same order.
    pub fn is_shown_by(&self, side: &str, shown: &[String]) {
        let texts = self.messages.iter().map(|(_, text)| text);
        let apart = texts.zip(shown).position(|(stored, shown)| stored != shown);
        let same = apart.is_none() && shown.len() == self.len();
        assert!(same, "{side} shows {} of {}, other ones from {apart:?} on", shown.len(), self.len());
    }

    /// Numbers without gaps, times that only grow.
    pub fn is_whole(&self) {
        let numbers = self.messages.iter().map(|(message, _)| message_number(&message.id, &self.session));
        assert!(numbers.eq((1..=self.len() as u64).map(Some)), "the numbers have gaps");
        let times: Vec<_> = self.messages.iter().map(|(message, _)| message.timestamp).collect();
        assert!(times.is_sorted_by(|before, after| before < after), "the times do not grow");
    }

    /// It is there exactly once, under the id that was told.
    pub fn has_once(&self, text: &str, id: Option<&String>) {
        let places = self.places.get(text).map_or(&[][..], Vec::as_slice);
        assert_eq!(places.len(), 1, "{text} is there {} times", places.len());
        assert!(id.is_none_or(|id| self.messages[places[0]].0.id == *id), "{text} has another id");
    }

    /// Everybody's messages stand in the order in which they were written: «name life number», or «name number».
    pub fn keeps_the_order_of_writers(&self) {
        let mut written = HashMap::<(&str, &str), Vec<Vec<u64>>>::new();
        for (message, text) in &self.messages {
            let (name, rest) = text.split_once(' ').unwrap();
            let order = rest.split(' ').map(|number| number.parse().unwrap()).collect();
            written.entry((message.sender_id.as_str(), name)).or_default().push(order);
        }
        for ((_, name), order) in written {
            assert!(order.is_sorted(), "{name} has written in another order");
        }
    }
}

fn text(message: &Message) -> String {
    match Content::read(message.kind, &message.content) {
        Ok(Content::Text(text)) => text.into_inner(),
        other => panic!("nobody has written that: {other:?}"),
    }
}
