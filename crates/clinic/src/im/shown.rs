//! What is stored, as the protocol shows it.

use crate::store::{ChatMember, ChatMessage, ChatRow, ChatTopic, ChatUser, MessageId};
use consilium_wire::im::{Member, Message, Session, Topic, User};

/// A person.
pub(super) fn user(user: ChatUser) -> User {
    User { user_id: user.id, name: user.name, role: user.role, avatar: None }
}

/// A session as one of its members sees it.
pub(super) fn session(row: ChatRow) -> Session {
    let id = row.session.id;
    Session {
        participants: row.members.into_iter().map(|one| member(&id, one)).collect(),
        kind: row.session.kind,
        business_type: row.session.business,
        name: row.session.name,
        status: u8::from(row.topic_open),
        sticky: row.sticky,
        last_message: row.last.as_ref().map(message),
        unread_count: row.unread,
        create_date: row.session.created_at,
        id,
    }
}

/// A member of a session.
pub(super) fn member(session: &str, member: ChatMember) -> Member {
    Member {
        session_id: session.to_owned(),
        participant_id: member.user.id,
        name: member.user.name,
        role: member.user.role,
        last_fetch_time: member.last_fetch_time,
    }
}

/// A message.
pub(super) fn message(message: &ChatMessage) -> Message {
    let session = &message.id.session;
    Message {
        id: MessageId::text(session, message.id.seq),
        session_id: session.clone(),
        sender_id: message.sender.clone(),
        kind: message.kind,
        content: message.content.clone(),
        client_message_id: message.client_id.clone(),
        reply_to: message.reply_to.map(|seq| MessageId::text(session, seq)),
        timestamp: message.at,
    }
}

/// A topic.
pub(super) fn topic(topic: &ChatTopic) -> Topic {
    let (status, reply) = topic.state.numbers();
    Topic {
        id: topic.id.clone(),
        session_id: topic.session.clone(),
        name: topic.name.clone(),
        description: topic.description.clone(),
        status,
        reply,
        start_message_id: MessageId::text(&topic.session, topic.start_seq),
        end_message_id: topic.end_seq.map(|seq| MessageId::text(&topic.session, seq)),
        create_date: topic.created_at,
        end_date: topic.ended_at,
    }
}
