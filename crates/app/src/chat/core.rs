//! What the chat knows and decides. Pure: no network, no disk, no clock. It takes what the user does and what comes
//! from elsewhere, with the moment, and gives [`Effect`]s and the next timeout.
//!
//! Three sources tell of the same messages: the socket, answers of the server, and what was kept. Whatever their order
//! and however often, a conversation is shown in the server's order, without doubles, with nothing silently left out.

mod effect;
mod incoming;
mod invitation;
mod key;
mod outbox;
mod outgoing;
mod pane;
mod people;
mod recent;
mod rows;
mod steps;
mod sync;
mod thread;
mod topics;
mod typing;
mod unread;
mod window;

#[cfg(test)]
mod tests;

pub(crate) use effect::{Effect, Keep, Request};
pub(crate) use invitation::{Entering, Invitation, Invite, Inviting, Standing, card_of};
pub(crate) use key::{client_id, key, own_key};
pub(crate) use outbox::{Sending, Unsent, UnsentFile, What};
pub(crate) use pane::{Inbox, Pane};
pub(crate) use rows::Row;
pub(crate) use steps::web_address;
pub(crate) use thread::Thread;

use crate::view::ProblemCode;
use consilium_client::KeptSession;
pub(crate) use consilium_client::Window as Range;
use consilium_model::UserId;
use consilium_wire::im::{Message, User, UserRole};
use outbox::Outbox;
use rows::Rows;
use std::time::Instant;
use sync::Sync;
use time::OffsetDateTime;

/// When something happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// By the monotonic clock.
    pub(crate) now: Instant,
    /// By this machine's calendar; only for what is not stored yet.
    pub(crate) wall: OffsetDateTime,
}

/// Which conversations are the user's here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of them: a specialist who is signed in.
    Everything,
    /// That of the open visit: somebody who is here by its link.
    Visit {
        /// Its session, once it is known.
        session: Option<String>,
    },
}

/// How the messenger is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// Not at all: there is no token yet.
    Not,
    /// By requests; news are not heard.
    Unheard,
    /// By requests, and news come by themselves.
    Online,
}

/// What was kept on this machine.
#[derive(Debug, Default)]
pub(crate) struct Restored {
    /// Conversations.
    pub(crate) sessions: Vec<KeptSession>,
    /// What waits to be sent, in the order of writing.
    pub(crate) outbox: Vec<Unsent>,
    /// Notifications say what was written.
    pub(crate) preview: bool,
}

/// The state of the chat.
pub(crate) struct Core {
    pub(crate) me: UserId,
    /// What the user is for the messenger; known once it was reached.
    pub(crate) role: Option<UserRole>,
    pub(crate) reach: Reach,
    pub(crate) rows: Rows,
    pub(crate) outbox: Outbox,
    pub(crate) pane: Pane,
    pub(crate) inbox: Inbox,
    pub(crate) reached: Reached,
    pub(crate) preview: bool,
    sync: Sync,
    /// The window is in front, and its page is shown.
    watched: bool,
    /// The user shows a screen to others.
    shows_screen: bool,
    /// The visit lets the user write.
    writes: bool,
    badge: Option<u32>,
    looked: Option<String>,
    client_ids: Box<dyn FnMut() -> String + Send>,
    effects: Vec<Effect>,
}

impl Core {
    /// A chat of which nothing is known but what was kept. `client_ids` gives a new name at each call.
    pub(crate) fn new(
        me: UserId,
        reach: Reach,
        restored: Restored,
        client_ids: impl FnMut() -> String + Send + 'static,
    ) -> Self {
        let mut rows = Rows::default();
        restored.sessions.into_iter().for_each(|kept| rows.restore(kept));
        let mut outbox = Outbox::default();
        restored.outbox.into_iter().for_each(|item| outbox.push(item));
        Self {
            me,
            role: None,
            reach,
            rows,
            outbox,
            pane: Pane::Closed,
            inbox: Inbox::default(),
            reached: Reached::Not,
            preview: restored.preview,
            sync: Sync::default(),
            watched: true,
            shows_screen: false,
            writes: true,
            badge: None,
            looked: None,
            client_ids: Box::new(client_ids),
            effects: Vec::new(),
        }
    }

    /// The messenger says who the user is.
    pub(crate) fn log_in(&mut self, user: &User) {
        self.me.clone_from(&user.user_id);
        self.role = Some(user.role);
    }

    /// The messenger was not reached.
    pub(crate) fn login_failed(&mut self, problem: ProblemCode) {
        if self.rows.is_empty() {
            self.inbox.problem = Some(problem);
        }
    }

    /// What is to be done, in order.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Something is to be done.
    #[cfg(test)]
    fn has_effects(&self) -> bool {
        !self.effects.is_empty()
    }

    /// When [`Core::tick`] is due, if nothing happens before.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let typing = self.thread().and_then(|thread| thread.typing.next_timeout());
        let due = (self.reached != Reached::Not).then(|| self.outbox.next_due()).flatten();
        let (poll, list) = (self.sync.next_poll(self.reached), self.sync.next_list(self.reached));
        let conference = self.next_look_at_conference();
        [typing, due, poll, list, conference].into_iter().flatten().min()
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, at: Moment) {
        if let Some(thread) = self.thread_mut() {
            thread.typing.pass(at.now);
        }
        if self.sync.poll_is_due(self.reached, at.now) {
            self.read_recent();
        }
        self.follow(at);
    }

    /// The window came to the front with its page shown, or went.
    pub(crate) fn set_watched(&mut self, watched: bool, at: Moment) {
        self.watched = watched;
        self.follow(at);
    }

    /// The user shows a screen to others, or no longer. What stands on it was told for the user alone.
    pub(crate) fn set_shows_screen(&mut self, shows: bool) {
        let before = std::mem::replace(&mut self.shows_screen, shows);
        if shows && !before {
            self.withdraw_all();
        }
    }

    /// The conversation that is shown.
    pub(crate) fn thread(&self) -> Option<&Thread> {
        match &self.pane {
            Pane::Conversation(thread) => Some(thread),
            Pane::Closed | Pane::Inbox | Pane::People(_) => None,
        }
    }

    fn thread_mut(&mut self) -> Option<&mut Thread> {
        match &mut self.pane {
            Pane::Conversation(thread) => Some(thread),
            Pane::Closed | Pane::Inbox | Pane::People(_) => None,
        }
    }

    /// The thread, if it is that of a session.
    fn thread_of(&mut self, session: &str) -> Option<&mut Thread> {
        self.thread_mut().filter(|thread| thread.session == session)
    }

    /// A loaded message of the shown conversation, by the window's name.
    pub(crate) fn message(&self, key: &str) -> Option<&Message> {
        let mut loaded = self.thread()?.window.iter().rev();
        loaded.find(|(_, message)| self::key(message, &self.me) == key).map(|(_, message)| message)
    }

    /// A loaded message of the shown conversation, by the server's id.
    pub(crate) fn message_by_id(&self, id: &str) -> Option<&Message> {
        let thread = self.thread()?;
        thread.window.get(consilium_client::message_number(id, &thread.session)?)
    }

    fn want(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn ask(&mut self, request: Request) {
        self.want(Effect::Ask(request));
    }

    fn keep(&mut self, keep: Keep) {
        self.want(Effect::Keep(keep));
    }

    /// What follows from whatever has just happened.
    fn follow(&mut self, at: Moment) {
        self.read_wanted(at.now);
        self.catch_up();
        self.sync_rows();
        self.mark_read();
        self.let_go();
        self.withdraw_told();
        self.tell_badge();
        self.look_at_conference(at.now);
        self.send_due(at.now);
    }
}
