//! The waiting room in virtual time: whatever happens in whatever order, nothing that somebody sends before it is let
//! in reaches anybody, and nothing reaches it.
//!
//! Random days of guests who come, knock, step away, are let in, turned away, lost and back, of a conference that
//! refuses them or ends meanwhile, and of signals in every direction at any time. What each socket is told is counted
//! against what was sent ([`World::show`]), and who waits against a reference ([`naive`]).

mod naive;
mod step;

use super::*;
use consilium_model::{Actor, Command, Content, MediaState, Plan, PlannedSpecialist, Roster, Secret};
use consilium_wire::room::{Check, Readiness, Rights};
use naive::{Answer, Naive};
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use step::{Step, is_free};
use time::OffsetDateTime;
use time::macros::datetime;

const DAYS: u32 = 2_000;
const GRACE: i64 = 60;

/// What random days must reach, or they show nothing.
const REACHED: [&str; 17] = [
    "signals before admission",
    "media before admission",
    "signals to somebody who waits",
    "signals that arrived",
    "knocks heard",
    "let in",
    "let in while away",
    "turned away",
    "denied again",
    "words heard",
    "refused by the conference",
    "taken off",
    "taken off while joining",
    "back to its place",
    "back without a knock",
    "guests who try to let in",
    "ended with somebody waiting",
];

fn at(second: i64) -> OffsetDateTime {
    datetime!(2026-11-21 08:00 UTC) + time::Duration::seconds(second)
}

fn conference() -> Conference {
    let planned = |who: &Participant| PlannedSpecialist { id: who.id.clone(), required: false };
    Conference::new(Plan {
        roster: Roster {
            specialists: step::doctors().iter().map(planned).collect(),
            clients: step::guests().into_iter().map(|who| who.id).collect(),
            guests: Vec::new(),
        },
        is_open: true,
        scheduled_start: at(0),
        scheduled_duration: Duration::from_secs(3600),
        opening_window: Duration::ZERO,
    })
}

/// What an open socket has been told.
enum Screen {
    Nothing,
    Lobby,
    Room { me: PeerId, peers: BTreeSet<PeerId>, knocks: BTreeSet<PeerId> },
}

/// A signal, as it was when it was sent.
struct Sent {
    from: Participant,
    to: Participant,
    both_in: bool,
}

struct World {
    room: Room,
    conference: Conference,
    naive: Naive,
    began: Instant,
    sockets: SocketId,
    screens: BTreeMap<SocketId, (Participant, Screen)>,
    keys: HashMap<Participant, Secret>,
    /// The last id that each was told.
    ids: HashMap<Participant, PeerId>,
    /// Let in by somebody inside, and not taken in yet.
    let_in: BTreeSet<Participant>,
    /// What the conference was asked for, and has not answered.
    pending: VecDeque<Participant>,
    sent: Vec<Sent>,
    answer: Option<Answer>,
    tally: BTreeMap<&'static str, u32>,
}

impl World {
    fn new() -> Self {
        let conference = conference();
        Self {
            room: Room::new(Duration::from_secs(GRACE as u64), conference.status()),
            conference,
            naive: Naive::default(),
            began: Instant::now(),
            sockets: 0,
            screens: BTreeMap::new(),
            keys: HashMap::new(),
            ids: HashMap::new(),
            let_in: BTreeSet::new(),
            pending: VecDeque::new(),
            sent: Vec::new(),
            answer: None,
            tally: BTreeMap::new(),
        }
    }

    fn now(&self) -> Instant {
        self.began + Duration::from_secs(self.naive.now as u64)
    }

    fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn socket_of(&self, who: &Participant) -> Option<SocketId> {
        self.screens.iter().find(|(_, (owner, _))| owner == who).map(|(socket, _)| *socket)
    }

