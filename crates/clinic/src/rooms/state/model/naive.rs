//! The reference: who is joined, who sits where, how long somebody has been gone. Plain flags, counted by the second.

use super::step::Day;
use super::{GRACE, SocketId};
use consilium_model::{Command, Durations, Participant, PeerId, Role, Secret, Status};
use consilium_wire::room::RoomError;
use std::collections::BTreeSet;
use std::time::Duration;

/// A person.
struct Person {
    who: Participant,
    is_required: bool,
    is_joined: bool,
    /// Was joined at some time since the start.
    was_there: bool,
    seat: Option<Seat>,
    /// Seconds without a socket, for one who had a seat.
    gone_for: Option<i64>,
}

struct Seat {
    id: PeerId,
    key: Secret,
    socket: SocketId,
}

/// The room and the conference, as flags.
pub(super) struct Naive {
    now: i64,
    people: Vec<Person>,
    is_started: bool,
    is_paused: bool,
    ended_at: Option<i64>,
    /// net, dirty, real, both present.
    seconds: [u64; 4],
    seen: BTreeSet<Status>,
}

impl Naive {
    pub(super) fn new(day: &Day) -> Self {
        let person = |who: &Participant| Person {
            who: who.clone(),
            is_required: day.required.contains(who),
            is_joined: false,
            was_there: false,
            seat: None,
            gone_for: None,
        };
        Self {
            now: 0,
            people: day.people.iter().map(person).collect(),
            is_started: false,
            is_paused: false,
            ended_at: None,
            seconds: [0; 4],
            seen: BTreeSet::new(),
        }
    }

    fn person(&mut self, who: &Participant) -> &mut Person {
        self.people.iter_mut().find(|one| one.who == *who).expect("everyone is planned")
    }

    fn find(&self, who: &Participant) -> &Person {
        self.people.iter().find(|one| one.who == *who).expect("everyone is planned")
    }

    // The conference.

    /// Whether the method is answered with OK.
    pub(super) fn ask(&mut self, command: &Command, who: &Participant) -> bool {
        let is_in = self.find(who).is_joined;
        let status = self.status();
        let ok = match command {
            Command::Join => !is_in && !status.is_ended(),
            Command::Leave => is_in,
            Command::Start => is_in && status == Status::Pending && self.may_start(),
            Command::Pause => is_in && status == Status::Started,
            Command::Resume => is_in && status == Status::StartedAndPaused,
            Command::Finish => status.is_started(),
            Command::Restore => self.ended_at.is_some_and(|ended| self.now - ended <= 180),
            other => panic!("no day has {other:?}"),
        };
        if ok {
            self.do_it(command, who);
            self.start_if_everyone_is_in();
            self.seen.insert(self.status());
        }
        ok
    }

    fn do_it(&mut self, command: &Command, who: &Participant) {
        match command {
            Command::Join => {
                let is_started = self.is_started;
                let person = self.person(who);
                person.is_joined = true;
                person.was_there |= is_started;
            }
            Command::Leave => self.person(who).go(),
            Command::Start => self.begin(),
            Command::Pause => self.is_paused = true,
            Command::Resume => self.is_paused = false,
            Command::Finish => self.finish(),
            _ => self.ended_at = None,
        }
    }

    fn begin(&mut self) {
        self.is_started = true;
        self.people.iter_mut().for_each(|one| one.was_there = one.is_joined);
    }

    fn finish(&mut self) {
        self.ended_at = Some(self.now);
        // Everyone who sat there has the grace from now on; who had no seat any more keeps theirs.
        for one in &mut self.people {
            if one.seat.take().is_some() {
                one.gone_for = Some(0);
            }
        }
    }

    fn start_if_everyone_is_in(&mut self) {
        let is_out = |one: &Person| one.who.role == Role::Client && !one.is_joined;
        let is_client_out = self.people.iter().any(is_out);
        if !self.is_started && !is_client_out && !self.specialist_missing() {
            self.begin();
        }
    }

    fn may_start(&self) -> bool {
        let is_client_in = |one: &Person| one.who.role == Role::Client && one.is_joined;
        self.people.iter().any(is_client_in) && !self.specialist_missing()
    }

    fn specialist_missing(&self) -> bool {
        let specialists: Vec<_> = self.people.iter().filter(|one| one.who.role == Role::Specialist).collect();
        let required: Vec<_> = specialists.iter().filter(|one| one.is_required).collect();
        if required.is_empty() {
            specialists.iter().all(|one| !one.is_joined)
        } else {
            required.iter().any(|one| !one.is_joined)
        }
    }

