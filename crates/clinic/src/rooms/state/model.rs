//! A room and its conference together, in virtual time, against a naive reference ([`naive`]).
//!
//! Random days of sockets that are opened, lost, taken up again and replaced, of goodbyes and reloads, of a server that
//! starts again, of people who join, leave, pause, finish and restore. `PROPTEST_CASES` sets the number of days.

mod naive;
mod step;

use super::*;
use consilium_model::{Actor, Command, Plan, PlannedSpecialist, Roster, Secret};
use consilium_wire::room::Rights;
use naive::Naive;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use step::{Day, Step};
use time::OffsetDateTime;
use time::macros::datetime;

const DAYS: u32 = 10_000;
const GRACE: i64 = 60;

/// What random days must reach, or they show nothing.
const REACHED: [&str; 12] = [
    "commands accepted",
    "goodbyes",
    "graces over",
    "restarts",
    "seats taken",
    "seats taken up again",
    "shut out",
    "sockets lost",
    "started",
    "started_and_waiting",
    "started_and_paused",
    "finished",
];

/// The second of the day, as the conference sees it.
fn at(second: i64) -> OffsetDateTime {
    datetime!(2026-11-21 08:00 UTC) + time::Duration::seconds(second)
}

fn conference(day: &Day) -> Conference {
    let required = |who: &Participant| day.required.contains(who);
    let specialists = day.people.iter().filter(|who| who.role == Role::Specialist);
    let clients = day.people.iter().filter(|who| who.role == Role::Client);
    Conference::new(Plan {
        roster: Roster {
            specialists: specialists
                .map(|who| PlannedSpecialist { id: who.id.clone(), required: required(who) })
                .collect(),
            clients: clients.map(|who| who.id.clone()).collect(),
            guests: Vec::new(),
        },
        is_open: true,
        scheduled_start: at(0),
        scheduled_duration: Duration::from_secs(3600),
        opening_window: Duration::ZERO,
    })
}

/// What an open socket has been told.
struct Screen {
    owner: Participant,
    me: Option<PeerId>,
    status: Option<Status>,
    /// The others, and whether they are away.
    peers: BTreeMap<PeerId, bool>,
}

/// What a step made the room say.
#[derive(Default)]
struct Said {
    /// Others were told of somebody who came or went for good.
    comings_and_goings: u32,
    welcomes: Vec<(SocketId, bool)>,
    errors: Vec<(SocketId, RoomError)>,
    leaves: Vec<Participant>,
}

struct World {
    room: Room,
    conference: Conference,
    naive: Naive,
    began: Instant,
    sockets: SocketId,
    screens: HashMap<SocketId, Screen>,
    /// The key each person's device got last.
    keys: HashMap<Participant, Secret>,
    tally: BTreeMap<&'static str, u32>,
}

impl World {
    fn new(day: &Day) -> Self {
        let conference = conference(day);
        Self {
            room: Room::new(Duration::from_secs(GRACE as u64), conference.status()),
            conference,
            naive: Naive::new(day),
            began: Instant::now(),
            sockets: 0,
            screens: HashMap::new(),
            keys: HashMap::new(),
            tally: BTreeMap::new(),
        }
    }

    fn now(&self) -> Instant {
        self.began + Duration::from_secs(self.naive.now() as u64)
    }

    fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Ask(command, who) => self.ask(command, who),
            Step::Arrive(who) => {
                self.ask(&Command::Join, who);
                self.enter(who, false);
            }
            Step::Enter { who, with_key } => self.enter(who, *with_key),
            Step::Lose(who) => self.lose(who),
            Step::ShutOut(who) => self.shut_out(who),
            Step::Bye(who) => self.bye(who),
            Step::Reload { who, seconds } => {
                self.bye(who);
                self.pass(*seconds);
                self.enter(who, false);
            }
            Step::Drop { who, seconds } => {
                self.lose(who);
                self.pass(*seconds);
                self.enter(who, true);
            }
            Step::Pass(seconds) => self.pass(*seconds),
            Step::Restart => self.restart(),
        }
        self.check();
    }

    fn ask(&mut self, command: &Command, who: &Participant) {
        let by = Actor::Participant(who.clone());
        let answer = self.conference.apply(command.clone(), &by, at(self.naive.now()));
        let expected = self.naive.ask(command, who);
        assert_eq!(answer.is_ok(), expected, "{command:?} by {who:?}: {answer:?}");
        self.count(if expected { "commands accepted" } else { "commands refused" });
        self.room.follow(&self.conference, self.now());
        let said = self.carry_out();
        assert!(said.leaves.is_empty(), "only time makes the room take somebody out");
    }

    /// Says hello on a new socket.
    fn enter(&mut self, who: &Participant, with_key: bool) {
        self.sockets += 1;
        let socket = self.sockets;
        let screen = Screen { owner: who.clone(), me: None, status: None, peers: BTreeMap::new() };
        self.screens.insert(socket, screen);
        let key = self.keys.get(who).filter(|_| with_key).cloned();
        let expected = self.naive.enter(who, socket, key.as_ref());
        let arrival = Arrival {
            socket,
            who: who.clone(),
            name: "Sample".into(),
            way: Way::Free,
            rights: Rights::GUEST,
            resume: key,
            ice: Ice::default(),
            devices: Default::default(),
            new_id: PeerId::new(format!("seat-{socket}")),
            new_resume: Secret::new(format!("key-{socket}")),
        };
        self.room.enter(arrival, &self.conference, self.now());
        let said = self.carry_out();
        match expected {
            Ok(resumed) => {
                assert_eq!(said.welcomes, [(socket, resumed)]);
                assert!(!resumed || said.comings_and_goings == 0, "a resume shows nobody a leave");
                self.count(if resumed { "seats taken up again" } else { "seats taken" });
            }
            Err(code) => {
                assert_eq!(said.errors, [(socket, code)]);
                assert!(said.welcomes.is_empty() && !self.screens.contains_key(&socket));
                self.count("hellos refused");
            }
        }
        assert!(said.leaves.is_empty());
    }

    fn lose(&mut self, who: &Participant) {
        let Some(socket) = self.naive.socket_of(who) else { return };
        self.screens.remove(&socket);
        self.naive.lose(who);
        self.room.lost(socket, self.now());
        let said = self.carry_out();
        assert!(said.comings_and_goings == 0 && said.leaves.is_empty(), "a lost socket is no leave");
        self.count("sockets lost");
    }

    fn shut_out(&mut self, who: &Participant) {
        let socket = self.naive.socket_of(who);
        self.room.shut_out(|one| one == who, self.now());
        let said = self.carry_out();
        assert!(said.comings_and_goings == 0 && said.leaves.is_empty(), "whoever is shut out is away");
        let Some(socket) = socket else { return assert!(said.errors.is_empty()) };
        self.naive.lose(who);
        assert_eq!(said.errors, [(socket, RoomError::NotAllowed)]);
        assert!(!self.screens.contains_key(&socket));
        self.count("shut out");
    }

    fn bye(&mut self, who: &Participant) {
        let Some(socket) = self.naive.socket_of(who) else { return };
        self.naive.bye(who);
        self.room.message(socket, FromClient::Bye, self.now());
        let said = self.carry_out();
        assert!(!self.screens.contains_key(&socket) && said.leaves.is_empty());
        self.count("goodbyes");
    }

    /// Second by second; the room is woken when it asked to be, and not else.
    fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds {
            let expected = self.naive.pass_a_second();
            let mut left = Vec::new();
            if self.room.next_timeout().is_some_and(|timeout| timeout <= self.now()) {
                self.room.expire(self.now());
                left = self.carry_out().leaves;
            }
            left.sort();
            assert_eq!(left, expected, "who is out when the grace is over, and nobody before");
            left.iter().for_each(|_| self.count("graces over"));
        }
    }

    /// The server starts again: sockets, seats and keys are gone, the conference and who had a seat are not.
    fn restart(&mut self) {
        let expected: Vec<Participant> = self.room.present().cloned().collect();
        self.room = Room::new(Duration::from_secs(GRACE as u64), self.conference.status());
        self.room.expect(expected.into_iter(), self.now());
        self.screens.clear();
        self.naive.restart();
        self.count("restarts");
    }

    fn carry_out(&mut self) -> Said {
        let mut said = Said::default();
        loop {
            let effects = self.room.take_effects();
            if effects.is_empty() {
                return said;
            }
            effects.into_iter().for_each(|effect| self.carry_out_one(effect, &mut said));
        }
    }

    fn carry_out_one(&mut self, effect: Effect, said: &mut Said) {
        match effect {
            Effect::Send(socket, message) => self.show(socket, message, said),
            Effect::Close(socket) => {
                self.screens.remove(&socket);
                // The server hears of every socket that closes, also of one whose seat is somebody else's by now.
                self.room.lost(socket, self.now());
            }
            Effect::Join { .. } | Effect::Denied(_) => panic!("nobody knocks"),
            Effect::Leave(who) => {
                let by = Actor::Participant(who.clone());
                let answer = self.conference.apply(Command::Leave, &by, at(self.naive.now()));
                assert!(answer.is_ok(), "who had a seat was joined: {answer:?}");
                self.room.follow(&self.conference, self.now());
                said.leaves.push(who);
            }
        }
    }

    fn show(&mut self, socket: SocketId, message: FromServer, said: &mut Said) {
        let screen = self.screens.get_mut(&socket).expect("the room writes to open sockets");
        match message {
            FromServer::Welcome { you, resume, resumed, peers, status, .. } => {
                assert!(screen.me.is_none(), "one welcome a socket");
                screen.me = Some(you);
                screen.status = Some(status);
                screen.peers = peers.into_iter().map(|peer| (peer.id, peer.away)).collect();
                self.keys.insert(screen.owner.clone(), resume);
                said.welcomes.push((socket, resumed));
            }
            FromServer::PeerJoined { peer } => {
                assert!(screen.peers.insert(peer.id, peer.away).is_none(), "nobody comes twice");
                said.comings_and_goings += 1;
            }
            FromServer::PeerLeft { peer } => {
                assert!(screen.peers.remove(&peer).is_some(), "only who was there goes");
                said.comings_and_goings += 1;
            }
            FromServer::PeerAway { peer } => assert_eq!(screen.peers.insert(peer, true), Some(false)),
            FromServer::PeerBack { peer } => assert_eq!(screen.peers.insert(peer, false), Some(true)),
            FromServer::Status { status } => screen.status = Some(status),
            FromServer::Error { code, .. } => said.errors.push((socket, code)),
            other => panic!("nobody asked for {other:?}"),
        }
    }

    fn check(&self) {
        let (naive, now) = (&self.naive, at(self.naive.now()));
        assert_eq!(self.conference.joined(), &naive.joined());
        assert_eq!(self.conference.status(), naive.status());
        assert_eq!(self.conference.durations(now), naive.durations());
        self.check_seats();
        for screen in self.screens.values() {
            assert_eq!(screen.status, Some(self.conference.status()));
            let others = naive.seats().filter(|(id, _)| Some(id) != screen.me.as_ref());
            assert_eq!(screen.peers, others.collect());
        }
        let timeout = naive.next_grace_over().map(|second| self.began + Duration::from_secs(second as u64));
        assert_eq!(self.room.next_timeout(), timeout);
    }

    fn check_seats(&self) {
        let seats: BTreeMap<_, _> =
            self.room.seats.iter().map(|seat| (seat.id.clone(), seat.away_until().is_some())).collect();
        assert_eq!(seats, self.naive.seats().collect());
        let mut people: Vec<_> = self.room.seats.iter().map(|seat| &seat.who).collect();
        people.sort();
        people.dedup();
        assert_eq!(people.len(), self.room.seats.len(), "nobody has two seats");
        assert!(people.iter().all(|who| self.conference.joined().contains(*who)));
        assert!(self.room.present().all(|who| self.conference.joined().contains(who)));
        let open: Vec<_> = self.room.sockets();
        assert!(open.len() == self.screens.len() && open.iter().all(|one| self.screens.contains_key(one)));
    }

    /// When everyone is gone for long enough, nothing is left.
    fn close(&mut self, day: &Day) {
        day.people.iter().for_each(|who| self.take(&Step::Lose(who.clone())));
        self.take(&Step::Pass(GRACE));
        assert!(self.room.is_empty() && self.room.next_timeout().is_none());
    }
}

#[test]
fn a_room_and_its_conference_follow_the_reference() {
    let from_env = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if from_env { Config::default().cases } else { DAYS };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let tally = RefCell::new(BTreeMap::<&str, u32>::new());
    let result = runner.run(&step::any_day(), |day| {
        let mut world = World::new(&day);
        day.steps.iter().for_each(|step| world.take(step));
        world.close(&day);
        world.tally.extend([("days", 1), ("steps", day.steps.len() as u32)]);
        let statuses = world.naive.statuses_seen().map(|status| (status.as_str(), 1));
        for (what, count) in world.tally.into_iter().chain(statuses) {
            *tally.borrow_mut().entry(what).or_default() += count;
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let tally = tally.into_inner();
    println!("{tally:#?}");
    for what in REACHED {
        let count = tally.get(what).copied().unwrap_or(0);
        assert!(count >= cases / 10, "random days hardly reach: {what}");
    }
}