    fn is_in(&self, who: &Participant) -> bool {
        self.conference.joined().contains(who)
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Arrive(who) => {
                self.ask(&Command::Join, who);
                self.come(who, false);
            }
            Step::Come { who, with_key } => self.come(who, *with_key),
            Step::Knock { who, is_ready } => self.knock(who, *is_ready),
            Step::Aside { who, on } => self.say(who, FromClient::StepAway { on: *on }),
            Step::Media { from, to } => self.send_media(from, to),
            Step::Admit { by, whom } => self.admit(by, whom),
            Step::AdmitLost { by, whom } => {
                self.lose(whom);
                self.admit(by, whom);
            }
            Step::Deny { by, whom } => self.deny(by, whom),
            Step::Note { by, whom } => {
                let text = "Soon.".into();
                self.about(by, whom, |peer| FromClient::Note { peer, text });
            }
            Step::Ring { by, whom } => self.about(by, whom, |peer| FromClient::Ring { peer }),
            Step::Settle { refuses } => self.settle(*refuses),
            Step::TakeOff(whom) => self.take_off(whom),
            Step::Ask(command, who) => self.ask(command, who),
            Step::Lose(who) => self.lose(who),
            Step::Bye(who) => self.bye(who),
            Step::Reload { who, seconds } => {
                self.bye(who);
                self.pass(*seconds);
                self.come(who, false);
            }
            Step::Drop { who, seconds } => {
                self.lose(who);
                self.pass(*seconds);
                self.come(who, true);
            }
            Step::Pass(seconds) => self.pass(*seconds),
        }
        self.check();
    }

    fn ask(&mut self, command: &Command, who: &Participant) {
        let was_ended = self.conference.status().is_ended();
        let by = Actor::Participant(who.clone());
        if self.conference.apply(command.clone(), &by, at(self.naive.now)).is_err() {
            return;
        }
        if self.conference.status().is_ended() && !was_ended {
            if !self.naive.places.is_empty() {
                self.count("ended with somebody waiting");
            }
            self.naive.end();
        }
        self.follow();
    }

    fn follow(&mut self) {
        self.room.follow(&self.conference, self.now());
        while let Some(peer) = self.room.next_admitted(&self.conference) {
            self.room.seat(&peer, Ice::default(), self.now());
        }
        self.carry_out();
    }

    fn come(&mut self, who: &Participant, with_key: bool) {
        self.sockets += 1;
        let (socket, was_in) = (self.sockets, self.is_in(who));
        let had_place = self.naive.places.contains_key(who);
        let expected = self.naive.hello(who, is_free(who), was_in, self.conference.status().is_ended());
        // The old socket is told of its end, and closed.
        let old = self.socket_of(who);
        self.screens.insert(socket, (who.clone(), Screen::Nothing));
        let arrival = Arrival {
            socket,
            who: who.clone(),
            way: if is_free(who) { Way::Free } else { Way::Knock },
            rights: if is_free(who) { Rights::ALL } else { Rights::GUEST },
            name: "Sample".into(),
            resume: self.keys.get(who).filter(|_| with_key).cloned(),
            ice: Ice::default(),
            devices: Default::default(),
            new_id: PeerId::new(format!("seat-{socket}")),
            new_resume: Secret::new(format!("key-{socket}")),
        };
        self.answer = None;
        self.room.enter(arrival, &self.conference, self.now());
        self.carry_out();
        assert_eq!(self.answer, Some(expected), "{who:?}");
        assert!(old.is_none_or(|old| !self.screens.contains_key(&old) || expected == Answer::Ended));
        match expected {
            Answer::Welcome if !is_free(who) => self.count("back without a knock"),
            Answer::Lobby if had_place => self.count("back to its place"),
            Answer::Denied => self.count("denied again"),
            _ => {}
        }
    }

    fn say(&mut self, who: &Participant, message: FromClient) {
        if let Some(socket) = self.socket_of(who) {
            self.room.message(socket, message, self.now());
            self.carry_out();
        }
    }

    fn knock(&mut self, who: &Participant, is_ready: bool) {
        let camera = if is_ready { Check::Good } else { Check::Busy };
        if self.socket_of(who).is_some() {
            self.naive.knock(who);
        }
        self.say(who, FromClient::Knock { ready: Readiness { camera, ..Readiness::default() } });
    }

    fn send_media(&mut self, from: &Participant, to: &Participant) {
        let Some(socket) = self.socket_of(from) else { return };
        let both_in = self.is_in(from) && self.is_in(to);
        if !self.is_in(from) {
            self.count("signals before admission");
            self.count("media before admission");
        } else if !self.is_in(to) && self.socket_of(to).is_some() {
            self.count("signals to somebody who waits");
        }
        let height = self.sent.len() as u16;
        self.sent.push(Sent { from: from.clone(), to: to.clone(), both_in });
        let to = self.ids.get(to).cloned().unwrap_or_else(|| "nobody".into());
        let signal = Signal::Wish { height, content: Content::Camera };
        self.room.message(socket, FromClient::Signal { to, signal }, self.now());
        self.carry_out();
        self.say(from, FromClient::Media(MediaState { mic: true, ..MediaState::default() }));
    }

    fn about(&mut self, by: &Participant, whom: &Participant, message: impl FnOnce(PeerId) -> FromClient) {
        let peer = self.ids.get(whom).cloned().unwrap_or_else(|| "nobody".into());
        self.say(by, message(peer));
    }

    /// Whether `by` may say something about `whom` now.
    fn can_let_in(&self, by: &Participant, whom: &Participant) -> bool {
        let is_heard = self.room.waiting().any(|waiting| waiting.who == *whom);
        let has_seat = self.room.seats.iter().any(|seat| seat.who == *by && seat.socket().is_some());
        is_heard && has_seat && is_free(by) && self.socket_of(by).is_some()
    }

    fn admit(&mut self, by: &Participant, whom: &Participant) {
        if self.can_let_in(by, whom) {
            self.naive.admit(whom);
            self.let_in.insert(whom.clone());
            self.count("let in");
            if self.socket_of(whom).is_none() {
                self.count("let in while away");
            }
        } else if !is_free(by) && self.socket_of(by).is_some() {
            self.count("guests who try to let in");
        }
        self.about(by, whom, |peer| FromClient::Admit { peer });
    }

    fn deny(&mut self, by: &Participant, whom: &Participant) {
        if self.can_let_in(by, whom) {
            self.naive.deny(whom);
            self.count("turned away");
        }
        self.about(by, whom, |peer| FromClient::Deny { peer, reason: Some("Not today.".into()) });
    }

    fn settle(&mut self, refuses: bool) {
        let Some(who) = self.pending.pop_front() else { return };
        if refuses {
            self.count("refused by the conference");
        } else {
            self.ask(&Command::Join, &who);
        }
        self.let_in.remove(&who);
        let is_taken_in = self.is_in(&who);
        self.naive.settle(&who, is_taken_in, self.conference.status().is_ended());
        self.room.join_is_over(&who, &self.conference, self.now());
        self.carry_out();
    }

    fn take_off(&mut self, whom: &Participant) {
        if self.is_in(whom) || self.conference.status().is_ended() {
            return;
        }
        let before = self.conference.plan().clone();
        let mut plan = before.clone();
        plan.roster.clients.retain(|id| *id != whom.id);
        self.edit(plan);
        self.count("taken off");
        if self.pending.contains(whom) {
            self.count("taken off while joining");
        }
        while self.pending.contains(whom) {
            self.settle(false);
        }
        self.naive.take_off(whom);
        self.let_in.remove(whom);
        assert!(self.socket_of(whom).is_none(), "whoever is taken off does not go on waiting");
        self.edit(before);
    }

    fn edit(&mut self, plan: Plan) {
        let edit = Command::Edit(Box::new(plan));
        self.conference.apply(edit, &Actor::Booking, at(self.naive.now)).unwrap();
        self.follow();
    }

    fn lose(&mut self, who: &Participant) {
        let Some(socket) = self.socket_of(who) else { return };
        self.screens.remove(&socket);
        self.naive.lose(who);
        self.room.lost(socket, self.now());
        self.carry_out();
    }

    fn bye(&mut self, who: &Participant) {
        if self.socket_of(who).is_some() {
            self.naive.bye(who);
            self.say(who, FromClient::Bye);
            assert!(self.socket_of(who).is_none());
        }
    }

    fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.naive.pass_a_second();
            if self.room.next_timeout().is_some_and(|timeout| timeout <= self.now()) {
                self.room.expire(self.now());
                self.carry_out();
            }
            assert!(
                self.room.next_timeout().is_none_or(|timeout| timeout > self.now()),
                "it would not sleep"
            );
        }
    }

    fn carry_out(&mut self) {
        loop {
            let effects = self.room.take_effects();
            if effects.is_empty() {
                return;
            }
            for effect in effects {
                match effect {
                    Effect::Send(socket, message) => self.show(socket, message),
                    Effect::Close(socket) => {
                        self.screens.remove(&socket);
                        self.room.lost(socket, self.now());
                    }
                    Effect::Leave(who) => {
                        let by = Actor::Participant(who);
                        self.conference.apply(Command::Leave, &by, at(self.naive.now)).unwrap();
                        self.room.follow(&self.conference, self.now());
                    }
                    Effect::Join { who, .. } => {
                        assert!(self.let_in.contains(&who), "nobody has let in {who:?}");
                        self.pending.push_back(who);
                    }
                    Effect::Denied(by) => assert!(is_free(&by)),
                }
            }
        }
    }

    /// What a socket is told. Here the rule is counted.
    fn show(&mut self, socket: SocketId, message: FromServer) {
        let is_in = self.screens.get(&socket).is_some_and(|(who, _)| self.is_in(who));
        let joined: Vec<PeerId> =
            self.ids.iter().filter(|(who, _)| self.is_in(who)).map(|(_, id)| id.clone()).collect();
        let Some((who, screen)) = self.screens.get_mut(&socket) else { return };
        let who = who.clone();
        match (&message, &mut *screen) {
            (FromServer::Lobby { you, .. }, Screen::Nothing) => {
                assert!(!is_in && !is_free(&who));
                *screen = Screen::Lobby;
                self.answer = Some(Answer::Lobby);
                let place = self.naive.places.get_mut(&who).expect("it has a place");
                assert_eq!(place.id.get_or_insert_with(|| you.clone()), you, "a place keeps its id");
                self.ids.insert(who, you.clone());
            }
            (FromServer::Welcome { you, resume, peers, rights, .. }, Screen::Nothing | Screen::Lobby) => {
                assert!(is_in, "a welcome is for whom the conference has taken in");
                assert_eq!(rights.admit, is_free(&who));
                assert!(peers.iter().all(|peer| joined.contains(&peer.id)), "nobody of the lobby");
                let peers = peers.iter().map(|peer| peer.id.clone()).collect();
                *screen = Screen::Room { me: you.clone(), peers, knocks: BTreeSet::new() };
                self.answer.get_or_insert(Answer::Welcome);
                self.keys.insert(who.clone(), resume.clone());
                self.ids.insert(who, you.clone());
            }
            (FromServer::Waiting { .. } | FromServer::Rung | FromServer::Note { .. }, Screen::Lobby) => {
                self.count("words heard");
            }
            (FromServer::Denied { .. }, Screen::Lobby | Screen::Nothing) => {
                self.answer = Some(Answer::Denied)
            }
            (FromServer::Error { code, fatal }, _) => {
                if *fatal && matches!(screen, Screen::Nothing) {
                    self.answer = Some(match code {
                        RoomError::Ended => Answer::Ended,
                        RoomError::NotJoined => Answer::NotJoined,
                        other => panic!("{other:?}"),
                    });
                }
            }
            (FromServer::Signal { signal: Signal::Wish { height, .. }, .. }, Screen::Room { .. }) => {
                let sent = &self.sent[usize::from(*height)];
                assert!(sent.both_in && sent.to == who && is_in, "from {:?} to {who:?}", sent.from);
                self.count("signals that arrived");
            }
            (FromServer::Media { from, .. }, Screen::Room { .. }) => {
                assert!(is_in && joined.contains(from), "media of whom nobody has let in");
            }
            (FromServer::PeerJoined { peer }, Screen::Room { peers, .. }) => {
                assert!(joined.contains(&peer.id) || is_free_id(&self.naive, &peer.id));
                assert!(peers.insert(peer.id.clone()), "nobody comes twice");
            }
            (FromServer::PeerLeft { peer }, Screen::Room { peers, .. }) => assert!(peers.remove(peer)),
            (FromServer::Knocking { peer, .. }, Screen::Room { knocks, .. }) => {
                assert!(is_free(&who), "only those who may let in hear of knocks");
                if knocks.insert(peer.id.clone()) {
                    self.count("knocks heard");
                }
            }
            (FromServer::KnockOver { peer }, Screen::Room { knocks, .. }) => {
                assert!(knocks.remove(peer), "only a knock that was heard is over");
            }
            (
                FromServer::Status { .. } | FromServer::PeerAway { .. } | FromServer::PeerBack { .. },
                Screen::Room { .. },
            ) => {}
            (other, _) => panic!("{who:?} has heard {other:?} at the wrong place"),
        }
    }

    fn check(&self) {
        let heard: BTreeSet<PeerId> = self.room.waiting().map(|waiting| waiting.peer).collect();
        for waiting in self.room.waiting() {
            assert!(self.naive.may_be_heard(&waiting.who) && !self.is_in(&waiting.who));
        }
        for (who, place) in &self.naive.places {
            let is_heard = self.room.waiting().any(|waiting| waiting.who == *who);
            assert!(is_heard || !self.naive.must_be_heard(place), "{who:?} knocks in vain");
        }
        assert_eq!(self.room.lobby.guests.len(), self.naive.places.len());
        let seats: BTreeSet<&PeerId> = self.room.seats.iter().map(|seat| &seat.id).collect();
        assert!(self.room.seats.iter().all(|seat| self.is_in(&seat.who)));
        for (who, screen) in self.screens.values() {
            let Screen::Room { me, peers, knocks } = screen else { continue };
            assert_eq!(peers.iter().chain([me]).collect::<BTreeSet<_>>(), seats);
            let expected = if is_free(who) { heard.clone() } else { BTreeSet::new() };
            assert_eq!(*knocks, expected, "those who may let in know exactly who knocks");
        }
    }

    /// When everyone is gone for long enough, nothing is left.
    fn close(&mut self) {
        step::doctors().iter().chain(&step::guests()).for_each(|who| self.lose(who));
        while !self.pending.is_empty() {
            self.settle(false);
        }
        self.pass(3 * GRACE);
        assert!(self.room.is_empty() && self.room.next_timeout().is_none());
    }
}

/// Whether this is nobody of the lobby, by the reference.
fn is_free_id(naive: &Naive, id: &PeerId) -> bool {
    naive.places.values().all(|place| place.id.as_ref() != Some(id))
}

#[test]
fn nothing_passes_before_somebody_is_let_in() {
    let from_env = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if from_env { Config::default().cases } else { DAYS };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let tally = RefCell::new(BTreeMap::<&str, u32>::new());
    let result = runner.run(&step::any_day(), |day| {
        let mut world = World::new();
        day.iter().for_each(|step| world.take(step));
        world.close();
        for (what, count) in world.tally {
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
        assert!(count >= cases / 400, "random days hardly reach: {what}");
    }
}