    pub(super) fn status(&self) -> Status {
        let client_gone = |one: &Person| one.who.role == Role::Client && one.was_there && !one.is_joined;
        match () {
            () if self.ended_at.is_some() => Status::Finished,
            () if !self.is_started => Status::Pending,
            () if self.is_paused => Status::StartedAndPaused,
            () if self.specialist_missing() || self.people.iter().any(client_gone) => {
                Status::StartedAndWaiting
            }
            () => Status::Started,
        }
    }

    // The room.

    /// Whether the seat is the old one, or why there is none.
    pub(super) fn enter(
        &mut self,
        who: &Participant,
        socket: SocketId,
        key: Option<&Secret>,
    ) -> Result<bool, RoomError> {
        if self.ended_at.is_some() {
            return Err(RoomError::Ended);
        }
        let person = self.person(who);
        if !person.is_joined {
            return Err(RoomError::NotJoined);
        }
        person.gone_for = None;
        match &mut person.seat {
            Some(seat) if Some(&seat.key) == key => {
                seat.socket = socket;
                Ok(true)
            }
            seat => {
                let id = PeerId::new(format!("seat-{socket}"));
                let key = Secret::new(format!("key-{socket}"));
                *seat = Some(Seat { id, key, socket });
                Ok(false)
            }
        }
    }

    /// The socket of one who is here.
    pub(super) fn socket_of(&self, who: &Participant) -> Option<SocketId> {
        let person = self.find(who);
        person.seat.as_ref().filter(|_| person.gone_for.is_none()).map(|seat| seat.socket)
    }

    pub(super) fn lose(&mut self, who: &Participant) {
        self.person(who).gone_for = Some(0);
    }

    pub(super) fn bye(&mut self, who: &Participant) {
        let person = self.person(who);
        person.seat = None;
        person.gone_for = Some(0);
    }

    pub(super) fn restart(&mut self) {
        for one in &mut self.people {
            let was_expected = one.seat.take().is_some() || one.gone_for.is_some();
            one.gone_for = was_expected.then_some(0);
        }
    }

    /// One second later; who is out because the grace is over.
    pub(super) fn pass_a_second(&mut self) -> Vec<Participant> {
        self.count_this_second();
        self.now += 1;
        let mut out = Vec::new();
        for one in &mut self.people {
            if let Some(seconds) = &mut one.gone_for {
                *seconds += 1;
                if *seconds == GRACE {
                    one.go();
                    out.push(one.who.clone());
                }
            }
        }
        out.sort();
        self.seen.insert(self.status());
        out
    }

    fn count_this_second(&mut self) {
        if !self.is_started || self.ended_at.is_some() {
            return;
        }
        let is_in = |role| self.people.iter().any(|one| one.is_joined && one.who.role == role);
        let (client, specialist) = (is_in(Role::Client), is_in(Role::Specialist));
        let counted = [!self.is_paused, true, client || specialist, !self.is_paused && client && specialist];
        for (seconds, counts) in self.seconds.iter_mut().zip(counted) {
            *seconds += u64::from(counts);
        }
    }

    // What can be asked.

    pub(super) const fn now(&self) -> i64 {
        self.now
    }

    pub(super) fn joined(&self) -> BTreeSet<Participant> {
        self.people.iter().filter(|one| one.is_joined).map(|one| one.who.clone()).collect()
    }

    /// The seats, and whether whoever sits there is away.
    pub(super) fn seats(&self) -> impl Iterator<Item = (PeerId, bool)> {
        let seated = |one: &Person| Some((one.seat.as_ref()?.id.clone(), one.gone_for.is_some()));
        self.people.iter().filter_map(seated)
    }

    pub(super) fn next_grace_over(&self) -> Option<i64> {
        self.people.iter().filter_map(|one| one.gone_for).map(|seconds| self.now + GRACE - seconds).min()
    }

    pub(super) fn durations(&self) -> Durations {
        let [net, dirty, real, both_present] = self.seconds.map(Duration::from_secs);
        Durations { net, dirty, real, both_present }
    }

    pub(super) fn statuses_seen(&self) -> impl Iterator<Item = Status> {
        self.seen.iter().copied()
    }
}

impl Person {
    /// Out of the conference and out of the room.
    fn go(&mut self) {
        self.is_joined = false;
        self.seat = None;
        self.gone_for = None;
    }
}
