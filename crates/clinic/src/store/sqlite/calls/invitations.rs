//! The statements about who is still to be told of a call outside the application.

use super::super::super::{Invitation, Ledger, Result};
use super::{millis, time_of};
use crate::calls::ringing::PartyId;
use consilium_wire::home::calls::CallId;
use rusqlite::{Connection, params};
use time::{Duration, OffsetDateTime};

pub(super) fn add(db: &Connection, call: i64, one: &Invitation, now: OffsetDateTime) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO call_invitations (id, call, party, contact, rounds, due) VALUES (?1, ?2, ?3, ?4, 0, ?5)",
    )?;
    let contact = serde_json::to_string(&one.contact)?;
    insert.execute(params![one.id, call, one.party.0, contact, millis(now)])?;
    Ok(())
}

pub(super) fn begin(db: &Connection, now: OffsetDateTime, rest: Duration, rounds: u32) -> Result<Ledger> {
    let now = millis(now);
    db.prepare_cached("DELETE FROM call_invitations WHERE due <= ?1 AND rounds >= ?2")?
        .execute(params![now, rounds])?;
    let begun = due(db, now)?;
    let rest = i64::try_from(rest.whole_milliseconds()).unwrap_or(i64::MAX);
    db.prepare_cached(
        "UPDATE call_invitations SET rounds = rounds + 1, due = ?1 + (?2 << min(rounds, 8)) WHERE due <= ?1",
    )?
    .execute(params![now, rest])?;
    let mut next = db.prepare_cached("SELECT min(due) FROM call_invitations")?;
    let next: Option<i64> = next.query_row([], |row| row.get(0))?;
    Ok(Ledger { begun, next: next.map(time_of) })
}

fn due(db: &Connection, now: i64) -> Result<Vec<(CallId, Invitation)>> {
    let mut query = db.prepare_cached(
        "SELECT calls.id, call_invitations.id, party, contact
         FROM call_invitations JOIN calls ON calls.number = call_invitations.call
         WHERE due <= ?1 ORDER BY call_invitations.call, party",
    )?;
    let rows = query.query_map([now], |row| {
        let call = CallId(row.get(0)?);
        Ok((call, row.get::<_, String>(1)?, PartyId(row.get(2)?), row.get::<_, String>(3)?))
    })?;
    rows.map(|row| {
        let (call, id, party, contact) = row?;
        Ok((call, Invitation { id, party, contact: serde_json::from_str(&contact)? }))
    })
    .collect()
}

pub(super) fn wake(db: &Connection) -> Result<()> {
    // What the server before had begun it may not have done.
    db.execute("UPDATE call_invitations SET due = 0, rounds = max(rounds - 1, 0)", [])?;
    Ok(())
}

pub(super) fn drop(db: &Connection, id: &str) -> Result<()> {
    db.prepare_cached("DELETE FROM call_invitations WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Nobody is told of a call that has ended.
pub(super) fn end(db: &Connection, call: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM call_invitations WHERE call = ?1")?.execute([call])?;
    Ok(())
}
