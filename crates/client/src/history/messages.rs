//! Messages by session and number, and which numbers are held.

use super::Result;
use super::books::{Books, column};
use super::file::HistoryError;
use super::ranges::Ranges;
use super::seal::Place;
use crate::messenger::{MessagePage, Window, message_id, message_number};
use consilium_model::{MessageKind, Secret, UserId};
use consilium_wire::im::Message;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use time::OffsetDateTime;

/// A message without what its place says already: a list, because a name of each field would be half of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Row(UserId, MessageKind, Secret, String, Option<String>, i64);

impl Row {
    pub(super) fn new(message: &Message) -> Self {
        let nanos = i64::try_from(message.timestamp.unix_timestamp_nanos()).unwrap_or(i64::MAX);
        let (content, client_id) = (message.content.clone(), message.client_message_id.clone());
        Self(message.sender_id.clone(), message.kind, content, client_id, message.reply_to.clone(), nanos)
    }

    /// `None` when its time is none.
    pub(super) fn message(self, session: &str, number: u64) -> Option<Message> {
        let Self(sender_id, kind, content, client_message_id, reply_to, nanos) = self;
        Some(Message {
            id: message_id(session, number),
            session_id: session.to_owned(),
            sender_id,
            kind,
            content,
            client_message_id,
            reply_to,
            timestamp: OffsetDateTime::from_unix_timestamp_nanos(nanos.into()).ok()?,
        })
    }
}

/// Numbers of a session that are read, in that order.
struct Wanted {
    range: RangeInclusive<u64>,
    newest_first: bool,
}

impl Books {
    pub(super) fn messages(&mut self, session: &str, window: Window, take: u32) -> Result<MessagePage> {
        let number = self.number(session)?;
        let held = number.map_or_else(|| Ok(Ranges::default()), |number| self.ranges(number))?;
        let newest = held.newest().map_or(0, |range| *range.end());
        let wanted = match window {
            Window::Newest => held.newest().map(|range| Wanted { range, newest_first: true }),
            Window::Before(before) => held
                .around(before.saturating_sub(1))
                .map(|range| Wanted { range: *range.start()..=before - 1, newest_first: true }),
            Window::After(after) => held
                .around(after.saturating_add(1))
                .map(|range| Wanted { range: after + 1..=*range.end(), newest_first: false }),
        };
        let (Some(wanted), Some(number)) = (wanted, number) else {
            let more = match window {
                Window::Newest => false,
                Window::Before(before) => before > 1,
                Window::After(after) => after < newest,
            };
            return Ok(MessagePage { more, ..MessagePage::default() });
        };
        let (mut messages, span) = self.read_rows(session, number, &wanted, take)?;
        if !wanted.newest_first {
            messages.reverse();
        }
        let more = match &span {
            Some(span) if wanted.newest_first => *span.start() > 1,
            Some(span) => *span.end() < newest,
            None => true,
        };
        Ok(MessagePage { messages, span, more })
    }

