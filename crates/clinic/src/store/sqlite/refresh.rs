//! The refresh tokens of the Coviu face. Those of one grant are a family; one of them works at a time.

use super::super::{RefreshSwap, RefreshToken, Refreshed, Result};
use super::queries;
use crate::keys::Digest;
use consilium_model::UserId;
use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

/// Begins a family, and takes away all but the newest `keep` of the client.
pub(super) fn put(db: &Connection, token: &RefreshToken, now: OffsetDateTime, keep: usize) -> Result<()> {
    sweep(db, now)?;
    insert(db, token, &token.digest)?;
    let mut drop = db.prepare_cached(
        "DELETE FROM coviu_refresh WHERE client = ?1 AND spent = ?2 AND id <=
             (SELECT id FROM coviu_refresh WHERE client = ?1 AND spent = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
    )?;
    for spent in [false, true] {
        drop.execute(params![token.client, spent, i64::try_from(keep).unwrap_or(i64::MAX)])?;
    }
    Ok(())
}

/// Takes away those whose time is over.
fn sweep(db: &Connection, now: OffsetDateTime) -> Result<()> {
    db.prepare_cached("DELETE FROM coviu_refresh WHERE expires_at <= ?1")?.execute([now.unix_timestamp()])?;
    Ok(())
}

fn insert(db: &Connection, token: &RefreshToken, family: &Digest) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO coviu_refresh (digest, client, user_id, endings, expires_at, family)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let user = token.user_id.as_ref().map(UserId::as_str);
    let (endings, expires_at) = (token.endings.cast_signed(), token.expires_at.unix_timestamp());
    insert.execute(params![token.digest, token.client, user, endings, expires_at, family])?;
    Ok(())
}

/// A token as it is kept.
struct Kept {
    user_id: Option<UserId>,
    endings: u64,
    family: Digest,
    is_spent: bool,
}

fn kept(db: &Connection, digest: &Digest, client: &str) -> Result<Option<Kept>> {
    let mut query = db.prepare_cached(
        "SELECT user_id, endings, family, spent FROM coviu_refresh WHERE digest = ?1 AND client = ?2",
    )?;
    let kept = query.query_row(params![digest, client], |row| {
        Ok(Kept {
            user_id: row.get::<_, Option<String>>(0)?.map(UserId::new),
            endings: row.get::<_, i64>(1)?.cast_unsigned(),
            family: row.get(2)?,
            is_spent: row.get(3)?,
        })
    });
    Ok(kept.optional()?)
}

fn end_family(db: &Connection, family: &Digest) -> Result<()> {
    db.prepare_cached("DELETE FROM coviu_refresh WHERE family = ?1")?.execute([family])?;
    Ok(())
}

/// Uses one up for the next one of its family.
pub(super) fn swap(db: &Connection, swap: RefreshSwap, now: OffsetDateTime) -> Result<Refreshed> {
    let RefreshSwap { shown, client, owner, next, expires_at } = swap;
    sweep(db, now)?;
    let Some(kept) = kept(db, &shown, &client)? else { return Ok(Refreshed::Unknown) };
    if kept.is_spent {
        end_family(db, &kept.family)?;
        return Ok(Refreshed::Again);
    }
    let user = kept.user_id.as_ref().unwrap_or(&owner);
    let Some(endings) = queries::sign_in_endings(db, user)? else { return Ok(Refreshed::Unknown) };
    if kept.user_id.is_some() && kept.endings != endings {
        return Ok(Refreshed::Unknown);
    }
    db.prepare_cached("UPDATE coviu_refresh SET spent = 1 WHERE digest = ?1")?.execute([shown])?;
    let user = user.clone();
    insert(
        db,
        &RefreshToken { digest: next, client, user_id: kept.user_id, endings, expires_at },
        &kept.family,
    )?;
    Ok(Refreshed::Next { user, endings })
}

/// Takes one away with its family; whether this client had it.
pub(super) fn revoke(db: &Connection, digest: &Digest, client: &str) -> Result<bool> {
    let Some(kept) = kept(db, digest, client)? else { return Ok(false) };
    end_family(db, &kept.family)?;
    Ok(true)
}
