//! The chat: a pane beside whatever the window is about. What people write is text, never markup.

use super::{Line, ProblemCode};
use serde::{Deserialize, Serialize};
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

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConversationView {
    /// Its id.
    pub id: String,
    /// Its name, or those of the others in it.
    pub title: String,
    /// Everybody in it but the user.
    pub people: Vec<PersonRow>,
    /// More than two people are in it: each message says who wrote it.
    pub group: bool,
    /// There is a list to go back to.
    pub has_inbox: bool,
    /// The messages, the oldest first: those that are loaded.
    pub messages: Vec<MessageRow>,
    /// What comes before the first of them.
    pub earlier: Earlier,
    /// Newer ones are not loaded: [`crate::ChatStep::Later`] loads some, [`crate::ChatStep::OpenConversation`] with
    /// this `id` goes to the newest.
    pub later: bool,
    /// The `key` of the first message that was unread when the conversation was opened.
    pub first_unread: Option<String>,
    /// The `key` of the message to bring into sight: one that was found.
    pub focus: Option<String>,
    /// Who is typing.
    pub typing: Vec<String>,
    /// The topic that is open, and what the user may do about topics.
    pub topic: TopicView,
    /// The words that were typed and not sent, as they were when the conversation was opened.
    pub draft: String,
    /// The message that is being answered.
    pub reply: Option<Quote>,
    /// A voice message is being recorded.
    pub recording: Option<RecordingView>,
    /// The user is part of it and can write. Otherwise `problem` says why not; what was typed can still be read and
    /// deleted.
    pub can_write: bool,
    /// A voice message can be recorded as far as is known: no call has the microphone. Where there is none, that shows
    /// when it is opened, as [`ProblemCode::NoMicrophone`].
    pub can_record: bool,
    /// A card for one of these visits can be sent.
    pub visits: Vec<CardChoice>,
    /// A picture is shown large: the `key` of its message.
    pub large: Option<String>,
    /// Where a message can be forwarded to.
    pub forward_to: Vec<ForwardChoice>,
    /// What has just failed.
    pub problem: Option<ProblemCode>,
}

/// A visit that a card can be sent for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CardChoice {
    /// For [`crate::ChatStep::SendCard`].
    pub id: String,
    /// Whose it is.
    pub title: String,
    /// When it is due, RFC 3339.
    pub scheduled_start: String,
}

/// A conversation to forward to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ForwardChoice {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// What comes before the first loaded message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Earlier {
    /// Nothing: it is the first one of all.
    Start,
    /// More: [`crate::ChatStep::Earlier`] loads it.
    More,
    /// It is being loaded.
    Loading,
    /// It cannot be had without a line.
    Offline,
}

/// Where the conversation's topic stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TopicView {
    /// What the open topic is about.
    pub open: Option<String>,
    /// Somebody of the care team has answered.
    pub answered: bool,
    /// The user may open one.
    pub can_open: bool,
    /// The user may close it.
    pub can_close: bool,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MessageRow {
    /// Names it in actions; stays the same when the message is stored.
    pub key: String,
    /// The user wrote it.
    pub mine: bool,
    /// Who wrote it.
    pub sender: String,
    /// When, RFC 3339: by the server once it is stored.
    pub at: String,
    /// What it says.
    pub body: MessageBody,
    /// What it answers.
    pub reply: Option<Quote>,
    /// It was forwarded.
    pub forwarded: bool,
    /// How far it has come.
    pub state: MessageState,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum MessageBody {
    /// From the system itself.
    System {
        /// Its words, in whatever language the server wrote them.
        text: String,
    },
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture.
    Image(FileView),
    /// A voice message.
    Voice(VoiceView),
    /// A short video: saved or opened by the system, not played here.
    Video(FileView),
    /// A file.
    File(FileView),
    /// An article on the web.
    Article {
        /// Its name.
        title: String,
        /// The name of the machine it is on.
        host: String,
    },
    /// A card that opens a visit.
    Card {
        /// What it says.
        title: String,
        /// It is one of the user's own visits.
        can_open: bool,
    },
    /// A topic was opened.
    TopicStarted {
        /// What it is about.
        name: String,
    },
    /// A topic was closed.
    TopicEnded {
        /// What it was about.
        name: String,
    },
    /// Of a kind that this version does not know.
    Unknown,
}

/// A file of a message. The page gets its bytes from `Backend.attachment(id, ..)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FileView {
    /// Its id; of a file that is still on its way, a name of this machine's own.
    pub id: String,
    /// Its name; empty for pictures.
    pub name: String,
    /// Bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// A picture's width; 0 when it is not known.
    pub width: u32,
    /// A picture's height; 0 when it is not known.
    pub height: u32,
    /// It is being saved: percent.
    pub saving: Option<u8>,
}

/// A voice message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct VoiceView {
    /// Its id.
    pub id: String,
    /// How long it is, in milliseconds.
    pub length_ms: u32,
    /// Where it is being played, in milliseconds; `None` when it is not.
    pub playing_ms: Option<u32>,
    /// It is being fetched.
    pub loading: bool,
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Quote {
    /// The answered message's `key`; `None` when it is not loaded.
    pub key: Option<String>,
    /// Who wrote it.
    pub sender: String,
    /// What it is.
    pub kind: LastKind,
    /// The words, at most 120 characters.
    pub text: String,
}

/// How far a message has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum MessageState {
    /// Waits for the line.
    Waiting,
    /// On its way; of files the percent.
    Sending {
        /// How much of the file is there.
        percent: Option<u8>,
    },
    /// The server has it.
    Stored,
    /// Everybody else has read it.
    Read,
    /// It was refused: it can be tried again or thrown away.
    Failed {
        /// Why.
        problem: ProblemCode,
    },
}

/// A voice message that is being recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RecordingView {
    /// How long it is, in whole seconds.
    pub seconds: u32,
    /// How loud it is now, 0 to 100.
    pub level: u8,
    /// How long it may become, in seconds.
    pub most_seconds: u32,
}
