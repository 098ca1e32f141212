//! The statements about summaries of calls.

use super::super::{Result, Summary};
use consilium_model::{ConferenceId, Participant};
use consilium_wire::record::CallSummary;
use rusqlite::{Connection, params};
use time::OffsetDateTime;

/// Two statements: whoever calls gives them one savepoint, as the writer does.
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

/// Oldest first. What this version cannot read is left out: one such row does not take the record away.
pub(super) fn of(db: &Connection, conference: &ConferenceId) -> Result<Vec<Summary>> {
    let mut query = db.prepare_cached(
        "SELECT id, participant, at, summary FROM summaries WHERE conference = ?1 ORDER BY id",
    )?;
    let rows = query
        .query_map([conference.as_str()], |row| Ok((row.get(0)?, [row.get(1)?, row.get(3)?], row.get(2)?)))?;
    let mut summaries = Vec::new();
    for row in rows {
        let (id, [by, summary], at): (i64, [String; 2], i64) = row?;
        match parse(&by, &summary) {
            Ok((by, summary)) => {
                let at = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
                summaries.push(Summary { conference: conference.clone(), by, at, summary });
            }
            // Neither what is in the row nor the error, which quotes from it.
            Err(_) => tracing::warn!(id, "a summary of a call cannot be read"),
        }
    }
    Ok(summaries)
}

fn parse(by: &str, summary: &str) -> serde_json::Result<(Participant, CallSummary)> {
    Ok((serde_json::from_str(by)?, serde_json::from_str(summary)?))
}

#[cfg(test)]
mod tests {
    use super::super::writer::Writer;
    use super::*;
    use time::Duration;
    use time::macros::datetime;

    fn database() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        db.execute_batch(include_str!("../schema_3.sql")).unwrap();
        db
    }

    #[test]
    fn rows_that_cannot_be_read_are_left_out() {
        let db = database();
        let by = Participant::client("p");
        let at = datetime!(2026-11-22 12:00 UTC);
        let kept = Summary { conference: "c".into(), by: by.clone(), at, summary: CallSummary::default() };
        add(&db, &kept, 8).unwrap();
        let by = serde_json::to_string(&by).unwrap();
        let broken =
            [(by.as_str(), "{}"), (by.as_str(), "not JSON"), ("nobody", r#"{"peers":[]}"#), ("", "")];
        for (participant, summary) in broken {
            db.execute(
                "INSERT INTO summaries (conference, participant, at, summary) VALUES ('c', ?1, 0, ?2)",
                [participant, summary],
            )
            .unwrap();
        }
        add(&db, &kept, 8).unwrap();
        assert_eq!(of(&db, &"c".into()).unwrap(), [kept.clone(), kept]);
    }

    #[tokio::test]
    async fn one_that_cannot_make_room_is_not_added() {
        let db = database();
        db.execute_batch(
            "CREATE TRIGGER full BEFORE DELETE ON summaries BEGIN SELECT RAISE(FAIL, 'disk'); END",
        )
        .unwrap();
        let writer = Writer::start(db);
        let [first, second] = [1, 2].map(|minute| Summary {
            conference: "c".into(),
            by: Participant::client("p"),
            at: datetime!(2026-11-22 12:00 UTC) + Duration::minutes(minute),
            summary: CallSummary::default(),
        });
        let kept = first.clone();
        writer.run(move |db| add(db, &first, 1)).await.unwrap();
        assert!(writer.run(move |db| add(db, &second, 1)).await.is_err());
        assert_eq!(writer.run(|db| of(db, &"c".into())).await.unwrap(), [kept]);
        writer.close().await;
    }
}
