//! The statements about calls.

mod invitations;
mod keys;

use super::super::{CallNews, CallNumbers, CallState, CallStore, FreshCall, KeyedCall, Ledger, Result};
use super::{SqliteStore, queries};
use crate::calls::ringing::{EventKind, PartyId};
use crate::calls::{CallRecord, LoggedEvent, Person, Snapshot};
use crate::keys::Digest;
use async_trait::async_trait;
use consilium_model::{ConferenceId, Event, UserId};
use consilium_wire::home::calls::CallId;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

#[async_trait]
impl CallStore for SqliteStore {
    async fn add_call(&self, fresh: FreshCall) -> Result<CallNumbers> {
        self.writer.run(move |db| add(db, &fresh)).await
    }

    async fn step_call(
        &self,
        number: u64,
        state: CallState,
        news: Vec<CallNews>,
        missed: Vec<UserId>,
    ) -> Result<Vec<u64>> {
        self.writer.run(move |db| step(db, number.cast_signed(), &state, &news, &missed)).await
    }

    async fn call_by_key(&self, user: UserId, key: Digest, now: OffsetDateTime) -> Result<Option<KeyedCall>> {
        self.writer.run(move |db| keys::find(db, &user, &key, now)).await
    }

    async fn conference_events(&self, conference: ConferenceId, after: u64) -> Result<Vec<Event>> {
        self.writer.run(move |db| queries::events_after(db, &conference, after)).await
    }

    async fn ongoing_calls(&self) -> Result<Vec<Snapshot>> {
        self.writer
            .run(|db| {
                let sql = "SELECT number, record, state FROM calls WHERE ended = 0 ORDER BY number";
                let mut query = db.prepare(sql)?;
                query.query_map([], columns)?.map(|row| snapshot(db, row?)).collect()
            })
            .await
    }

    async fn call(&self, id: CallId) -> Result<Option<Snapshot>> {
        self.writer
            .run(move |db| {
                let mut query = db.prepare_cached("SELECT number, record, state FROM calls WHERE id = ?1")?;
                let row = query.query_row([&id.0], columns).optional()?;
                row.map(|row| snapshot(db, row)).transpose()
            })
            .await
    }

    async fn calls_of(&self, user: UserId, limit: usize) -> Result<Vec<Snapshot>> {
        self.writer
            .run(move |db| {
                let mut query = db.prepare_cached(
                    "SELECT number, record, state FROM call_people JOIN calls ON calls.number = call_people.call
                     WHERE user_id = ?1 ORDER BY call DESC LIMIT ?2",
                )?;
                let limit = i64::try_from(limit).unwrap_or(i64::MAX);
                let rows = query.query_map(params![user.as_str(), limit], columns)?;
                rows.map(|row| snapshot(db, row?)).collect()
            })
            .await
    }

