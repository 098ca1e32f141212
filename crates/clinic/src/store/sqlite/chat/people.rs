//! The statements about people.

use super::super::super::{ChatUser, Result};
use super::values::{from_word, millis, optional_time, user_key, word};
use consilium_model::{Secret, UserId};
use consilium_wire::im::{ConsultTime, Presence};
use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

pub(super) fn put(db: &Connection, user: &ChatUser) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_users (id, role, name) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET role = excluded.role, name = excluded.name RETURNING key",
    )?;
    let values = params![user.id.as_str(), word(user.role)?, user.name.expose()];
    let key: i64 = insert.query_row(values, |row| row.get(0))?;
    db.prepare_cached("INSERT INTO chat_counts (user) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([key])?;
    Ok(())
}

pub(super) fn one(db: &Connection, id: &UserId) -> Result<Option<ChatUser>> {
    let mut query = db.prepare_cached("SELECT role, name FROM chat_users WHERE id = ?1")?;
    let found = query.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((role, name)) = found else { return Ok(None) };
    Ok(Some(ChatUser { id: id.clone(), role: from_word(role)?, name: Secret::new(name) }))
}

pub(super) fn presence(db: &Connection, user: &UserId) -> Result<(Presence, Option<OffsetDateTime>)> {
    let mut query = db.prepare_cached(
        "SELECT presence, last_active FROM chat_presence JOIN chat_users ON key = user WHERE id = ?1",
    )?;
    let found =
        query.query_row([user.as_str()], |row| Ok((row.get(0)?, optional_time(row, 1)?))).optional()?;
    let Some((presence, last_active)) = found else { return Ok((Presence::default(), None)) };
    Ok((from_word(presence)?, last_active))
}

/// Nothing happens for somebody unknown.
pub(super) fn set_presence(
    db: &Connection,
    user: &UserId,
    presence: Presence,
    at: OffsetDateTime,
) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_presence (user, presence, last_active)
         SELECT key, ?2, ?3 FROM chat_users WHERE id = ?1
         ON CONFLICT DO UPDATE SET presence = excluded.presence,
             last_active = max(coalesce(last_active, 0), excluded.last_active)",
    )?;
    insert.execute(params![user.as_str(), word(presence)?, millis(at)])?;
    Ok(())
}

/// Nothing happens for somebody unknown.
pub(super) fn touch(db: &Connection, users: &[UserId], at: OffsetDateTime) -> Result<()> {
    let unsaid = word(Presence::default())?;
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_presence (user, presence, last_active)
         SELECT key, ?2, ?3 FROM chat_users WHERE id = ?1
         ON CONFLICT DO UPDATE SET last_active = max(coalesce(last_active, 0), excluded.last_active)",
    )?;
    for user in users {
        insert.execute(params![user.as_str(), unsaid, millis(at)])?;
    }
    Ok(())
}

pub(super) fn consult_times(db: &Connection, user: &UserId) -> Result<Vec<ConsultTime>> {
    let mut query = db.prepare_cached(
        "SELECT weekday, from_minute, to_minute FROM chat_consult_times JOIN chat_users ON key = user
         WHERE id = ?1 ORDER BY weekday, from_minute, to_minute",
    )?;
    let times = query.query_map([user.as_str()], |row| {
        Ok(ConsultTime { weekday: row.get(0)?, from_minute: row.get(1)?, to_minute: row.get(2)? })
    })?;
    Ok(times.collect::<rusqlite::Result<_>>()?)
}

/// Nothing happens for somebody unknown.
pub(super) fn set_consult_times(db: &Connection, user: &UserId, times: &[ConsultTime]) -> Result<()> {
    let Some(key) = user_key(db, user)? else { return Ok(()) };
    db.prepare_cached("DELETE FROM chat_consult_times WHERE user = ?1")?.execute([key])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_consult_times (user, weekday, from_minute, to_minute) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
    )?;
    for time in times {
        insert.execute(params![key, time.weekday, time.from_minute, time.to_minute])?;
    }
    Ok(())
}
