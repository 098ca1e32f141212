//! Made-up messages for the scenarios of the history.
#![allow(dead_code, unreachable_pub)]

use consilium_client::{HistoryKey, MessagePage, Queued, QueuedBody, message_id};
use consilium_model::{BusinessKind, MessageKind, SessionKind};
use consilium_wire::im::{Message, Session};
use time::{Duration, OffsetDateTime};

/// The same in every run.
pub fn key() -> HistoryKey {
    HistoryKey::from_secret(&"5a".repeat(32).into()).unwrap()
}

pub fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(1_790_000_000 + seconds)
}

pub fn message(session: &str, number: u64, text: &str) -> Message {
    Message {
        id: message_id(session, number),
        session_id: session.to_owned(),
        sender_id: "boris".into(),
        kind: MessageKind::Text,
        content: text.into(),
        client_message_id: format!("c-{session}-{number}"),
        reply_to: None,
        timestamp: at(number as i64),
    }
}

/// Neighbouring messages with these numbers.
pub fn page(session: &str, numbers: std::ops::RangeInclusive<u64>) -> MessagePage {
    let messages = numbers.clone().rev().map(|number| message(session, number, &format!("text {number}")));
    MessagePage { messages: messages.collect(), span: Some(numbers), more: true }
}

pub fn session(id: &str) -> Session {
    Session {
        id: id.to_owned(),
        kind: SessionKind::OneToOne,
        business_type: BusinessKind::WithoutPatient,
        name: None,
        status: 0,
        sticky: false,
        participants: Vec::new(),
        last_message: None,
        unread_count: 0,
        create_date: at(0),
    }
}

pub fn queued(client_id: &str, session: &str, text: &str) -> Queued {
    Queued {
        client_id: client_id.to_owned(),
        session_id: session.to_owned(),
        body: QueuedBody::Message { kind: MessageKind::Text, content: text.into() },
        reply_to: None,
        at: at(0),
        refused: None,
    }
}
