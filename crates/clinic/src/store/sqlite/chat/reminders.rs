//! The statements about who is reminded of what.

use super::super::super::{Result, Waiting};
use super::seat::seat_of;
use super::values::{Step, from_millis, millis, signed};
use consilium_model::{ConferenceId, UserId};
use rusqlite::{Connection, params};
use time::OffsetDateTime;

pub(super) fn unread_patients(db: &Connection, since: OffsetDateTime) -> Result<Vec<(UserId, String)>> {
    let mut query = db.prepare(
        "SELECT u.id, s.id FROM chat_members m
         JOIN chat_users u ON u.key = m.user JOIN chat_sessions s ON s.key = m.session
         WHERE u.role = 'patient' AND m.unread > 0 AND m.position >= ?1
             AND (m.reminded_seq IS NULL OR m.reminded_seq < s.last_seq)",
    )?;
    let rows = query.query_map([millis(since)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (user, session): (String, String) = row?;
        Ok((UserId::new(user), session))
    })
    .collect()
}

pub(super) fn waiting(db: &Connection, session: &str, user: &UserId) -> Step<Waiting> {
    let seat = seat_of(db, session, user)?;
    let mut query = db.prepare_cached(
        "SELECT s.conference, CASE WHEN m.read_seq < m.reminded_seq THEN m.reminded_at END
         FROM chat_members m JOIN chat_sessions s ON s.key = m.session WHERE m.session = ?1 AND m.user = ?2",
    )?;
    let row: (Option<String>, Option<i64>) =
        query.query_row([seat.session, seat.user], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (conference, reminded_at) = row;
    Ok(Waiting {
        unread: seat.unread.unsigned_abs(),
        last_seq: seat.last_seq.unsigned_abs(),
        conference: conference.map(ConferenceId::new),
        reminded_at: reminded_at.and_then(from_millis),
    })
}

pub(super) fn set_reminded(
    db: &Connection,
    session: &str,
    user: &UserId,
    seq: u64,
    at: OffsetDateTime,
) -> Result<()> {
    let mut update = db.prepare_cached(
        "UPDATE chat_members SET reminded_seq = ?3, reminded_at = ?4
         WHERE session = (SELECT key FROM chat_sessions WHERE id = ?1)
             AND user = (SELECT key FROM chat_users WHERE id = ?2)",
    )?;
    update.execute(params![session, user.as_str(), signed(seq), millis(at)])?;
    Ok(())
}
