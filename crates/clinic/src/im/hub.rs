//! Who is there, who looks at which session, and what they are told.
//!
//! The store tells of each message once it is durable, in the order of its session; here it goes into the outboxes of
//! the sockets that look at that session, in the same order, and the badge of everyone else whom it concerns follows.
//! Who has read and who has come or gone is told in the same way, so that whoever is out hears nothing of what comes
//! after it, and no badge is followed by an older one. Nothing here waits: it runs on the store's own thread. A message becomes text once, however many hear of it.

mod seat;
#[cfg(test)]
mod tests;

pub(super) use seat::Seat;

use super::outbox::End;
use super::people::role_of;
use super::shown;
use crate::keys::Digest;
use crate::server::App;
use crate::store::{ChatWatcher, Moved, PassScope, ReadUpTo, Stored};
use axum::extract::ws::Utf8Bytes;
use consilium_model::UserId;
use consilium_wire::im::{FromServer, UserRole};
use seat::Line;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often it is written down which patients were there.
const ACTIVE_EVERY: Duration = Duration::from_secs(5);

/// So many sockets of one user are there at most: a user has a few devices, with a window or two.
pub(super) const SOCKETS_OF_ONE: usize = 16;

/// Every socket that has logged in.
#[derive(Default)]
pub(crate) struct Hub(Mutex<Board>);

#[derive(Default)]
struct Board {
    users: HashMap<UserId, Vec<Arc<Line>>>,
    lookers: HashMap<String, Vec<Arc<Line>>>,
    /// How many times somebody was taken out of a session.
    departures: u64,
    /// Patients who were there since it was last written down.
    active: HashSet<UserId>,
}

impl Hub {
    /// A socket of this user has logged in, with a token that was given for that. With too many, the oldest one ends.
    pub(super) fn enter(self: &Arc<Self>, user: UserId, token: Digest, scope: PassScope) -> Seat {
        let line = Arc::new(Line::new(user.clone(), token, scope));
        let mut board = self.board();
        board.note_active(&user);
        board.make_way(&user);
        board.users.entry(user).or_default().push(Arc::clone(&line));
        Seat { line, hub: Arc::clone(self) }
    }

    /// Whether any socket of this user is there.
    pub(crate) fn is_there(&self, user: &UserId) -> bool {
        self.board().users.contains_key(user)
    }

    /// How many people were taken out so far; to be asked before a membership is looked up for [`Seat::look_at`].
    pub(super) fn departures(&self) -> u64 {
        self.board().departures
    }

    /// A token was ended, and with it its sockets.
    pub(super) fn log_out(&self, user: &UserId, token: &Digest) {
        let board = self.board();
        board.of(user).filter(|line| line.token == *token).for_each(|line| line.outbox.end(End::LoggedOut));
    }

    /// A sign-in was ended, and with it the sockets of all its tokens.
    pub(super) fn sign_out(&self, user: &UserId, sign_in: &Digest) {
        let board = self.board();
        let of_sign_in = |line: &&Arc<Line>| line.scope == PassScope::SignIn(*sign_in);
        board.of(user).filter(of_sign_in).for_each(|line| line.outbox.end(End::LoggedOut));
    }

    /// Every token of a user was ended, and with it every socket.
    pub(super) fn shut_out(&self, user: &UserId) {
        self.board().of(user).for_each(|line| line.outbox.end(End::LoggedOut));
    }

    fn take_active(&self) -> Vec<UserId> {
        self.board().active.drain().collect()
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().expect("no one panics with this lock")
    }
}

impl ChatWatcher for Hub {
    fn stored(&self, stored: &Stored) {
        let message = &stored.message;
        let mut board = self.board();
        board.note_active(&message.sender);
        board.tell_message(stored);
        if let Some(topic) = &stored.topic {
            board.tell(&message.id.session, |_| true, &FromServer::Topic { topic: shown::topic(topic) });
        }
        for (user, count) in &stored.badges {
            let elsewhere = board.of(user).filter(|line| !line.is_at(&message.id.session));
            elsewhere.for_each(|line| line.outbox.badge(*count));
            if board.users.contains_key(user) {
                board.note_active(user);
            }
        }
    }

