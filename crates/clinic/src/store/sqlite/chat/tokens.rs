//! The statements about tokens.

use super::super::super::{ChatPass, PassScope, Result};
use super::values::{millis, time};
use crate::keys::Digest;
use consilium_model::{ConferenceId, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use time::OffsetDateTime;

pub(super) fn put(db: &Connection, token: &Digest, pass: &ChatPass) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_tokens (digest, user, ends_at, sign_in, conference, only_link)
         VALUES (?1, (SELECT key FROM chat_users WHERE id = ?2), ?3, ?4, ?5, ?6)",
    )?;
    let sign_in = match &pass.scope {
        PassScope::SignIn(sign_in) => Some(sign_in),
        PassScope::Password | PassScope::Link(_) | PassScope::OnlyLink(_) => None,
    };
    let conference = pass.scope.visit().map(ConferenceId::as_str);
    let only_link = matches!(pass.scope, PassScope::OnlyLink(_));
    insert.execute(params![token, pass.user.as_str(), millis(pass.ends), sign_in, conference, only_link])?;
    Ok(())
}

/// A token that has ended takes with it all that have.
pub(super) fn one(db: &Connection, token: &Digest, now: OffsetDateTime) -> Result<Option<ChatPass>> {
    let mut query = db.prepare_cached(
        "SELECT id, ends_at, sign_in, conference, only_link
         FROM chat_tokens JOIN chat_users ON key = user WHERE digest = ?1",
    )?;
    let found = query.query_row([token], read).optional()?;
    let now = millis(now);
    match found {
        Some(pass) if now < millis(pass.ends) => Ok(Some(pass)),
        Some(_) => {
            db.prepare_cached("DELETE FROM chat_tokens WHERE ends_at <= ?1")?.execute([now])?;
            Ok(None)
        }
        None => Ok(None),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ChatPass> {
    let user: String = row.get(0)?;
    let (sign_in, conference): (Option<Digest>, Option<String>) = (row.get(2)?, row.get(3)?);
    let scope = match (sign_in, conference.map(ConferenceId::new), row.get(4)?) {
        (_, Some(visit), true) => PassScope::OnlyLink(visit),
        (_, Some(visit), false) => PassScope::Link(visit),
        (Some(sign_in), None, _) => PassScope::SignIn(sign_in),
        (None, None, _) => PassScope::Password,
    };
    Ok(ChatPass { user: UserId::new(user), scope, ends: time(row, 1)? })
}

pub(super) fn drop(db: &Connection, token: &Digest) -> Result<()> {
    db.prepare_cached("DELETE FROM chat_tokens WHERE digest = ?1")?.execute([token])?;
    Ok(())
}
