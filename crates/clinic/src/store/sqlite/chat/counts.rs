//! The statements about what users are told in numbers.

use super::super::super::{Principal, Result};
use super::values::unsigned;
use super::within::{self, WITHIN};
use consilium_model::{TopicState, UserId};
use consilium_wire::im::ReplyCounts;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// How much a topic counts: unanswered, answered, ended. One that ended unanswered counts nowhere.
pub(super) type Weight = [i64; 3];

pub(super) const fn weight(state: TopicState) -> Weight {
    match state {
        TopicState::New => [1, 0, 0],
        TopicState::Answered => [0, 1, 0],
        TopicState::Ended => [0, 0, 1],
        TopicState::EndedUnanswered => [0, 0, 0],
    }
}

pub(super) fn minus(of: Weight, less: Weight) -> Weight {
    [of[0] - less[0], of[1] - less[1], of[2] - less[2]]
}

/// Everybody in the session but the sender has one more to read, and the sender, who had so many, none any more;
/// answers with the badges that have changed.
pub(super) fn one_more(db: &Connection, session: i64, sender: i64, had: i64) -> Result<Vec<(UserId, u64)>> {
    let mut update = db.prepare_cached(
        "UPDATE chat_counts SET unread = unread + iif(user = ?2, -?3, 1)
         WHERE user IN (SELECT user FROM chat_members WHERE session = ?1) AND (user <> ?2 OR ?3 > 0)
         RETURNING (SELECT id FROM chat_users WHERE key = user), unread",
    )?;
    let badges = update.query_map([session, sender, had], badge_row)?;
    Ok(badges.collect::<rusqlite::Result<_>>()?)
}

/// A user has so many more to read, or fewer; answers with its badge.
pub(super) fn change_unread(db: &Connection, user: i64, by: i64) -> Result<(UserId, u64)> {
    let mut update = db.prepare_cached(
        "UPDATE chat_counts SET unread = unread + ?2 WHERE user = ?1
         RETURNING (SELECT id FROM chat_users WHERE key = user), unread",
    )?;
    Ok(update.query_row([user, by], badge_row)?)
}

/// The badges of everyone in a session.
pub(super) fn badges(db: &Connection, session: i64) -> Result<Vec<(UserId, u64)>> {
    let mut query = db.prepare_cached(
        "SELECT id, c.unread FROM chat_members m JOIN chat_users ON key = m.user
         JOIN chat_counts c ON c.user = m.user WHERE m.session = ?1 ORDER BY m.place",
    )?;
    Ok(query.query_map([session], badge_row)?.collect::<rusqlite::Result<_>>()?)
}

fn badge_row(row: &Row<'_>) -> rusqlite::Result<(UserId, u64)> {
    let user: String = row.get(0)?;
    Ok((UserId::new(user), unsigned(row, 1)?))
}

/// The topics of all members of a session change.
pub(super) fn change_topics(db: &Connection, session: i64, by: Weight) -> Result<()> {
    let mut update = db.prepare_cached(
        "UPDATE chat_counts SET unanswered = unanswered + ?2, answered = answered + ?3, ended = ended + ?4
         WHERE user IN (SELECT user FROM chat_members WHERE session = ?1)",
    )?;
    update.execute(params![session, by[0], by[1], by[2]])?;
    Ok(())
}

/// The topics of one user change.
pub(super) fn change_topics_of(db: &Connection, user: i64, by: Weight) -> Result<()> {
    let mut update = db.prepare_cached(
        "UPDATE chat_counts SET unanswered = unanswered + ?2, answered = answered + ?3, ended = ended + ?4
         WHERE user = ?1",
    )?;
    update.execute(params![user, by[0], by[1], by[2]])?;
    Ok(())
}

pub(super) fn badge(db: &Connection, user: &UserId) -> Result<u64> {
    let mut query = db.prepare_cached(
        "SELECT unread FROM chat_counts WHERE user = (SELECT key FROM chat_users WHERE id = ?1)",
    )?;
    Ok(query.query_row([user.as_str()], |row| unsigned(row, 0)).optional()?.unwrap_or_default())
}

/// The same over the sessions that are within reach.
pub(super) fn badge_within(db: &Connection, who: &Principal) -> Result<u64> {
    let Some(sessions) = within::sessions(db, who)? else { return badge(db, &who.user) };
    let mut query = db.prepare_cached(&format!(
        "SELECT coalesce(sum(unread), 0) FROM chat_members
         WHERE session {WITHIN} AND user = (SELECT key FROM chat_users WHERE id = ?2)"
    ))?;
    Ok(query.query_row(params![sessions, who.user.as_str()], |row| unsigned(row, 0))?)
}

/// Over the sessions that are within reach.
pub(super) fn topics_within(db: &Connection, who: &Principal) -> Result<ReplyCounts> {
    let Some(sessions) = within::sessions(db, who)? else { return topics(db, &who.user) };
    let mut query = db.prepare_cached(&format!(
        "SELECT count(*) FILTER (WHERE status = 0 AND reply = 0), count(*) FILTER (WHERE status = 0 AND reply = 1),
                count(*) FILTER (WHERE status = 10 AND reply = 1)
         FROM chat_topics WHERE session {WITHIN}"
    ))?;
    Ok(query.query_row([sessions], reply_counts)?)
}

fn topics(db: &Connection, user: &UserId) -> Result<ReplyCounts> {
    let mut query = db.prepare_cached(
        "SELECT unanswered, answered, ended FROM chat_counts
         WHERE user = (SELECT key FROM chat_users WHERE id = ?1)",
    )?;
    Ok(query.query_row([user.as_str()], reply_counts).optional()?.unwrap_or_default())
}

fn reply_counts(row: &Row<'_>) -> rusqlite::Result<ReplyCounts> {
    Ok(ReplyCounts { unanswered: unsigned(row, 0)?, answered: unsigned(row, 1)?, ended: unsigned(row, 2)? })
}
