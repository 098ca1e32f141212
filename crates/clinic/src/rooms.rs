//! The room face, `/room/v1`: who is in which conversation, and their signals to each other.
//!
//! A room is one task with one bounded inbox ([`actor`]) around a pure state ([`state`]). It never waits for a
//! socket: one that does not take its messages is dropped, and its seat kept like that of any lost socket.

mod actor;
mod attendance;
mod queue;
mod socket;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use queue::{Knock, Queue};
pub(crate) use state::Waiting;

use crate::domain::{Clinic, Live, Ticket};
use crate::phone::Phone;
use crate::server::App;
use crate::store::MarkKind;
use crate::turn::IceDesk;
use actor::{FromHome, Hello, Input};
use axum::Router;
use axum::routing::any;
use consilium_model::{ConferenceId, Participant};
use consilium_wire::room::{FromClient, RoomError};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// So many inputs wait for a room before the sockets that send them have to wait.
const INBOX: usize = 1024;

/// The routes of this face.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new().route("/room/v1", any(socket::upgrade))
}

type Door = mpsc::Sender<Input>;
type Doors = HashMap<ConferenceId, Door>;

/// Every room with somebody in it.
pub(crate) struct Rooms(Arc<Shared>);

struct Shared {
    clinic: Arc<Clinic>,
    ice: IceDesk,
    grace: Duration,
    phone: Option<Phone>,
    tasks: TaskTracker,
    stop: CancellationToken,
    rooms: Mutex<Doors>,
    queue: Queue,
    sockets: AtomicU64,
}

/// The server stops, or the room is overrun.
#[derive(Debug, PartialEq, Eq)]
struct Unavailable;

impl Rooms {
    /// No rooms yet. `grace` is how long the seat of a lost socket is kept, `phone` is for those whose line is too bad.
    pub(crate) fn new(
        clinic: Arc<Clinic>,
        ice: IceDesk,
        grace: Duration,
        phone: Option<Phone>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (rooms, queue, sockets) = (Mutex::default(), Queue::new(), AtomicU64::new(0));
        Self(Arc::new(Shared { clinic, ice, grace, phone, tasks, stop, rooms, queue, sockets }))
    }

    /// Who waits where.
    pub(crate) fn queue(&self) -> &Queue {
        &self.0.queue
    }

    fn next_socket(&self) -> state::SocketId {
        self.0.sockets.fetch_add(1, Ordering::Relaxed)
    }

    /// Passes a hello on to the room of the ticket's conference; makes the room when it is the first one in.
    fn enter(&self, ticket: &Ticket, hello: Hello) -> Result<Door, Unavailable> {
        let mut rooms = self.0.rooms.lock().expect("no one panics with this lock");
        let id = ticket.live.id();
        let room = match rooms.get(id) {
            Some(room) => room.clone(),
            None => self.open(&mut rooms, &ticket.live, HashSet::new()),
        };
        // Under the lock, so that the room cannot close between being found and hearing of this.
        room.try_send(Input::Hello(Box::new(hello))).map_err(|_| Unavailable)?;
        Ok(room)
    }

    /// Answers somebody who knocks on behalf of a participant who is not in the room; `message` as if it were.
    pub(crate) async fn answer_knock(
        &self,
        visit: &ConferenceId,
        by: Participant,
        message: FromClient,
    ) -> Result<(), RoomError> {
        let (done, answered) = oneshot::channel();
        let answer = Input::FromHome(Box::new(FromHome { by, message, done }));
        let room = self.0.rooms.lock().expect("no one panics with this lock").get(visit).cloned();
        // Without a room nobody knocks, and in one that closes or stops nobody does any more.
        let room = room.ok_or(RoomError::UnknownPeer)?;
        room.send(answer).await.map_err(|_| RoomError::UnknownPeer)?;
        answered.await.unwrap_or(Err(RoomError::UnknownPeer))
    }
}

impl Rooms {
    fn open(&self, rooms: &mut Doors, live: &Arc<Live>, expected: HashSet<Participant>) -> Door {
        let (room, inbox) = mpsc::channel(INBOX);
        self.0.tasks.spawn(actor::run(Arc::clone(&self.0), Arc::clone(live), expected, inbox));
        rooms.insert(live.id().clone(), room.clone());
        room
    }

    /// Expects everyone back who had a seat when the server stopped and is still joined. To be called once, before
    /// anyone can come in.
    pub(crate) async fn expect_back(&self) {
        let marks = self.0.clinic.marks().select(|mark| matches!(mark.kind, MarkKind::Seat(_)));
        let mut expected: HashMap<ConferenceId, HashSet<Participant>> = HashMap::new();
        for mark in marks {
            let MarkKind::Seat(who) = &mark.kind else { continue };
            let live = self.0.clinic.conference(&mark.conference);
            if live.is_some_and(|live| live.view().conference.joined().contains(who)) {
                expected.entry(mark.conference.clone()).or_default().insert(who.clone());
            } else if let Err(error) = self.0.clinic.marks().clear(&mark).await {
                // The next start tries again.
                tracing::warn!(%error, conference = %mark.conference, "a seat could not be forgotten");
            }
        }
        let mut rooms = self.0.rooms.lock().expect("no one panics with this lock");
        for (id, expected) in expected {
            if let Some(live) = self.0.clinic.conference(&id) {
                live.set_awaiting(true);
                self.open(&mut rooms, &live, expected);
            }
        }
    }
}

impl Shared {
    /// Takes an empty room off the list, unless somebody is about to come in.
    fn close(&self, id: &ConferenceId, inbox: &mpsc::Receiver<Input>) -> bool {
        let mut rooms = self.rooms.lock().expect("no one panics with this lock");
        let is_quiet = inbox.is_empty();
        if is_quiet {
            rooms.remove(id);
        }
        is_quiet
    }
}
