//! The statements about sessions.

use super::super::super::{
    ChatMember, ChatRefusal, ChatRow, ChatSession, ChatUser, Principal, Result, Rows, SessionFilter, Slice,
};
use super::seat::seat;
use super::values::{Step, from_word, millis, numbered, page, signed, time, unsigned, user_key};
use super::within::{self, WITHIN};
use super::{MOST_ROWS, messages};
use consilium_model::{ConferenceId, Secret, SessionKind, UserId};
use consilium_wire::im::MAX_PARTICIPANTS;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

pub(super) fn create(db: &Connection, session: &ChatSession, members: &[UserId]) -> Step<(String, bool)> {
    let members = keys(db, members)?;
    if !fits(session.kind, members.len()) || session.kind == SessionKind::OneToOne && members.len() != 2 {
        return Err(ChatRefusal::Members.into());
    }
    let pair = pair(session.kind, &members);
    let conference = session.conference.as_ref().map(ConferenceId::as_str);
    if let Some(id) = existing(db, conference, pair.as_deref())? {
        return Ok((id, false));
    }
    let at = millis(session.created_at);
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_sessions (id, kind, business, name, conference, pair, created_at, last_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )?;
    insert.execute(params![
        session.id,
        u8::from(session.kind),
        u8::from(session.business),
        session.name.as_ref().map(Secret::expose),
        conference,
        pair,
        at,
    ])?;
    let key = db.last_insert_rowid();
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_members (session, user, place, read_seq, last_fetch_time, business, by_visit, of_visit)
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?6)",
    )?;
    for (place, member) in (0_i64..).zip(members) {
        insert.execute(params![key, member, place, at, u8::from(session.business), conference.is_some()])?;
    }
    Ok((session.id.clone(), true))
}