    async fn unseen_calls(&self) -> Result<Vec<(UserId, u64)>> {
        self.writer
            .run(|db| {
                let mut query = db.prepare("SELECT user_id, call FROM call_people WHERE unseen = 1")?;
                let rows = query.query_map([], |row| {
                    Ok((UserId::new(row.get::<_, String>(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
                })?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            })
            .await
    }

    async fn see_calls(&self, user: UserId, numbers: Vec<u64>) -> Result<()> {
        self.writer
            .run(move |db| {
                let mut update =
                    db.prepare_cached("UPDATE call_people SET unseen = 0 WHERE user_id = ?1 AND call = ?2")?;
                for number in numbers {
                    update.execute(params![user.as_str(), number.cast_signed()])?;
                }
                Ok(())
            })
            .await
    }

    async fn begin_invitations(&self, now: OffsetDateTime, rest: Duration, rounds: u32) -> Result<Ledger> {
        self.writer.run(move |db| invitations::begin(db, now, rest, rounds)).await
    }

    async fn wake_invitations(&self) -> Result<()> {
        self.writer.run(invitations::wake).await
    }

    async fn drop_invitation(&self, id: String) -> Result<()> {
        self.writer.run(move |db| invitations::drop(db, &id)).await
    }
}

/// Whoever cannot sign in any more has no log, and no keys.
pub(super) fn forget(db: &Connection, user: &UserId) -> Result<()> {
    db.execute("DELETE FROM call_people WHERE user_id = ?1", [user.as_str()])?;
    db.execute("DELETE FROM call_keys WHERE user_id = ?1", [user.as_str()])?;
    Ok(())
}

fn add(db: &Connection, fresh: &FreshCall) -> Result<CallNumbers> {
    let FreshCall { record, state, news, missed, carrier, audit, invitations, key } = fresh;
    if let Some(conference) = carrier {
        queries::create(db, conference)?;
    }
    for line in audit {
        queries::audit(db, line)?;
    }
    let mut insert = db.prepare_cached(
        "INSERT INTO calls (id, record, state, ended) VALUES (?1, ?2, '', 0) RETURNING number",
    )?;
    let record_json = serde_json::to_string(record)?;
    let number: i64 = insert.query_row(params![record.id.0, record_json], |row| row.get(0))?;
    if let Some(broker) = &record.broker {
        show(db, number, broker)?;
    }
    // Only now: whoever cannot sign in any more does not get it back in the log.
    for user in state.people.iter().filter_map(Person::login) {
        show(db, number, user)?;
    }
    for invitation in invitations {
        invitations::add(db, number, invitation, record.created_at)?;
    }
    if let Some(key) = key {
        keys::add(db, number, key, record.created_at)?;
    }
    let events = step(db, number, state, news, missed)?;
    Ok(CallNumbers { call: number.cast_unsigned(), events })
}

fn step(
    db: &Connection,
    number: i64,
    state: &CallState,
    news: &[CallNews],
    missed: &[UserId],
) -> Result<Vec<u64>> {
    let mut update = db.prepare_cached("UPDATE calls SET state = ?2, ended = ?3 WHERE number = ?1")?;
    update.execute(params![number, serde_json::to_string(state)?, state.ringing.is_ended()])?;
    if state.ringing.is_ended() {
        invitations::end(db, number)?;
    }
    let mut miss = db.prepare_cached("UPDATE call_people SET unseen = 1 WHERE user_id = ?1 AND call = ?2")?;
    for user in missed {
        miss.execute(params![user.as_str(), number])?;
    }
    let mut insert = db.prepare_cached(
        "INSERT INTO call_events (call, at, kind, party) VALUES (?1, ?2, ?3, ?4) RETURNING id",
    )?;
    let ids = news.iter().map(|one| {
        let kind = serde_json::to_string(&one.kind)?;
        let id = insert.query_row(params![number, millis(one.at), kind, one.party.0], |row| row.get(0));
        Ok(id.map(i64::cast_unsigned)?)
    });
    ids.collect()
}

fn show(db: &Connection, number: i64, user: &UserId) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO call_people (user_id, call, unseen) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING",
    )?;
    insert.execute(params![user.as_str(), number])?;
    Ok(())
}

type Columns = (i64, String, String);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn snapshot(db: &Connection, (number, record, state): Columns) -> Result<Snapshot> {
    let CallState { mut people, ringing, seen } = serde_json::from_str(&state)?;
    let record: Arc<CallRecord> = Arc::new(serde_json::from_str(&record)?);
    for person in people.iter_mut().filter(|person| !person.uncalled) {
        let is_known = person.login().map_or(Ok(true), |login| is_shown(db, number, login))?;
        person.removed |= !is_known;
    }
    let broker_removed = match &record.broker {
        Some(broker) => !is_shown(db, number, broker)?,
        None => false,
    };
    let events = events(db, number)?;
    let number = number.cast_unsigned();
    Ok(Snapshot { number, record, broker_removed, people, ringing, seen, events, hands: BTreeMap::new() })
}

/// Whether the call is in the log of that user. It is not once they were removed, also when somebody has the login again.
fn is_shown(db: &Connection, number: i64, user: &UserId) -> Result<bool> {
    let mut query = db.prepare_cached("SELECT 1 FROM call_people WHERE user_id = ?1 AND call = ?2")?;
    Ok(query.exists(params![user.as_str(), number])?)
}

fn events(db: &Connection, call: i64) -> Result<Vec<LoggedEvent>> {
    let mut query =
        db.prepare_cached("SELECT id, at, kind, party FROM call_events WHERE call = ?1 ORDER BY id")?;
    let rows = query.query_map([call], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?, row.get::<_, u32>(3)?))
    })?;
    rows.map(|row| {
        let (id, at, kind, party) = row?;
        let kind: EventKind = serde_json::from_str(&kind)?;
        Ok(LoggedEvent { id: id.cast_unsigned(), at: time_of(at), kind, party: PartyId(party) })
    })
    .collect()
}

fn millis(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn time_of(millis: i64) -> OffsetDateTime {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000);
    at.unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
