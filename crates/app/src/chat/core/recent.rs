//! The list of conversations, read after each sign of news, and how the messenger is reached for it.

use super::sync::{Reading, Wanted};
use super::{Core, Moment, Range, Reach, Reached, Request, Row};
use crate::view::{Line, ProblemCode};
use consilium_wire::im::Session;
use std::time::{Duration, Instant};

/// Pages of the list that are read at most. Older conversations come with their next message.
const PAGES: u32 = 20;
/// Between two readings of the list, whatever comes meanwhile.
const LIST_GAP: Duration = Duration::from_secs(1);
/// So many conversations that are not listed are asked for at a time.
const LOST: usize = 20;

impl Core {
    /// The list is being read for the first time.
    pub(crate) fn is_first_reading(&self) -> bool {
        self.sync.is_first()
    }

    /// The line as the user sees it.
    pub(crate) fn line(&self) -> Line {
        if self.reached == Reached::Online { Line::Online } else { Line::Reconnecting }
    }

    /// How the messenger is reached from now on.
    pub(crate) fn set_reached(&mut self, reached: Reached, at: Moment) {
        let before = std::mem::replace(&mut self.reached, reached);
        if before == reached {
            return;
        }
        self.sync.polled = Some(at.now);
        if let Some(thread) = self.thread_mut() {
            thread.line_changed();
        }
        match reached {
            Reached::Not => {}
            Reached::Unheard | Reached::Online => {
                self.outbox.wake();
                self.sync.whole = true;
                self.read_recent();
                if let Some(session) = self.looked.clone() {
                    self.ask(Request::Topic { session });
                }
            }
        }
        self.follow(at);
    }

    /// Wants the list to be read, or read once more when that is under way.
    pub(super) fn read_recent(&mut self) {
        if self.reached == Reached::Not {
            return;
        }
        self.sync.failed.clear();
        self.sync.list_failed = false;
        if let Some(thread) = self.thread_mut() {
            thread.try_again();
        }
        self.sync.recent = match self.sync.recent {
            Reading::Idle | Reading::Wanted => Reading::Wanted,
            Reading::Asked | Reading::AskedAgain => Reading::AskedAgain,
        };
    }

    /// Reads the list, where that is wanted and the last time is long enough ago.
    pub(super) fn read_wanted(&mut self, now: Instant) {
        if !self.sync.list_is_due(self.reached, now) {
            return;
        }
        self.sync.recent = Reading::Asked;
        let request = match &self.reach {
            Reach::Everything => Request::Recent { page: 1 },
            Reach::Visit { .. } => Request::VisitChat { visit: self.sync.visit },
        };
        self.ask(request);
    }

    /// A page of the list has come. `more` are older.
    pub(crate) fn recent(&mut self, page: u32, rows: Vec<Session>, more: bool, at: Moment) {
        self.inbox.problem = None;
        if page == 1 {
            self.sync.listed.clear();
        }
        self.sync.listed.extend(rows.iter().map(|session| session.id.clone()));
        let news = self.put(rows);
        self.open_wanted();
        let goes_on = more && page < PAGES && (news || self.sync.whole);
        if goes_on {
            self.ask(Request::Recent { page: page + 1 });
        } else {
            self.look_for_lost(!more);
            self.sync.settled = true;
            self.recent_is_read(at.now);
        }
        self.follow(at);
    }

    /// Conversations that a whole list does not have may be the user's no longer: the server says so when it is asked
    /// for their messages.
    fn look_for_lost(&mut self, is_all: bool) {
        let listed = std::mem::take(&mut self.sync.listed);
        if !std::mem::take(&mut self.sync.whole) || !is_all {
            return;
        }
        let is_lost = |row: &&Row| {
            let id = &row.session.id;
            let matters = row.newest() > 0 || self.has_own_words(id);
            matters && !row.gone && !listed.contains(id)
        };
        let lost: Vec<String> =
            self.rows.iter().filter(is_lost).take(LOST).map(|row| row.session.id.clone()).collect();
        for session in lost {
            self.ask(Request::Messages { session, range: Range::Newest });
        }
    }

    /// The list could not be read.
    pub(crate) fn recent_failed(&mut self, problem: ProblemCode, at: Moment) {
        if self.rows.is_empty() || self.sync.wanted == Wanted::Visit {
            self.inbox.problem = Some(problem);
        }
        self.sync.polled = Some(at.now);
        self.sync.list_failed = true;
        self.recent_is_read(at.now);
        self.follow(at);
    }

    fn recent_is_read(&mut self, now: Instant) {
        self.sync.list_rests = Some(now + LIST_GAP);
        if std::mem::take(&mut self.sync.recent) == Reading::AskedAgain {
            self.read_recent();
        }
    }

    /// The conversation of a visit is known now. That of a visit which was left meanwhile is of no use.
    pub(crate) fn visit_chat(&mut self, visit: u64, session: Session, at: Moment) {
        if visit != self.sync.visit {
            return;
        }
        let id = session.id.clone();
        self.put(vec![session]);
        if let Reach::Visit { session } = &mut self.reach {
            *session = Some(id.clone());
            self.sync.settled = true;
            self.recent_is_read(at.now);
        }
        self.inbox.problem = None;
        self.sync.visit_chat = Some(id.clone());
        if self.sync.wanted == Wanted::Visit {
            self.open_conversation(&id, None);
        }
        self.follow(at);
    }

    /// The conversation of a visit could not be had.
    pub(crate) fn visit_chat_failed(&mut self, visit: u64, problem: ProblemCode, at: Moment) {
        if visit != self.sync.visit {
            return;
        }
        match self.reach {
            Reach::Visit { .. } => self.recent_failed(problem, at),
            Reach::Everything => {
                if std::mem::take(&mut self.sync.wanted) == Wanted::Visit {
                    self.inbox.problem = Some(problem);
                }
                self.follow(at);
            }
        }
    }
}
