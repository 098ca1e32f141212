//! What is read from the server so that nothing is missing: the messages that this machine has not kept.

use super::thread::CATCH_UP;
use super::{Core, Keep, Moment, Range, Reached, Request, Row};
use crate::view::InboxFilter;
use consilium_client::MessagePage;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// While no news are heard the list is read this often.
const POLL: Duration = Duration::from_secs(20);
/// Conversations whose messages are read at one time, beside the one that is shown.
const AT_ONCE: usize = 3;

/// So many of the newest conversations are kept without having been opened.
const SYNCED: usize = 200;

/// What is being read, and what is to be read after it.
#[derive(Debug, Default)]
pub(crate) struct Sync {
    pub(super) recent: Reading,
    /// The list is not read again before.
    pub(super) list_rests: Option<Instant>,
    /// The conversations of the pages that were read.
    pub(super) listed: BTreeSet<String>,
    /// The whole list was read since the start.
    pub(super) settled: bool,
    /// The whole list has to be read: something may have been missed.
    pub(super) whole: bool,
    /// What is to be opened once it is known.
    pub(super) wanted: Wanted,
    /// Which visit is open, counted from the start: answers for another one come too late.
    pub(super) visit: u64,
    /// The conversation of the open visit, where it was asked for.
    pub(super) visit_chat: Option<String>,
    /// Conversations that are read, each with the number after which it is.
    running: BTreeMap<String, Range>,
    /// Those that could not be read; the next news try them again.
    pub(super) failed: BTreeSet<String>,
    /// Those of which the server gives nothing further up to that number.
    dry: BTreeMap<String, u64>,
    /// The list could not be read.
    pub(super) list_failed: bool,
    pub(super) polled: Option<Instant>,
}

/// What the user wants to see that is not known yet. The list stands in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Wanted {
    #[default]
    Nothing,
    /// The conversation of the open visit.
    Visit,
    /// A conversation, by its id.
    Conversation(String),
}

/// The reading of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reading {
    #[default]
    Idle,
    /// It is read as soon as it may be.
    Wanted,
    Asked,
    /// News came meanwhile: it is read once more.
    AskedAgain,
}

impl Reading {
    const fn is_under_way(self) -> bool {
        matches!(self, Self::Asked | Self::AskedAgain)
    }
}

impl Sync {
    pub(super) fn next_poll(&self, reached: Reached) -> Option<Instant> {
        let polls = match reached {
            Reached::Not => false,
            Reached::Unheard => true,
            Reached::Online => self.list_failed || !self.failed.is_empty(),
        };
        polls.then_some(self.polled).flatten().map(|polled| polled + POLL)
    }

    /// The list is to be read now.
    pub(super) fn list_is_due(&self, reached: Reached, now: Instant) -> bool {
        self.wants_list(reached) && self.list_rests.is_none_or(|rests| rests <= now)
    }

    /// When it is to be read that is wanted and may not be read yet.
    pub(super) fn next_list(&self, reached: Reached) -> Option<Instant> {
        self.list_rests.filter(|_| self.wants_list(reached))
    }

    fn wants_list(&self, reached: Reached) -> bool {
        self.recent == Reading::Wanted && reached != Reached::Not
    }

    pub(super) fn poll_is_due(&mut self, reached: Reached, now: Instant) -> bool {
        let due = self.next_poll(reached).is_some_and(|poll| poll <= now);
        if due {
            self.polled = Some(now);
        }
        due
    }

    /// The list has not been read since the start.
    pub(crate) fn is_first(&self) -> bool {
        !self.settled
    }
}

impl Core {
    /// Messages that were kept, for the conversation that is shown.
    pub(crate) fn loaded(&mut self, session: &str, page: MessagePage, at: Moment) {
        self.settle_stored(&page.messages);
        let (me, newest) = (self.me.clone(), self.newest(session));
        let next = self.thread_of(session).and_then(|thread| {
            let next = thread.loaded(page, newest, &me);
            thread.reach_newest(newest);
            next
        });
        if let Some(next) = next {
            self.read_next(session, next);
        }
        self.follow(at);
    }

