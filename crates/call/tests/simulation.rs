//! Several participants with simulated transports and a simulated room, under loss of sockets, lost signals, changed
//! networks and broken transports. However it goes, descriptions are only ever put in effect where a transport may
//! take them, and in the end everybody is connected to everybody.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::messages::{peer, sdp, welcome};
use consilium_call::core::{
    Candidate, Effect, Health, Input, LayerHeights, LinkEvent, LinkId, Mesh, PeerState, PeerView,
};
use consilium_model::{PeerId, Secret, Status};
use consilium_wire::room::{DescriptionKind, FromClient, FromServer, Signal};
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

const NAMES: [&str; 3] = ["a", "b", "c"];
const TICK: Duration = Duration::from_millis(10);

#[derive(Clone, Debug)]
enum Trouble {
    SocketLost { who: usize, for_ticks: u32 },
    NetworkChanged { who: usize },
    WayLost { who: usize, other: usize },
    Broken { who: usize, other: usize },
    Garbage { from: usize, to: usize, answer: bool },
}

/// A transport's half of the signaling state machine (RFC 9429, section 3.2), with an ICE generation.
#[derive(Debug)]
struct Transport {
    id: LinkId,
    name: String,
    local_offer: bool,
    version: u64,
    generation: u64,
    remote: Option<String>,
    remote_generation: u64,
    answered: bool,
    /// It has refused a description, whose candidates may follow.
    rejected: bool,
    health: Health,
    jobs: VecDeque<Effect>,
}

#[derive(Debug)]
struct Participant {
    mesh: Mesh,
    transports: BTreeMap<PeerId, Transport>,
    /// Reports on their way from the transports to the mesh.
    reports: VecDeque<Input>,
    inbox: VecDeque<FromServer>,
    /// Ticks until the lost socket is back.
    away: Option<u32>,
    joined: bool,
    views: Vec<PeerView>,
}

struct World {
    now: Instant,
    random: u64,
    people: Vec<Participant>,
    /// Pairs between which no packet passes until ICE is restarted on a new network.
    serial: u64,
}

fn id(who: usize) -> PeerId {
    PeerId::from(NAMES[who])
}

fn index(id: &PeerId) -> usize {
    NAMES.iter().position(|name| *name == id.as_str()).unwrap()
}

/// The transport's name and ICE generation, as written by `describe`.
fn read(sdp: &Secret) -> (String, u64) {
    let field = |key: &str| sdp.expose().lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned();
    (field("o=- ").split(' ').next().unwrap().to_owned(), field("a=generation:").parse().unwrap())
}

fn describe(transport: &Transport) -> Secret {
    format!("{}a=generation:{}\r\n", sdp(&transport.name, transport.version), transport.generation).into()
}

impl Transport {
    fn run(&mut self, job: Effect, serial: &mut u64) -> Option<LinkEvent> {
        *serial += 1;
        match job {
            Effect::CreateOffer { ice_restart, .. } => {
                assert!(!self.local_offer, "an offer on top of an offer");
                self.local_offer = true;
                self.version = *serial;
                if ice_restart || self.generation == 0 {
                    self.generation = *serial;
                }
                Some(LinkEvent::Described { kind: DescriptionKind::Offer, sdp: describe(self) })
            }
            Effect::Rollback { .. } => {
                assert!(self.local_offer, "nothing to take back");
                self.local_offer = false;
                None
            }
            Effect::ApplyRemote { kind, sdp, .. } => self.apply(kind, &sdp, *serial),
            Effect::AddCandidate { .. } => {
                assert!(self.remote.is_some() || self.rejected, "a candidate before the description");
                None
            }
            other => panic!("not a transport's job: {other:?}"),
        }
    }

    fn apply(&mut self, kind: DescriptionKind, sdp: &Secret, serial: u64) -> Option<LinkEvent> {
        if !sdp.expose().contains("a=generation:") {
            self.rejected = true;
            return Some(if kind == DescriptionKind::Offer {
                LinkEvent::Rejected
            } else {
                LinkEvent::Broken
            });
        }
        let (name, generation) = read(sdp);
        assert_eq!(self.local_offer, kind == DescriptionKind::Answer, "{kind:?} in the wrong state");
        let known = self.remote.get_or_insert(name.clone());
        assert_eq!(*known, name, "the description of another transport");
        let restarted = self.remote_generation != 0 && self.remote_generation != generation;
        self.remote_generation = generation;
        self.local_offer = false;
        self.answered = true;
        (kind == DescriptionKind::Offer).then(|| {
            self.version = serial;
            if restarted || self.generation == 0 {
                self.generation = serial;
            }
            LinkEvent::Described { kind: DescriptionKind::Answer, sdp: describe(self) }
        })
    }

