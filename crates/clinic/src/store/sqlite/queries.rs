//! The statements.

use super::super::{AuditLine, ConferenceRecord, Pass, Result, Staff, StoreError, StoredConference};
use super::xassist;
use crate::keys::Digest;
use consilium_model::{ConferenceId, Event, Secret, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use time::{Duration, OffsetDateTime};

pub(super) fn setting(db: &Connection, name: &str) -> Result<Option<String>> {
    let mut query = db.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    Ok(query.query_row([name], |row| row.get(0)).optional()?)
}

pub(super) fn setting_or_insert(db: &Connection, name: &str, value: &str) -> Result<String> {
    db.execute("INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING", [name, value])?;
    Ok(db.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))?)
}

pub(super) fn set_setting(db: &Connection, name: &str, value: &str) -> Result<()> {
    let sql =
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
    db.execute(sql, [name, value])?;
    Ok(())
}

// `scheduled_end` is the last event instead, when that is later.
pub(super) fn conferences(db: &Connection, since: OffsetDateTime) -> Result<Vec<StoredConference>> {
    let sql = "SELECT id, record FROM conferences WHERE scheduled_end >= ?1 ORDER BY scheduled_end";
    let mut query = db.prepare(sql)?;
    let rows = query.query_map([since.unix_timestamp()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (id, record): (String, String) = row?;
        Ok(StoredConference { record: serde_json::from_str(&record)?, events: events(db, &id)? })
    })
    .collect()
}

fn events(db: &Connection, conference: &str) -> Result<Vec<Event>> {
    events_after(db, &conference.into(), 0)
}

pub(super) fn events_after(db: &Connection, conference: &ConferenceId, after: u64) -> Result<Vec<Event>> {
    let sql = "SELECT event FROM events WHERE conference = ?1 AND seq > ?2 ORDER BY seq";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(params![conference.as_str(), after.cast_signed()], |row| row.get(0))?;
    rows.map(|row| {
        let event: String = row?;
        Ok(serde_json::from_str(&event)?)
    })
    .collect()
}

pub(super) fn create(db: &Connection, record: &ConferenceRecord) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT INTO conferences (id, scheduled_end, record) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![record.id.as_str(), scheduled_end(record), serde_json::to_string(record)?])?;
    Ok(())
}

pub(super) fn replace(db: &Connection, record: &ConferenceRecord) -> Result<()> {
    let mut update =
        db.prepare_cached("UPDATE conferences SET scheduled_end = ?2, record = ?3 WHERE id = ?1")?;
    update.execute(params![record.id.as_str(), scheduled_end(record), serde_json::to_string(record)?])?;
    Ok(())
}

fn scheduled_end(record: &ConferenceRecord) -> i64 {
    let info = &record.info;
    let end = info.scheduled_start.saturating_add(Duration::seconds(info.scheduled_duration_seconds.into()));
    end.unix_timestamp()
}

pub(super) fn append(db: &Connection, conference: &ConferenceId, after: u64, events: &[Event]) -> Result<()> {
    let mut last = db.prepare_cached("SELECT coalesce(max(seq), 0) FROM events WHERE conference = ?1")?;
    let stored: i64 = last.query_row([conference.as_str()], |row| row.get(0))?;
    if stored.cast_unsigned() != after {
        return Err(StoreError::Conflict);
    }
    let mut insert = db.prepare_cached("INSERT INTO events (conference, seq, event) VALUES (?1, ?2, ?3)")?;
    for (seq, event) in (stored + 1..).zip(events) {
        insert.execute(params![conference.as_str(), seq, serde_json::to_string(event)?])?;
    }
    if let Some(last) = events.last() {
        let mut update = db.prepare_cached(
            "UPDATE conferences SET scheduled_end = ?2 WHERE id = ?1 AND scheduled_end < ?2",
        )?;
        update.execute(params![conference.as_str(), last.at.unix_timestamp()])?;
    }
    Ok(())
}

pub(super) fn put_staff(db: &Connection, staff: &Staff) -> Result<()> {
    let sql = "INSERT INTO staff (user_id, name, clinic, password_hash) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET name = excluded.name, clinic = excluded.clinic,
               password_hash = excluded.password_hash";
    let password_hash = staff.password_hash.as_ref().map_or("", |hash| hash.expose());
    db.execute(sql, [staff.user_id.as_str(), staff.name.expose(), &staff.clinic, password_hash])?;
    xassist::give_number(db, &staff.user_id)
}

