//! Random orders of everything that may happen to fifty calls among two hundred people, each with two devices: what the
//! devices hear is held against a model that keeps for each person what has happened to them, and nothing else.

mod naive;

use super::*;
use crate::calls::heard::Told;
use crate::calls::record::{CallReason, CallRecord, CallType, Person, Snapshot};
use consilium_model::UserId;
use consilium_wire::home::Event;
use consilium_wire::home::calls::{CallId, RingEnd};
use naive::Naive;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use time::macros::datetime;

const CONTACTS: usize = 200;
const CALLS: usize = 50;
const DEVICES: usize = 2;
const START: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// What may happen. Calls and people are numbers that are taken modulo those there are.
#[derive(Clone, Debug)]
enum Step {
    Place {
        carrier: Carrier,
        people: Vec<(usize, bool)>,
        planned: Option<i64>,
        by_broker: bool,
    },
    Accept {
        call: usize,
        party: usize,
        device: usize,
    },
    Decline {
        call: usize,
        party: usize,
        device: usize,
        busy: bool,
    },
    Cancel {
        call: usize,
    },
    Come {
        call: usize,
        party: usize,
    },
    Go {
        call: usize,
        party: usize,
    },
    GuestComes {
        call: usize,
    },
    Over {
        call: usize,
    },
    Disturb {
        user: usize,
        quiet: bool,
    },
    /// Time passes, and the devices of so many users are looked at; others hear later.
    Pass {
        millis: i64,
        hear: Vec<usize>,
    },
    /// The server is started again: what is not stored is gone, and sockets are new.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let carrier = prop_oneof![4 => Just(Carrier::Own), 1 => Just(Carrier::Visit)];
    let people = prop::collection::vec((0..CONTACTS, prop::bool::weighted(0.9)), 2..8);
    let planned = prop::option::weighted(0.2, 1..120_i64);
    let place = (carrier, people, planned, prop::bool::weighted(0.2)).prop_map(
        |(carrier, people, planned, by_broker)| Step::Place { carrier, people, planned, by_broker },
    );
    let party = || (0..CALLS, 0..8_usize);
    let hear = prop::collection::vec(0..CONTACTS, 0..120);
    prop_oneof![
        12 => place,
        8 => (party(), 0..DEVICES).prop_map(|((call, party), device)| Step::Accept { call, party, device }),
        3 => (party(), 0..DEVICES, any::<bool>())
            .prop_map(|((call, party), device, busy)| Step::Decline { call, party, device, busy }),
        1 => (0..CALLS).prop_map(|call| Step::Cancel { call }),
        8 => party().prop_map(|(call, party)| Step::Come { call, party }),
        4 => party().prop_map(|(call, party)| Step::Go { call, party }),
        1 => (0..CALLS).prop_map(|call| Step::GuestComes { call }),
        1 => (0..CALLS).prop_map(|call| Step::Over { call }),
        2 => (0..CONTACTS, any::<bool>()).prop_map(|(user, quiet)| Step::Disturb { user, quiet }),
        8 => (0..5_000_i64, hear).prop_map(|(millis, hear)| Step::Pass { millis, hear }),
        1 => Just(Step::Restart),
    ]
}

/// What has been counted over all cases.
#[derive(Debug, Default)]
struct Counts {
    cases: u64,
    steps: u64,
    calls: u64,
    rings: u64,
    overs: u64,
    answered_elsewhere: u64,
    declined_elsewhere: u64,
    cancelled: u64,
    missed: u64,
    first_join: u64,
    first_declined: u64,
    first_missed: u64,
    rang_twice: u64,
    rang_without_ringing: u64,
    most_at_once: usize,
    /// Accepts of rings that were over.
    refused_late: u64,
    /// Accepts of what did not ring.
    found: u64,
}

struct Line {
    /// The numbers of its people.
    users: Vec<usize>,
    snapshot: Arc<Snapshot>,
    naive: Naive,
}

/// A device: its socket, and for which calls it rings.
struct Device {
    told: Told,
    rings: HashMap<CallId, u32>,
    sounding: HashMap<CallId, ()>,
}

