//! The statements about how far somebody reaches.

use super::super::super::{Principal, Reach, Result};
use super::members::ids;
use super::values::user_key;
use rusqlite::{Connection, params};

/// A condition on the sessions of a list that is not everything; the parameter is [`sessions`].
pub(super) const WITHIN: &str = "IN (SELECT value FROM json_each(?1))";

/// Whether a session is within reach of a member.
pub(super) fn reaches(db: &Connection, who: &Principal, session: i64) -> Result<bool> {
    let Reach::Visit { conference, with, without } = &who.reach else { return Ok(true) };
    let mut query = db.prepare_cached("SELECT conference FROM chat_sessions WHERE key = ?1")?;
    let of: Option<String> = query.query_row([session], |row| row.get(0))?;
    if let Some(of) = of {
        return Ok(of == conference.as_str());
    }
    let members = ids(db, session)?;
    Ok(members.iter().any(|user| with.contains(user)) && !members.iter().any(|user| without.contains(user)))
}

/// The sessions of somebody who does not reach everything, as a list in JSON: that of a visit, and some of the few that
/// are of none.
pub(super) fn sessions(db: &Connection, who: &Principal) -> Result<Option<String>> {
    let Reach::Visit { conference, .. } = &who.reach else { return Ok(None) };
    let Some(user) = user_key(db, &who.user)? else { return Ok(Some("[]".to_owned())) };
    let mut query = db.prepare_cached(CANDIDATES)?;
    let all = query.query_map(params![user, conference.as_str()], |row| row.get(0))?;
    let mut within = Vec::new();
    for session in all.collect::<rusqlite::Result<Vec<i64>>>()? {
        if reaches(db, who, session)? {
            within.push(session);
        }
    }
    Ok(Some(serde_json::to_string(&within)?))
}

const CANDIDATES: &str =
    "SELECT m.session FROM chat_sessions s JOIN chat_members m ON m.session = s.key AND m.user = ?1
     WHERE s.conference = ?2
     UNION ALL SELECT session FROM chat_members WHERE user = ?1 AND of_visit = 0";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_looks_through_all_sessions_of_somebody() {
        let db = Connection::open_in_memory().unwrap();
        for schema in [include_str!("../../schema.sql"), include_str!("../../schema_4.sql")] {
            db.execute_batch(schema).unwrap();
        }
        db.execute_batch(include_str!("../../schema_5.sql")).unwrap();
        let mut query = db.prepare(&format!("EXPLAIN QUERY PLAN {CANDIDATES}")).unwrap();
        let steps = query.query_map(params![1, "c"], |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> =
            steps.map(|step| step.unwrap()).filter(|step| step.contains("chat_")).collect();
        assert!(steps.iter().any(|step| step.contains("chat_members_of_no_visit")), "{steps:?}");
        assert!(steps.iter().any(|step| step.contains("(conference=?)")), "{steps:?}");
    }
}
