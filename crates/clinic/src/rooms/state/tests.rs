use super::*;
use consilium_model::{Actor, Command, Content, MediaState, Plan, Roster, Secret};
use consilium_wire::room::Rights;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};
use time::macros::datetime;

/// More than there are seats.
const CLIENTS: u8 = MAX_PARTICIPANTS as u8 + 4;
const GRACE: Duration = Duration::from_secs(60);

fn client(number: u8) -> Participant {
    Participant::client(format!("p{number}"))
}

fn conference() -> Conference {
    let clients = (0..CLIENTS).map(|number| client(number).id).collect();
    Conference::new(Plan {
        roster: Roster { clients, ..Roster::default() },
        is_open: true,
        scheduled_start: datetime!(2026-11-21 12:00 UTC),
        scheduled_duration: Duration::from_secs(600),
        opening_window: Duration::ZERO,
    })
}

#[derive(Clone, Debug)]
enum Step {
    Join(u8),
    LeaveConference(u8),
    Enter { who: u8, with_key: bool },
    Signal { from: u8, to: u8 },
    Media(u8),
    Bye(u8),
    Lose(u8),
    Wait(u16),
    Restart,
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || 0..CLIENTS;
    prop_oneof![
        4 => who().prop_map(Step::Join),
        1 => who().prop_map(Step::LeaveConference),
        6 => (who(), any::<bool>()).prop_map(|(who, with_key)| Step::Enter { who, with_key }),
        2 => (who(), who()).prop_map(|(from, to)| Step::Signal { from, to }),
        1 => who().prop_map(Step::Media),
        1 => who().prop_map(Step::Bye),
        3 => who().prop_map(Step::Lose),
        2 => (0u16..90).prop_map(Step::Wait),
        1 => Just(Step::Restart),
    ]
}

/// What each open socket has learned, as its client would keep it.
#[derive(Default)]
struct Screen {
    me: Option<PeerId>,
    peers: HashSet<PeerId>,
    told: bool,
}

struct World {
    room: Room,
    conference: Conference,
    now: Instant,
    next: SocketId,
    screens: HashMap<SocketId, Screen>,
    sockets: HashMap<u8, SocketId>,
    keys: HashMap<u8, Secret>,
    /// Joined, and has had a seat since.
    sat: HashSet<Participant>,
    /// Who was told that the room is full.
    turned_away: u32,
}

impl World {
    fn new() -> Self {
        let conference = conference();
        Self {
            room: Room::new(GRACE, conference.status()),
            conference,
            now: Instant::now(),
            next: 0,
            screens: HashMap::new(),
            sockets: HashMap::new(),
            keys: HashMap::new(),
            sat: HashSet::new(),
            turned_away: 0,
        }
    }

    /// Another server: it knows what the conference knows, and who was expected back.
    fn restart(&mut self) {
        let expected: Vec<_> = self.room.present().cloned().collect();
        self.room = Room::new(GRACE, self.conference.status());
        self.room.expect(expected.into_iter(), self.now);
        self.sockets.clear();
        self.screens.clear();
    }

    fn apply(&mut self, command: Command, who: Participant) {
        let now = datetime!(2026-11-21 12:00 UTC);
        if self.conference.apply(command, &Actor::Participant(who), now).is_ok() {
            self.room.follow(&self.conference, self.now);
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Join(who) => self.apply(Command::Join, client(who)),
            Step::LeaveConference(who) => self.apply(Command::Leave, client(who)),
            Step::Enter { who, with_key } => self.enter(who, with_key),
            Step::Signal { from, to } => {
                let to = self.sockets.get(&to).and_then(|socket| self.screens.get(socket)?.me.clone());
                let to = to.unwrap_or_else(|| "nobody".into());
                self.say(
                    from,
                    FromClient::Signal { to, signal: Signal::Wish { height: 1, content: Content::Camera } },
                );
            }
            Step::Media(who) => self.say(who, FromClient::Media(MediaState::default())),
            Step::Bye(who) => self.say(who, FromClient::Bye),
            Step::Lose(who) => {
                if let Some(socket) = self.sockets.remove(&who) {
                    self.screens.remove(&socket);
                    self.room.lost(socket, self.now);
                }
            }
            Step::Wait(seconds) => {
                self.now += Duration::from_secs(seconds.into());
                self.room.expire(self.now);
            }
            Step::Restart => self.restart(),
        }
        self.carry_out();
        self.sat.retain(|who| self.conference.joined().contains(who));
    }

    fn enter(&mut self, who: u8, with_key: bool) {
        self.next += 1;
        let socket = self.next;
        self.screens.insert(socket, Screen::default());
        self.sockets.insert(who, socket);
        let arrival = Arrival {
            socket,
            who: client(who),
            name: "Sample".into(),
            way: Way::Free,
            rights: Rights::GUEST,
            resume: self.keys.get(&who).filter(|_| with_key).cloned(),
            ice: Ice::default(),
            devices: Default::default(),
            new_id: PeerId::new(format!("seat-{socket}")),
            new_resume: Secret::new(format!("key-{socket}")),
        };
        self.room.enter(arrival, &self.conference, self.now);
    }

