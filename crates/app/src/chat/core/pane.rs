//! What the pane shows, and going from one to the other.

use super::sync::Wanted;
use super::thread::{Next, Thread};
use super::window::PAGE;
use super::{Core, Effect, Keep, Moment, Reach, Reached, Request};
use crate::view::{InboxFilter, PersonRow, ProblemCode};
use consilium_wire::im::Message;

/// What the pane shows.
#[derive(Default)]
pub(crate) enum Pane {
    /// Nothing.
    #[default]
    Closed,
    /// The list.
    Inbox,
    /// People to write to.
    People(People),
    /// A conversation.
    Conversation(Box<Thread>),
}

/// The list, beside its rows.
#[derive(Default)]
pub(crate) struct Inbox {
    pub(crate) filter: InboxFilter,
    pub(crate) query: String,
    /// Which search is under way, or was the last.
    pub(crate) search: u64,
    pub(crate) found: Vec<Message>,
    pub(crate) problem: Option<ProblemCode>,
}

/// People to write to.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) query: String,
    /// Which search is under way, or was the last.
    pub(crate) search: u64,
    pub(crate) rows: Vec<PersonRow>,
    pub(crate) busy: bool,
    pub(crate) problem: Option<ProblemCode>,
}

impl Core {
    /// The session that the socket is to look at.
    pub(crate) fn looked(&self) -> Option<String> {
        self.looked.clone()
    }

    /// The socket hears that conversation.
    pub(crate) fn is_heard(&self, session: &str) -> bool {
        self.reached == Reached::Online && self.looked.as_deref() == Some(session)
    }

    /// Opens the list; with a single conversation, that one.
    pub(super) fn open(&mut self) {
        match &self.reach {
            Reach::Everything => self.show(Pane::Inbox),
            Reach::Visit { .. } => self.open_visit(),
        }
    }

    /// Opens the conversation of the open visit. Where it is not known yet, the list stands in its place.
    pub(super) fn open_visit(&mut self) {
        if let Reach::Visit { session: Some(session) } = &self.reach {
            let session = session.clone();
            self.open_conversation(&session, None);
            return;
        }
        self.inbox.problem = None;
        self.show(Pane::Inbox);
        self.sync.wanted = Wanted::Visit;
        self.ask(Request::VisitChat { visit: self.sync.visit });
    }

    /// Another visit is open, or none: its predecessor's conversation is not shown beside it, and not opened when it
    /// becomes known. Whoever came by a link has a single visit.
    pub(crate) fn visit_changed(&mut self, at: Moment) {
        if self.reach == Reach::Everything {
            self.sync.visit += 1;
            let of_visit = self.sync.visit_chat.take();
            let shown = self.thread().map(|thread| &thread.session);
            if self.sync.wanted == Wanted::Visit || of_visit.is_some() && of_visit.as_ref() == shown {
                self.show(Pane::Closed);
            }
        }
        self.follow(at);
    }

    /// Opens a conversation at its end, or at a message.
    pub(super) fn open_conversation(&mut self, id: &str, at: Option<u64>) {
        let Some(row) = self.rows.get(id).filter(|_| self.is_own(id)) else {
            return self.want_conversation(id);
        };
        let unread_since = (row.unread() > 0).then(|| row.read_until(&self.me)).flatten();
        let topic_open = row.session.status == 1;
        let problem = row.gone.then_some(ProblemCode::ConversationGone);
        let (mut thread, next) = Thread::open(id.to_owned(), at, unread_since);
        thread.problem = problem;
        self.show(Pane::Conversation(Box::new(thread)));
        self.read_next(id, next);
        self.want(Effect::ReadDraft { session: id.to_owned() });
        // What was missed in it while the socket looked elsewhere.
        self.read_recent();
        if topic_open {
            self.ask(Request::Topic { session: id.to_owned() });
        }
    }

