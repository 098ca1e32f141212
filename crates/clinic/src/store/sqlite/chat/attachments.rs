//! The statements about files. Their bytes are elsewhere.

use super::super::super::{ChatRefusal, Principal, Result};
use super::seat::seat;
use super::values::{Step, from_word, millis, signed, unsigned, word};
use consilium_model::{MessageKind, Secret, UserId};
use consilium_wire::im::{Attachment, AttachmentKind, Content};
use rusqlite::{Connection, OptionalExtension, Row, params};
use time::OffsetDateTime;

pub(super) fn put(db: &Connection, file: &Attachment, by: &UserId, at: OffsetDateTime) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_attachments
             (id, session, uploader, kind, media_type, name, size, width, height, thumbnail, stored_at, named)
         VALUES (?1, (SELECT key FROM chat_sessions WHERE id = ?2), (SELECT key FROM chat_users WHERE id = ?3),
                 ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0)",
    )?;
    insert.execute(params![
        file.id,
        file.session_id,
        by.as_str(),
        word(file.kind)?,
        file.media_type,
        file.name.expose(),
        signed(file.size),
        file.width,
        file.height,
        file.thumbnail,
        millis(at),
    ])?;
    Ok(())
}

/// The file that a message is about stays, if it is there still. This is the first write of its job, and none when it
/// refuses.
pub(super) fn name(db: &Connection, kind: MessageKind, content: &Secret) -> Step<()> {
    if matches!(kind, MessageKind::Text | MessageKind::ForwardedText) {
        return Ok(());
    }
    let content = Content::read(kind, content).ok();
    let Some(id) = content.as_ref().and_then(Content::file) else { return Ok(()) };
    let mut update = db.prepare_cached("UPDATE chat_attachments SET named = 1 WHERE id = ?1")?;
    if update.execute([id])? == 1 { Ok(()) } else { Err(ChatRefusal::NotFound.into()) }
}

pub(super) fn unnamed(db: &Connection, before: OffsetDateTime, take: u32) -> Result<Vec<String>> {
    let mut query = db.prepare_cached(
        "SELECT id FROM chat_attachments WHERE named = 0 AND stored_at < ?1 ORDER BY stored_at LIMIT ?2",
    )?;
    let ids = query.query_map(params![millis(before), take], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn forget(db: &Connection, id: &str) -> Result<bool> {
    let mut delete = db.prepare_cached("DELETE FROM chat_attachments WHERE id = ?1 AND named = 0")?;
    Ok(delete.execute([id])? == 1)
}

pub(super) fn one(db: &Connection, id: &str, who: &Principal) -> Step<Attachment> {
    let mut query = db.prepare_cached(
        "SELECT a.id, s.id, a.kind, media_type, a.name, size, width, height, thumbnail
         FROM chat_attachments a JOIN chat_sessions s ON s.key = a.session WHERE a.id = ?1",
    )?;
    let found = query.query_row([id], |row| Ok((read(row)?, row.get(2)?))).optional()?;
    let (file, kind) = found.ok_or(ChatRefusal::NotFound)?;
    seat(db, &file.session_id, who)?;
    Ok(Attachment { kind: from_word(kind)?, ..file })
}

pub(super) fn is_known(db: &Connection, id: &str) -> Result<bool> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM chat_attachments WHERE id = ?1)")?;
    Ok(query.query_row([id], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment {
        id: row.get(0)?,
        session_id: row.get(1)?,
        kind: AttachmentKind::File,
        media_type: row.get(3)?,
        name: Secret::new(row.get(4)?),
        size: unsigned(row, 5)?,
        width: row.get(6)?,
        height: row.get(7)?,
        thumbnail: row.get(8)?,
    })
}
