//! The list.

use super::{excerpt, mention, mention_content, rfc3339};
use crate::chat::core::{Core, Row, Unsent, What, key};
use crate::view::{ConversationRow, FoundRow, InboxView, LastKind, LastMessage};
use consilium_model::UserId;
use consilium_wire::im::{Content, Message};

/// The most rows of the list: those with the newest messages.
const ROWS: usize = 500;
/// The most rows that are found.
const FOUND: usize = 50;
/// Letters before what was found.
const BEFORE: usize = 40;

pub(super) fn view(core: &Core) -> InboxView {
    let inbox = &core.inbox;
    let rows = core.rows.sorted(inbox.filter).into_iter().filter(|row| core.is_own(&row.session.id));
    InboxView {
        filter: inbox.filter,
        rows: rows.take(ROWS).map(|row| self::row(core, row)).collect(),
        query: inbox.query.clone(),
        found: inbox.found.iter().take(FOUND).map(|message| found(core, message)).collect(),
        loading: core.rows.is_empty() && core.is_first_reading() && inbox.problem.is_none(),
        can_begin: core.can_begin(),
        problem: inbox.problem,
    }
}

fn row(core: &Core, row: &Row) -> ConversationRow {
    let session = &row.session;
    let unsent = core.outbox.of(&session.id).last();
    ConversationRow {
        id: session.id.clone(),
        title: row.title(&core.me),
        with_patient: row.with_patient(),
        group: session.participants.len() > 2,
        last: unsent
            .map(last_unsent)
            .or_else(|| session.last_message.as_ref().map(|last| self::last(core, last))),
        unread: row.unread(),
        pinned: session.sticky,
        topic_open: session.status == 1,
        waiting: unsent.is_some(),
    }
}

fn last(core: &Core, message: &Message) -> LastMessage {
    let (kind, text) = mention(message);
    LastMessage { kind, text, sender: sender(core, &message.sender_id), at: rfc3339(message.timestamp) }
}

fn last_unsent(item: &Unsent) -> LastMessage {
    let (kind, text) = mention_unsent(item);
    LastMessage { kind, text, sender: None, at: rfc3339(item.at) }
}

fn mention_unsent(item: &Unsent) -> (LastKind, String) {
    use consilium_model::MessageKind;
    match &item.what {
        What::Message { kind, content } => Content::read(*kind, content)
            .map_or((LastKind::Unknown, String::new()), |content| mention_content(*kind, &content)),
        What::File(file) => match file.kind {
            MessageKind::Image | MessageKind::ForwardedImage => (LastKind::Image, String::new()),
            MessageKind::Voice => (LastKind::Voice, String::new()),
            MessageKind::Video => (LastKind::Video, String::new()),
            _ => (LastKind::File, excerpt(file.name.expose())),
        },
    }
}

/// `None` for the user.
fn sender(core: &Core, user: &UserId) -> Option<String> {
    (*user != core.me).then(|| core.rows.name(user))
}

fn found(core: &Core, message: &Message) -> FoundRow {
    let title = core.rows.get(&message.session_id).map_or_else(String::new, |row| row.title(&core.me));
    FoundRow {
        id: message.session_id.clone(),
        title,
        key: key(message, &core.me),
        sender: sender(core, &message.sender_id),
        text: around(&words(message), &core.inbox.query),
        at: rfc3339(message.timestamp),
    }
}

fn words(message: &Message) -> String {
    match Content::read(message.kind, &message.content) {
        Ok(Content::Text(text)) => text.expose().clone(),
        _ => mention(message).1,
    }
}

/// The words around the first place that has what was searched for.
fn around(text: &str, query: &str) -> String {
    let (folded, wanted) = (text.to_lowercase(), query.trim().to_lowercase());
    // Lower case may have another length: then the beginning serves.
    let place = if folded.chars().count() == text.chars().count() { folded.find(&wanted) } else { None };
    let letters = place.map_or(0, |place| folded[..place].chars().count());
    let from = letters.saturating_sub(BEFORE);
    let rest: String = text.chars().skip(from).collect();
    let words = excerpt(&rest);
    if from > 0 { format!("…{words}") } else { words }
}
