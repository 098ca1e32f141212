//! `/api/v2/ws`: what goes over the messenger's WebSocket. One JSON object a text frame, told apart by `type`.

use super::{FailureCode, Message, NewMessage, Topic};
use consilium_model::{Secret, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Who sits at a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientType {
    /// A patient's program. Its last-active time is touched at each push.
    Patient,
    /// A program of the care team.
    Doctor,
}

/// What a client sends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromClient {
    /// First message on every socket.
    Login {
        /// Of `POST /users/login`.
        token: Secret,
        /// The session that is looked at; without one only badges come.
        #[serde(default)]
        session_id: Option<String>,
        /// Who sits there.
        client_type: ClientType,
    },
    /// Looks at another session from now on.
    Look {
        /// Which; none any more when it is missing.
        #[serde(default)]
        session_id: Option<String>,
    },
    /// Writes into the session that is looked at.
    Send(SocketMessage),
    /// Has read.
    Read {
        /// The newest message that was seen, as its id in the session that is looked at: what came after it stays
        /// unread. Everything up to now when it is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        up_to: Option<String>,
    },
    /// Writes at this moment.
    Typing,
}

/// A message as it is sent over a socket: the body of the route, and no more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SocketMessage {
    /// The message.
    pub message: NewMessage,
}

/// What the server sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromServer {
    /// The login was right.
    LoggedIn {
        /// Who.
        user_id: UserId,
    },
    /// The sender's own message is durable.
    Stored {
        /// As it is stored.
        message: Message,
    },
    /// A message of the session that is looked at.
    Message {
        /// The message.
        message: Message,
    },
    /// Unread messages over all sessions.
    Badge {
        /// How many.
        count: u64,
    },
    /// A topic of the session has changed.
    Topic {
        /// As it is now.
        topic: Topic,
    },
    /// A member has read.
    Read {
        /// The session.
        session_id: String,
        /// Who.
        participant_id: UserId,
        /// Everything up to then.
        #[serde(with = "time::serde::rfc3339")]
        last_fetch_time: OffsetDateTime,
    },
    /// A member writes at this moment.
    Typing {
        /// The session.
        session_id: String,
        /// Who.
        participant_id: UserId,
    },
    /// Something was refused.
    Error {
        /// Why, as a route would have refused it.
        code: FailureCode,
        /// The message that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_message_id: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::MessageKind;

    #[test]
    fn a_login_is_read_as_the_page_writes_it() {
        let text = r#"{"type":"login","token":"t","session_id":"s1","client_type":"patient"}"#;
        let Ok(FromClient::Login { session_id, client_type, .. }) = serde_json::from_str(text) else {
            panic!("a login")
        };
        assert_eq!((session_id.as_deref(), client_type), (Some("s1"), ClientType::Patient));
    }

    #[test]
    fn a_read_without_a_message_is_the_one_of_the_page() {
        let text = r#"{"type":"read"}"#;
        let Ok(read @ FromClient::Read { up_to: None }) = serde_json::from_str(text) else {
            panic!("a read")
        };
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        let read = FromClient::Read { up_to: Some("s-7".to_owned()) };
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"type":"read","up_to":"s-7"}"#);
    }

    #[test]
    fn what_people_write_is_never_printed() {
        let message = NewMessage {
            kind: MessageKind::Text,
            content: "it hurts".into(),
            client_message_id: "1".into(),
            reply_to: None,
        };
        let sent = FromClient::Send(SocketMessage { message });
        assert!(!format!("{sent:?}").contains("hurts"));
        assert_eq!(
            serde_json::to_string(&sent).unwrap(),
            r#"{"type":"send","message":{"type":1,"content":"it hurts","client_message_id":"1"}}"#
        );
    }
}