/// The column is empty where there is no password.
fn password_hash(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Secret>> {
    let hash: String = row.get(column)?;
    Ok((!hash.is_empty()).then(|| Secret::new(hash)))
}

/// A messenger token that came from a sign-in would end with it; the user's others are of a password or a link.
pub(super) fn end_sign_ins(db: &Connection, user_id: &UserId) -> Result<()> {
    for sql in [
        "DELETE FROM chat_tokens WHERE user = (SELECT key FROM chat_users WHERE id = ?1)",
        "DELETE FROM sessions WHERE user_id = ?1",
        "DELETE FROM codes WHERE user_id = ?1",
        "DELETE FROM coviu_refresh WHERE user_id = ?1",
        "DELETE FROM xassist_logins WHERE user_id = ?1",
        "INSERT INTO sign_in_endings (user_id, count) VALUES (?1, 1)
             ON CONFLICT DO UPDATE SET count = count + 1",
    ] {
        db.execute(sql, [user_id.as_str()])?;
    }
    Ok(())
}

/// How many times that was, also under those who had the login before; `None` when nobody has it.
pub(super) fn sign_in_endings(db: &Connection, user_id: &UserId) -> Result<Option<u64>> {
    let mut query = db.prepare_cached(
        "SELECT coalesce(count, 0) FROM staff LEFT JOIN sign_in_endings USING (user_id) WHERE user_id = ?1",
    )?;
    let count = query.query_row([user_id.as_str()], |row| row.get::<_, i64>(0)).optional()?;
    Ok(count.map(i64::cast_unsigned))
}

/// Whether there was one. Nothing of the sign-ins may be left.
pub(super) fn drop_staff(db: &Connection, user_id: &UserId) -> Result<bool> {
    super::calls::forget(db, user_id)?;
    super::xassist::take_number(db, user_id)?;
    Ok(db.execute("DELETE FROM staff WHERE user_id = ?1", [user_id.as_str()])? > 0)
}

pub(super) fn staff(db: &Connection, user_id: &UserId) -> Result<Option<Staff>> {
    let mut query = db.prepare_cached("SELECT name, clinic, password_hash FROM staff WHERE user_id = ?1")?;
    let staff = query.query_row([user_id.as_str()], |row| {
        Ok(Staff {
            user_id: user_id.clone(),
            name: Secret::new(row.get(0)?),
            clinic: row.get(1)?,
            password_hash: password_hash(row, 2)?,
        })
    });
    Ok(staff.optional()?)
}

pub(super) fn all_staff(db: &Connection) -> Result<Vec<Staff>> {
    let mut query = db.prepare_cached("SELECT user_id, name, clinic, password_hash FROM staff")?;
    let staff = query.query_map([], |row| {
        Ok(Staff {
            user_id: UserId::new(row.get::<_, String>(0)?),
            name: Secret::new(row.get(1)?),
            clinic: row.get(2)?,
            password_hash: password_hash(row, 3)?,
        })
    })?;
    Ok(staff.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn put_pass(db: &Connection, table: &'static str, pass: &Pass) -> Result<()> {
    let sql = format!("INSERT INTO {table} (digest, user_id, expires_at) VALUES (?1, ?2, ?3)");
    db.execute(&sql, params![pass.digest, pass.user_id.as_str(), pass.expires_at.unix_timestamp()])?;
    Ok(())
}

pub(super) fn take_code(db: &Connection, digest: &Digest, now: OffsetDateTime) -> Result<Option<UserId>> {
    let sql = "DELETE FROM codes WHERE digest = ?1 OR expires_at <= ?2 RETURNING digest, user_id, expires_at";
    let mut delete = db.prepare_cached(sql)?;
    let now = now.unix_timestamp();
    let rows = delete.query_map(params![digest, now], |row| {
        Ok((row.get::<_, Digest>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    })?;
    let deleted = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let taken = deleted.into_iter().find(|(code, _, expires_at)| code == digest && *expires_at > now);
    Ok(taken.map(|(_, user, _)| UserId::new(user)))
}

pub(super) fn session(db: &Connection, digest: &Digest, now: OffsetDateTime) -> Result<Option<UserId>> {
    let mut query =
        db.prepare_cached("SELECT user_id FROM sessions WHERE digest = ?1 AND expires_at > ?2")?;
    let user = query.query_row(params![digest, now.unix_timestamp()], |row| row.get::<_, String>(0));
    Ok(user.optional()?.map(UserId::new))
}

pub(super) fn drop_session(db: &Connection, digest: &Digest) -> Result<()> {
    db.execute("DELETE FROM sessions WHERE digest = ?1", [digest])?;
    Ok(())
}

pub(super) fn audit(db: &Connection, line: &AuditLine) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT INTO audit (at, actor, action, subject) VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute(params![line.at.to_string(), line.actor, line.action, line.subject])?;
    Ok(())
}