struct World {
    now: OffsetDateTime,
    calls: Vec<Line>,
    ended: Vec<Line>,
    quiet: Vec<bool>,
    devices: Vec<Vec<Device>>,
    next_event: u64,
}

fn user(number: usize) -> UserId {
    UserId::new(format!("u{number}"))
}

fn session(user: usize, device: usize) -> [u8; 32] {
    let mut session = [0; 32];
    (session[0], session[1]) = (u8::try_from(user).unwrap(), u8::try_from(device).unwrap());
    session
}

fn device(number: usize, device: usize) -> Device {
    let told = Told::new(user(number), session(number, device));
    Device { told, rings: HashMap::new(), sounding: HashMap::new() }
}

fn number_of(person: &Person) -> Option<usize> {
    person.login().map(|login| login.as_str()[1..].parse().unwrap())
}

impl World {
    fn new() -> Self {
        let devices = |number| (0..DEVICES).map(|one| device(number, one)).collect();
        Self {
            now: START,
            calls: Vec::new(),
            ended: Vec::new(),
            quiet: vec![false; CONTACTS],
            devices: (0..CONTACTS).map(devices).collect(),
            next_event: 0,
        }
    }

    fn take(&mut self, step: Step, counts: &mut Counts) {
        match step {
            Step::Place { carrier, people, planned, by_broker } => {
                if self.calls.len() < CALLS {
                    self.place(carrier, people, planned, by_broker);
                    counts.calls += 1;
                    counts.most_at_once = counts.most_at_once.max(self.calls.len());
                }
            }
            Step::Accept { call, party, device } => self.with(call, |world, line| {
                let Some((party, hands)) = world.hand(line, party, device) else { return };
                let (mut draft, naive) = (line.ringing(), &mut line.naive);
                let before = draft.place(party);
                let accepted = draft.accept(party, world.now, &world.quiet_in(&line.snapshot));
                match before {
                    Place::Missed(Miss::Undisturbed) => counts.found += u64::from(accepted.is_ok()),
                    Place::Missed(_) => {
                        assert_eq!(accepted, Err(NotTaken::Over), "a ring that is over is taken by nobody");
                        counts.refused_late += 1;
                    }
                    _ => {}
                }
                assert_eq!(accepted.is_ok(), naive.accept(party, world.now, &world.quiet_in(&line.snapshot)));
                let hands = (accepted.is_ok() && draft != line.snapshot.ringing).then_some((party, hands));
                world.keep(line, draft, hands);
            }),
            Step::Decline { call, party, device, busy } => self.with(call, |world, line| {
                let Some((party, hands)) = world.hand(line, party, device) else { return };
                let mut draft = line.ringing();
                draft.decline(party, busy, world.now);
                line.naive.decline(party, world.now);
                let hands = (draft != line.snapshot.ringing).then_some((party, hands));
                world.keep(line, draft, hands);
            }),
            Step::Cancel { call } => self.with(call, |world, line| {
                let mut draft = line.ringing();
                draft.cancel(world.now);
                line.naive.cancel();
                world.keep(line, draft, None);
            }),
            Step::Come { call, party } => self.with(call, |world, line| {
                let party = PartyId(u32::try_from(party % line.snapshot.people.len()).unwrap());
                let mut draft = line.ringing();
                draft.came(party, world.now, &world.quiet_in(&line.snapshot));
                line.naive.come(party, world.now, &world.quiet_in(&line.snapshot));
                world.keep(line, draft, None);
            }),
            Step::Go { call, party } => self.with(call, |world, line| {
                let party = PartyId(u32::try_from(party % line.snapshot.people.len()).unwrap());
                let mut draft = line.ringing();
                draft.went(party, world.now);
                line.naive.go(party, world.now);
                world.keep(line, draft, None);
            }),
            Step::GuestComes { call } => self.with(call, |world, line| {
                if line.snapshot.ringing.carrier() == Carrier::Visit {
                    return;
                }
                let mut draft = line.ringing();
                let quiet = world.quiet_in(&line.snapshot);
                draft.came_uncalled(world.now, &quiet);
                line.naive.guest(world.now, &quiet);
                let mut snapshot = (*line.snapshot).clone();
                let guest = consilium_model::Participant::client(format!("g{}", snapshot.people.len()));
                snapshot.people.push(Person { uncalled: true, ..Person::new(guest, "Guest".into()) });
                line.snapshot = Arc::new(snapshot);
                world.keep(line, draft, None);
            }),
            Step::Over { call } => self.with(call, |world, line| {
                let mut draft = line.ringing();
                draft.conference_over();
                line.naive.over();
                world.keep(line, draft, None);
            }),
            Step::Disturb { user, quiet } => self.quiet[user] = quiet,
            Step::Pass { millis, hear } => {
                self.now += Duration::milliseconds(millis);
                self.expire();
                hear.into_iter().for_each(|user| self.hear(user, counts));
            }
            Step::Restart => self.restart(),
        }
    }

