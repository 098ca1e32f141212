//! The statements about topics.

use super::super::super::{ChatDraft, ChatRefusal, ChatTopic, Principal, Rows, Slice, Stored};
use super::MOST_ROWS;
use super::counts::{self, Weight, minus, weight};
use super::posting::post;
use super::seat::{Seat, seat};
use super::values::{Step, millis, optional_time, page, signed, time, unsigned, user_key};
use super::within::{self, WITHIN};
use consilium_model::{BusinessKind, MessageKind, Secret, TopicState};
use consilium_wire::im::{Content, TopicContent, UserRole};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use time::OffsetDateTime;

const COLUMNS: &str = "t.id, s.id, t.name, t.description, t.status, t.reply, t.start_seq, t.end_seq,
     t.created_at, t.ended_at, t.key";

pub(super) fn open(db: &Connection, topic: &ChatTopic, by: &Principal) -> Step<(ChatTopic, Stored)> {
    let mut seat = seat(db, &topic.session, by)?;
    if seat.open_topic.is_some() {
        return Err(ChatRefusal::Topic.into());
    }
    let draft = about(topic, by, MessageKind::TopicStarted, topic.created_at);
    let mut stored = post(db, &mut seat, draft)?;
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_topics (id, session, opener, name, description, start_seq, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    insert.execute(params![
        topic.id,
        seat.session,
        seat.user,
        topic.name.expose(),
        topic.description.as_ref().map(Secret::expose),
        seat.last_seq,
        millis(topic.created_at),
    ])?;
    let key = db.last_insert_rowid();
    set_open(db, seat.session, Some(key))?;
    counts::change_topics(db, seat.session, weight(TopicState::New))?;
    let topic = by_key(db, key)?;
    stored.topic = Some(topic.clone());
    Ok((topic, stored))
}

pub(super) fn end(
    db: &Connection,
    id: &str,
    by: &Principal,
    closing: Option<Secret>,
    at: OffsetDateTime,
) -> Step<(ChatTopic, Vec<Stored>)> {
    let (key, topic) = by_id(db, id)?;
    let mut seat = seat(db, &topic.session, by)?;
    if topic.state.is_ended() {
        return Err(ChatRefusal::Topic.into());
    }
    let mut all = Vec::new();
    if let Some(content) = closing {
        let draft = ChatDraft { content, ..about(&topic, by, MessageKind::ClosingText, at) };
        all.push(post(db, &mut seat, draft)?);
    }
    let mut last = post(db, &mut seat, about(&topic, by, MessageKind::TopicEnded, at))?;
    let before = by_key(db, key)?.state;
    let mut update =
        db.prepare_cached("UPDATE chat_topics SET status = 10, end_seq = ?2, ended_at = ?3 WHERE key = ?1")?;
    update.execute(params![key, seat.last_seq, millis(at)])?;
    set_open(db, seat.session, None)?;
    counts::change_topics(db, seat.session, minus(weight(before.ended()), weight(before)))?;
    let topic = by_key(db, key)?;
    last.topic = Some(topic.clone());
    all.push(last);
    Ok((topic, all))
}

/// The server's own message about a topic, on behalf of whoever opened or closed it.
fn about(topic: &ChatTopic, by: &Principal, kind: MessageKind, at: OffsetDateTime) -> ChatDraft {
    let content = TopicContent { topic_id: topic.id.clone(), name: topic.name.clone() };
    ChatDraft {
        session: topic.session.clone(),
        sender: by.clone(),
        kind,
        content: Content::Topic(content).write(),
        client_id: String::new(),
        reply_to: None,
        at,
    }
}

fn set_open(db: &Connection, session: i64, topic: Option<i64>) -> rusqlite::Result<()> {
    let mut update = db.prepare_cached("UPDATE chat_sessions SET open_topic = ?2 WHERE key = ?1")?;
    update.execute(params![session, topic])?;
    Ok(())
}

/// Somebody has written while a topic is open. An answer is what the care team writes; without a patient in the
/// session, what anybody but the opener writes.
pub(super) fn answer(db: &Connection, seat: &Seat, topic: i64) -> Step<Option<ChatTopic>> {
    if seat.role != UserRole::Doctor {
        return Ok(None);
    }
    let mut update = db.prepare_cached(
        "UPDATE chat_topics SET reply = 1 WHERE key = ?1 AND reply = 0 AND (?2 OR opener <> ?3)",
    )?;
    let with_patient = seat.business == BusinessKind::WithPatient;
    if update.execute(params![topic, with_patient, seat.user])? == 0 {
        return Ok(None);
    }
    let change = minus(weight(TopicState::New.answered()), weight(TopicState::New));
    counts::change_topics(db, seat.session, change)?;
    Ok(Some(by_key(db, topic)?))
}

/// What all topics of a session count together.
pub(super) fn weight_of(db: &Connection, session: i64) -> Step<Weight> {
    let mut query = db.prepare_cached(
        "SELECT count(*) FILTER (WHERE status = 0 AND reply = 0), count(*) FILTER (WHERE status = 0 AND reply = 1),
                count(*) FILTER (WHERE status = 10 AND reply = 1)
         FROM chat_topics WHERE session = ?1",
    )?;
    Ok(query.query_row([session], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?)
}

pub(super) fn one(db: &Connection, id: &str, who: &Principal) -> Step<ChatTopic> {
    let (_, topic) = by_id(db, id)?;
    seat(db, &topic.session, who)?;
    Ok(topic)
}

pub(super) fn current(db: &Connection, session: &str, who: &Principal) -> Step<ChatTopic> {
    let seat = seat(db, session, who)?;
    let slice = Slice { skip: 0, take: 1 };
    let newest = of_session(db, seat.session, None, slice)?.rows.into_iter().next();
    Ok(newest.ok_or(ChatRefusal::NotFound)?)
}

pub(super) fn all(
    db: &Connection,
    who: &Principal,
    session: Option<&str>,
    state: Option<TopicState>,
    slice: Slice,
) -> Step<Rows<ChatTopic>> {
    let slice = Slice { take: slice.take.min(MOST_ROWS), ..slice };
    match session {
        Some(session) => of_session(db, seat(db, session, who)?.session, state, slice),
        None => of_user(db, who, state, slice),
    }
}

fn of_session(
    db: &Connection,
    session: i64,
    state: Option<TopicState>,
    slice: Slice,
) -> Step<Rows<ChatTopic>> {
    list(db, "t.session = ?1", &session, state, slice)
}

/// Through the user's own sessions, and not through everybody's topics.
fn of_user(
    db: &Connection,
    who: &Principal,
    state: Option<TopicState>,
    slice: Slice,
) -> Step<Rows<ChatTopic>> {
    if let Some(sessions) = within::sessions(db, who)? {
        return list(db, &format!("t.session {WITHIN}"), &sessions, state, slice);
    }
    let Some(user) = user_key(db, &who.user)? else { return Ok(Rows { rows: Vec::new(), more: false }) };
    let mine = "t.session IN (SELECT session FROM chat_members WHERE user = ?1)";
    list(db, mine, &user, state, slice)
}

fn list(
    db: &Connection,
    whose: &str,
    key: &dyn ToSql,
    state: Option<TopicState>,
    slice: Slice,
) -> Step<Rows<ChatTopic>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM chat_topics t JOIN chat_sessions s ON s.key = t.session
         WHERE {whose} AND (?2 IS NULL OR t.status = ?2 AND t.reply = ?3)
         ORDER BY t.key DESC LIMIT ?4 OFFSET ?5"
    ))?;
    let (status, reply) = state.map(TopicState::numbers).unzip();
    let values = params![key, status, reply, slice.take + 1, signed(slice.skip)];
    let rows = query.query_map(values, read)?.collect::<rusqlite::Result<_>>()?;
    Ok(page(rows, slice.take))
}

