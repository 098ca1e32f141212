//! The statements about who is in a session. Whoever comes or goes takes along what is counted for it.

use super::super::super::{AuditLine, ChatRefusal, Moved, Principal, Replaced};
use super::super::queries;
use super::seat::{Seat, seat, seat_of};
use super::sessions::{fits, keys, pair};
use super::values::{Step, millis, user_key};
use super::{counts, reading, topics};
use consilium_model::{SessionKind, UserId};
use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

pub(super) fn add(
    db: &Connection,
    session: &str,
    by: &Principal,
    users: &[UserId],
    audit: &AuditLine,
) -> Step<Option<Moved>> {
    let seat = seat(db, session, by)?;
    let present = present(db, seat.session)?;
    let mut newcomers = keys(db, users)?;
    newcomers.retain(|user| !present.contains(user));
    if newcomers.is_empty() {
        return Ok(None);
    }
    let all = [present.as_slice(), &newcomers].concat();
    let is_second = !seat.of_visit && patients(db, &newcomers)? > 0 && patients(db, &all)? > 1;
    if is_second || !fits(seat.kind, all.len()) {
        return Err(ChatRefusal::Members.into());
    }
    settle_pair(db, &seat, &all)?;
    come(db, &seat, &newcomers, audit.at)?;
    queries::audit(db, audit)?;
    moved(db, session, &seat, Vec::new())
}

/// Newcomers take their places.
pub(super) fn come(db: &Connection, seat: &Seat, newcomers: &[i64], at: OffsetDateTime) -> Step<()> {
    let at = millis(at).max(seat.last_at);
    db.prepare_cached("UPDATE chat_sessions SET last_at = ?2 WHERE key = ?1")?.execute([seat.session, at])?;
    let topics = topics::weight_of(db, seat.session)?;
    for user in newcomers {
        insert(db, seat, *user, at)?;
        counts::change_topics_of(db, *user, topics)?;
    }
    Ok(())
}

fn insert(db: &Connection, seat: &Seat, user: i64, at: i64) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO chat_members (session, user, place, read_seq, last_fetch_time, position, business, of_visit)
         VALUES (?1, ?2, (SELECT max(place) + 1 FROM chat_members WHERE session = ?1), ?3, ?4, ?5, ?6, ?7)",
    )?;
    let business = u8::from(seat.business);
    insert.execute(params![seat.session, user, seat.last_seq, at, seat.position, business, seat.of_visit])?;
    Ok(())
}

pub(super) fn remove(
    db: &Connection,
    session: &str,
    by: &Principal,
    users: &[UserId],
    audit: &AuditLine,
) -> Step<Option<Moved>> {
    let by = seat(db, session, by)?;
    let mut leavers: Vec<Seat> = Vec::new();
    for user in users {
        let leaver = seat_of(db, session, user)?;
        if leavers.iter().all(|other| other.user != leaver.user) {
            leavers.push(leaver);
        }
    }
    let mut left = present(db, by.session)?;
    left.retain(|member| leavers.iter().all(|leaver| leaver.user != *member));
    if left.is_empty() {
        return Err(ChatRefusal::Members.into());
    }
    if leavers.is_empty() {
        return Ok(None);
    }
    settle_pair(db, &by, &left)?;
    leavers.iter().try_for_each(|leaver| go(db, leaver))?;
    queries::audit(db, audit)?;
    moved(db, session, &by, users.to_vec())
}

/// A member gives its place up.
pub(super) fn go(db: &Connection, leaver: &Seat) -> Step<()> {
    let mut delete = db.prepare_cached("DELETE FROM chat_members WHERE session = ?1 AND user = ?2")?;
    delete.execute([leaver.session, leaver.user])?;
    forget(db, leaver)
}

