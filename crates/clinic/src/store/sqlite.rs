//! The store in one `SQLite` file.
//!
//! WAL with `synchronous=FULL`: a commit is on the disk before it is acknowledged. One thread owns the connection;
//! what waits while it commits goes into the next transaction together (see [`writer`]). The connection locks the
//! file for itself, because the server keeps the conferences in memory and a second one would not see its events.

mod calls;
mod chat;
mod contacts;
mod marks;
mod queries;
mod refresh;
mod summaries;
mod writer;
mod xassist;

use super::{
    AuditLine, CallerLogin, ChatWatcher, ConferenceRecord, Mark, Pass, RefreshSwap, RefreshToken, Refreshed,
    Result, Rotation, SignIns, Staff, Store, StoreError, StoredConference, Summary, TokenPair, XassistStore,
};
use crate::keys::Digest;
use async_trait::async_trait;
use consilium_model::{ConferenceId, Event, UserId};
use consilium_wire::home::calls::{Team, TeamId};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use writer::Writer;

const FILE: &str = "clinic.db";
/// Each is applied once, in this order; `PRAGMA user_version` counts them.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
    include_str!("schema_8.sql"),
    include_str!("schema_9.sql"),
    include_str!("schema_10.sql"),
    include_str!("schema_11.sql"),
    include_str!("schema_12.sql"),
    include_str!("schema_13.sql"),
];
/// So many statements stay prepared: all that a conversation needs.
const STATEMENTS: usize = 128;
/// So much of the database is kept in memory, in KiB: more than one busy commit changes.
const CACHE: u32 = 16 * 1024;

/// So many pages are in the write-ahead log before it is worked off. Conversations write the same few pages again and
/// again; the more of that is in the log, the less is written twice.
const LOG_PAGES: u32 = 4096;

/// The store in `DIR/clinic.db`.
pub(crate) struct SqliteStore {
    writer: Writer,
    watcher: Arc<Mutex<Option<Arc<dyn ChatWatcher>>>>,
}

impl SqliteStore {
    /// Opens the database of a data folder; makes both when they are not there.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        make_private_folder(folder).map_err(StoreError::Folder)?;
        let file = folder.join(FILE);
        make_private_file(&file).map_err(StoreError::Folder)?;
        Self::over(Connection::open(file)?)
    }

    fn over(connection: Connection) -> Result<Self> {
        prepare(&connection).map_err(|error| match error {
            StoreError::Database(error) if is_busy(&error) => StoreError::InUse,
            error => error,
        })?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self { writer: Writer::start(connection), watcher: Arc::default() })
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
    // In memory, because temporary files are elsewhere and would hold what people write.
    connection.execute_batch(&format!(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{CACHE}; PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = {LOG_PAGES};
         BEGIN IMMEDIATE; COMMIT;"
    ))?;
    // Otherwise values are looked at as if they could change the plan, and a statement is compiled anew for each.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
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
        self.writer.run(move |db| queries::setting_or_insert(db, name, &value)).await
    }

    async fn setting(&self, name: &'static str) -> Result<Option<String>> {
        self.writer.run(move |db| queries::setting(db, name)).await
    }

    async fn set_setting(&self, name: &'static str, value: String) -> Result<()> {
        self.writer.run(move |db| queries::set_setting(db, name, &value)).await
    }

    async fn conferences(&self, since: OffsetDateTime) -> Result<Vec<StoredConference>> {
        self.writer.run(move |db| queries::conferences(db, since)).await
    }

    async fn create(&self, record: ConferenceRecord, audit: AuditLine) -> Result<()> {
        self.writer
            .run(move |db| queries::create(db, &record).and_then(|()| queries::audit(db, &audit)))
            .await
    }

    async fn append(&self, conference: ConferenceId, after: u64, events: Vec<Event>) -> Result<()> {
        self.writer.run(move |db| queries::append(db, &conference, after, &events)).await
    }

    async fn edit(
        &self,
        record: ConferenceRecord,
        after: u64,
        events: Vec<Event>,
        audit: AuditLine,
    ) -> Result<()> {
        self.writer
            .run(move |db| {
                queries::replace(db, &record)?;
                queries::append(db, &record.id, after, &events)?;
                queries::audit(db, &audit)
            })
            .await
    }

    async fn marks(&self, since: OffsetDateTime) -> Result<Vec<Mark>> {
        self.writer.run(move |db| marks::all(db, since)).await
    }

    async fn set_mark(&self, mark: Mark) -> Result<()> {
        self.writer.run(move |db| marks::set(db, &mark)).await
    }

    async fn clear_mark(&self, mark: Mark) -> Result<()> {
        self.writer.run(move |db| marks::clear(db, &mark)).await
    }

    async fn add_summary(&self, summary: Summary, keep: usize) -> Result<()> {
        self.writer.run(move |db| summaries::add(db, &summary, keep)).await
    }

    async fn summaries(&self, conference: ConferenceId) -> Result<Vec<Summary>> {
        self.writer.run(move |db| summaries::of(db, &conference)).await
    }

    async fn put_staff(&self, staff: Staff) -> Result<()> {
        self.writer.run(move |db| queries::put_staff(db, &staff)).await
    }

    async fn change_staff(&self, staff: Staff, sign_ins: SignIns, audit: AuditLine) -> Result<()> {
        self.writer
            .run(move |db| {
                if sign_ins == SignIns::End {
                    queries::end_sign_ins(db, &staff.user_id)?;
                }
                queries::put_staff(db, &staff)?;
                queries::audit(db, &audit)
            })
            .await
    }

    async fn remove_staff(&self, user_id: UserId, audit: AuditLine) -> Result<bool> {
        self.writer
            .run(move |db| {
                queries::end_sign_ins(db, &user_id)?;
                let was_there = queries::drop_staff(db, &user_id)?;
                if was_there {
                    queries::audit(db, &audit)?;
                }
                Ok(was_there)
            })
            .await
    }

    async fn staff(&self, user_id: UserId) -> Result<Option<Staff>> {
        self.writer.run(move |db| queries::staff(db, &user_id)).await
    }

    async fn all_staff(&self) -> Result<Vec<Staff>> {
        self.writer.run(queries::all_staff).await
    }

    async fn put_code(&self, code: Pass) -> Result<()> {
        self.writer.run(move |db| queries::put_pass(db, "codes", &code)).await
    }

    async fn take_code(&self, digest: Digest, now: OffsetDateTime) -> Result<Option<UserId>> {
        self.writer.run(move |db| queries::take_code(db, &digest, now)).await
    }

    async fn put_session(&self, session: Pass) -> Result<()> {
        self.writer.run(move |db| queries::put_pass(db, "sessions", &session)).await
    }

    async fn session(&self, digest: Digest, now: OffsetDateTime) -> Result<Option<UserId>> {
        self.writer.run(move |db| queries::session(db, &digest, now)).await
    }

    async fn drop_session(&self, digest: Digest) -> Result<()> {
        self.writer.run(move |db| queries::drop_session(db, &digest)).await
    }

    async fn sign_in_endings(&self, user_id: UserId) -> Result<Option<u64>> {
        self.writer.run(move |db| queries::sign_in_endings(db, &user_id)).await
    }

    async fn put_refresh(&self, token: RefreshToken, now: OffsetDateTime, keep: usize) -> Result<()> {
        self.writer.run(move |db| refresh::put(db, &token, now, keep)).await
    }

    async fn swap_refresh(&self, swap: RefreshSwap, now: OffsetDateTime) -> Result<Refreshed> {
        self.writer.run(move |db| refresh::swap(db, swap, now)).await
    }

    async fn revoke_refresh(&self, digest: Digest, client: String) -> Result<bool> {
        self.writer.run(move |db| refresh::revoke(db, &digest, &client)).await
    }

    async fn teams(&self) -> Result<Vec<Team>> {
        self.writer.run(contacts::teams).await
    }

    async fn put_team(&self, team: Team, audit: AuditLine) -> Result<Vec<UserId>> {
        self.writer
            .run(move |db| {
                let members = contacts::put_team(db, &team)?;
                queries::audit(db, &audit)?;
                Ok(members)
            })
            .await
    }

    async fn remove_team(&self, team: TeamId, audit: AuditLine) -> Result<bool> {
        self.writer
            .run(move |db| {
                let was_there = contacts::remove_team(db, &team)?;
                if was_there {
                    queries::audit(db, &audit)?;
                }
                Ok(was_there)
            })
            .await
    }

    async fn undisturbed(&self) -> Result<Vec<UserId>> {
        self.writer.run(contacts::undisturbed).await
    }

    async fn set_undisturbed(&self, user: UserId, on: bool) -> Result<()> {
        self.writer.run(move |db| contacts::set_undisturbed(db, &user, on)).await
    }

    async fn audit(&self, line: AuditLine) -> Result<()> {
        self.writer.run(move |db| queries::audit(db, &line)).await
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}