    /// Everybody comes in, as long as there are seats.
    fn come_all(&mut self) {
        for who in 0..CLIENTS {
            self.take(Step::Join(who));
            self.take(Step::Enter { who, with_key: false });
            self.check();
        }
    }

    fn say(&mut self, who: u8, message: FromClient) {
        if let Some(socket) = self.sockets.get(&who) {
            self.room.message(*socket, message, self.now);
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
                        self.sockets.retain(|_, one| *one != socket);
                    }
                    Effect::Leave(who) => self.apply(Command::Leave, who),
                    Effect::Join { .. } | Effect::Denied(_) => panic!("nobody knocks"),
                }
            }
        }
    }

    fn show(&mut self, socket: SocketId, message: FromServer) {
        let who = self.sockets.iter().find(|(_, one)| **one == socket).map(|(who, _)| *who);
        let Some(screen) = self.screens.get_mut(&socket) else { return };
        match message {
            FromServer::Welcome { you, resume, peers, policy, .. } => {
                assert!(!screen.told, "one welcome a socket");
                assert_eq!((policy.max_participants, policy.max_with_video), (16, 8));
                *screen = Screen {
                    me: Some(you),
                    peers: peers.into_iter().map(|peer| peer.id).collect(),
                    told: true,
                };
                let who = who.expect("the socket has an owner");
                self.keys.insert(who, resume);
                self.sat.insert(client(who));
            }
            FromServer::PeerJoined { peer } => assert!(screen.peers.insert(peer.id), "nobody joins twice"),
            FromServer::PeerLeft { peer } => assert!(screen.peers.remove(&peer), "only who was there leaves"),
            FromServer::PeerAway { peer } | FromServer::PeerBack { peer } => {
                assert!(screen.peers.contains(&peer))
            }
            FromServer::Signal { from, .. } | FromServer::Media { from, .. } => {
                assert!(Some(&from) != screen.me.as_ref());
            }
            FromServer::Error { code: RoomError::Full, .. } => {
                assert_eq!(
                    self.room.seats.len(),
                    MAX_PARTICIPANTS,
                    "nobody is turned away while there is a seat"
                );
                self.turned_away += 1;
            }
            _ => {}
        }
    }

    /// Everyone who is in knows of exactly the others, and sits in the conference.
    fn check(&self) {
        let seats: HashSet<_> = self.room.seats.iter().map(|seat| seat.id.clone()).collect();
        assert!(seats.len() == self.room.seats.len() && seats.len() <= MAX_PARTICIPANTS);
        let people: HashSet<_> = self.room.seats.iter().map(|seat| seat.who.clone()).collect();
        assert_eq!(people.len(), seats.len(), "one seat a participant");
        assert!(people.iter().all(|who| self.conference.joined().contains(who)));
        let present: Vec<_> = self.room.present().cloned().collect();
        assert_eq!(present.iter().collect::<HashSet<_>>().len(), present.len(), "each once");
        assert_eq!(
            present.into_iter().collect::<HashSet<_>>(),
            self.sat,
            "whoever sat is waited for or has left"
        );
        for seat in &self.room.seats {
            let Line::Here(socket) = seat.line else { continue };
            let screen = &self.screens[&socket];
            assert_eq!(screen.me.as_ref(), Some(&seat.id));
            let others: HashSet<_> = seats.iter().filter(|id| **id != seat.id).cloned().collect();
            assert_eq!(screen.peers, others);
        }
    }
}

proptest! {
    #[test]
    fn everyone_knows_exactly_the_others(
        crowded in any::<bool>(),
        steps in prop::collection::vec(any_step(), 1..120)
    ) {
        let mut world = World::new();
        if crowded {
            world.come_all();
        }
        for step in steps {
            world.take(step);
            world.check();
        }
        // When everyone is gone for long enough, nothing is left.
        for who in 0..CLIENTS {
            world.take(Step::Lose(who));
        }
        world.take(Step::Wait(200));
        prop_assert!(world.sat.is_empty());
        prop_assert!(world.room.is_empty() && world.room.next_timeout().is_none());
    }
}

#[test]
fn sixteen_have_a_seat_and_the_next_one_has_it_when_somebody_goes() {
    let mut world = World::new();
    world.come_all();
    assert_eq!((world.room.seats.len(), world.turned_away), (16, 4));
    // A lost socket keeps its seat.
    world.take(Step::Lose(3));
    world.take(Step::Enter { who: 17, with_key: false });
    assert_eq!(world.turned_away, 5);
    world.take(Step::Enter { who: 3, with_key: true });
    world.take(Step::Bye(3));
    world.take(Step::Enter { who: 17, with_key: false });
    world.take(Step::Enter { who: 3, with_key: false });
    assert_eq!((world.room.seats.len(), world.turned_away), (16, 6));
    world.check();
}
