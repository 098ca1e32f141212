//! The statements of the xAssist face.

use super::super::xassist::{CallerLogin, MAX_ACCESS, Rotation, TokenPair};
use super::super::{AuditLine, Result};
use super::queries;
use crate::keys::Digest;
use consilium_model::UserId;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use time::OffsetDateTime;

/// Gives a number to a user who has none.
pub(super) fn give_number(db: &Connection, user: &UserId) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT INTO user_numbers (user_id) VALUES (?1) ON CONFLICT DO NOTHING")?;
    insert.execute([user.as_str()])?;
    Ok(())
}

/// Whoever gets the login later has another number.
pub(super) fn take_number(db: &Connection, user: &UserId) -> Result<()> {
    db.execute("DELETE FROM user_numbers WHERE user_id = ?1", [user.as_str()])?;
    Ok(())
}

pub(super) fn numbers_of(db: &Connection, users: &[UserId]) -> Result<HashMap<UserId, u64>> {
    let mut query = db.prepare_cached("SELECT number FROM user_numbers WHERE user_id = ?1")?;
    let mut numbers = HashMap::new();
    for user in users {
        if let Some(number) = query.query_row([user.as_str()], |row| row.get::<_, i64>(0)).optional()? {
            numbers.insert(user.clone(), number.cast_unsigned());
        }
    }
    Ok(numbers)
}

pub(super) fn user_of_number(db: &Connection, number: u64) -> Result<Option<UserId>> {
    let Ok(number) = i64::try_from(number) else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT user_id FROM user_numbers WHERE number = ?1")?;
    Ok(query.query_row([number], |row| row.get::<_, String>(0)).optional()?.map(UserId::new))
}

pub(super) fn begin(
    db: &Connection,
    login: &CallerLogin,
    pair: &TokenPair,
    now: OffsetDateTime,
    keep: usize,
) -> Result<bool> {
    sweep(db, now)?;
    let staff = queries::staff(db, &login.user_id)?;
    if staff.is_none_or(|staff| staff.password_hash != login.password_hash) {
        return Ok(false);
    }
    let user = login.user_id.as_str();
    let mut insert =
        db.prepare_cached("INSERT INTO xassist_logins (user_id, domain, ends_at) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![user, login.domain, pair.refresh_ends.unix_timestamp()])?;
    give(db, db.last_insert_rowid(), pair)?;
    let mut drop = db.prepare_cached(
        "DELETE FROM xassist_logins WHERE user_id = ?1 AND key <=
             (SELECT key FROM xassist_logins WHERE user_id = ?1 ORDER BY key DESC LIMIT 1 OFFSET ?2)",
    )?;
    drop.execute(params![user, i64::try_from(keep).unwrap_or(i64::MAX)])?;
    audit(db, user, "xassist_sign_in", now)?;
    Ok(true)
}

pub(super) fn rotate(
    db: &Connection,
    spent: &Digest,
    domain: &str,
    pair: &TokenPair,
    now: OffsetDateTime,
) -> Result<Rotation> {
    sweep(db, now)?;
    let mut query = db.prepare_cached(
        "SELECT login, user_id, spent FROM xassist_refresh JOIN xassist_logins ON key = login
         WHERE digest = ?1 AND domain = ?2",
    )?;
    let found = query.query_row(params![spent, domain], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?))
    });
    match found.optional()? {
        None => Ok(Rotation::Unknown),
        Some((login, user, true)) => {
            end(db, login)?;
            audit(db, &user, "xassist_refresh_reused", now)?;
            Ok(Rotation::Reused)
        }
        Some((login, _, false)) if good(db, login)? >= MAX_ACCESS => Ok(Rotation::TooOften),
        Some((login, user, false)) => {
            db.prepare_cached("UPDATE xassist_refresh SET spent = 1 WHERE digest = ?1")?.execute([spent])?;
            let mut longer = db.prepare_cached("UPDATE xassist_logins SET ends_at = ?2 WHERE key = ?1")?;
            longer.execute(params![login, pair.refresh_ends.unix_timestamp()])?;
            give(db, login, pair)?;
            audit(db, &user, "xassist_refresh", now)?;
            Ok(Rotation::Rotated)
        }
    }
}

/// How many access tokens of a login there are once those that have ended were taken away.
fn good(db: &Connection, login: i64) -> Result<u32> {
    let mut query = db.prepare_cached("SELECT count(*) FROM xassist_access WHERE login = ?1")?;
    Ok(query.query_row([login], |row| row.get(0))?)
}

fn give(db: &Connection, login: i64, pair: &TokenPair) -> Result<()> {
    let mut access =
        db.prepare_cached("INSERT INTO xassist_access (digest, login, ends_at) VALUES (?1, ?2, ?3)")?;
    access.execute(params![pair.access, login, pair.access_ends.unix_timestamp()])?;
    let mut refresh =
        db.prepare_cached("INSERT INTO xassist_refresh (digest, login, ends_at) VALUES (?1, ?2, ?3)")?;
    refresh.execute(params![pair.refresh, login, pair.refresh_ends.unix_timestamp()])?;
    Ok(())
}

/// Takes away what is worth nothing any more.
fn sweep(db: &Connection, now: OffsetDateTime) -> Result<()> {
    for sql in [
        "DELETE FROM xassist_logins WHERE ends_at <= ?1",
        "DELETE FROM xassist_access WHERE ends_at <= ?1",
        "DELETE FROM xassist_refresh WHERE ends_at <= ?1",
    ] {
        db.prepare_cached(sql)?.execute([now.unix_timestamp()])?;
    }
    Ok(())
}

pub(super) fn user(
    db: &Connection,
    access: &Digest,
    domain: &str,
    now: OffsetDateTime,
) -> Result<Option<UserId>> {
    let mut query = db.prepare_cached(
        "SELECT user_id FROM xassist_access JOIN xassist_logins ON key = login
         WHERE digest = ?1 AND domain = ?2 AND xassist_access.ends_at > ?3",
    )?;
    let user = query.query_row(params![access, domain, now.unix_timestamp()], |row| row.get::<_, String>(0));
    Ok(user.optional()?.map(UserId::new))
}

/// Also with an access token whose time is over: whoever has it has the login.
pub(super) fn end_by_access(db: &Connection, access: &Digest, now: OffsetDateTime) -> Result<bool> {
    let mut query = db.prepare_cached(
        "SELECT login, user_id FROM xassist_access JOIN xassist_logins ON key = login WHERE digest = ?1",
    )?;
    let found = query.query_row([access], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
    let Some((login, user)) = found.optional()? else { return Ok(false) };
    end(db, login)?;
    audit(db, &user, "xassist_sign_out", now)?;
    Ok(true)
}

/// The tokens go with it.
fn end(db: &Connection, login: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM xassist_logins WHERE key = ?1")?.execute([login])?;
    Ok(())
}

fn audit(db: &Connection, user: &str, action: &'static str, at: OffsetDateTime) -> Result<()> {
    queries::audit(db, &AuditLine { at, actor: user.to_owned(), action, subject: String::new() })
}
