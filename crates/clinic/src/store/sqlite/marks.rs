//! The statements about marks.

use super::super::{Mark, Result};
use consilium_model::ConferenceId;
use rusqlite::{Connection, params};
use time::OffsetDateTime;

pub(super) fn all(db: &Connection, since: OffsetDateTime) -> Result<Vec<Mark>> {
    let sql = "SELECT conference, kind FROM marks JOIN conferences ON conferences.id = marks.conference
               WHERE scheduled_end >= ?1";
    let mut query = db.prepare(sql)?;
    let rows = query.query_map([since.unix_timestamp()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (conference, kind): (String, String) = row?;
        Ok(Mark { conference: ConferenceId::new(conference), kind: serde_json::from_str(&kind)? })
    })
    .collect()
}

pub(super) fn set(db: &Connection, mark: &Mark) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT INTO marks (conference, kind) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    insert.execute(params![mark.conference.as_str(), serde_json::to_string(&mark.kind)?])?;
    Ok(())
}

pub(super) fn clear(db: &Connection, mark: &Mark) -> Result<()> {
    let mut delete = db.prepare_cached("DELETE FROM marks WHERE conference = ?1 AND kind = ?2")?;
    delete.execute(params![mark.conference.as_str(), serde_json::to_string(&mark.kind)?])?;
    Ok(())
}