/// Every person once, in the order given.
pub(super) fn keys(db: &Connection, users: &[UserId]) -> Step<Vec<i64>> {
    let mut keys = Vec::with_capacity(users.len());
    for user in users {
        let key = user_key(db, user)?.ok_or(ChatRefusal::NotFound)?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// A session may have so many members.
pub(super) fn fits(kind: SessionKind, members: usize) -> bool {
    let most = if kind == SessionKind::OneToOne { 2 } else { MAX_PARTICIPANTS };
    (1..=most).contains(&members)
}

/// Names the two people of a session of kind 2, whoever came first.
pub(super) fn pair(kind: SessionKind, members: &[i64]) -> Option<String> {
    match (kind, members) {
        (SessionKind::OneToOne, &[one, other]) => Some(format!("{}-{}", one.min(other), one.max(other))),
        _ => None,
    }
}

fn existing(
    db: &Connection,
    conference: Option<&str>,
    pair: Option<&str>,
) -> rusqlite::Result<Option<String>> {
    let mut query = db.prepare_cached("SELECT id FROM chat_sessions WHERE conference = ?1 OR pair = ?2")?;
    query.query_row([conference, pair], |row| row.get(0)).optional()
}

pub(super) fn one(db: &Connection, session: &str, who: &Principal) -> Step<ChatRow> {
    let seat = seat(db, session, who)?;
    Ok(row_of(db, seat.session, seat.user)?)
}

pub(super) fn all(
    db: &Connection,
    who: &Principal,
    filter: SessionFilter,
    slice: Slice,
) -> Result<Rows<ChatRow>> {
    let Some(user) = user_key(db, &who.user)? else { return Ok(Rows { rows: Vec::new(), more: false }) };
    let within = within::sessions(db, who)?;
    let business = filter.business.map(u8::from);
    let take = slice.take.min(MOST_ROWS);
    let values: &[&dyn ToSql] = params![within, user, business, take + 1, signed(slice.skip)];
    let mut query = db.prepare_cached(&list(filter, within.is_some()))?;
    let keys = query.query_map(values, |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let Rows { rows: keys, more } = page(keys, take);
    let rows = keys.into_iter().map(|key| row_of(db, key, user)).collect::<Result<_>>()?;
    Ok(Rows { rows, more })
}

/// Without a bound both are ranges of an index that holds all they need.
fn list(filter: SessionFilter, is_bounded: bool) -> String {
    let within = if is_bounded { format!("AND session {WITHIN}") } else { String::new() };
    let (which, order) = match filter.recent {
        true => ("AND position > 0", "sticky DESC, position DESC, session DESC"),
        false => ("", "session DESC"),
    };
    format!(
        "SELECT session FROM chat_members WHERE user = ?2 {which} AND (?3 IS NULL OR business = ?3) {within}
         ORDER BY {order} LIMIT ?4 OFFSET ?5"
    )
}

fn row_of(db: &Connection, session: i64, user: i64) -> Result<ChatRow> {
    let mut query = db.prepare_cached(
        "SELECT id, kind, s.business, name, conference, created_at, last_seq, open_topic, unread, sticky
         FROM chat_sessions s JOIN chat_members m ON m.session = s.key AND m.user = ?2 WHERE s.key = ?1",
    )?;
    let (mut row, last_seq) = query.query_row([session, user], |row| Ok((read(row)?, row.get(6)?)))?;
    row.last = messages::numbered_one(db, row.session.kind.store(), (session, &row.session.id), last_seq)?;
    row.members = members(db, session)?;
    Ok(row)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ChatRow> {
    let (name, conference): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
    let session = ChatSession {
        id: row.get(0)?,
        kind: numbered(row, 1)?,
        business: numbered(row, 2)?,
        name: name.map(Secret::new),
        conference: conference.map(ConferenceId::new),
        created_at: time(row, 5)?,
    };
    Ok(ChatRow {
        session,
        members: Vec::new(),
        last: None,
        unread: unsigned(row, 8)?,
        sticky: row.get(9)?,
        topic_open: row.get::<_, Option<i64>>(7)?.is_some(),
    })
}

fn members(db: &Connection, session: i64) -> Result<Vec<ChatMember>> {
    let mut query = db.prepare_cached(
        "SELECT id, role, name, last_fetch_time FROM chat_members JOIN chat_users ON key = user
         WHERE session = ?1 ORDER BY place",
    )?;
    let rows = query.query_map([session], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, time(row, 3)?))
    })?;
    rows.map(|row| {
        let (id, role, name, last_fetch_time) = row?;
        let user = ChatUser { id: UserId::new(id), role: from_word(role)?, name: Secret::new(name) };
        Ok(ChatMember { user, last_fetch_time })
    })
    .collect()
}

pub(super) fn visit(db: &Connection, session: &str) -> Result<Option<Option<ConferenceId>>> {
    let mut query = db.prepare_cached("SELECT conference FROM chat_sessions WHERE id = ?1")?;
    let found = query.query_row([session], |row| row.get::<_, Option<String>>(0)).optional()?;
    Ok(found.map(|visit| visit.map(ConferenceId::new)))
}

pub(super) fn shared(db: &Connection, one: &Principal, other: &UserId) -> Result<bool> {
    if let Some(sessions) = within::sessions(db, one)? {
        let mut query = db.prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM chat_members
                 WHERE session {WITHIN} AND user = (SELECT key FROM chat_users WHERE id = ?2))"
        ))?;
        return Ok(query.query_row([&sessions, other.as_str()], |row| row.get(0))?);
    }
    let mut query = db.prepare_cached(
        "SELECT EXISTS (
             SELECT 1 FROM chat_members mine JOIN chat_members theirs ON theirs.session = mine.session
             WHERE mine.user = (SELECT key FROM chat_users WHERE id = ?1)
               AND theirs.user = (SELECT key FROM chat_users WHERE id = ?2))",
    )?;
    Ok(query.query_row([one.user.as_str(), other.as_str()], |row| row.get(0))?)
}

pub(super) fn set_sticky(db: &Connection, session: &str, who: &Principal, sticky: bool) -> Step<()> {
    let seat = seat(db, session, who)?;
    let mut update =
        db.prepare_cached("UPDATE chat_members SET sticky = ?3 WHERE session = ?1 AND user = ?2")?;
    update.execute(params![seat.session, seat.user, sticky])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_ranges_of_an_index() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("../../schema_4.sql")).unwrap();
        for (recent, index) in [(true, "chat_members_recent"), (false, "chat_members_all")] {
            let filter = SessionFilter { recent, ..SessionFilter::default() };
            let mut query = db.prepare(&format!("EXPLAIN QUERY PLAN {}", list(filter, false))).unwrap();
            let steps: Vec<String> = query
                .query_map(params![None::<String>, 1, None::<u8>, 1, 0], |row| row.get(3))
                .unwrap()
                .map(|step| step.unwrap())
                .collect();
            let [step] = steps.as_slice() else { panic!("more than one step: {steps:?}") };
            assert!(
                step.starts_with("SEARCH") && step.contains(&format!("COVERING INDEX {index}")),
                "{step}"
            );
        }
    }
}
