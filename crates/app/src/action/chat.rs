//! What a person does in the chat.

use crate::view::InboxFilter;
use consilium_model::Secret;
use serde::Deserialize;
use ts_rs::TS;

/// What a person does in the chat.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ChatStep {
    /// Opens the list; whoever is here by a visit's link, that visit's conversation.
    Open,
    /// Closes the pane.
    Close,
    /// Goes from a conversation, or from the people, to the list.
    Back,
    /// Opens the conversation of the open visit.
    OpenVisit,
    /// Opens a conversation.
    OpenConversation {
        /// Its `id`.
        id: String,
    },
    /// Opens a conversation at a message that was found.
    OpenFound {
        /// The conversation's `id`.
        id: String,
        /// The message's `key`.
        key: String,
    },
    /// Chooses which conversations are shown.
    Filter {
        /// Which.
        filter: InboxFilter,
    },
    /// Searches the history, or ends the search with an empty text.
    Search {
        /// As typed.
        #[ts(type = "string")]
        text: Secret,
    },
    /// Pins a conversation, or unpins it.
    Pin {
        /// Its `id`.
        id: String,
        /// Pinned.
        on: bool,
    },
    /// Looks for people to begin a conversation with.
    FindPeople {
        /// As typed.
        #[ts(type = "string")]
        text: Secret,
    },
    /// Begins a conversation: with one person between the two, with more as a group.
    Begin {
        /// The people's `id`s.
        people: Vec<String>,
        /// The name of a group.
        #[ts(type = "string | null")]
        name: Option<Secret>,
    },
    /// What stands in the text field, told now and then: it is kept, and the others see that somebody is typing.
    Draft {
        /// As typed.
        #[ts(type = "string")]
        text: Secret,
    },
    /// Sends words.
    Send {
        /// As typed.
        #[ts(type = "string")]
        text: Secret,
    },
    /// Answers a message, or none any more.
    Reply {
        /// Its `key`.
        key: Option<String>,
    },
    /// Forwards a message.
    Forward {
        /// Its `key`.
        key: String,
        /// The conversation's `id`.
        to: String,
    },
    /// Tries a message again that was refused.
    Resend {
        /// Its `key`.
        key: String,
    },
    /// Throws a message of one's own away that was not stored, or stops a file on its way.
    Discard {
        /// Its `key`.
        key: String,
    },
    /// Loads earlier messages.
    Earlier,
    /// Loads later messages: the newest are not loaded.
    Later,
    /// The page has shown everything up to a message.
    Seen {
        /// Its `key`.
        key: String,
    },
    /// Lets the user choose files to send.
    Attach,
    /// Saves a file where the user says.
    Save {
        /// The `key` of its message.
        key: String,
    },
    /// Shows a picture large, or none any more.
    Enlarge {
        /// The `key` of its message.
        key: Option<String>,
    },
    /// Begins to record a voice message.
    Record,
    /// Ends the recording.
    EndRecording {
        /// Sends it; otherwise it is thrown away.
        send: bool,
    },
    /// Plays a voice message, or stops it.
    Play {
        /// The `key` of its message; `None` stops.
        key: Option<String>,
    },
    /// Opens a topic.
    OpenTopic {
        /// What it is about.
        #[ts(type = "string")]
        name: Secret,
    },
    /// Closes the topic.
    CloseTopic {
        /// Last words.
        #[ts(type = "string | null")]
        closing: Option<Secret>,
    },
    /// Sends a card that opens a visit.
    SendCard {
        /// The `id` of a [`crate::view::CardChoice`].
        id: String,
    },
    /// Opens what a card or an article leads to.
    Follow {
        /// The `key` of its message.
        key: String,
    },
    /// Invites the people of the conversation to a conference that begins now, and goes in; after a failure the same
    /// invitation once more.
    Invite {
        /// What the card says.
        #[ts(type = "string")]
        title: Secret,
    },
    /// Gives an invitation up that did not work.
    DropInvite,
    /// Goes into the conference of an invitation.
    Enter {
        /// The `key` of its message.
        key: String,
        /// Under which name: needed where [`crate::view::MessageBody::Invitation`] has one.
        #[ts(type = "string | null")]
        name: Option<Secret>,
    },
    /// Notifications may say what was written.
    SetPreview {
        /// They may.
        on: bool,
    },
}
