//! A conversation.

use super::body::{body, unsent_body};
use super::{Scene, invitation, mention, rfc3339};
use crate::chat::core::{Core, Reach, Reached, Row, Sending, Thread, Unsent, What, key, own_key};
use crate::chat::surroundings::OwnVisit;
use crate::view::{
    CardChoice, ConversationView, ForwardChoice, InboxFilter, LastKind, MessageRow, MessageState, PersonRow,
    ProblemCode, Quote,
};
use consilium_model::MessageKind;
use consilium_wire::im::{Member, Message, UserRole};

/// Where a message can be forwarded to: so many at most.
const FORWARD: usize = 30;

pub(super) fn view(scene: Scene<'_>, thread: &Thread) -> ConversationView {
    let core = scene.core;
    let row = core.rows.get(&thread.session);
    let newest = row.map_or(0, Row::newest);
    let later = thread.has_later(newest);
    let silence = core.silence(&thread.session);
    let can_write = silence.is_none();
    let key_at = |number: u64| thread.window.get(number).map(|message| key(message, &core.me));
    ConversationView {
        id: thread.session.clone(),
        title: row.map(|row| row.title(&core.me)).unwrap_or_default(),
        people: row.map(|row| people(core, row)).unwrap_or_default(),
        group: row.is_some_and(|row| row.session.participants.len() > 2),
        has_inbox: core.reach == Reach::Everything,
        messages: messages(scene, thread, row, later),
        earlier: thread.earlier(newest, core.reached != Reached::Not),
        later,
        first_unread: thread.first_unread.and_then(key_at),
        focus: thread.focus.and_then(key_at),
        typing: thread.typing.who().map(|who| core.rows.name(who)).collect(),
        topic: core.topic_view(),
        draft: thread.draft.expose().clone(),
        reply: thread.reply.as_deref().and_then(|key| core.message(key)).map(|message| quote(core, message)),
        recording: scene.media.recording.clone(),
        can_write,
        can_record: can_write && scene.media.can_record,
        visits: scene.around.visits.iter().map(card).collect(),
        invite: invitation::invite(scene, thread),
        large: thread.large.clone(),
        forward_to: forward_to(core),
        problem: match silence {
            Some(ProblemCode::ConversationGone) => silence,
            // What has just failed is said first: files can still be saved.
            Some(_) | None => thread.problem.or(silence),
        },
    }
}

fn card(visit: &OwnVisit) -> CardChoice {
    CardChoice {
        id: visit.appointment.clone(),
        title: visit.people.expose().clone(),
        scheduled_start: rfc3339(visit.scheduled_start),
    }
}

fn people(core: &Core, row: &Row) -> Vec<PersonRow> {
    let person = |member: &Member| PersonRow {
        id: member.participant_id.as_str().to_owned(),
        name: member.name.expose().clone(),
        patient: member.role == UserRole::Patient,
    };
    row.others(&core.me).map(person).collect()
}

fn forward_to(core: &Core) -> Vec<ForwardChoice> {
    let rows = core.rows.sorted(InboxFilter::All).into_iter();
    let rows = rows.filter(|row| !row.gone && core.is_own(&row.session.id));
    let choice = |row: &Row| ForwardChoice { id: row.session.id.clone(), title: row.title(&core.me) };
    rows.take(FORWARD).map(choice).collect()
}

fn messages(scene: Scene<'_>, thread: &Thread, row: Option<&Row>, later: bool) -> Vec<MessageRow> {
    let core = scene.core;
    let stored = thread.window.iter().map(|(_, message)| stored(scene, row, message));
    // What is not sent yet stands after the newest.
    let unsent = core.outbox.of(&thread.session).filter(|_| !later);
    stored.chain(unsent.map(|item| self::unsent(scene, item))).collect()
}

fn stored(scene: Scene<'_>, row: Option<&Row>, message: &Message) -> MessageRow {
    let core = scene.core;
    let mine = message.sender_id == core.me;
    let read = mine && row.is_some_and(|row| row.was_read_by_all(&core.me, message.timestamp));
    let key = key(message, &core.me);
    MessageRow {
        mine,
        sender: core.rows.name(&message.sender_id),
        at: rfc3339(message.timestamp),
        body: body(scene, &key, message),
        reply: message.reply_to.as_deref().map(|id| quote_of(core, id)),
        forwarded: matches!(message.kind, MessageKind::ForwardedText | MessageKind::ForwardedImage),
        state: if read { MessageState::Read } else { MessageState::Stored },
        key,
    }
}

fn unsent(scene: Scene<'_>, item: &Unsent) -> MessageRow {
    let core = scene.core;
    let key = own_key(&item.client_id);
    let body = unsent_body(scene, &key, item);
    MessageRow {
        key,
        mine: true,
        sender: core.rows.name(&core.me),
        at: rfc3339(item.at),
        body,
        reply: item.reply_to.as_deref().map(|id| quote_of(core, id)),
        forwarded: is_forwarded(item),
        state: match item.stage {
            Sending::Keeping | Sending::Waiting => MessageState::Waiting,
            Sending::Uploading { percent } => MessageState::Sending { percent: Some(percent) },
            Sending::Sent => MessageState::Sending { percent: None },
            Sending::Refused(problem) => MessageState::Failed { problem },
        },
    }
}

fn is_forwarded(item: &Unsent) -> bool {
    let kind = match &item.what {
        What::Message { kind, .. } => *kind,
        What::File(file) => file.kind,
    };
    matches!(kind, MessageKind::ForwardedText | MessageKind::ForwardedImage)
}

/// What is answered; without words where it is not loaded.
fn quote_of(core: &Core, id: &str) -> Quote {
    core.message_by_id(id).map_or_else(
        || Quote { key: None, sender: String::new(), kind: LastKind::Unknown, text: String::new() },
        |message| quote(core, message),
    )
}

fn quote(core: &Core, message: &Message) -> Quote {
    let (kind, text) = mention(message);
    Quote { key: Some(key(message, &core.me)), sender: core.rows.name(&message.sender_id), kind, text }
}