    fn with(&mut self, call: usize, act: impl FnOnce(&mut Self, &mut Line)) {
        if self.calls.is_empty() {
            return;
        }
        let place = call % self.calls.len();
        let mut line = self.calls.swap_remove(place);
        act(self, &mut line);
        line.agrees(self.now);
        if line.snapshot.ringing.is_ended() { self.ended.push(line) } else { self.calls.push(line) }
    }

    /// Which party that is, and the sign-in of its device. Guests have no devices.
    fn hand(&self, line: &Line, party: usize, device: usize) -> Option<(PartyId, [u8; 32])> {
        let party = PartyId(u32::try_from(party % line.snapshot.people.len()).unwrap());
        let number = number_of(line.snapshot.person(party))?;
        Some((party, session(number, device)))
    }

    fn quiet_in(&self, snapshot: &Snapshot) -> impl Fn(PartyId) -> bool + use<> {
        let is_quiet = |person| number_of(person).is_some_and(|number| self.quiet[number]);
        let quiet: Vec<_> = snapshot.people.iter().map(is_quiet).collect();
        move |party| quiet.get(party.0 as usize) == Some(&true)
    }

    fn place(&mut self, carrier: Carrier, people: Vec<(usize, bool)>, planned: Option<i64>, by_broker: bool) {
        let mut seen = Vec::new();
        let people: Vec<_> = people
            .into_iter()
            .filter(|(one, _)| {
                let is_new = !seen.contains(one);
                seen.push(*one);
                is_new
            })
            .collect();
        // Nobody is asked into a visit by a broker, or for later.
        let is_own = carrier == Carrier::Own;
        let planned = planned.filter(|_| is_own).map(|seconds| self.now + Duration::seconds(seconds));
        let by_broker = by_broker && is_own;
        let way = |rings: &bool| if *rings || !is_own { Way::Ring } else { Way::Tell };
        let invited: Vec<_> = people.iter().skip(1).map(|(_, rings)| way(rings)).collect();
        let record = CallRecord {
            id: CallId(format!("c{}", self.calls.len() + self.ended.len())),
            conference: "v".into(),
            created_at: self.now,
            planned_at: planned,
            broker: None,
            title: None,
            reason: CallReason::Standard,
            kind: CallType::Mesh,
            anonymous: true,
        };
        let snapshot = Snapshot {
            broker_removed: false,
            number: 0,
            record: Arc::new(record),
            people: people.iter().map(|(one, _)| Person::user(user(*one), "Sample".into())).collect(),
            ringing: Ringing::new(
                Setup {
                    carrier,
                    invited: Vec::new(),
                    planned: Some(self.now + Duration::DAY),
                    by_broker,
                    rings_for: RING,
                },
                self.now,
                &|_| false,
            ),
            seen: 0,
            events: Vec::new(),
            hands: BTreeMap::new(),
        };
        let quiet = self.quiet_in(&snapshot);
        let naive = Naive::new(carrier, &invited, planned, by_broker, self.now, &quiet);
        let setup = Setup { carrier, invited, planned, by_broker, rings_for: RING };
        let ringing = Ringing::new(setup, self.now, &quiet);
        let users = people.iter().map(|(one, _)| *one).collect();
        let mut line = Line { users, snapshot: Arc::new(snapshot), naive };
        self.keep(&mut line, ringing, None);
        line.agrees(self.now);
        if line.snapshot.ringing.is_ended() { self.ended.push(line) } else { self.calls.push(line) }
    }

