//! A socket that has logged in, and its place in the hub.

use super::{Hub, frame};
use crate::im::outbox::Outbox;
use crate::im::shown;
use crate::keys::Digest;
use crate::store::{PassScope, Stored};
use consilium_model::UserId;
use consilium_wire::im::FromServer;
use std::sync::{Arc, Mutex};

/// A socket that has logged in.
pub(in crate::im) struct Line {
    pub(super) user: UserId,
    pub(in crate::im) token: Digest,
    /// What the token was given for.
    pub(in crate::im) scope: PassScope,
    pub(in crate::im) outbox: Outbox,
    pub(super) looks_at: Mutex<Option<String>>,
    /// The client id of the message that is being stored for this socket.
    sending: Mutex<Option<String>>,
}

/// A [`Line`] for as long as its socket lives.
pub(in crate::im) struct Seat {
    pub(in crate::im) line: Arc<Line>,
    pub(super) hub: Arc<Hub>,
}

impl Line {
    /// A socket of that user, which looks at nothing yet.
    pub(super) fn new(user: UserId, token: Digest, scope: PassScope) -> Self {
        Self {
            user,
            token,
            scope,
            outbox: Outbox::default(),
            looks_at: Mutex::default(),
            sending: Mutex::default(),
        }
    }

    /// Whether it looks at that session.
    pub(super) fn is_at(&self, session: &str) -> bool {
        self.looks_at.lock().expect("no one panics with this lock").as_deref() == Some(session)
    }

    /// Whether it waits for the acknowledgement of that message. It is told from now on.
    pub(super) fn has_sent(&self, client_id: &str) -> bool {
        let mut sending = self.sending.lock().expect("no one panics with this lock");
        let is_it = sending.as_deref() == Some(client_id);
        if is_it {
            *sending = None;
        }
        is_it
    }
}

impl Seat {
    /// Looks at a session from now on. `departures` is what the hub said before the membership was looked up; `false`
    /// when somebody was taken out meanwhile, and it has to be looked up again.
    pub(in crate::im) fn look_at(&self, session: &str, departures: u64) -> bool {
        let mut board = self.hub.board();
        let is_sure = board.departures == departures;
        if is_sure {
            board.look_away(&self.line);
            *self.line.looks_at.lock().expect("no one panics with this lock") = Some(session.to_owned());
            board.lookers.entry(session.to_owned()).or_default().push(Arc::clone(&self.line));
        }
        is_sure
    }

    /// Looks at no session any more.
    pub(in crate::im) fn look_away(&self) {
        self.hub.board().look_away(&self.line);
    }

    /// The session that is looked at.
    pub(in crate::im) fn looks_at(&self) -> Option<String> {
        self.line.looks_at.lock().expect("no one panics with this lock").clone()
    }

    /// Who sits here.
    pub(in crate::im) fn user(&self) -> &UserId {
        &self.line.user
    }

    /// The others who look at the session hear that this user writes.
    pub(in crate::im) fn typing(&self) {
        let Some(session_id) = self.looks_at() else { return };
        let mut board = self.hub.board();
        board.note_active(&self.line.user);
        let typing =
            FromServer::Typing { session_id: session_id.clone(), participant_id: self.line.user.clone() };
        board.tell(&session_id, |line| line.user != self.line.user, &typing);
    }

    /// A message of this socket is about to be stored.
    pub(in crate::im) fn begins_to_send(&self, client_id: &str) {
        *self.line.sending.lock().expect("no one panics with this lock") = Some(client_id.to_owned());
    }

    /// It is stored; the acknowledgement goes out here unless the hub has told it already.
    pub(in crate::im) fn is_stored(&self, stored: &Stored) {
        if self.line.has_sent(&stored.message.client_id) {
            let told = FromServer::Stored { message: shown::message(&stored.message) };
            self.line.outbox.frame(frame(&told));
        }
    }

    /// It was refused.
    pub(in crate::im) fn is_refused(&self) {
        *self.line.sending.lock().expect("no one panics with this lock") = None;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut board = self.hub.board();
        board.look_away(&self.line);
        board.note_active(&self.line.user);
        if let Some(lines) = board.users.get_mut(&self.line.user) {
            lines.retain(|other| !Arc::ptr_eq(other, &self.line));
            if lines.is_empty() {
                board.users.remove(&self.line.user);
            }
        }
    }
}
