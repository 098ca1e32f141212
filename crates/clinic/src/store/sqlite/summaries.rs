//! The statements about summaries of calls.

use super::super::{Result, Summary};
use consilium_model::ConferenceId;
use rusqlite::{Connection, params};
use time::OffsetDateTime;

pub(super) fn add(db: &Connection, summary: &Summary, keep: usize) -> Result<()> {
    let (conference, by) = (summary.conference.as_str(), serde_json::to_string(&summary.by)?);
    let mut insert = db.prepare_cached(
        "INSERT INTO summaries (conference, participant, at, summary) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let figures = serde_json::to_string(&summary.summary)?;
    insert.execute(params![conference, by, summary.at.unix_timestamp(), figures])?;
    let mut forget = db.prepare_cached(
        "DELETE FROM summaries WHERE conference = ?1 AND participant = ?2 AND id NOT IN (
             SELECT id FROM summaries WHERE conference = ?1 AND participant = ?2 ORDER BY id DESC LIMIT ?3)",
    )?;
    forget.execute(params![conference, by, i64::try_from(keep).unwrap_or(i64::MAX)])?;
    Ok(())
}

pub(super) fn of(db: &Connection, conference: &ConferenceId) -> Result<Vec<Summary>> {
    let mut query = db
        .prepare_cached("SELECT participant, at, summary FROM summaries WHERE conference = ?1 ORDER BY id")?;
    let rows = query.query_map([conference.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| {
        let (by, at, summary): (String, i64, String) = row?;
        Ok(Summary {
            conference: conference.clone(),
            by: serde_json::from_str(&by)?,
            at: OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH),
            summary: serde_json::from_str(&summary)?,
        })
    })
    .collect()
}
