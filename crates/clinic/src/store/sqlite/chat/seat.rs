//! A member's place in a session: what every step needs to know before it does anything.

use super::super::super::{ChatRefusal, Principal};
use super::values::{Step, from_word, numbered};
use super::within;
use consilium_model::{BusinessKind, SessionKind, UserId};
use consilium_wire::im::UserRole;
use rusqlite::{Connection, OptionalExtension, Row};

pub(super) struct Seat {
    pub(super) session: i64,
    pub(super) kind: SessionKind,
    pub(super) business: BusinessKind,
    /// The session of a visit.
    pub(super) of_visit: bool,
    /// The number of the newest message; 0 while there is none.
    pub(super) last_seq: i64,
    /// The next message is later than this.
    pub(super) last_at: i64,
    pub(super) open_topic: Option<i64>,
    pub(super) user: i64,
    pub(super) role: UserRole,
    pub(super) read_seq: i64,
    pub(super) last_fetch_time: i64,
    pub(super) unread: i64,
    /// The time of the newest message; 0 while there is none.
    pub(super) position: i64,
}

/// The place of whoever asks, or a refusal. What is out of reach is as if it were no member.
pub(super) fn seat(db: &Connection, session: &str, who: &Principal) -> Step<Seat> {
    let seat = seat_of(db, session, &who.user)?;
    if within::reaches(db, who, seat.session)? { Ok(seat) } else { Err(ChatRefusal::NotMember.into()) }
}

/// A member's place, whoever asks.
pub(super) fn seat_of(db: &Connection, session: &str, user: &UserId) -> Step<Seat> {
    let mut query = db.prepare_cached(
        "SELECT s.key, s.kind, s.business, s.last_seq, s.last_at, s.open_topic,
                m.user, u.role, m.read_seq, m.last_fetch_time, m.unread, m.position, s.conference IS NOT NULL
         FROM chat_sessions s
         LEFT JOIN chat_users u ON u.id = ?2
         LEFT JOIN chat_members m ON m.session = s.key AND m.user = u.key
         WHERE s.id = ?1",
    )?;
    let found = query.query_row([session, user.as_str()], |row| {
        row.get::<_, Option<i64>>(6)?.map(|user| read(row, user)).transpose()
    });
    let (seat, role) = found.optional()?.ok_or(ChatRefusal::NotFound)?.ok_or(ChatRefusal::NotMember)?;
    Ok(Seat { role: from_word(role)?, ..seat })
}

fn read(row: &Row<'_>, user: i64) -> rusqlite::Result<(Seat, String)> {
    let seat = Seat {
        session: row.get(0)?,
        kind: numbered(row, 1)?,
        business: numbered(row, 2)?,
        of_visit: row.get(12)?,
        last_seq: row.get(3)?,
        last_at: row.get(4)?,
        open_topic: row.get(5)?,
        user,
        role: UserRole::Patient,
        read_seq: row.get(8)?,
        last_fetch_time: row.get(9)?,
        unread: row.get(10)?,
        position: row.get(11)?,
    };
    Ok((seat, row.get(7)?))
}