    fn meets(&self, other: &Self) -> bool {
        let settled = self.answered && other.answered && !self.local_offer && !other.local_offer;
        settled
            && self.remote.as_ref() == Some(&other.name)
            && other.remote.as_ref() == Some(&self.name)
            && (self.generation, self.remote_generation) == (other.remote_generation, other.generation)
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let person = |_| Participant {
            mesh: Mesh::new(LayerHeights::halving(720, 3)),
            transports: BTreeMap::new(),
            reports: VecDeque::new(),
            inbox: VecDeque::new(),
            away: None,
            joined: false,
            views: Vec::new(),
        };
        Self {
            now: Instant::now(),
            random: seed | 1,
            people: NAMES.iter().enumerate().map(person).collect(),
            serial: 0,
        }
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random.is_multiple_of(one_in)
    }

    /// Whoever else is in, as the server would list them.
    fn others(&self, who: usize) -> Vec<consilium_wire::room::Peer> {
        let listed = |other: &usize| *other != who && self.people[*other].joined;
        let row = |other: usize| {
            let mut row = peer(NAMES[other]);
            row.away = self.people[other].away.is_some();
            row
        };
        (0..self.people.len()).filter(listed).map(row).collect()
    }

    fn tell_others(&mut self, who: usize, message: &FromServer) {
        for other in (0..self.people.len()).filter(|other| *other != who) {
            if self.people[other].joined && self.people[other].away.is_none() {
                self.people[other].inbox.push_back(message.clone());
            }
        }
    }

    fn join(&mut self, who: usize) {
        let welcome = welcome(NAMES[who], self.others(who), false, Status::Started);
        self.people[who].inbox.push_back(welcome);
        self.people[who].joined = true;
        self.tell_others(who, &FromServer::PeerJoined { peer: peer(NAMES[who]) });
    }

    fn lose_socket(&mut self, who: usize, for_ticks: u32) {
        let person = &mut self.people[who];
        if person.joined && person.away.is_none() {
            person.away = Some(for_ticks);
            person.inbox.clear();
            person.mesh.handle(self.now, Input::RoomLost);
            self.tell_others(who, &FromServer::PeerAway { peer: id(who) });
        }
    }

    fn resume(&mut self, who: usize) {
        self.people[who].away = None;
        let welcome = welcome(NAMES[who], self.others(who), true, Status::Started);
        self.people[who].inbox.push_back(welcome);
        self.tell_others(who, &FromServer::PeerBack { peer: id(who) });
    }

    fn cause(&mut self, trouble: &Trouble) {
        match trouble {
            Trouble::SocketLost { who, for_ticks } => self.lose_socket(*who, *for_ticks),
            Trouble::NetworkChanged { who } => self.people[*who].mesh.handle(self.now, Input::NetworkChanged),
            Trouble::WayLost { who, other } => {
                if let Some(transport) = self.people[*who].transports.get_mut(&id(*other)) {
                    transport.remote_generation = u64::MAX;
                }
            }
            Trouble::Broken { who, other } => {
                let Some(transport) = self.people[*who].transports.get(&id(*other)) else { return };
                let (peer, link) = (id(*other), transport.id);
                self.people[*who].reports.push_back(Input::Link { peer, link, event: LinkEvent::Broken });
            }
            Trouble::Garbage { from, to, answer } => {
                let kind = if *answer { DescriptionKind::Answer } else { DescriptionKind::Offer };
                let signal = Signal::Description { kind, sdp: sdp("garbage", 0).into() };
                self.people[*to].inbox.push_back(FromServer::Signal { from: id(*from), signal });
            }
        }
    }

    fn tick(&mut self) {
        self.now += TICK;
        for who in 0..self.people.len() {
            if let Some(ticks) = self.people[who].away {
                match ticks {
                    0 => self.resume(who),
                    ticks => self.people[who].away = Some(ticks - 1),
                }
            }
            self.deliver(who);
            self.work(who);
            self.obey(who);
        }
        self.check_ways();
    }

    fn deliver(&mut self, who: usize) {
        while self.people[who].away.is_none() && !self.people[who].inbox.is_empty() && !self.chance(3) {
            let message = self.people[who].inbox.pop_front().unwrap();
            self.people[who].mesh.handle(self.now, Input::Room(message));
        }
        while !self.people[who].reports.is_empty() && !self.chance(3) {
            let report = self.people[who].reports.pop_front().unwrap();
            self.people[who].mesh.handle(self.now, report);
        }
        if self.people[who].mesh.next_timeout().is_some_and(|at| at <= self.now) {
            self.people[who].mesh.handle(self.now, Input::Timeout);
        }
    }

    /// The transports do their jobs, in order and in their own time.
    fn work(&mut self, who: usize) {
        let ids: Vec<_> = self.people[who].transports.keys().cloned().collect();
        for peer in ids {
            if self.chance(3) {
                continue;
            }
            let person = &mut self.people[who];
            let transport = person.transports.get_mut(&peer).unwrap();
            if let Some(job) = transport.jobs.pop_front()
                && let Some(event) = transport.run(job, &mut self.serial)
            {
                let link = transport.id;
                let candidate = Candidate { line: "candidate:1".into(), mid: None, index: Some(0) };
                for event in [event, LinkEvent::Candidate(candidate)] {
                    person.reports.push_back(Input::Link { peer: peer.clone(), link, event });
                }
            }
        }
    }

