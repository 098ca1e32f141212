//! The statements that store a message with everything that follows from it.

use super::super::super::{ChatDraft, ChatMessage, ChatRefusal, ChatTopic, MessageId, Stored};
use super::seat::{Seat, seat};
use super::values::{Step, from_millis, millis, signed};
use super::{attachments, counts, messages, topics};
use consilium_model::MessageKind;
use rusqlite::{Connection, params};

pub(super) fn add(db: &Connection, draft: ChatDraft) -> Step<Stored> {
    let mut seat = seat(db, &draft.session, &draft.sender)?;
    let answered = draft.reply_to.map(signed);
    if answered.is_some_and(|seq| !(1..=seat.last_seq).contains(&seq)) {
        return Err(ChatRefusal::NotFound.into());
    }
    post(db, &mut seat, draft)
}

/// Stores a message of the one who sits there, and moves the seat on.
pub(super) fn post(db: &Connection, seat: &mut Seat, draft: ChatDraft) -> Step<Stored> {
    attachments::name(db, draft.kind, &draft.content)?;
    let (seq, at) = (seat.last_seq + 1, millis(draft.at).max(seat.last_at + 1));
    if !insert(db, seat, &draft, seq, at)? {
        let message = messages::sent(db, seat, draft)?;
        return Ok(Stored { message, fresh: false, badges: Vec::new(), topic: None });
    }
    move_members(db, seat, seq, at)?;
    let badges = counts::one_more(db, seat.session, seat.user, seat.unread)?;
    *seat = Seat {
        last_seq: seq,
        last_at: at,
        read_seq: seq,
        last_fetch_time: at,
        unread: 0,
        position: at,
        ..*seat
    };
    let topic = answer_topic(db, seat, &draft)?;
    Ok(Stored { message: stored(draft, seq, at), fresh: true, badges, topic })
}

/// `false` when the sender has sent it before.
fn insert(db: &Connection, seat: &Seat, draft: &ChatDraft, seq: i64, at: i64) -> Step<bool> {
    let mut insert = db.prepare_cached(&format!(
        "INSERT INTO {} (session, seq, sender, kind, at, client_id, reply_to, content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (session, sender, client_id) WHERE client_id <> '' DO NOTHING",
        seat.kind.store()
    ))?;
    let inserted = insert.execute(params![
        seat.session,
        seq,
        seat.user,
        u8::from(draft.kind),
        at,
        draft.client_id,
        draft.reply_to.map(signed),
        draft.content.expose(),
    ])?;
    Ok(inserted == 1)
}

fn move_members(db: &Connection, seat: &Seat, seq: i64, at: i64) -> Step<()> {
    let mut update =
        db.prepare_cached("UPDATE chat_sessions SET last_seq = ?2, last_at = ?3 WHERE key = ?1")?;
    update.execute([seat.session, seq, at])?;
    let mut update = db.prepare_cached(
        "UPDATE chat_members SET position = ?4,
             unread = iif(user = ?2, 0, unread + 1),
             read_seq = iif(user = ?2, ?3, read_seq),
             last_fetch_time = iif(user = ?2, ?4, last_fetch_time)
         WHERE session = ?1",
    )?;
    update.execute([seat.session, seat.user, seq, at])?;
    Ok(())
}

fn answer_topic(db: &Connection, seat: &Seat, draft: &ChatDraft) -> Step<Option<ChatTopic>> {
    let words = draft.kind.is_sent_by_people() || draft.kind == MessageKind::ClosingText;
    match seat.open_topic {
        Some(topic) if words => topics::answer(db, seat, topic),
        _ => Ok(None),
    }
}

fn stored(draft: ChatDraft, seq: i64, at: i64) -> ChatMessage {
    ChatMessage {
        id: MessageId { session: draft.session, seq: seq.cast_unsigned() },
        sender: draft.sender.user,
        kind: draft.kind,
        content: draft.content,
        client_id: draft.client_id,
        reply_to: draft.reply_to,
        at: from_millis(at).unwrap_or(draft.at),
    }
}