    /// Messages of the server.
    pub(crate) fn fetched(&mut self, session: &str, range: Range, page: MessagePage, at: Moment) {
        self.settle_stored(&page.messages);
        self.keep(Keep::Messages { session: session.to_owned(), page: page.clone() });
        let kept = self.rows.get(session).map_or(0, |row| row.kept);
        self.advance_kept(session, range, &page);
        if self.sync.running.get(session) == Some(&range) {
            self.note_dry(session, kept);
        }
        self.sync.running.remove(session);
        let (me, newest) = (self.me.clone(), self.newest(session));
        if let Some(thread) = self.thread_of(session) {
            thread.fetched(range, Some(page.clone()), newest, &me);
            thread.heard(page, &me);
            thread.reach_newest(newest);
        }
        self.follow(at);
    }

    /// Messages could not be read. `gone`: the user is not, or no longer, in the conversation.
    pub(crate) fn not_fetched(&mut self, session: &str, range: Range, gone: bool, at: Moment) {
        self.sync.running.remove(session);
        self.sync.failed.insert(session.to_owned());
        self.sync.polled = Some(at.now);
        let (me, newest) = (self.me.clone(), self.newest(session));
        if let Some(thread) = self.thread_of(session) {
            thread.fetched(range, None, newest, &me);
            thread.give_up(newest);
        }
        if gone {
            self.lose(session);
        }
        self.follow(at);
    }

    fn newest(&self, session: &str) -> u64 {
        self.rows.get(session).map_or(0, Row::newest)
    }

    /// What this machine keeps up to without a gap, or from the newest page on.
    fn advance_kept(&mut self, session: &str, range: Range, page: &MessagePage) {
        let (Some(row), Some(span)) = (self.rows.get_mut(session), page.span.clone()) else { return };
        match range {
            Range::Newest => row.kept = row.kept.max(*span.end()),
            Range::After(_) | Range::Before(_) if *span.start() <= row.kept + 1 => {
                row.kept = row.kept.max(*span.end());
            }
            Range::After(_) | Range::Before(_) => {}
        }
    }

    /// A reading that brought nothing is not repeated until there is something newer.
    fn note_dry(&mut self, session: &str, kept_before: u64) {
        match self.rows.get(session) {
            Some(row) if row.kept == kept_before => {
                self.sync.dry.insert(session.to_owned(), row.newest());
            }
            _ => drop(self.sync.dry.remove(session)),
        }
    }

    /// Reads what the shown conversation lacks at its end.
    pub(super) fn catch_up(&mut self) {
        if self.reached == Reached::Not {
            return;
        }
        let Some(session) = self.thread().map(|thread| thread.session.clone()) else { return };
        let newest = self.newest(&session);
        if let Some(next) = self.thread_mut().and_then(|thread| thread.catch_up(newest)) {
            self.read_next(&session, next);
        }
    }

    /// Reads what the conversations lack that are not shown, the most recent first.
    pub(super) fn sync_rows(&mut self) {
        if self.reached == Reached::Not || self.sync.recent.is_under_way() {
            return;
        }
        let shown = self.looked.clone();
        let lacks = |row: &&&Row| {
            let id = &row.session.id;
            row.newest() > row.kept
                && self.is_own(id)
                && shown.as_ref() != Some(id)
                && !self.sync.running.contains_key(id)
                && !self.sync.failed.contains(id)
                && self.sync.dry.get(id) != Some(&row.newest())
        };
        let rows = self.rows.sorted(InboxFilter::All);
        let free = AT_ONCE.saturating_sub(self.sync.running.len());
        let next: Vec<(String, Range)> = rows
            .iter()
            .take(SYNCED)
            .filter(lacks)
            .take(free)
            .map(|row| (row.session.id.clone(), missing(row.kept, row.newest())))
            .collect();
        for (session, range) in next {
            self.sync.running.insert(session.clone(), range);
            self.ask(Request::Messages { session, range });
        }
    }
}

/// What lies between what is kept and the newest; only the newest page of it when it is much.
const fn missing(kept: u64, newest: u64) -> Range {
    if kept == 0 || newest - kept > CATCH_UP { Range::Newest } else { Range::After(kept) }
}
