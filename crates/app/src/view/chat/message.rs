//! A message, and what stands beside it.

use super::LastKind;
use crate::view::ProblemCode;
use serde::Serialize;
use ts_rs::TS;

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
    /// A card of a conference that begins now.
    Invitation {
        /// What it says.
        title: String,
        /// Whether the user can go in.
        state: InvitationState,
        /// The name to go in under, as it is known; `None` where none is asked for.
        name: Option<String>,
        /// Why the user is not in.
        problem: Option<ProblemCode>,
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

/// Whether the user can go into a conference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InvitationState {
    /// It is being asked whether it still goes on.
    Checking,
    /// [`crate::ChatStep::Enter`] goes in.
    Open,
    /// The user is on the way in.
    Entering,
    /// Not from the call that the user is in.
    InCall,
    /// It is over.
    Over,
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
