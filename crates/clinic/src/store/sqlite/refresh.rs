//! The refresh tokens of the Coviu face.

use super::super::{RefreshToken, Result};
use crate::keys::Digest;
use consilium_model::UserId;
use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

/// Adds one, and takes away those whose time is over and all but the newest `keep` of its client.
pub(super) fn put(db: &Connection, token: &RefreshToken, now: OffsetDateTime, keep: usize) -> Result<()> {
    db.prepare_cached("DELETE FROM coviu_refresh WHERE expires_at <= ?1")?.execute([now.unix_timestamp()])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO coviu_refresh (digest, client, user_id, expires_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let user = token.user_id.as_ref().map(UserId::as_str);
    insert.execute(params![token.digest, token.client, user, token.expires_at.unix_timestamp()])?;
    let mut drop = db.prepare_cached(
        "DELETE FROM coviu_refresh WHERE client = ?1 AND id <=
             (SELECT id FROM coviu_refresh WHERE client = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
    )?;
    drop.execute(params![token.client, i64::try_from(keep).unwrap_or(i64::MAX)])?;
    Ok(())
}

/// Takes one away. `None` when this client has no such token or its time is over.
pub(super) fn take(
    db: &Connection,
    digest: &Digest,
    client: &str,
    now: OffsetDateTime,
) -> Result<Option<RefreshToken>> {
    let mut delete = db.prepare_cached(
        "DELETE FROM coviu_refresh WHERE digest = ?1 AND client = ?2 RETURNING user_id, expires_at",
    )?;
    let taken = delete.query_row(params![digest, client], |row| {
        let user = row.get::<_, Option<String>>(0)?.map(UserId::new);
        Ok((user, row.get::<_, i64>(1)?))
    });
    let Some((user_id, expires_at)) = taken.optional()? else { return Ok(None) };
    let expires_at = OffsetDateTime::from_unix_timestamp(expires_at).ok().filter(|at| *at > now);
    let token = |expires_at| RefreshToken { digest: *digest, client: client.to_owned(), user_id, expires_at };
    Ok(expires_at.map(token))
}
