//! Sessions, drafts, read positions and settings.

use super::Result;
use super::books::{Books, column};
use super::seal::{Named, Place};
use crate::messenger::message_number;
use consilium_model::Secret;
use consilium_wire::im::Session;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A session as it was last known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSession {
    /// The session.
    pub session: Session,
    /// The number of its newest message that is held; 0 when none is.
    pub newest: u64,
    /// When the last message was written that the person has read, as far as this machine knows and holds it.
    pub read: Option<OffsetDateTime>,
    /// Something was typed in it and not sent.
    pub has_draft: bool,
}

/// What the person has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistorySettings {
    /// Notifications say what was written, not only who wrote.
    pub preview: bool,
}

impl Books {
    pub(super) fn sessions(&mut self) -> Result<Vec<KeptSession>> {
        let mut statement = self.db.prepare_cached(
            "SELECT number, row, (SELECT max(last) FROM ranges WHERE session = number), read_up_to,
                    draft IS NOT NULL
             FROM sessions WHERE row IS NOT NULL",
        )?;
        let rows = statement.query_map([], |row| {
            let newest = row.get::<_, Option<i64>>(2)?.unwrap_or(0);
            let place = (row.get::<_, i64>(0)?, newest.unsigned_abs(), row.get::<_, i64>(3)?.unsigned_abs());
            Ok((place, row.get::<_, Vec<u8>>(1)?, row.get::<_, bool>(4)?))
        })?;
        let rows: Vec<_> = rows.collect::<std::result::Result<_, _>>()?;
        drop(statement);
        let mut sessions = Vec::new();
        for ((number, newest, read_up_to), sealed, has_draft) in rows {
            // One that does not open is read from the server again.
            if let Some(session) = self.unseal(Place::Session(number), &sealed) {
                let read = self.written_at(&session, read_up_to)?;
                sessions.push(KeptSession { session, newest, read, has_draft });
            }
        }
        Ok(sessions)
    }

    /// When the message with that number was written; `None` where it is not held.
    fn written_at(&mut self, session: &Session, number: u64) -> Result<Option<OffsetDateTime>> {
        let last = session.last_message.as_ref();
        if let Some(last) = last.filter(|last| message_number(&last.id, &session.id) == Some(number)) {
            return Ok(Some(last.timestamp));
        }
        Ok(self.message(&session.id, number)?.map(|message| message.timestamp))
    }

    pub(super) fn put_session(&mut self, session: &Session) -> Result<()> {
        let number = self.number_or_new(&session.id)?;
        let sealed = self.seal(Place::Session(number), session)?;
        let mut statement = self.db.prepare_cached("UPDATE sessions SET row = ?2 WHERE number = ?1")?;
        statement.execute(params![number, sealed])?;
        Ok(())
    }

    pub(super) fn forget_session(&mut self, session: &str) -> Result<()> {
        self.index = None;
        let Some(number) = self.number(session)? else { return Ok(()) };
        if self.has_own_words(session)? {
            self.db.execute("DELETE FROM messages WHERE session = ?1", [number])?;
            self.db.execute("DELETE FROM ranges WHERE session = ?1", [number])?;
        } else {
            self.db.execute("DELETE FROM sessions WHERE number = ?1", [number])?;
        }
        Ok(())
    }

    /// There is something that the person has written and nobody else has.
    fn has_own_words(&mut self, session: &str) -> Result<bool> {
        let waits = self.outbox()?.iter().any(|queued| queued.session_id == session);
        Ok(waits || !self.draft(session)?.expose().is_empty())
    }

    /// The number of a session in this file.
    pub(super) fn number(&self, session: &str) -> Result<Option<i64>> {
        let name = self.name(Named::Session, session);
        let mut statement = self.db.prepare_cached("SELECT number FROM sessions WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    pub(super) fn number_or_new(&self, session: &str) -> Result<i64> {
        if let Some(number) = self.number(session)? {
            return Ok(number);
        }
        let name = self.name(Named::Session, session);
        self.db.execute("INSERT INTO sessions (name, id) VALUES (?1, x'')", [name])?;
        let number = self.db.last_insert_rowid();
        let id = self.seal(Place::SessionId(&name, number), &session)?;
        self.db.execute("UPDATE sessions SET id = ?2 WHERE number = ?1", params![number, id])?;
        Ok(number)
    }

    /// The ids of all sessions by their numbers.
    pub(super) fn ids(&self) -> Result<Vec<(i64, String)>> {
        let mut statement = self.db.prepare_cached("SELECT number, name, id FROM sessions")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut ids = Vec::new();
        for row in rows {
            let (number, name, id): (i64, [u8; 16], Vec<u8>) = row?;
            ids.extend(self.unseal(Place::SessionId(&name, number), &id).map(|id| (number, id)));
        }
        Ok(ids)
    }

    pub(super) fn draft(&mut self, session: &str) -> Result<Secret> {
        let Some(number) = self.number(session)? else { return Ok(Secret::default()) };
        let mut statement = self.db.prepare_cached("SELECT draft FROM sessions WHERE number = ?1")?;
        let sealed: Option<Vec<u8>> = statement.query_row([number], |row| row.get(0))?;
        let draft = sealed.and_then(|sealed| self.unseal(Place::Draft(number), &sealed));
        Ok(draft.unwrap_or_default())
    }

    pub(super) fn set_draft(&mut self, session: &str, text: &Secret) -> Result<()> {
        let number = self.number_or_new(session)?;
        let sealed = match text.expose().as_str() {
            "" => None,
            text => Some(self.seal(Place::Draft(number), &text)?),
        };
        let mut statement = self.db.prepare_cached("UPDATE sessions SET draft = ?2 WHERE number = ?1")?;
        statement.execute(params![number, sealed])?;
        Ok(())
    }

    pub(super) fn read_up_to(&mut self, session: &str) -> Result<u64> {
        let name = self.name(Named::Session, session);
        let mut statement = self.db.prepare_cached("SELECT read_up_to FROM sessions WHERE name = ?1")?;
        let number: Option<i64> = statement.query_row([name], |row| row.get(0)).optional()?;
        Ok(number.unwrap_or(0).unsigned_abs())
    }

    pub(super) fn set_read_up_to(&mut self, session: &str, up_to: u64) -> Result<()> {
        let number = self.number_or_new(session)?;
        let mut statement = self
            .db
            .prepare_cached("UPDATE sessions SET read_up_to = max(read_up_to, ?2) WHERE number = ?1")?;
        statement.execute([number, column(up_to)])?;
        Ok(())
    }

    pub(super) fn settings(&mut self) -> Result<HistorySettings> {
        let sealed: Option<Vec<u8>> = self
            .db
            .query_row("SELECT row FROM meta WHERE name = 'settings'", [], |row| row.get(0))
            .optional()?;
        let settings = sealed.and_then(|sealed| self.unseal(Place::Settings, &sealed));
        Ok(settings.unwrap_or_default())
    }

    pub(super) fn set_settings(&mut self, settings: &HistorySettings) -> Result<()> {
        let sealed = self.seal(Place::Settings, settings)?;
        self.db.execute("INSERT OR REPLACE INTO meta (name, row) VALUES ('settings', ?1)", [sealed])?;
        Ok(())
    }
}
