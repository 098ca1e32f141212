//! Who is there, and who is in a call: looked at again for those of whom something has changed, a few times a second at
//! most, so that two hundred people who come at once are a few rounds and not two hundred.

use super::board::Board;
use super::lines::Lines;
use crate::domain::Touched;
use crate::server::App;
use crate::socket::until;
use crate::store::StoreError;
use consilium_model::{Participant, UserId};
use consilium_wire::home::calls::Availability;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// What has changed gathers for so long before it is told.
const ROUND: Duration = Duration::from_millis(250);

/// Everybody's presence.
pub(crate) struct Presence {
    touched: Arc<Touched>,
    lines: Mutex<Lines>,
    board: RwLock<Board>,
    rounds: watch::Sender<u64>,
    /// Those who are known to be of the staff: others in visits are nobody's colleagues.
    staff: Mutex<HashSet<UserId>>,
}

/// A socket that says that somebody is there, until it is dropped.
pub(crate) struct Here<'a> {
    presence: &'a Presence,
    user: UserId,
}

impl Presence {
    pub(super) fn new(touched: Arc<Touched>) -> Self {
        let (lines, board, staff) = (Mutex::default(), RwLock::default(), Mutex::default());
        Self { touched, lines, board, rounds: watch::Sender::new(0), staff }
    }

    /// Somebody has a socket more.
    pub(crate) fn arrive(&self, user: &UserId) -> Here<'_> {
        self.lines().open(user);
        self.touch(user.clone());
        Here { presence: self, user: user.clone() }
    }

    /// Whether somebody can be reached, as it was told last.
    pub(crate) fn of(&self, user: &UserId) -> Availability {
        self.board.read().expect("no one panics with this lock").of(user)
    }

    /// Hears of every round from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.rounds.subscribe()
    }

    /// The newest round, and what has become so after that one. After round 0: everybody who is not offline.
    pub(crate) fn since(&self, round: u64) -> (u64, Vec<(UserId, Availability)>) {
        let board = self.board.read().expect("no one panics with this lock");
        let news = board.after(round).map(|(user, availability)| (user.clone(), availability));
        (board.round(), news.collect())
    }

    /// It has to be looked at that one again.
    pub(super) fn touch(&self, user: UserId) {
        self.touched.touch(user);
    }

    /// That one cannot sign in any more.
    pub(super) fn forget(&self, user: &UserId) {
        self.staff().remove(user);
        self.touch(user.clone());
    }

    /// Waits for the next round, and answers of whom something may have changed.
    async fn next_round(&self) -> HashSet<UserId> {
        let lost = self.lines().next_timeout();
        tokio::select! {
            () = self.touched.any() => {}
            () = until(lost) => {}
        }
        tokio::time::sleep(ROUND).await;
        let gone = self.lines().expire(Instant::now());
        let mut users = self.touched.take();
        users.extend(gone);
        users
    }

    /// These are so now.
    fn tell(&self, now: Vec<(UserId, Availability)>) {
        let mut board = self.board.write().expect("no one panics with this lock");
        if board.set(now) {
            self.rounds.send_replace(board.round());
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().expect("no one panics with this lock")
    }

    fn staff(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.staff.lock().expect("no one panics with this lock")
    }
}

impl Drop for Here<'_> {
    fn drop(&mut self) {
        self.presence.lines().close(&self.user, Instant::now());
        // Not to tell of it, but to know when.
        self.presence.touch(self.user.clone());
    }
}

/// Keeps the board until the server stops.
pub(crate) async fn keep_board(app: Arc<App>) {
    let stop = app.stop.clone();
    let rounds = async {
        loop {
            let users = app.contacts.presence.next_round().await;
            let mut now = Vec::with_capacity(users.len());
            for user in users {
                match look(&app, &user).await {
                    Ok(availability) => now.push((user, availability)),
                    Err(error) => tracing::error!(%error, "the store has failed"),
                }
            }
            app.contacts.presence.tell(now);
        }
    };
    stop.run_until_cancelled(rounds).await;
}

async fn look(app: &App, user: &UserId) -> Result<Availability, StoreError> {
    if !is_colleague(app, user).await? {
        return Ok(Availability::Offline);
    }
    let presence = &app.contacts.presence;
    Ok(match () {
        () if app.contacts.is_undisturbed(user) => Availability::DoNotDisturb,
        () if app.clinic.is_inside(&Participant::specialist(user.clone())) => Availability::InCall,
        () if presence.lines().has(user) => Availability::Available,
        () => Availability::Offline,
    })
}

async fn is_colleague(app: &App, user: &UserId) -> Result<bool, StoreError> {
    let presence = &app.contacts.presence;
    if presence.staff().contains(user) {
        return Ok(true);
    }
    let is_one = app.staff.member(user).await?.is_some();
    if is_one {
        presence.staff().insert(user.clone());
    }
    Ok(is_one)
}
