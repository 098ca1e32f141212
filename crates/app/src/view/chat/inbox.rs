//! The list of conversations.

use crate::view::ProblemCode;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The list of conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct InboxView {
    /// Which are shown.
    pub filter: InboxFilter,
    /// Pinned ones first, then by their newest message.
    pub rows: Vec<ConversationRow>,
    /// What is searched for; empty while nothing is.
    pub query: String,
    /// Messages with that text, the newest first, at most 50.
    pub found: Vec<FoundRow>,
    /// It is being read for the first time, and nothing was kept.
    pub loading: bool,
    /// A new conversation can be begun.
    pub can_begin: bool,
    /// Why the list could not be read.
    pub problem: Option<ProblemCode>,
}

/// Which conversations are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InboxFilter {
    /// All.
    #[default]
    All,
    /// With a patient.
    Patients,
    /// Among colleagues.
    Colleagues,
}

/// A conversation in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConversationRow {
    /// For [`crate::ChatStep::OpenConversation`].
    pub id: String,
    /// Its name, or those of the others in it.
    pub title: String,
    /// A patient is in it.
    pub with_patient: bool,
    /// More than two people are in it.
    pub group: bool,
    /// The newest message.
    pub last: Option<LastMessage>,
    /// Messages that the user has not read.
    pub unread: u32,
    /// The user has pinned it.
    pub pinned: bool,
    /// A topic is open in it.
    pub topic_open: bool,
    /// Something of the user's own waits to be sent in it.
    pub waiting: bool,
}

/// The newest message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct LastMessage {
    /// What it is.
    pub kind: LastKind,
    /// The words, at most 120 characters; of files the name; empty otherwise.
    pub text: String,
    /// Who wrote it; `None` when the user did.
    pub sender: Option<String>,
    /// When, RFC 3339.
    pub at: String,
}

/// What the newest message is, for the words in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LastKind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A voice message.
    Voice,
    /// A short video.
    Video,
    /// A file or an article.
    File,
    /// A card.
    Card,
    /// A card of a conference.
    Invitation,
    /// A topic was opened.
    TopicStarted,
    /// A topic was closed.
    TopicEnded,
    /// Of a kind that this version does not know.
    Unknown,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FoundRow {
    /// The conversation.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The message's `key`, for [`crate::ChatStep::OpenFound`].
    pub key: String,
    /// Who wrote it; `None` when the user did.
    pub sender: Option<String>,
    /// The words around what was found.
    pub text: String,
    /// When, RFC 3339.
    pub at: String,
}