fn by_id(db: &Connection, id: &str) -> Step<(i64, ChatTopic)> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM chat_topics t JOIN chat_sessions s ON s.key = t.session WHERE t.id = ?1"
    ))?;
    let found = query.query_row([id], |row| Ok((row.get(10)?, read(row)?))).optional()?;
    Ok(found.ok_or(ChatRefusal::NotFound)?)
}

fn by_key(db: &Connection, key: i64) -> rusqlite::Result<ChatTopic> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM chat_topics t JOIN chat_sessions s ON s.key = t.session WHERE t.key = ?1"
    ))?;
    query.query_row([key], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ChatTopic> {
    let description: Option<String> = row.get(3)?;
    let end_seq: Option<i64> = row.get(7)?;
    let state = TopicState::from_numbers(row.get(4)?, row.get(5)?);
    Ok(ChatTopic {
        id: row.get(0)?,
        session: row.get(1)?,
        name: Secret::new(row.get(2)?),
        description: description.map(Secret::new),
        state: state.ok_or(rusqlite::Error::IntegralValueOutOfRange(4, row.get(4)?))?,
        start_seq: unsigned(row, 6)?,
        end_seq: end_seq.map(i64::cast_unsigned),
        created_at: time(row, 8)?,
        ended_at: optional_time(row, 9)?,
    })
}