pub(super) fn replace(
    db: &Connection,
    session: &str,
    by: &Principal,
    Replaced { old, new }: &Replaced,
    audit: &AuditLine,
) -> Step<Option<Moved>> {
    seat(db, session, by)?;
    let leaver = seat_of(db, session, old)?;
    let newcomer = user_key(db, new)?.ok_or(ChatRefusal::NotFound)?;
    let mut all = present(db, leaver.session)?;
    // Nobody reads on where a patient was, and no patient where one of the team was.
    if all.contains(&newcomer) || patients(db, &[leaver.user, newcomer])? > 0 {
        return Err(ChatRefusal::Members.into());
    }
    all.iter_mut().filter(|member| **member == leaver.user).for_each(|member| *member = newcomer);
    settle_pair(db, &leaver, &all)?;
    // It may have been in the session before: what it wrote then is not unread.
    let unread = reading::of_others(db, &leaver, newcomer, leaver.read_seq, leaver.last_seq)?;
    let mut update = db.prepare_cached(
        "UPDATE chat_members SET user = ?3, unread = ?4, sticky = 0, reminded_at = NULL, reminded_seq = NULL,
             by_visit = 0
         WHERE session = ?1 AND user = ?2",
    )?;
    update.execute([leaver.session, leaver.user, newcomer, unread])?;
    counts::change_unread(db, newcomer, unread)?;
    counts::change_topics_of(db, newcomer, topics::weight_of(db, leaver.session)?)?;
    forget(db, &leaver)?;
    queries::audit(db, audit)?;
    moved(db, session, &leaver, vec![old.clone()])
}

/// What there is to be told after a change of the members.
pub(super) fn moved(db: &Connection, session: &str, seat: &Seat, left: Vec<UserId>) -> Step<Option<Moved>> {
    let mut badges = counts::badges(db, seat.session)?;
    for user in &left {
        badges.push((user.clone(), counts::badge(db, user)?));
    }
    Ok(Some(Moved { session: session.to_owned(), left, badges }))
}

/// How many of them are patients.
fn patients(db: &Connection, users: &[i64]) -> rusqlite::Result<usize> {
    let mut query = db.prepare_cached("SELECT role = 'patient' FROM chat_users WHERE key = ?1")?;
    let mut patients = 0;
    for user in users {
        patients += usize::from(query.query_row([user], |row| row.get::<_, bool>(0))?);
    }
    Ok(patients)
}

/// Takes what was counted in the session from somebody who is gone.
fn forget(db: &Connection, leaver: &Seat) -> Step<()> {
    let topics = topics::weight_of(db, leaver.session)?;
    counts::change_topics_of(db, leaver.user, counts::minus([0; 3], topics))?;
    counts::change_unread(db, leaver.user, -leaver.unread)?;
    Ok(())
}

pub(super) fn present(db: &Connection, session: i64) -> rusqlite::Result<Vec<i64>> {
    let mut query = db.prepare_cached("SELECT user FROM chat_members WHERE session = ?1 ORDER BY place")?;
    query.query_map([session], |row| row.get(0))?.collect()
}

/// Who is in a session, by name.
pub(super) fn ids(db: &Connection, session: i64) -> rusqlite::Result<Vec<UserId>> {
    let mut query = db.prepare_cached(
        "SELECT id FROM chat_members JOIN chat_users ON key = user WHERE session = ?1 ORDER BY place",
    )?;
    query.query_map([session], |row| Ok(UserId::new(row.get::<_, String>(0)?)))?.collect()
}

/// A session of kind 2 belongs to the two who are in it now. The first write of whatever changes them, because two
/// people have one such session: when it is another one, the change is refused.
fn settle_pair(db: &Connection, seat: &Seat, members: &[i64]) -> Step<()> {
    if seat.kind != SessionKind::OneToOne {
        return Ok(());
    }
    let pair = pair(seat.kind, members);
    let mut query = db.prepare_cached("SELECT key FROM chat_sessions WHERE pair = ?1 AND key <> ?2")?;
    let taken: Option<i64> = query.query_row(params![pair, seat.session], |row| row.get(0)).optional()?;
    if taken.is_some() {
        return Err(ChatRefusal::Members.into());
    }
    let mut update = db.prepare_cached("UPDATE chat_sessions SET pair = ?2 WHERE key = ?1")?;
    update.execute(params![seat.session, pair])?;
    Ok(())
}
