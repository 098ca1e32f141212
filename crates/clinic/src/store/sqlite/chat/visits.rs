//! The statements about sessions of visits: who is in one because the visit has them.

use super::super::super::{ChatRefusal, Moved, Result, VisitChat};
use super::members::{come, go, moved, present};
use super::seat::seat_of;
use super::sessions::{fits, keys};
use super::values::Step;
use consilium_model::{ConferenceId, UserId};
use consilium_wire::im::UserRole;
use rusqlite::{Connection, OptionalExtension};
use time::OffsetDateTime;

pub(super) fn all(db: &Connection) -> Result<Vec<ConferenceId>> {
    let mut query = db.prepare("SELECT conference FROM chat_sessions WHERE conference IS NOT NULL")?;
    let ids = query.query_map([], |row| row.get::<_, String>(0))?;
    Ok(ids.map(|id| id.map(ConferenceId::new)).collect::<rusqlite::Result<_>>()?)
}

pub(super) fn chat_of(db: &Connection, conference: &ConferenceId) -> Result<Option<VisitChat>> {
    let mut query = db.prepare_cached("SELECT key, id FROM chat_sessions WHERE conference = ?1")?;
    let found = query.query_row([conference.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((key, session)) = found else { return Ok(None) };
    let key: i64 = key;
    let mut query = db.prepare_cached(
        "SELECT id, by_visit FROM chat_members JOIN chat_users ON key = user WHERE session = ?1 ORDER BY place",
    )?;
    let mut chat = VisitChat { session, of_visit: Vec::new(), added: Vec::new() };
    for row in query.query_map([key], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))? {
        let (user, by_visit) = row?;
        if by_visit { &mut chat.of_visit } else { &mut chat.added }.push(UserId::new(user));
    }
    Ok(Some(chat))
}

pub(super) fn follow(
    db: &Connection,
    conference: &ConferenceId,
    roster: &[UserId],
    at: OffsetDateTime,
) -> Step<Option<Moved>> {
    let VisitChat { session, of_visit, added } = chat_of(db, conference)?.ok_or(ChatRefusal::NotFound)?;
    let roster = keys(db, roster)?;
    let mut leavers = Vec::new();
    for (users, are_of_visit) in [(&of_visit, true), (&added, false)] {
        for user in users {
            let seat = seat_of(db, &session, user)?;
            let goes = are_of_visit || seat.role == UserRole::Patient;
            if goes && !roster.contains(&seat.user) {
                leavers.push((user.clone(), seat));
            }
        }
    }
    // A session has a member as long as it is there.
    let any = of_visit.first().or(added.first()).ok_or(ChatRefusal::NotFound)?;
    let place = seat_of(db, &session, any)?;
    let present = present(db, place.session)?;
    let newcomers: Vec<i64> = roster.iter().copied().filter(|user| !present.contains(user)).collect();
    if roster.is_empty() || !fits(place.kind, present.len() - leavers.len() + newcomers.len()) {
        return Err(ChatRefusal::Members.into());
    }
    come(db, &place, &newcomers, at)?;
    let mut update =
        db.prepare_cached("UPDATE chat_members SET by_visit = 1 WHERE session = ?1 AND user = ?2")?;
    for user in roster {
        update.execute([place.session, user])?;
    }
    leavers.iter().try_for_each(|(_, leaver)| go(db, leaver))?;
    if leavers.is_empty() && newcomers.is_empty() {
        return Ok(None);
    }
    moved(db, &session, &place, leavers.into_iter().map(|(user, _)| user).collect())
}
