//! Bytes of attachments, as long as there is room.

use super::Result;
use super::books::{Books, column};
use super::seal::{Name, Named, Place};
use crate::messenger::AttachmentPart;
use rusqlite::{OptionalExtension, params};

/// All of them together, sealed, in bytes.
const ROOM: i64 = 64 * 1024 * 1024;
/// The largest that is kept.
const LARGEST: usize = 16 * 1024 * 1024;

impl Books {
    pub(super) fn attachment(&mut self, id: &str, part: AttachmentPart) -> Result<Option<Vec<u8>>> {
        let name = self.attachment_name(id, part);
        let mut statement = self.db.prepare_cached("SELECT row FROM cache WHERE name = ?1")?;
        let sealed: Option<Vec<u8>> = statement.query_row([name], |row| row.get(0)).optional()?;
        drop(statement);
        let Some(sealed) = sealed else { return Ok(None) };
        let bytes = self.unseal_bytes(Place::Cached(&name), &sealed);
        let sql = match &bytes {
            Some(_) => "UPDATE cache SET used = (SELECT max(used) FROM cache) + 1 WHERE name = ?1",
            None => "DELETE FROM cache WHERE name = ?1",
        };
        self.db.prepare_cached(sql)?.execute([name])?;
        Ok(bytes)
    }

    pub(super) fn put_attachment(&mut self, id: &str, part: AttachmentPart, bytes: &[u8]) -> Result<()> {
        if bytes.len() > LARGEST {
            return Ok(());
        }
        let name = self.attachment_name(id, part);
        let sealed = self.seal_bytes(Place::Cached(&name), bytes)?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO cache (name, size, used, row)
                 VALUES (?1, ?2, (SELECT coalesce(max(used), 0) + 1 FROM cache), ?3)",
            )?
            .execute(params![name, column(sealed.len() as u64), sealed])?;
        self.make_room(ROOM)
    }

    /// Those go first that were not used for the longest time.
    fn make_room(&self, room: i64) -> Result<()> {
        let mut taken: i64 =
            self.db.query_row("SELECT coalesce(sum(size), 0) FROM cache", [], |row| row.get(0))?;
        while taken > room {
            let (name, size): (Name, i64) =
                self.db.query_row("SELECT name, size FROM cache ORDER BY used LIMIT 1", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            self.db.execute("DELETE FROM cache WHERE name = ?1", [name])?;
            taken -= size;
        }
        Ok(())
    }

    fn attachment_name(&self, id: &str, part: AttachmentPart) -> Name {
        match part {
            AttachmentPart::Thumbnail => self.name(Named::Thumbnail, id),
            AttachmentPart::Whole => self.name(Named::Attachment, id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::in_memory;
    use super::super::key::HistoryKey;
    use super::*;

    #[test]
    fn those_go_first_that_were_not_used_for_longest() {
        let key = HistoryKey::draw();
        let mut books = Books::new(in_memory(&key), &key);
        let part = AttachmentPart::Whole;
        let put = |books: &mut Books, id: &str| {
            books.put_attachment(id, part, &[1; 900]).unwrap();
            books.make_room(5000).unwrap();
        };
        let has = |books: &mut Books, id: &str| books.attachment(id, part).unwrap().is_some();
        for id in ["a", "b", "c", "d"] {
            put(&mut books, id);
        }
        assert!(has(&mut books, "a"));
        put(&mut books, "e");
        assert!(
            has(&mut books, "a") && !has(&mut books, "b") && has(&mut books, "c") && has(&mut books, "e")
        );
        books.put_attachment("large", part, &vec![0; LARGEST + 1]).unwrap();
        assert!(!has(&mut books, "large") && has(&mut books, "e"), "what is too large pushes nothing out");
    }
}