    fn read(&self, session: &str, reader: &UserId, read: &ReadUpTo) {
        let (session_id, participant_id) = (session.to_owned(), reader.clone());
        let told = FromServer::Read { session_id, participant_id, last_fetch_time: read.last_fetch_time };
        let board = self.board();
        board.tell(session, |_| true, &told);
        board.badge(reader, read.badge);
    }

    /// Nothing of the session reaches who has left it from now on; the badge makes the others look who is in it.
    fn moved(&self, moved: &Moved) {
        let mut board = self.board();
        for user in &moved.left {
            board.departures += 1;
            let lines: Vec<_> = board.of(user).filter(|line| line.is_at(&moved.session)).cloned().collect();
            lines.iter().for_each(|line| board.look_away(line));
        }
        moved.badges.iter().for_each(|(user, count)| board.badge(user, *count));
    }
}

impl Board {
    fn of(&self, user: &UserId) -> impl Iterator<Item = &Arc<Line>> {
        self.users.get(user).into_iter().flatten()
    }

    /// Tells a user's sockets how many unread messages there are.
    fn badge(&self, user: &UserId, count: u64) {
        self.of(user).for_each(|line| line.outbox.badge(count));
    }

    fn tell(&self, session: &str, whom: impl Fn(&Line) -> bool, message: &FromServer) {
        let mut lines = self.lookers.get(session).into_iter().flatten().filter(|line| whom(line)).peekable();
        if lines.peek().is_some() {
            let frame = frame(message);
            lines.for_each(|line| line.outbox.frame(frame.clone()));
        }
    }

    /// The socket that sends it hears of it as its own, at the same place among the others.
    fn tell_message(&self, stored: &Stored) {
        let Some(lines) = self.lookers.get(&stored.message.id.session) else { return };
        let message = shown::message(&stored.message);
        let pushed = frame(&FromServer::Message { message: message.clone() });
        for line in lines {
            if line.user == message.sender_id && line.has_sent(&message.client_message_id) {
                line.outbox.frame(frame(&FromServer::Stored { message: message.clone() }));
            } else {
                line.outbox.frame(pushed.clone());
            }
        }
    }

    fn make_way(&mut self, user: &UserId) {
        let crowd = self.users.get_mut(user).filter(|lines| lines.len() >= SOCKETS_OF_ONE);
        if let Some(oldest) = crowd.map(|lines| lines.remove(0)) {
            self.look_away(&oldest);
            oldest.outbox.end(End::Crowded);
        }
    }

    fn look_away(&mut self, line: &Arc<Line>) {
        let looked_at = line.looks_at.lock().expect("no one panics with this lock").take();
        let Some(session) = looked_at else { return };
        if let Some(lines) = self.lookers.get_mut(&session) {
            lines.retain(|other| !Arc::ptr_eq(other, line));
            if lines.is_empty() {
                self.lookers.remove(&session);
            }
        }
    }

    fn note_active(&mut self, user: &UserId) {
        if role_of(user) == UserRole::Patient {
            self.active.insert(user.clone());
        }
    }
}

/// A message as it goes over every socket.
pub(super) fn frame(message: &FromServer) -> Utf8Bytes {
    serde_json::to_string(message).expect("messages have string keys only").into()
}

/// Writes down from time to time which patients were there, until the server stops and once more then.
pub(crate) async fn keep_active(app: Arc<App>) {
    let mut interval = tokio::time::interval(ACTIVE_EVERY);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while app.stop.run_until_cancelled(interval.tick()).await.is_some() {
        write_active(&app).await;
    }
    write_active(&app).await;
}

async fn write_active(app: &App) {
    let users = app.messenger.hub.take_active();
    if users.is_empty() {
        return;
    }
    if let Err(error) = app.chats.touch(users, app.clinic.clock().now()).await {
        tracing::warn!(%error, "who was there could not be written down");
    }
}
