//! The statements that move what a member has read.

use super::super::super::{Principal, ReadUpTo};
use super::counts;
use super::seat::{Seat, seat};
use super::values::{Step, from_millis, millis};
use rusqlite::Connection;
use time::OffsetDateTime;

pub(super) fn up_to(db: &Connection, session: &str, who: &Principal, at: OffsetDateTime) -> Step<ReadUpTo> {
    let seat = seat(db, session, who)?;
    let seq = newest_not_after(db, &seat, millis(at))?;
    if seq == seat.read_seq {
        let badge = counts::badge(db, &who.user)?;
        let last_fetch_time = from_millis(seat.last_fetch_time).unwrap_or(at);
        return Ok(ReadUpTo { last_fetch_time, badge, moved: false });
    }
    let read_at = time_of(db, &seat, seq)?;
    let unread = left_after(db, &seat, seq)?;
    let mut update = db.prepare_cached(
        "UPDATE chat_members SET read_seq = ?3, last_fetch_time = ?4, unread = ?5
         WHERE session = ?1 AND user = ?2",
    )?;
    update.execute([seat.session, seat.user, seq, read_at, unread])?;
    let (_, badge) = counts::change_unread(db, seat.user, unread - seat.unread)?;
    Ok(ReadUpTo { last_fetch_time: from_millis(read_at).unwrap_or(at), badge, moved: true })
}

/// The number of the newest message up to a time, and never less than what has been read. Times grow with the
/// numbers, so it is found by halves.
fn newest_not_after(db: &Connection, seat: &Seat, at: i64) -> Step<i64> {
    if seat.position <= at {
        return Ok(seat.last_seq);
    }
    let (mut low, mut high) = (seat.read_seq, seat.last_seq);
    while low < high {
        let middle = (low + high + 1) / 2;
        if time_of(db, seat, middle)? <= at {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

fn time_of(db: &Connection, seat: &Seat, seq: i64) -> rusqlite::Result<i64> {
    let sql = format!("SELECT at FROM {} WHERE session = ?1 AND seq = ?2", seat.kind.store());
    db.prepare_cached(&sql)?.query_row([seat.session, seq], |row| row.get(0))
}

/// How many unread messages are left after a number. Counts on the shorter side of it.
fn left_after(db: &Connection, seat: &Seat, seq: i64) -> rusqlite::Result<i64> {
    if seat.last_seq - seq < seq - seat.read_seq {
        of_others(db, seat, seat.user, seq, seat.last_seq)
    } else {
        Ok(seat.unread - of_others(db, seat, seat.user, seat.read_seq, seq)?)
    }
}

/// How many messages after a number and up to another one are not that user's own.
pub(super) fn of_others(
    db: &Connection,
    seat: &Seat,
    user: i64,
    after: i64,
    up_to: i64,
) -> rusqlite::Result<i64> {
    let sql = format!(
        "SELECT count(*) FROM {} WHERE session = ?1 AND seq > ?2 AND seq <= ?3 AND sender <> ?4",
        seat.kind.store()
    );
    db.prepare_cached(&sql)?.query_row([seat.session, after, up_to, user], |row| row.get(0))
}