    fn obey(&mut self, who: usize) {
        while let Some(effect) = self.people[who].mesh.poll() {
            match effect {
                Effect::Send(FromClient::Signal { to, signal }) => {
                    let receiver = &mut self.people[index(&to)];
                    if receiver.away.is_none() {
                        receiver.inbox.push_back(FromServer::Signal { from: id(who), signal });
                    }
                }
                Effect::Connect { peer, link, .. } => {
                    let transport = Transport {
                        id: link,
                        name: format!("{}-{}-{}", NAMES[who], peer, link.0),
                        local_offer: false,
                        version: 0,
                        generation: 0,
                        remote: None,
                        remote_generation: 0,
                        answered: false,
                        rejected: false,
                        health: Health::Connecting,
                        jobs: VecDeque::new(),
                    };
                    assert!(self.people[who].transports.insert(peer, transport).is_none());
                }
                Effect::Close { peer, link } => {
                    assert_eq!(
                        self.people[who].transports.remove(&peer).map(|transport| transport.id),
                        Some(link)
                    );
                }
                Effect::Peers(views) => self.people[who].views = views,
                Effect::CreateOffer { ref peer, link, .. }
                | Effect::Rollback { ref peer, link }
                | Effect::ApplyRemote { ref peer, link, .. }
                | Effect::AddCandidate { ref peer, link, .. } => {
                    let transport = self.people[who].transports.get_mut(peer).unwrap();
                    assert_eq!(transport.id, link);
                    transport.jobs.push_back(effect);
                }
                Effect::Send(_) | Effect::Configure { .. } | Effect::Sending { .. } => {}
                Effect::Capture(_)
                | Effect::KeyFrame { .. }
                | Effect::Taking { .. }
                | Effect::AudioOnly(_) => {}
            }
        }
    }

    /// Packets pass between two transports that know each other.
    fn check_ways(&mut self) {
        for who in 0..self.people.len() {
            for other in 0..self.people.len() {
                let back = self.people[other].transports.get(&id(who));
                let Some(here) = self.people[who].transports.get(&id(other)) else { continue };
                let health = match (back.is_some_and(|back| here.meets(back)), here.health) {
                    (true, _) => Health::Connected,
                    (false, Health::Connected | Health::Disconnected) => Health::Disconnected,
                    (false, health) => health,
                };
                let link = here.id;
                if here.health != health {
                    self.people[who].transports.get_mut(&id(other)).unwrap().health = health;
                    let event = LinkEvent::Health(health);
                    self.people[who].reports.push_back(Input::Link { peer: id(other), link, event });
                }
            }
        }
    }

    fn all_connected(&self) -> bool {
        self.people.iter().all(|person| {
            person.views.len() == NAMES.len() - 1
                && person.views.iter().all(|view| view.state == PeerState::Connected)
        })
    }
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let who = 0..NAMES.len();
    prop_oneof![
        2 => (who.clone(), 1u32..1500).prop_map(|(who, for_ticks)| Trouble::SocketLost { who, for_ticks }),
        2 => who.clone().prop_map(|who| Trouble::NetworkChanged { who }),
        2 => (who.clone(), who.clone()).prop_map(|(who, other)| Trouble::WayLost { who, other }),
        1 => (who.clone(), who.clone()).prop_map(|(who, other)| Trouble::Broken { who, other }),
        1 => (who.clone(), who, any::<bool>()).prop_map(|(from, to, answer)| Trouble::Garbage { from, to, answer }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn everybody_finds_everybody_after_any_trouble(
        seed in any::<u64>(),
        gaps in proptest::collection::vec(0u32..400, 3),
        troubles in proptest::collection::vec((0u32..600, trouble()), 0..10),
    ) {
        let mut world = World::new(seed);
        for (who, gap) in gaps.into_iter().enumerate() {
            world.join(who);
            (0..gap).for_each(|_| world.tick());
        }
        for (wait, trouble) in &troubles {
            world.cause(trouble);
            (0..*wait).for_each(|_| world.tick());
        }
        let calm = (0..30_000).find(|_| { world.tick(); world.all_connected() });
        prop_assert!(calm.is_some(), "{:?}", world.people.iter().map(|person| &person.views).collect::<Vec<_>>());
    }
}

/// Without trouble nobody waits for a timer: the newcomer offers, and the rest is a matter of a few messages.
#[test]
fn an_undisturbed_call_is_connected_at_once() {
    let mut world = World::new(7);
    for who in 0..NAMES.len() {
        world.join(who);
    }
    let ticks = (0..300).find(|_| {
        world.tick();
        world.all_connected()
    });
    assert!(ticks.is_some());
}
