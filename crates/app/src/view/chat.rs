//! The chat: a pane beside whatever the window is about. What people write is text, never markup.

mod conversation;
mod inbox;
mod message;

pub use conversation::{CardChoice, ConversationView, Earlier, ForwardChoice, InviteView, TopicView};
pub use inbox::{ConversationRow, FoundRow, InboxFilter, InboxView, LastKind, LastMessage};
pub use message::{
    FileView, InvitationState, MessageBody, MessageRow, MessageState, Quote, RecordingView, VoiceView,
};

use super::{Line, ProblemCode};
use serde::Serialize;
use ts_rs::TS;

/// The chat. Missing from [`super::AppView`] while nobody is known whose chat it is, and with servers that have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ChatView {
    /// Unread messages over all conversations.
    pub unread: u32,
    /// The line to the messenger. What was kept is shown and can be written to without it.
    pub line: Line,
    /// Messages that wait to be sent.
    pub waiting: u32,
    /// Notifications say what was written, not only who wrote.
    pub preview: bool,
    /// The history is kept on this machine, encrypted; otherwise it is forgotten when the app closes.
    pub kept: bool,
    /// What the pane shows.
    pub pane: ChatPane,
}

/// What the pane shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ChatPane {
    /// Nothing: it is closed.
    Closed,
    /// The list of conversations.
    Inbox(InboxView),
    /// People to begin a conversation with.
    People(PeopleView),
    /// A conversation.
    Conversation(Box<ConversationView>),
}

/// People to begin a conversation with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PeopleView {
    /// As typed.
    pub query: String,
    /// Who fits.
    pub rows: Vec<PersonRow>,
    /// They are being read, or the conversation is being made.
    pub busy: bool,
    /// Why not.
    pub problem: Option<ProblemCode>,
}

/// Somebody to write to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PersonRow {
    /// For [`crate::ChatStep::Begin`].
    pub id: String,
    /// The name.
    pub name: String,
    /// A patient; otherwise a colleague.
    pub patient: bool,
}
