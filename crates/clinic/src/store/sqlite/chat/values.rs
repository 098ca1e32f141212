//! How the messenger's values stand in the database.

use super::super::super::{ChatRefusal, Result, Rows, StoreError};
use consilium_model::UserId;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

/// Why a step ends early: a refusal is an answer, a failure takes the whole job back. A refusal comes before the
/// first write.
pub(super) enum Stop {
    Refused(ChatRefusal),
    Failed(StoreError),
}

pub(super) type Step<T> = std::result::Result<T, Stop>;

impl From<ChatRefusal> for Stop {
    fn from(refusal: ChatRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

pub(super) fn answer<T>(step: Step<T>) -> Result<std::result::Result<T, ChatRefusal>> {
    match step {
        Ok(done) => Ok(Ok(done)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

pub(super) fn millis(at: OffsetDateTime) -> i64 {
    let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(millis).expect("years have five digits at most")
}

pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<OffsetDateTime> {
    from_millis(row.get(column)?).ok_or_else(|| out_of_range(row, column))
}

pub(super) fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<OffsetDateTime>> {
    let at: Option<i64> = row.get(column)?;
    at.map(|at| from_millis(at).ok_or_else(|| out_of_range(row, column))).transpose()
}

pub(super) fn from_millis(millis: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok()
}

/// A number that stands for a kind or a state.
pub(super) fn numbered<T: TryFrom<u8>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    T::try_from(row.get(column)?).map_err(|_| out_of_range(row, column))
}

fn out_of_range(row: &Row<'_>, column: usize) -> rusqlite::Error {
    rusqlite::Error::IntegralValueOutOfRange(column, row.get(column).unwrap_or_default())
}

/// A count or a number that is never below zero.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| out_of_range(row, column))
}

/// Numbers past the database's are past every row as well.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The name that a value without fields has on the wire.
pub(super) fn word(value: impl Serialize) -> Result<String> {
    Ok(serde_json::from_value(serde_json::to_value(value)?)?)
}

pub(super) fn from_word<T: DeserializeOwned>(word: String) -> Result<T> {
    Ok(serde_json::from_value(serde_json::Value::String(word))?)
}

pub(super) fn user_key(db: &Connection, id: &UserId) -> Result<Option<i64>> {
    let mut query = db.prepare_cached("SELECT key FROM chat_users WHERE id = ?1")?;
    Ok(query.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

/// Of rows that were asked for with one more than are wanted.
pub(super) fn page<T>(mut rows: Vec<T>, take: u32) -> Rows<T> {
    let more = rows.len() > take as usize;
    rows.truncate(take as usize);
    Rows { rows, more }
}
