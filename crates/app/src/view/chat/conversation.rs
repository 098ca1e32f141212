//! A conversation.

use super::{MessageRow, PersonRow, Quote, RecordingView};
use crate::view::ProblemCode;
use serde::Serialize;
use ts_rs::TS;

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
    /// Whether its people can be invited to a conference; `None` where that is not for this user, or not for these
    /// people.
    pub invite: Option<InviteView>,
    /// A picture is shown large: the `key` of its message.
    pub large: Option<String>,
    /// Where a message can be forwarded to.
    pub forward_to: Vec<ForwardChoice>,
    /// What has just failed.
    pub problem: Option<ProblemCode>,
}

/// Inviting the people of a conversation to a conference that begins now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum InviteView {
    /// [`crate::ChatStep::Invite`] does it.
    Ready,
    /// Not from the call that the user is in.
    InCall,
    /// The server was asked.
    Asking,
    /// It did not work: [`crate::ChatStep::Invite`] tries again, [`crate::ChatStep::DropInvite`] gives up.
    Failed {
        /// What the card was to say.
        title: String,
        /// Why.
        problem: ProblemCode,
    },
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