    /// Reads at most `take` rows in the wanted order, and what they cover. Stops before a row that does not open: from
    /// now on that number is missing, and can be fetched again.
    fn read_rows(
        &mut self,
        session: &str,
        number: i64,
        wanted: &Wanted,
        take: u32,
    ) -> Result<(Vec<Message>, Option<RangeInclusive<u64>>)> {
        let (first, last) = (*wanted.range.start(), *wanted.range.end());
        let order = if wanted.newest_first { "DESC" } else { "ASC" };
        let sealed: Vec<(u64, Vec<u8>)> = self
            .db
            .prepare_cached(&format!(
                "SELECT seq, row FROM messages WHERE session = ?1 AND seq BETWEEN ?2 AND ?3
                 ORDER BY seq {order} LIMIT ?4"
            ))?
            .query_map(params![number, column(first), column(last), take], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
            })?
            .collect::<std::result::Result<_, _>>()?;
        let is_last_page = sealed.len() < take as usize;
        let mut messages = Vec::with_capacity(sealed.len());
        // Everything that lies between two rows is covered, too.
        let mut end = if wanted.newest_first { last.saturating_add(1) } else { first - 1 };
        for (seq, row) in sealed {
            let row: Option<Row> = self.unseal(Place::Message(number, seq), &row);
            let Some(message) = row.and_then(|row| row.message(session, seq)) else {
                self.lose(number, seq)?;
                return Ok((messages, cover(wanted, end)));
            };
            messages.push(message);
            end = seq;
        }
        let end = match (is_last_page, wanted.newest_first) {
            (false, _) => end,
            (true, true) => first,
            (true, false) => last,
        };
        Ok((messages, cover(wanted, end)))
    }

    pub(super) fn message(&mut self, session: &str, seq: u64) -> Result<Option<Message>> {
        let Some(number) = self.number(session)? else { return Ok(None) };
        let mut statement =
            self.db.prepare_cached("SELECT row FROM messages WHERE session = ?1 AND seq = ?2")?;
        let sealed: Option<Vec<u8>> =
            statement.query_row([number, column(seq)], |row| row.get(0)).optional()?;
        let row: Option<Row> = sealed.and_then(|sealed| self.unseal(Place::Message(number, seq), &sealed));
        Ok(row.and_then(|row| row.message(session, seq)))
    }

    pub(super) fn put_messages(&mut self, session: &str, page: &MessagePage) -> Result<()> {
        if page.messages.is_empty() && page.span.is_none() {
            return Ok(());
        }
        let number = self.number_or_new(session)?;
        let mut held = self.ranges(number)?;
        // From the oldest on, because rows in their order lie closer together in the file.
        for message in page.messages.iter().rev() {
            let seq = message_number(&message.id, session).ok_or(HistoryError::Storage)?;
            self.put_message(number, seq, message)?;
            held.add(seq..=seq);
        }
        page.span.clone().into_iter().for_each(|span| held.add(span));
        self.set_ranges(number, &held)?;
        self.settle(session, &page.messages)
    }

    fn put_message(&mut self, number: i64, seq: u64, message: &Message) -> Result<()> {
        let sealed = self.seal(Place::Message(number, seq), &Row::new(message))?;
        let mut statement = self
            .db
            .prepare_cached("INSERT OR REPLACE INTO messages (session, seq, row) VALUES (?1, ?2, ?3)")?;
        statement.execute(params![number, column(seq), sealed])?;
        drop(statement);
        if let Some(index) = &mut self.index {
            index.add(number, seq, message);
        }
        Ok(())
    }

    pub(super) fn held(&mut self, session: &str) -> Result<Vec<RangeInclusive<u64>>> {
        match self.number(session)? {
            Some(number) => Ok(self.ranges(number)?.iter().collect()),
            None => Ok(Vec::new()),
        }
    }

    fn ranges(&self, number: i64) -> Result<Ranges> {
        let mut statement =
            self.db.prepare_cached("SELECT first, last FROM ranges WHERE session = ?1 ORDER BY first")?;
        let bound = |row: &rusqlite::Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
        let ranges = statement.query_map([number], |row| Ok(bound(row, 0)?..=bound(row, 1)?))?;
        Ok(ranges.collect::<std::result::Result<_, _>>()?)
    }

    fn set_ranges(&self, number: i64, ranges: &Ranges) -> Result<()> {
        self.db.prepare_cached("DELETE FROM ranges WHERE session = ?1")?.execute([number])?;
        let mut statement =
            self.db.prepare_cached("INSERT INTO ranges (session, first, last) VALUES (?1, ?2, ?3)")?;
        for range in ranges.iter() {
            statement.execute([number, column(*range.start()), column(*range.end())])?;
        }
        Ok(())
    }

    /// A row does not open: its number is held no longer.
    fn lose(&mut self, number: i64, seq: u64) -> Result<()> {
        let mut held = self.ranges(number)?;
        held.remove(seq);
        self.set_ranges(number, &held)?;
        self.db.execute("DELETE FROM messages WHERE session = ?1 AND seq = ?2", [number, column(seq)])?;
        Ok(())
    }
}

/// What was read of the wanted numbers, up to `end` in the order of reading.
fn cover(wanted: &Wanted, end: u64) -> Option<RangeInclusive<u64>> {
    let span = if wanted.newest_first { end..=*wanted.range.end() } else { *wanted.range.start()..=end };
    (!span.is_empty()).then_some(span)
}
