//! The yardstick of durable messages: nothing but inserts of the same rows, with the settings of the clinic's database.

use super::words;
use anyhow::Result;
use consilium_wire::im::NewMessage;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

/// A database with one table of messages, as the server keeps them.
pub(super) struct Plain(Connection);

impl Plain {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let db = Connection::open(file)?;
        db.execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;
             CREATE TABLE muc_messages (
                 session INTEGER NOT NULL, seq INTEGER NOT NULL, sender INTEGER NOT NULL,
                 kind INTEGER NOT NULL, at INTEGER NOT NULL, client_id TEXT NOT NULL, reply_to INTEGER,
                 content TEXT NOT NULL, PRIMARY KEY (session, seq)
             ) STRICT, WITHOUT ROWID;
             CREATE UNIQUE INDEX muc_messages_once ON muc_messages (session, sender, client_id)
                 WHERE client_id <> '';",
        )?;
        Ok(Self(db))
    }

    /// Inserts the messages from that number on for so long, so many in a transaction, into the sessions in turn; answers
    /// with how many a second.
    pub(super) fn round(&mut self, from: u64, rows: usize, sessions: usize, length: Duration) -> Result<f64> {
        let (mut spent, mut count) = (Duration::ZERO, 0);
        while spent < length {
            let first = from + count;
            let messages: Vec<_> = (first..).take(rows).map(words::message).collect();
            let started = Instant::now();
            self.insert(first, sessions as u64, &messages)?;
            spent += started.elapsed();
            count += rows as u64;
        }
        Ok(count as f64 / spent.as_secs_f64())
    }

    fn insert(&mut self, first: u64, sessions: u64, messages: &[NewMessage]) -> Result<()> {
        let transaction = self.0.transaction()?;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO muc_messages (session, seq, sender, kind, at, client_id, reply_to, content)
             VALUES (?1, ?2, ?1, ?3, ?2, ?4, NULL, ?5)",
        )?;
        for (number, message) in (first..).zip(messages) {
            let (session, number) = ((number % sessions).cast_signed(), number.cast_signed());
            let kind = u8::from(message.kind);
            let content = message.content.expose();
            insert.execute(params![session, number, kind, message.client_message_id, content])?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }
}