    /// A conversation that is not known yet comes with the first list.
    fn want_conversation(&mut self, id: &str) {
        if self.reach == Reach::Everything && self.is_first_reading() {
            self.show(Pane::Inbox);
            self.sync.wanted = Wanted::Conversation(id.to_owned());
        }
    }

    /// Opens what was wanted, if it is known now.
    pub(super) fn open_wanted(&mut self) {
        if let Wanted::Conversation(id) = &self.sync.wanted
            && self.rows.get(id).is_some()
        {
            let id = id.clone();
            self.open_conversation(&id, None);
        }
    }

    /// Goes from a conversation, or from the people, to the list, if there is one.
    pub(super) fn back(&mut self) {
        let to = match (&self.pane, &self.reach) {
            (Pane::Closed | Pane::Inbox, _) => return,
            (Pane::Conversation(_) | Pane::People(_), Reach::Everything) => Pane::Inbox,
            (Pane::Conversation(_) | Pane::People(_), Reach::Visit { .. }) => Pane::Closed,
        };
        self.show(to);
    }

    /// Shows something else; the socket looks at what is shown.
    pub(super) fn show(&mut self, pane: Pane) {
        self.pane = pane;
        self.sync.wanted = Wanted::Nothing;
        let looked = self.thread().map(|thread| thread.session.clone());
        if looked != self.looked {
            self.looked.clone_from(&looked);
            self.want(Effect::Look { session: looked });
        }
    }

    /// What was typed in a conversation when it was left.
    pub(crate) fn draft(&mut self, session: &str, text: consilium_model::Secret) {
        if let Some(thread) = self.thread_of(session) {
            thread.draft = text;
        }
    }

    pub(super) fn read_next(&mut self, session: &str, next: Next) {
        let session = session.to_owned();
        match next {
            Next::Kept(range) => self.want(Effect::Load { session, range, take: PAGE }),
            Next::Server(range) => self.ask(Request::Messages { session, range }),
        }
    }

    /// A conversation of which the user is no longer part. What the user has written and nobody else has stays in it.
    pub(super) fn lose(&mut self, id: &str) {
        self.refuse_all(id, ProblemCode::ConversationGone);
        let has_own_words = self.has_own_words(id);
        if let Some(row) = self.rows.get_mut(id) {
            row.lose();
            let session = row.session.clone();
            self.keep(Keep::Sessions(vec![session]));
        }
        self.keep(Keep::Forget { session: id.to_owned() });
        if let Some(thread) = self.thread_of(id) {
            thread.lose();
            if !has_own_words {
                self.inbox.problem = Some(ProblemCode::ConversationGone);
                self.back();
            }
        }
    }

    /// There is a draft in it, or something that was not sent.
    pub(super) fn has_own_words(&self, id: &str) -> bool {
        self.rows.get(id).is_some_and(|row| row.has_draft) || self.outbox.of(id).next().is_some()
    }

    /// There is something in any of them.
    pub(crate) fn has_any_own_words(&self) -> bool {
        self.rows.iter().any(|row| self.has_own_words(&row.session.id))
    }

    /// Conversations of which the user is no longer part go when nothing of the user's own is left in them, and they
    /// are not shown.
    pub(super) fn let_go(&mut self) {
        let over = |row: &&super::Row| {
            let id = &row.session.id;
            row.gone && !self.has_own_words(id) && self.thread().is_none_or(|thread| thread.session != *id)
        };
        let over: Vec<(String, bool)> =
            self.rows.iter().filter(over).map(|row| (row.session.id.clone(), row.told)).collect();
        for (session, told) in over {
            self.rows.remove(&session);
            self.keep(Keep::Forget { session: session.clone() });
            if told {
                self.want(Effect::Withdraw { session });
            }
        }
    }

    /// Something about the shown conversation has failed.
    pub(crate) fn thread_failed(&mut self, session: &str, problem: ProblemCode, at: Moment) {
        if let Some(thread) = self.thread_of(session) {
            thread.problem = Some(problem);
        }
        self.follow(at);
    }
}
