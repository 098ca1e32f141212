//! How messages are named: by the server's number within their session, and by the window's key.

use consilium_model::UserId;
use consilium_wire::im::Message;

/// The place of a message in its session, from 1. `None` for an id of another form, which cannot be put in order.
pub(crate) fn number(message: &Message) -> Option<u64> {
    consilium_client::message_number(&message.id, &message.session_id)
}

/// The window's name of a message. One's own goes by the id that its sender drew, so that it keeps its name when it is
/// stored.
pub(crate) fn key(message: &Message, me: &UserId) -> String {
    if message.sender_id == *me && !message.client_message_id.is_empty() {
        own_key(&message.client_message_id)
    } else {
        format!("m.{}", message.id)
    }
}

/// The window's name of an own message.
pub(crate) fn own_key(client_id: &str) -> String {
    format!("c.{client_id}")
}

/// The own message that a key names.
pub(crate) fn client_id(key: &str) -> Option<&str> {
    key.strip_prefix("c.")
}
