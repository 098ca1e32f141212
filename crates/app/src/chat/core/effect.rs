//! What the chat wants done. Whoever does it comes back with the method of [`super::Core`] that is named.

use super::Range;
use super::invitation::Invite;
use super::outbox::Unsent;
use crate::shell::MessageNotice;
use consilium_client::MessagePage;
use consilium_model::Secret;
use consilium_wire::im::{Message, NewMessage, NewSession, Session};
use url::Url;

/// What the chat wants done, in this order.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// Asks the server.
    Ask(Request),
    /// Keeps something on this machine.
    Keep(Keep),
    /// Reads messages that were kept: [`super::Core::loaded`].
    Load { session: String, range: Range, take: u32 },
    /// Reads what was typed and not sent: [`super::Core::draft`].
    ReadDraft { session: String },
    /// Searches what was kept: [`super::Core::found`]. An empty text ends it.
    Search { text: Secret, number: u64 },
    /// Brings a file to the server: [`super::Core::uploaded`], [`super::Core::not_sent`].
    Upload(Unsent),
    /// The socket looks at another conversation.
    Look { session: Option<String> },
    /// The user types.
    TellTyping,
    /// Tells of a message.
    Notify(MessageNotice),
    /// Takes back what was told of a conversation.
    Withdraw { session: String },
    /// Unread messages.
    Badge(u32),
    /// Opens a visit of the user's own, by its appointment.
    Visit { id: String },
    /// Goes into a conference, by the user's own access token to it.
    Enter { token: Secret },
    /// Opens an article.
    Browse(Secret<Url>),
}

/// What is asked of the server.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    /// A page of the conversations with news, from 1: [`super::Core::recent`], [`super::Core::recent_failed`].
    Recent { page: u32 },
    /// The conversation of the open visit, with its number: [`super::Core::visit_chat`],
    /// [`super::Core::visit_chat_failed`].
    VisitChat { visit: u64 },
    /// Messages: [`super::Core::fetched`], [`super::Core::not_fetched`].
    Messages { session: String, range: Range },
    /// Takes a message: [`super::Core::sent`], [`super::Core::not_sent`].
    Send { session: String, message: NewMessage },
    /// Learns that it was read up to that message.
    MarkRead { session: String, number: u64 },
    /// Pins or unpins: [`super::Core::pinned`].
    Pin { session: String, on: bool },
    /// The last topic: [`super::Core::topic`], [`super::Core::no_topic`].
    Topic { session: String },
    /// Opens a topic: [`super::Core::topic_changed`].
    OpenTopic { session: String, name: Secret },
    /// Closes it: [`super::Core::topic_changed`].
    CloseTopic { session: String, topic: String, closing: Option<Secret> },
    /// People: [`super::Core::found_people`].
    People { query: Secret, number: u64 },
    /// A conference for the session's people, and a card that opens it: [`super::Core::invited`].
    Invite { session: String, invite: Invite },
    /// Whether that conference goes on: [`super::Core::conference`].
    Conference { session: String },
    /// The way into it, by the card of that key, under a name: [`super::Core::entered`].
    Enter { session: String, key: String, name: Option<Secret> },
    /// A new conversation: [`super::Core::begun`].
    Begin(NewSession),
}

/// What is kept on this machine.
#[derive(Clone, Debug)]
pub(crate) enum Keep {
    /// Descriptions of conversations.
    Sessions(Vec<Session>),
    /// Messages.
    Messages { session: String, page: MessagePage },
    /// A message that is to be sent, durably: [`super::Core::enqueued`].
    Unsent(Unsent),
    /// Another state of a message that waits: why it was refused, or where its file is on the server.
    Requeue(Unsent),
    /// The same, and it goes behind all others: it is tried again.
    RequeueLast(Unsent),
    /// A message that waited is stored now: it goes from the outbox into the history.
    Settle { client_id: String, message: Message },
    /// A message that waited is thrown away.
    Discard { client_id: String },
    /// What was typed, and not sent.
    Draft { session: String, text: Secret },
    /// Whether notifications say what was written.
    Preview(bool),
    /// The user has read up to that message.
    Read { session: String, number: u64 },
    /// Nothing any more of a conversation of which the user is no longer part, but what the user has written in it.
    Forget { session: String },
}
