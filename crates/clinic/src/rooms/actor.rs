//! The task of a room: takes inputs one by one, lets the state decide, carries out what it wants.

use super::Shared;
use super::attendance::Attendance;
use super::state::{Arrival, Devices, Effect, Room, SocketId, Waiting, Way};
use crate::domain::{Live, Ticket};
use crate::keys::random_token;
use crate::medme;
use crate::socket::until;
use crate::store::{ConferenceRecord, Door, Entry};
use consilium_model::{Participant, PeerId, Secret};
use consilium_wire::room::{FromClient, FromServer, RoomError};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, oneshot};

/// So many messages wait for a socket before it is dropped.
pub(super) const OUTBOX: usize = 512;

/// Those who wait are told where they stand so often at most.
const STAND_EVERY: Duration = Duration::from_secs(3);
/// What is new of those who wait is told beyond the room so often at most; who comes and who goes, at once.
const QUEUE_EVERY: Duration = Duration::from_secs(1);
/// So often it is looked what the clocks of running visits say.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// What happens to a room.
pub(super) enum Input {
    /// Somebody wants in.
    Hello(Box<Hello>),
    /// Somebody who is in sends something.
    Message(SocketId, FromClient),
    /// A socket is gone.
    Lost(SocketId),
    /// Somebody who is not in answers a knock.
    FromHome(Box<FromHome>),
}

/// Somebody who is not in answers a knock.
pub(super) struct FromHome {
    /// Who.
    pub(super) by: Participant,
    /// As a socket would say it.
    pub(super) message: FromClient,
    /// Whether it was done.
    pub(super) done: oneshot::Sender<Result<(), RoomError>>,
}

/// Somebody wants in.
pub(super) struct Hello {
    /// On which socket.
    pub(super) socket: SocketId,
    /// What the socket sends. When it is dropped, the socket closes.
    pub(super) outbox: mpsc::Sender<FromServer>,
    /// Who.
    pub(super) who: Participant,
    /// The key of an earlier welcome.
    pub(super) resume: Option<Secret>,
}

/// Runs a room until it is empty or the server stops. `expected` had a seat when the server stopped before.
pub(super) async fn run(
    shared: Arc<Shared>,
    live: Arc<Live>,
    expected: HashSet<Participant>,
    mut inbox: mpsc::Receiver<Input>,
) {
    let mut notices = live.watch();
    let mut queue = shared.queue.watch();
    let mut host = Host::new(shared, live, expected);
    let stop = host.shared.stop.clone();
    loop {
        let timeout = host.room.next_timeout();
        tokio::select! {
            () = stop.cancelled() => return,
            input = inbox.recv() => match input {
                Some(input) => host.take(input),
                None => return,
            },
            // The view tells everything that missed notices would have told.
            notice = notices.recv() => match notice {
                Ok(_) | Err(RecvError::Lagged(_)) => host.follow(),
                Err(RecvError::Closed) => return,
            },
            who = host.attendance.joined() => host.join_is_over(&who),
            // The queue is as old as the server.
            Ok(()) = queue.changed(), if !host.waiting.is_empty() => host.stand_soon(),
            () = until(host.stand_at) => host.stand(),
            () = until(host.queue_at) => {}
            () = until(timeout) => host.room.expire(Instant::now()),
        }
        host.carry_out();
        if host.is_idle() {
            // A room that follows this one must not write before it.
            host.attendance.flush().await;
            if host.shared.close(host.live.id(), &inbox) {
                return;
            }
        }
    }
}

fn expects_otp(shared: &Shared, live: &Arc<Live>, who: &Participant) -> bool {
    medme::expects_otp(&shared.clinic, &Ticket { live: Arc::clone(live), who: who.clone() })
}

struct Host {
    room: Room,
    attendance: Attendance,
    /// Who was in when the server stopped and has not been heard of since.
    awaited: HashSet<Participant>,
    outboxes: HashMap<SocketId, mpsc::Sender<FromServer>>,
    /// As the queue knows it.
    waiting: Vec<Waiting>,
    /// When the queue was last told, and when there is something more to tell it.
    queued_at: Option<Instant>,
    queue_at: Option<Instant>,
    /// When those who wait were last told where they stand, and when it is time again.
    stood_at: Option<Instant>,
    stand_at: Option<Instant>,
    live: Arc<Live>,
    shared: Arc<Shared>,
}

impl Host {
    fn new(shared: Arc<Shared>, live: Arc<Live>, expected: HashSet<Participant>) -> Self {
        let mut room = Room::new(shared.grace, live.view().conference.status());
        room.set_phone(shared.phone.as_ref().map(ToString::to_string));
        room.expect(expected.iter().cloned(), Instant::now());
        let clinic = Arc::clone(&shared.clinic);
        let awaited = expected.clone();
        let attendance = Attendance::start(clinic, Arc::clone(&live), expected, &shared.tasks);
        let (outboxes, waiting) = (HashMap::new(), Vec::new());
        Self {
            room,
            attendance,
            awaited,
            outboxes,
            waiting,
            queued_at: None,
            queue_at: None,
            stood_at: None,
            stand_at: None,
            live,
            shared,
        }
    }

    fn take(&mut self, input: Input) {
        let now = Instant::now();
        match input {
            Input::Hello(hello) => self.enter(*hello, now),
            Input::Message(socket, message) => self.room.message(socket, message, now),
            Input::Lost(socket) => {
                self.outboxes.remove(&socket);
                self.room.lost(socket, now);
            }
            Input::FromHome(answer) => self.hear_from_home(*answer, now),
        }
    }

