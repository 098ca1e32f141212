//! The store in one `SQLite` file.
//!
//! WAL with `synchronous=FULL`: a commit is on the disk before it is acknowledged. One thread owns the connection;
//! what waits while it commits goes into the next transaction together (see [`writer`]). The connection locks the
//! file for itself, because the server keeps the conferences in memory and a second one would not see its events.

mod marks;
mod queries;
mod summaries;
mod writer;

use super::{
    AuditLine, ConferenceRecord, Mark, Pass, Result, Staff, Store, StoreError, StoredConference, Summary,
};
use crate::keys::Digest;
use async_trait::async_trait;
use consilium_model::{ConferenceId, Event, UserId};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use time::OffsetDateTime;
use writer::Writer;

const FILE: &str = "clinic.db";
/// Each is applied once, in this order; `PRAGMA user_version` counts them.
const MIGRATIONS: &[&str] =
    &[include_str!("schema.sql"), include_str!("schema_2.sql"), include_str!("schema_3.sql")];

/// The store in `DIR/clinic.db`.
pub(crate) struct SqliteStore(Writer);

impl SqliteStore {
    /// Opens the database of a data folder; makes both when they are not there.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        make_private_folder(folder).map_err(StoreError::Folder)?;
        let file = folder.join(FILE);
        make_private_file(&file).map_err(StoreError::Folder)?;
        let connection = Connection::open(file)?;
        prepare(&connection).map_err(|error| match error {
            StoreError::Database(error) if is_busy(&error) => StoreError::InUse,
            error => error,
        })?;
        Ok(Self(Writer::start(connection)))
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The write-ahead log takes its permissions from this file.
#[cfg(unix)]
fn make_private_file(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().append(true).create(true).mode(0o600).open(file).map(drop)
}

#[cfg(not(unix))]
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

// The folder's access list counts for what is in it.
#[cfg(not(unix))]
fn make_private_file(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn prepare(connection: &Connection) -> Result<()> {
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; COMMIT;",
    )?;
    migrate(connection)
}

fn migrate(connection: &Connection) -> Result<()> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (version, migration) in (1..).zip(MIGRATIONS).skip(found as usize) {
        connection.execute_batch(&format!("BEGIN; {migration} PRAGMA user_version = {version}; COMMIT;"))?;
    }
    Ok(())
}

#[async_trait]
impl Store for SqliteStore {
    async fn setting_or_insert(&self, name: &'static str, value: String) -> Result<String> {
        self.0.run(move |db| queries::setting_or_insert(db, name, &value)).await
    }

    async fn setting(&self, name: &'static str) -> Result<Option<String>> {
        self.0.run(move |db| queries::setting(db, name)).await
    }

    async fn set_setting(&self, name: &'static str, value: String) -> Result<()> {
        self.0.run(move |db| queries::set_setting(db, name, &value)).await
    }

    async fn conferences(&self, since: OffsetDateTime) -> Result<Vec<StoredConference>> {
        self.0.run(move |db| queries::conferences(db, since)).await
    }

    async fn create(&self, record: ConferenceRecord, audit: AuditLine) -> Result<()> {
        self.0.run(move |db| queries::create(db, &record).and_then(|()| queries::audit(db, &audit))).await
    }

    async fn append(&self, conference: ConferenceId, after: u64, events: Vec<Event>) -> Result<()> {
        self.0.run(move |db| queries::append(db, &conference, after, &events)).await
    }

    async fn edit(
        &self,
        record: ConferenceRecord,
        after: u64,
        events: Vec<Event>,
        audit: AuditLine,
    ) -> Result<()> {
        self.0
            .run(move |db| {
                queries::replace(db, &record)?;
                queries::append(db, &record.id, after, &events)?;
                queries::audit(db, &audit)
            })
            .await
    }

    async fn marks(&self, since: OffsetDateTime) -> Result<Vec<Mark>> {
        self.0.run(move |db| marks::all(db, since)).await
    }

    async fn set_mark(&self, mark: Mark) -> Result<()> {
        self.0.run(move |db| marks::set(db, &mark)).await
    }

    async fn clear_mark(&self, mark: Mark) -> Result<()> {
        self.0.run(move |db| marks::clear(db, &mark)).await
    }

    async fn add_summary(&self, summary: Summary, keep: usize) -> Result<()> {
        self.0.run(move |db| summaries::add(db, &summary, keep)).await
    }

    async fn summaries(&self, conference: ConferenceId) -> Result<Vec<Summary>> {
        self.0.run(move |db| summaries::of(db, &conference)).await
    }

    async fn put_staff(&self, staff: Staff) -> Result<()> {
        self.0.run(move |db| queries::put_staff(db, &staff)).await
    }

    async fn staff(&self, user_id: UserId) -> Result<Option<Staff>> {
        self.0.run(move |db| queries::staff(db, &user_id)).await
    }

    async fn put_code(&self, code: Pass) -> Result<()> {
        self.0.run(move |db| queries::put_pass(db, "codes", &code)).await
    }

    async fn take_code(&self, digest: Digest, now: OffsetDateTime) -> Result<Option<UserId>> {
        self.0.run(move |db| queries::take_code(db, &digest, now)).await
    }

    async fn put_session(&self, session: Pass) -> Result<()> {
        self.0.run(move |db| queries::put_pass(db, "sessions", &session)).await
    }

    async fn session(&self, digest: Digest, now: OffsetDateTime) -> Result<Option<UserId>> {
        self.0.run(move |db| queries::session(db, &digest, now)).await
    }

    async fn drop_session(&self, digest: Digest) -> Result<()> {
        self.0.run(move |db| queries::drop_session(db, &digest)).await
    }

    async fn audit(&self, line: AuditLine) -> Result<()> {
        self.0.run(move |db| queries::audit(db, &line)).await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passes_the_suite_of_every_store() {
        let folder = tempfile::tempdir().unwrap();
        super::super::suite::run(|| SqliteStore::open(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn a_second_server_is_told_that_the_folder_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let first = SqliteStore::open(folder.path()).unwrap();
        assert!(matches!(SqliteStore::open(folder.path()), Err(StoreError::InUse)));
        first.close().await;
        let second = SqliteStore::open(folder.path()).unwrap();
        second.close().await;
        let files: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, [FILE], "closing leaves the database alone");
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join(FILE)).unwrap();
        connection.execute_batch("PRAGMA user_version = 99").unwrap();
        drop(connection);
        assert!(matches!(SqliteStore::open(folder.path()), Err(StoreError::TooNew { found: 99, .. })));
    }
}