    fn keep(&mut self, line: &mut Line, mut draft: Ringing, hands: Option<(PartyId, [u8; 32])>) {
        let mut snapshot = (*line.snapshot).clone();
        for (kind, party) in draft.take_news() {
            self.next_event += 1;
            let event = crate::calls::LoggedEvent { id: self.next_event, at: self.now, kind, party };
            snapshot.events.push(event);
        }
        snapshot.ringing = draft;
        snapshot.hands.extend(hands);
        line.snapshot = Arc::new(snapshot);
    }

    fn expire(&mut self) {
        // Each once: `with` puts it at the end.
        for place in (0..self.calls.len()).rev() {
            self.with(place, |world, line| {
                let mut draft = line.ringing();
                let quiet = world.quiet_in(&line.snapshot);
                draft.expire(world.now, &quiet);
                line.naive.tick(world.now, &quiet);
                world.keep(line, draft, None);
                let next = line.snapshot.ringing.next_timeout();
                assert!(next.is_none_or(|next| next > world.now), "nothing is due that was not done");
            });
        }
    }

    fn hear(&mut self, number: usize, counts: &mut Counts) {
        let id = user(number);
        let lines = self.calls.iter().chain(&self.ended);
        let theirs: Vec<_> = lines.filter(|line| line.users.contains(&number)).collect();
        let snapshots: Vec<_> = theirs.iter().map(|line| Arc::clone(&line.snapshot)).collect();
        for (one, device) in self.devices[number].iter_mut().enumerate() {
            for event in device.told.news(&snapshots, 0, self.now) {
                match event {
                    Event::Ringing { call, .. } => {
                        counts.rings += 1;
                        let line = theirs.iter().find(|line| line.snapshot.record.id == call).unwrap();
                        let party = line.snapshot.party_of(&id).unwrap();
                        counts.rang_without_ringing += u64::from(!line.naive.rings(party, self.now));
                        let times = device.rings.entry(call.clone()).or_default();
                        *times += 1;
                        counts.rang_twice += u64::from(*times > 1);
                        device.sounding.insert(call, ());
                    }
                    Event::RingOver { call, why } => {
                        counts.overs += 1;
                        match why {
                            RingEnd::AnsweredElsewhere => counts.answered_elsewhere += 1,
                            RingEnd::DeclinedElsewhere => counts.declined_elsewhere += 1,
                            RingEnd::Cancelled => counts.cancelled += 1,
                            RingEnd::Missed => counts.missed += 1,
                        }
                        assert!(device.sounding.remove(&call).is_some(), "it rang");
                    }
                    _ => {}
                }
            }
            // The device that has answered stops by itself.
            let by_this = |call: &CallId| {
                let line = theirs.iter().find(|line| line.snapshot.record.id == *call);
                line.is_some_and(|line| {
                    line.snapshot.hands.values().any(|hand| *hand == session(number, one))
                })
            };
            device.sounding.retain(|call, ()| !by_this(call));
            for call in device.sounding.keys() {
                let line = theirs.iter().find(|line| line.snapshot.record.id == *call).unwrap();
                let party = line.snapshot.party_of(&id).unwrap();
                assert!(line.naive.rings(party, self.now), "what has heard everything rings for what rings");
            }
        }
    }

    /// Every socket is new, and what is not stored is gone. A device that rang goes on, or not, by what it is told then.
    fn restart(&mut self) {
        for line in &mut self.calls {
            let text = serde_json::to_string(&line.snapshot.ringing).unwrap();
            let mut snapshot = (*line.snapshot).clone();
            snapshot.ringing = serde_json::from_str(&text).unwrap();
            snapshot.hands.clear();
            line.snapshot = Arc::new(snapshot);
        }
        for (number, devices) in self.devices.iter_mut().enumerate() {
            *devices = (0..DEVICES).map(|one| device(number, one)).collect();
        }
    }
}

impl Line {
    fn ringing(&self) -> Ringing {
        self.snapshot.ringing.clone()
    }

