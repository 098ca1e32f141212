//! The file of a history: opening, setting aside, deleting.
//!
//! WAL with `synchronous=FULL`: a commit is on the disk before it is acknowledged. Temporary tables stay in memory, so
//! nothing but the file and its log is written.

use super::key::HistoryKey;
use super::names::entry_of_visit;
use super::seal::{Cipher, Place};
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Each is applied once, in this order; `PRAGMA user_version` counts them.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];
/// What [`Place::Check`] holds.
const CHECK: &[u8] = b"consilium history";
/// What stands behind the name of a file that was set aside; the oldest have the lowest number.
const ASIDE: &str = "aside";
/// So many files are set aside at most: the last place is taken again and again.
const MAX_ASIDE: u32 = 5;

/// Why the history did not do it. Holds nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Another run of the application has it open.
    #[error("the history is in use")]
    InUse,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The disk or the file failed.
    #[error("the history failed")]
    Storage,
    /// The keychain may still have the key.
    #[error("the keychain failed")]
    Keychain,
    /// It is closed.
    #[error("the history is closed")]
    Closed,
}

impl HistoryError {
    /// The same call may succeed later although nobody changes anything.
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::InUse | Self::DiskFull | Self::Storage | Self::Keychain => true,
            Self::Closed => false,
        }
    }
}

impl From<rusqlite::Error> for HistoryError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Storage,
        }
    }
}

impl From<io::Error> for HistoryError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull { Self::DiskFull } else { Self::Storage }
    }
}

/// Why a file does not serve.
enum Unusable {
    /// It is of another key or a newer version, or no such file at all: a new one may take its place.
    NotOurs,
    Error(HistoryError),
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::NotOurs,
            // A table or a column that is not there, or holds something else.
            Some(ErrorCode::Unknown) | None => Self::NotOurs,
            _ => Self::Error(error.into()),
        }
    }
}

/// Opens a file, or begins a new one in its place.
pub(super) fn open(file: &Path, key: &HistoryKey) -> Result<Connection, HistoryError> {
    if let Some(folder) = file.parent() {
        make_private_folder(folder)?;
    }
    match try_open(file, key) {
        Ok(connection) => Ok(connection),
        Err(Unusable::Error(error)) => Err(error),
        Err(Unusable::NotOurs) => {
            tracing::warn!("the history is not of this key, or damaged: it is set aside");
            set_aside(file)?;
            try_open(file, key).map_err(|error| match error {
                Unusable::Error(error) => error,
                Unusable::NotOurs => HistoryError::Storage,
            })
        }
    }
}

/// By this it is known how long nobody has opened it. A file system that does not take it keeps the last change.
fn note_use(file: &Path) {
    let noted = fs::File::options().append(true).open(file);
    if let Err(error) = noted.and_then(|file| file.set_modified(SystemTime::now())) {
        tracing::debug!(kind = ?error.kind(), "when the history was opened is not noted");
    }
}

/// The histories of links in that folder: all, or those that nobody has opened since `before`.
pub(super) fn visits(folder: &Path, before: Option<SystemTime>) -> Result<Vec<PathBuf>, HistoryError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let is_one = name.to_str().is_some_and(|name| entry_of_visit("", name).is_some());
        // One that does not say when it was used is not old.
        let opened = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        if is_one && before.is_none_or(|before| opened.is_some_and(|opened| opened < before)) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// The same tables without a file.
pub(super) fn in_memory(key: &HistoryKey) -> Connection {
    let connection = Connection::open_in_memory();
    let prepared = connection.map_err(Unusable::from).and_then(|mut connection| {
        prepare(&mut connection, key)?;
        Ok(connection)
    });
    prepared.ok().expect("a database in memory can be made")
}

fn try_open(file: &Path, key: &HistoryKey) -> Result<Connection, Unusable> {
    make_private_file(file).map_err(|error| Unusable::Error(error.into()))?;
    note_use(file);
    let mut connection = Connection::open(file)?;
    prepare(&mut connection, key)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, key: &HistoryKey) -> Result<(), Unusable> {
    connection.execute_batch(
        "PRAGMA temp_store = MEMORY; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 1048576;
         BEGIN IMMEDIATE; COMMIT;",
    )?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let migrations = usize::try_from(found).ok().and_then(|found| MIGRATIONS.get(found..));
    let transaction = connection.transaction()?;
    for migration in migrations.ok_or(Unusable::NotOurs)? {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    check(&transaction, key)?;
    Ok(transaction.commit()?)
}

/// Proves the key; writes the proof into a new file.
fn check(connection: &Connection, key: &HistoryKey) -> Result<(), Unusable> {
    let cipher = Cipher::new(key);
    let found: Option<Vec<u8>> =
        connection.query_row("SELECT row FROM meta WHERE name = 'check'", [], |row| row.get(0)).optional()?;
    match found {
        Some(sealed) if cipher.open(Place::Check, &sealed).as_deref() == Some(CHECK) => Ok(()),
        Some(_) => Err(Unusable::NotOurs),
        None => {
            let sealed = cipher.seal(Place::Check, CHECK).map_err(Unusable::Error)?;
            connection.execute("INSERT INTO meta (name, row) VALUES ('check', ?1)", [sealed])?;
            Ok(())
        }
    }
}

/// The file and what the database puts beside it.
fn parts(file: &Path) -> [PathBuf; 4] {
    ["", "-wal", "-shm", "-journal"].map(|end| with_end(file, end))
}

fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn aside(file: &Path, number: u32) -> PathBuf {
    with_end(file, &format!(".{ASIDE}-{number}"))
}

/// The log belongs to its file: both go, or neither is of use.
fn set_aside(file: &Path) -> io::Result<()> {
    let free = (1..MAX_ASIDE).find(|number| !aside(file, *number).exists()).unwrap_or(MAX_ASIDE);
    let place = aside(file, free);
    for (from, to) in parts(file).iter().zip(parts(&place)) {
        match fs::rename(from, to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Deletes the file and those that were set aside.
pub(super) fn remove(file: &Path) -> Result<(), HistoryError> {
    let files = std::iter::once(file.to_owned()).chain((1..=MAX_ASIDE).map(|number| aside(file, number)));
    for part in files.flat_map(|file| parts(&file)) {
        match fs::remove_file(part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(unix)]
pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The write-ahead log takes its permissions from this file.
#[cfg(unix)]
pub(super) fn make_private_file(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().append(true).create(true).mode(0o600).open(file).map(drop)
}

#[cfg(not(unix))]
pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

// The folder's access list counts for what is in it.
#[cfg(not(unix))]
pub(super) fn make_private_file(_: &Path) -> io::Result<()> {
    Ok(())
}
