//! The statements that read messages. Each reads one page at most: all jobs of the store share one thread.

use super::super::super::{ChatDraft, ChatMessage, ChatRefusal, MessageId, Principal, Rows, Window};
use super::MOST_ROWS;
use super::seat::{Seat, seat};
use super::values::{Step, numbered, page, signed, time, unsigned};
use consilium_model::{Secret, UserId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

const COLUMNS: &str = "seq, id, kind, content, client_id, reply_to, at";

pub(super) fn window(
    db: &Connection,
    session: &str,
    who: &Principal,
    window: Window,
    take: u32,
) -> Step<Rows<ChatMessage>> {
    let seat = seat(db, session, who)?;
    // Numbers have no gaps, so whoever skips rows skips numbers.
    let (low, high, take) = match window {
        Window::Newest(slice) => (1, seat.last_seq.saturating_sub(signed(slice.skip)), slice.take),
        Window::Before(seq) => (1, signed(seq).saturating_sub(1), take),
        Window::After(seq) => return after(db, &seat, session, seq, take.min(MOST_ROWS)),
        Window::Between(first, last, slice) => {
            let last = signed(last).min(seat.last_seq);
            (signed(first), last.saturating_sub(signed(slice.skip)), slice.take)
        }
    };
    let take = take.min(MOST_ROWS);
    let rest = "seq BETWEEN ?2 AND ?3 ORDER BY seq DESC LIMIT ?4";
    let rows = select(db, &seat, session, rest, params![seat.session, low, high, take + 1])?;
    Ok(page(rows, take))
}

fn after(db: &Connection, seat: &Seat, session: &str, seq: u64, take: u32) -> Step<Rows<ChatMessage>> {
    let rest = "seq > ?2 ORDER BY seq LIMIT ?3";
    let rows = select(db, seat, session, rest, params![seat.session, signed(seq), take + 1])?;
    let mut page = page(rows, take);
    page.rows.reverse();
    Ok(page)
}

pub(super) fn unread(db: &Connection, session: &str, who: &Principal, take: u32) -> Step<Rows<ChatMessage>> {
    let seat = seat(db, session, who)?;
    let take = take.min(MOST_ROWS);
    let rest = "seq > ?2 AND sender <> ?3 ORDER BY seq DESC LIMIT ?4";
    let rows = select(db, &seat, session, rest, params![seat.session, seat.read_seq, seat.user, take + 1])?;
    Ok(page(rows, take))
}

pub(super) fn one(db: &Connection, id: &MessageId, who: &Principal) -> Step<ChatMessage> {
    let seat = seat(db, &id.session, who)?;
    let found = select(db, &seat, &id.session, "seq = ?2", params![seat.session, signed(id.seq)])?;
    Ok(found.into_iter().next().ok_or(ChatRefusal::NotFound)?)
}

/// What the same sender has stored before under the draft's own id.
pub(super) fn sent(db: &Connection, seat: &Seat, draft: ChatDraft) -> Step<ChatMessage> {
    let rest = "sender = ?2 AND client_id = ?3 AND client_id <> ''";
    let values = params![seat.session, seat.user, draft.client_id];
    let found = select(db, seat, &draft.session, rest, values)?;
    Ok(found.into_iter().next().ok_or(rusqlite::Error::QueryReturnedNoRows)?)
}

/// The message with a number.
pub(super) fn numbered_one(
    db: &Connection,
    store: &'static str,
    (key, session): (i64, &str),
    seq: i64,
) -> rusqlite::Result<Option<ChatMessage>> {
    let mut query = db.prepare_cached(&sql(store, "seq = ?2"))?;
    query.query_row([key, seq], |row| read(row, session)).optional()
}

fn select(
    db: &Connection,
    seat: &Seat,
    session: &str,
    rest: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Vec<ChatMessage>> {
    let mut query = db.prepare_cached(&sql(seat.kind.store(), rest))?;
    query.query_map(values, |row| read(row, session))?.collect()
}

fn sql(store: &'static str, rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM {store} JOIN chat_users ON key = sender WHERE session = ?1 AND {rest}")
}

fn read(row: &Row<'_>, session: &str) -> rusqlite::Result<ChatMessage> {
    let sender: String = row.get(1)?;
    let reply_to: Option<i64> = row.get(5)?;
    Ok(ChatMessage {
        id: MessageId { session: session.to_owned(), seq: unsigned(row, 0)? },
        sender: UserId::new(sender),
        kind: numbered(row, 2)?,
        content: Secret::new(row.get(3)?),
        client_id: row.get(4)?,
        reply_to: reply_to.map(i64::cast_unsigned),
        at: time(row, 6)?,
    })
}