    fn hear_from_home(&mut self, FromHome { by, message, done }: FromHome, now: Instant) {
        let answered = if self.live.view().lets_in(&by) {
            self.room.answer_knock(by, message, now)
        } else {
            Err(RoomError::NotAllowed)
        };
        // Whoever asked may be gone.
        let _ = done.send(answered);
    }

    fn enter(&mut self, hello: Hello, now: Instant) {
        self.awaited.remove(&hello.who);
        let name = self.live.name_of(&hello.who).unwrap_or_default();
        self.outboxes.insert(hello.socket, hello.outbox);
        // The socket has looked too, but that may be a while ago.
        if expects_otp(&self.shared, &self.live, &hello.who) {
            return self.room.refuse(hello.socket, RoomError::NotAllowed);
        }
        let new_id = PeerId::new(uuid::Uuid::new_v4().simple().to_string());
        let record = self.live.record();
        let arrival = Arrival {
            socket: hello.socket,
            way: self.way_of(&hello.who, &record),
            devices: record.visitor(&hello.who).map_or(Devices::Newest, |_| Devices::First),
            rights: record.face.rights_of(&hello.who),
            who: hello.who,
            name,
            resume: hello.resume,
            // One who comes back gets new credentials too, under a number of their own.
            ice: self.shared.ice.ice(&new_id),
            new_id,
            new_resume: random_token(),
        };
        self.room.enter(arrival, &self.live.view().conference, now);
    }

    fn way_of(&self, who: &Participant, record: &ConferenceRecord) -> Way {
        let now = self.shared.clinic.clock().now();
        match record.face.entry_of(who) {
            Entry::Free => Way::Free,
            Entry::Knock => match record.face.door_at(self.live.view().conference.plan(), now) {
                Door::Early => Way::Closed(RoomError::NotJoined),
                Door::Open => Way::Knock,
                Door::Late => Way::Closed(RoomError::Ended),
            },
        }
    }

    fn follow(&mut self) {
        let (live, shared, now) = (&self.live, &self.shared, Instant::now());
        let view = live.view();
        self.room.follow(&view.conference, now);
        while let Some(peer) = self.room.next_admitted(&view.conference) {
            self.room.seat(&peer, shared.ice.ice(&peer), now);
        }
        self.room.shut_out(|who| expects_otp(shared, live, who), now);
    }

    fn join_is_over(&mut self, who: &Participant) {
        self.follow();
        self.room.join_is_over(who, &self.live.view().conference, Instant::now());
    }

    /// Something in the queue is different.
    fn stand_soon(&mut self) {
        let now = Instant::now();
        let at = self.stood_at.map_or(now, |stood| (stood + STAND_EVERY).max(now));
        self.stand_at = Some(self.stand_at.map_or(at, |planned| planned.min(at)));
    }

    fn stand(&mut self) {
        let standings = self.shared.queue.standings(&self.shared.clinic, &self.live);
        self.room.stand(|peer| standings.get(peer).copied());
        let now = Instant::now();
        self.stood_at = Some(now);
        self.stand_at = (!self.waiting.is_empty()).then(|| now + LOOK_EVERY);
    }

    /// The queue knows who waits here. Everybody at home looks at every change of it.
    fn queue_up(&mut self) {
        self.queue_at = None;
        if self.room.waiting().eq(self.waiting.iter().cloned()) {
            return;
        }
        let now = Instant::now();
        let is_of_same =
            self.room.waiting().map(|one| one.peer).eq(self.waiting.iter().map(|one| one.peer.clone()));
        let due = self.queued_at.filter(|_| is_of_same).map_or(now, |queued| queued + QUEUE_EVERY);
        if now < due {
            self.queue_at = Some(due);
            return;
        }
        self.queued_at = Some(now);
        self.waiting = self.room.waiting().collect();
        self.shared.queue.set(&self.live, self.waiting.clone());
    }

    fn is_idle(&self) -> bool {
        self.room.is_empty() && self.outboxes.is_empty()
    }

    fn carry_out(&mut self) {
        // Dropping a slow socket makes further effects.
        loop {
            let effects = self.room.take_effects();
            if effects.is_empty() {
                break;
            }
            effects.into_iter().for_each(|effect| self.carry_out_one(effect));
        }
        self.queue_up();
        self.attendance.follow(self.room.present());
        self.awaited.retain(|who| self.room.present().any(|other| other == who));
        if self.awaited.is_empty() {
            self.attendance.know_who_is_in();
        }
    }

    fn carry_out_one(&mut self, effect: Effect) {
        match effect {
            Effect::Send(socket, message) => {
                let Some(outbox) = self.outboxes.get(&socket) else { return };
                if outbox.try_send(message).is_err() {
                    self.outboxes.remove(&socket);
                    self.room.lost(socket, Instant::now());
                }
            }
            Effect::Close(socket) => drop(self.outboxes.remove(&socket)),
            Effect::Leave(who) if self.awaited.remove(&who) => self.attendance.leave_in_absence(who),
            Effect::Leave(who) => self.attendance.leave(who),
            Effect::Join { who, by } => self.attendance.let_in(who, by),
            Effect::Denied(by) => self.attendance.turned_away(by),
        }
    }
}
