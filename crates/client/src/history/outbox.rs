//! What waits to be sent.

use super::Result;
use super::books::Books;
use super::file::HistoryError;
use super::seal::{Name, Named, Place};
use crate::messenger::MessagePage;
use consilium_model::{MessageKind, Secret};
use consilium_wire::im::Message;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use time::OffsetDateTime;

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// Drawn when it was written: by it the server knows a message that comes again.
    pub client_id: String,
    /// Where it goes.
    pub session_id: String,
    /// What it is.
    pub body: QueuedBody,
    /// The id of the message that it answers.
    pub reply_to: Option<String>,
    /// When it was written, by this machine's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Why the server does not take it, in the application's own code; it waits for the person then.
    pub refused: Option<String>,
}

/// What waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum QueuedBody {
    /// A message as it is.
    Message {
        /// What it is.
        kind: MessageKind,
        /// What it says.
        content: Secret,
    },
    /// A file that has to be uploaded first.
    File(QueuedFile),
}

/// A file that becomes a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedFile {
    /// The kind of message that it is going to be, as far as this machine can tell.
    pub kind: MessageKind,
    /// As the others will see it.
    pub name: Secret,
    /// Bytes.
    pub size: u64,
    /// The length of a voice message, in seconds.
    pub seconds: Option<u32>,
    /// Where its bytes are.
    pub source: QueuedSource,
}

/// Where the bytes of a file are that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "where", rename_all = "snake_case")]
pub enum QueuedSource {
    /// In a file of the person's.
    Path {
        /// Which.
        path: Secret<PathBuf>,
        /// When it was last changed; another time means another file.
        #[serde(with = "time::serde::rfc3339::option")]
        modified: Option<OffsetDateTime>,
    },
    /// In the history: [`crate::History::queued_bytes`].
    Kept,
}

impl QueuedBody {
    const fn has_kept_bytes(&self) -> bool {
        matches!(self, Self::File(QueuedFile { source: QueuedSource::Kept, .. }))
    }
}

impl Books {
    pub(super) fn enqueue(&mut self, queued: &Queued, bytes: Option<&[u8]>) -> Result<()> {
        let name = self.name(Named::Client, &queued.client_id);
        let row = self.seal(Place::Queued(&name), queued)?;
        let bytes = bytes.map(|bytes| self.seal_bytes(Place::QueuedBytes(&name), bytes)).transpose()?;
        self.db
            .prepare_cached(
                "INSERT INTO outbox (name, row, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
            )?
            .execute(params![name, row, bytes])?;
        Ok(())
    }

    pub(super) fn outbox(&self) -> Result<Vec<Queued>> {
        let mut statement = self.db.prepare_cached("SELECT name, row FROM outbox ORDER BY place")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut queued = Vec::new();
        for row in rows {
            let (name, row): (Name, Vec<u8>) = row?;
            queued.extend(self.unseal::<Queued>(Place::Queued(&name), &row));
        }
        Ok(queued)
    }

    pub(super) fn queued_bytes(&mut self, client_id: &str) -> Result<Option<Vec<u8>>> {
        let name = self.name(Named::Client, client_id);
        let mut statement = self.db.prepare_cached("SELECT bytes FROM outbox WHERE name = ?1")?;
        let sealed: Option<Option<Vec<u8>>> = statement.query_row([name], |row| row.get(0)).optional()?;
        Ok(sealed.flatten().and_then(|sealed| self.unseal_bytes(Place::QueuedBytes(&name), &sealed)))
    }

    pub(super) fn requeue(&mut self, queued: &Queued) -> Result<()> {
        let name = self.name(Named::Client, &queued.client_id);
        let row = self.seal(Place::Queued(&name), queued)?;
        let sql = if queued.body.has_kept_bytes() {
            "UPDATE outbox SET row = ?2 WHERE name = ?1"
        } else {
            "UPDATE outbox SET row = ?2, bytes = NULL WHERE name = ?1"
        };
        self.db.prepare_cached(sql)?.execute(params![name, row])?;
        Ok(())
    }

    /// `AUTOINCREMENT` never gives a place that is, or was, taken by then.
    pub(super) fn requeue_last(&mut self, queued: &Queued) -> Result<()> {
        self.requeue(queued)?;
        let name = self.name(Named::Client, &queued.client_id);
        let last = "UPDATE outbox SET place = (SELECT max(place) + 1 FROM outbox) WHERE name = ?1";
        self.db.prepare_cached(last)?.execute([name])?;
        Ok(())
    }

    pub(super) fn sent(&mut self, client_id: &str, message: Message) -> Result<()> {
        self.discard(client_id)?;
        let session = message.session_id.clone();
        let page = MessagePage::one(message).ok_or(HistoryError::Storage)?;
        self.put_messages(&session, &page)
    }

    pub(super) fn discard(&mut self, client_id: &str) -> Result<()> {
        let name = self.name(Named::Client, client_id);
        self.db.prepare_cached("DELETE FROM outbox WHERE name = ?1")?.execute([name])?;
        Ok(())
    }

    /// What the server has stored waits no longer.
    pub(super) fn settle(&mut self, session: &str, messages: &[Message]) -> Result<()> {
        let waiting = self.outbox_is_empty()?.then(Vec::new).map_or_else(|| self.outbox(), Ok)?;
        for queued in waiting {
            let is_it = |message: &Message| message.client_message_id == queued.client_id;
            if queued.session_id == session && messages.iter().any(is_it) {
                self.discard(&queued.client_id)?;
            }
        }
        Ok(())
    }

    fn outbox_is_empty(&self) -> Result<bool> {
        let mut statement = self.db.prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM outbox)")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }
}