    fn agrees(&self, now: OffsetDateTime) {
        let (ringing, naive) = (&self.snapshot.ringing, &self.naive);
        assert_eq!(ringing.is_ended(), naive.is_over(), "{ringing:?} {naive:?}");
        for (party, place) in ringing.places() {
            assert_eq!(place.rings(), naive.rings(party, now), "{party:?} {ringing:?} {naive:?}");
            assert_eq!(place == Place::In, naive.is_in(party), "{party:?} {ringing:?} {naive:?}");
        }
        let ends = self.snapshot.events.iter().filter(|event| event.kind == EventKind::Ended).count();
        assert_eq!(ends, usize::from(naive.is_over()));
        assert!(self.snapshot.events.is_sorted_by(|one, other| one.id < other.id));
    }

    /// What came first of each of the invited who were called: exactly one.
    fn first_outcomes(&self, counts: &mut Counts) {
        for (party, _) in self.snapshot.invited() {
            let theirs = self.snapshot.events.iter().filter(|event| event.party == party);
            let kinds: Vec<_> = theirs.map(|event| event.kind).collect();
            let is_outcome =
                |kind: &&EventKind| matches!(kind, EventKind::Join | EventKind::Declined | EventKind::Missed);
            match kinds.iter().find(is_outcome) {
                Some(EventKind::Join) => counts.first_join += 1,
                Some(EventKind::Declined) => counts.first_declined += 1,
                Some(_) => counts.first_missed += 1,
                None => assert!(!self.naive.was_called(party), "{party:?} {:?}", self.naive),
            }
            let answers = |kind| kinds.iter().filter(|one| **one == kind).count();
            assert!(answers(EventKind::Declined) + answers(EventKind::Missed) <= 1, "{kinds:?}");
        }
    }
}

#[test]
fn nobody_rings_twice_and_nothing_rings_that_is_over() {
    let counts = RefCell::new(Counts::default());
    let cases = Config { cases: 10, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        cases,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&prop::collection::vec(step(), 1000..1500), |steps| {
        let (mut world, mut counts) = (World::new(), counts.borrow_mut());
        counts.cases += 1;
        for step in steps {
            counts.steps += 1;
            world.take(step, &mut counts);
        }
        (0..CONTACTS).for_each(|user| world.hear(user, &mut counts));
        for line in &mut world.calls {
            let mut draft = line.ringing();
            draft.conference_over();
            let mut snapshot = (*line.snapshot).clone();
            let news = draft.take_news().into_iter();
            let event =
                |(kind, party)| crate::calls::LoggedEvent { id: u64::MAX, at: world.now, kind, party };
            snapshot.events.extend(news.map(event));
            snapshot.ringing = draft;
            line.snapshot = Arc::new(snapshot);
        }
        (0..CONTACTS).for_each(|user| world.hear_the_end(user));
        world.calls.iter().chain(&world.ended).for_each(|line| line.first_outcomes(&mut counts));
        Ok(())
    });
    outcome.unwrap();
    let counts = counts.into_inner();
    println!("{counts:#?}");
    assert_eq!((counts.rang_twice, counts.rang_without_ringing), (0, 0));
    assert_eq!(counts.most_at_once, CALLS);
    assert!(counts.refused_late > 50 && counts.found > 0);
    assert!(counts.answered_elsewhere > 50 && counts.declined_elsewhere > 5 && counts.cancelled > 20);
}

impl World {
    /// After the end of everything nothing rings anywhere.
    fn hear_the_end(&mut self, number: usize) {
        let id = user(number);
        let lines = self.calls.iter().chain(&self.ended);
        let theirs: Vec<_> =
            lines.map(|line| &line.snapshot).filter(|call| call.may_see(&id)).cloned().collect();
        for device in &mut self.devices[number] {
            for event in device.told.news(&theirs, 0, self.now) {
                match event {
                    Event::RingOver { call, .. } => drop(device.sounding.remove(&call)),
                    Event::Ringing { .. } => panic!("nothing rings after the end"),
                    _ => {}
                }
            }
            assert!(device.sounding.is_empty(), "a device rings on");
        }
    }
}
