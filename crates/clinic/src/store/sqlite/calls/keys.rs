//! The statements about the keys by which calls are asked for.

use super::super::super::{CallKey, KEY_KEPT, KeyedCall, Result};
use super::millis;
use crate::keys::Digest;
use consilium_model::UserId;
use consilium_wire::home::calls::CallId;
use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

pub(super) fn add(db: &Connection, call: i64, key: &CallKey, now: OffsetDateTime) -> Result<()> {
    let mut sweep = db.prepare_cached("DELETE FROM call_keys WHERE at <= ?1")?;
    sweep.execute([millis(now - KEY_KEPT)])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO call_keys (user_id, key, request, call, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    insert.execute(params![key.user.as_str(), key.key, key.request, call, millis(now)])?;
    Ok(())
}

pub(super) fn find(
    db: &Connection,
    user: &UserId,
    key: &Digest,
    now: OffsetDateTime,
) -> Result<Option<KeyedCall>> {
    let mut query = db.prepare_cached(
        "SELECT calls.id, request FROM call_keys JOIN calls ON calls.number = call_keys.call
         WHERE user_id = ?1 AND key = ?2 AND at > ?3",
    )?;
    let found = query.query_row(params![user.as_str(), key, millis(now - KEY_KEPT)], |row| {
        Ok(KeyedCall { call: CallId(row.get(0)?), request: row.get(1)? })
    });
    Ok(found.optional()?)
}