#[async_trait]
impl XassistStore for SqliteStore {
    async fn begin_login(
        &self,
        login: CallerLogin,
        pair: TokenPair,
        now: OffsetDateTime,
        keep: usize,
    ) -> Result<bool> {
        self.writer.run(move |db| xassist::begin(db, &login, &pair, now, keep)).await
    }

    async fn rotate_login(
        &self,
        spent: Digest,
        domain: String,
        pair: TokenPair,
        now: OffsetDateTime,
    ) -> Result<Rotation> {
        self.writer.run(move |db| xassist::rotate(db, &spent, &domain, &pair, now)).await
    }

    async fn logged_in(&self, access: Digest, domain: String, now: OffsetDateTime) -> Result<Option<UserId>> {
        self.writer.run(move |db| xassist::user(db, &access, &domain, now)).await
    }

    async fn end_login(&self, access: Digest, now: OffsetDateTime) -> Result<bool> {
        self.writer.run(move |db| xassist::end_by_access(db, &access, now)).await
    }

    async fn numbers_of(&self, users: Vec<UserId>) -> Result<HashMap<UserId, u64>> {
        self.writer.run(move |db| xassist::numbers_of(db, &users)).await
    }

    async fn user_of_number(&self, number: u64) -> Result<Option<UserId>> {
        self.writer.run(move |db| xassist::user_of_number(db, number)).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite;
    use super::*;
    use proptest::prelude::*;

    #[tokio::test]
    async fn passes_the_suite_of_every_store() {
        let folder = tempfile::tempdir().unwrap();
        suite::run(|| SqliteStore::open(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn passes_the_suite_of_every_store_of_calls() {
        let folder = tempfile::tempdir().unwrap();
        suite::run_calls(&SqliteStore::open(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn keeps_calls_whole_as_every_store() {
        let folder = tempfile::tempdir().unwrap();
        suite::run_whole_calls(&SqliteStore::open(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn passes_the_suite_of_every_messenger() {
        let folder = tempfile::tempdir().unwrap();
        suite::run_chat(|| SqliteStore::open(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn passes_the_suite_of_the_xassist_face() {
        let folder = tempfile::tempdir().unwrap();
        suite::run_xassist(|| SqliteStore::open(folder.path()).unwrap()).await;
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn what_is_counted_is_what_a_recount_finds(steps in suite::steps()) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let store = SqliteStore::over(Connection::open_in_memory().unwrap()).unwrap();
            runtime.block_on(suite::agree(store, steps));
        }
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
