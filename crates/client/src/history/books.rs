//! The connection with its cipher: transactions, and what every table needs.

use super::Result;
use super::file::HistoryError;
use super::key::HistoryKey;
use super::seal::{Cipher, Name, Place};
use super::search::Index;
use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The open store. Belongs to one thread.
pub(super) struct Books {
    pub(super) db: Connection,
    cipher: Cipher,
    /// What is held for searching; made by the first search.
    pub(super) index: Option<Index>,
}

/// Numbers as the file holds them; those beyond it do not come out of [`crate::message_number`].
pub(super) fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Books {
    pub(super) fn new(db: Connection, key: &HistoryKey) -> Self {
        Self { db, cipher: Cipher::new(key), index: None }
    }

    pub(super) fn begin(&self) -> Result<()> {
        Ok(self.db.execute_batch("BEGIN IMMEDIATE")?)
    }

    pub(super) fn commit(&self) -> Result<()> {
        Ok(self.db.execute_batch("COMMIT")?)
    }

    /// Nothing of the transaction has happened.
    pub(super) fn roll_back(&mut self) {
        self.index = None;
        // Without a transaction there is nothing to roll back, and that is fine too.
        let _ = self.db.execute_batch("ROLLBACK");
    }

    pub(super) fn in_savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.db.execute_batch("SAVEPOINT job")?;
        let result = work(self);
        if result.is_ok() {
            self.db.execute_batch("RELEASE job")?;
        } else {
            self.index = None;
            self.db.execute_batch("ROLLBACK TO job; RELEASE job")?;
        }
        result
    }

    pub(super) fn close(self) {
        if self.db.close().is_err() {
            tracing::error!("the history did not close");
        }
    }

    pub(super) fn name(&self, named: super::seal::Named, text: &str) -> Name {
        self.cipher.name(named, text)
    }

    pub(super) fn seal(&self, place: Place<'_>, value: &impl Serialize) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(value).map_err(|_| HistoryError::Storage)?;
        self.cipher.seal(place, &plain)
    }

    pub(super) fn seal_bytes(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        self.cipher.seal(place, plain)
    }

    /// `None` for a value that is damaged, or was written by a version that this one does not understand.
    pub(super) fn unseal<T: DeserializeOwned>(&self, place: Place<'_>, sealed: &[u8]) -> Option<T> {
        let value = self.cipher.open(place, sealed).and_then(|plain| serde_json::from_slice(&plain).ok());
        if value.is_none() {
            tracing::warn!("a value of the history does not open");
        }
        value
    }

    pub(super) fn unseal_bytes(&self, place: Place<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
        self.cipher.open(place, sealed)
    }
}
