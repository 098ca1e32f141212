//! From the state of the chat to its view. Decides nothing.

mod body;
mod conversation;
mod inbox;
mod invitation;

use super::core::{Core, Pane};
use super::surroundings::Surroundings;
use crate::view::{ChatPane, ChatView, LastKind, PeopleView, RecordingView};
use consilium_wire::im::{Content, Message};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The most characters of words that stand for a message elsewhere.
const EXCERPT: usize = 120;

/// What files and sound are doing, for the view.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MediaState {
    /// A voice message is being recorded.
    pub(crate) recording: Option<RecordingView>,
    /// One can be.
    pub(crate) can_record: bool,
    /// The key of what is played, and where, in milliseconds.
    pub(crate) playing: Option<(String, u32)>,
    /// The key of what is fetched to be played.
    pub(crate) fetching: Option<String>,
    /// The keys of what is being saved, with the percent.
    pub(crate) saving: BTreeMap<String, u8>,
}

/// Where the view is made from.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) core: &'a Core,
    pub(crate) media: &'a MediaState,
    pub(crate) around: &'a Surroundings,
    /// The history lasts longer than the application.
    pub(crate) kept: bool,
}

/// The view of the chat.
pub(crate) fn view(scene: Scene<'_>) -> ChatView {
    let core = scene.core;
    ChatView {
        unread: core.unread(),
        line: core.line(),
        waiting: core.outbox.waiting(),
        preview: core.preview,
        kept: scene.kept,
        pane: match &core.pane {
            Pane::Closed => ChatPane::Closed,
            Pane::Inbox => ChatPane::Inbox(inbox::view(core)),
            Pane::People(people) => ChatPane::People(PeopleView {
                query: people.query.clone(),
                rows: people.rows.clone(),
                busy: people.busy,
                problem: people.problem,
            }),
            Pane::Conversation(thread) => ChatPane::Conversation(Box::new(conversation::view(scene, thread))),
        },
    }
}

/// What a message is and its words, where it is only mentioned.
fn mention(message: &Message) -> (LastKind, String) {
    match Content::read(message.kind, &message.content) {
        Ok(content) => mention_content(message.kind, &content),
        Err(_) => (LastKind::Unknown, String::new()),
    }
}

fn mention_content(kind: consilium_model::MessageKind, content: &Content) -> (LastKind, String) {
    use consilium_model::MessageKind;
    match content {
        Content::Text(text) => (LastKind::Text, excerpt(text.expose())),
        Content::Article(article) => (LastKind::File, excerpt(article.title.expose())),
        Content::Jump(jump) => {
            let kind = if jump.invites().is_some() { LastKind::Invitation } else { LastKind::Card };
            (kind, excerpt(jump.title.expose()))
        }
        Content::Topic(topic) if kind == MessageKind::TopicStarted => {
            (LastKind::TopicStarted, excerpt(topic.name.expose()))
        }
        Content::Topic(topic) => (LastKind::TopicEnded, excerpt(topic.name.expose())),
        Content::File(_) => (
            match kind {
                MessageKind::Voice => LastKind::Voice,
                MessageKind::Video => LastKind::Video,
                _ => LastKind::Image,
            },
            String::new(),
        ),
    }
}

/// The first words, in one line.
fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).map(|letter| if letter == '\n' { ' ' } else { letter }).collect()
}

fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}
