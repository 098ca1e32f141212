//! After a change of the network every link is restarted once, however many people there are and however long their
//! answers take, and a burst of changes is no storm of restarts.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::messages::{peer, sdp, welcome};
use consilium_call::core::{Effect, Health, Input, LayerHeights, LinkEvent, LinkId, Mesh};
use consilium_model::{PeerId, Status};
use consilium_wire::room::{DescriptionKind, FromClient, FromServer, Signal};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// One participant with well-behaved transports, and others who answer every offer, `delay` later.
struct Scene {
    mesh: Mesh,
    now: Instant,
    delay: Duration,
    links: BTreeMap<PeerId, LinkId>,
    answers: Vec<(Instant, PeerId)>,
    restarts: BTreeMap<PeerId, u32>,
    transports: usize,
    serial: u64,
}

impl Scene {
    fn new(others: usize, delay: Duration) -> Self {
        let mut scene = Self {
            mesh: Mesh::new(LayerHeights::halving(720, 3)),
            now: Instant::now(),
            delay,
            links: BTreeMap::new(),
            answers: Vec::new(),
            restarts: BTreeMap::new(),
            transports: 0,
            serial: 0,
        };
        let others = (0..others).map(|n| peer(&format!("p{n}"))).collect();
        scene.give(Input::Room(welcome("a", others, false, Status::Started)));
        scene.run(Duration::from_secs(60));
        scene
    }

    fn give(&mut self, input: Input) {
        self.mesh.handle(self.now, input);
        while let Some(effect) = self.mesh.poll() {
            self.obey(effect);
        }
    }

    fn report(&mut self, peer: &PeerId, event: LinkEvent) {
        let (peer, link) = (peer.clone(), self.links[peer]);
        self.give(Input::Link { peer, link, event });
    }

    fn obey(&mut self, effect: Effect) {
        match effect {
            Effect::Connect { peer, link, .. } => {
                self.transports += 1;
                self.links.insert(peer, link);
            }
            Effect::CreateOffer { peer, ice_restart, .. } => {
                *self.restarts.entry(peer.clone()).or_default() += u32::from(ice_restart);
                self.serial += 1;
                let sdp = sdp("own", self.serial).into();
                self.report(&peer, LinkEvent::Described { kind: DescriptionKind::Offer, sdp });
            }
            Effect::Send(FromClient::Signal { to, signal: Signal::Description { kind, .. } }) => {
                assert_eq!(kind, DescriptionKind::Offer);
                self.answers.push((self.now + self.delay, to));
            }
            _ => {}
        }
    }

    /// Lets time pass, a hundredth of a second at once.
    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += Duration::from_millis(10);
            let (due, later) = self.answers.drain(..).partition(|(at, _)| *at <= self.now);
            self.answers = later;
            let due: Vec<(Instant, PeerId)> = due;
            for (_, from) in due {
                self.serial += 1;
                let sdp = sdp(from.as_str(), self.serial).into();
                let signal = Signal::Description { kind: DescriptionKind::Answer, sdp };
                self.give(Input::Room(FromServer::Signal { from: from.clone(), signal }));
                self.report(&from, LinkEvent::Health(Health::Connected));
            }
            if self.mesh.next_timeout().is_some_and(|at| at <= self.now) {
                self.give(Input::Timeout);
            }
        }
    }

    fn every_link_restarted(&self, times: std::ops::RangeInclusive<u32>) -> bool {
        self.restarts.len() == self.links.len() && self.restarts.values().all(|count| times.contains(count))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_change_restarts_every_link_once(others in 1usize..8, delay in 0u64..2500, changes in 1u32..5) {
        let mut scene = Scene::new(others, Duration::from_millis(delay));
        prop_assert!(scene.every_link_restarted(0..=0));
        for change in 1..=changes {
            scene.give(Input::NetworkChanged);
            prop_assert!(scene.every_link_restarted(change..=change), "all at once: {:?}", scene.restarts);
            scene.run(Duration::from_secs(60));
            prop_assert!(scene.every_link_restarted(change..=change), "and no more: {:?}", scene.restarts);
        }
        prop_assert_eq!(scene.transports, others, "no transport was replaced");
    }

    #[test]
    fn a_burst_of_changes_is_no_storm(
        others in 1usize..8,
        delay in 100u64..2500,
        gaps in proptest::collection::vec(0u64..10, 1..10),
    ) {
        let mut scene = Scene::new(others, Duration::from_millis(delay));
        for gap in gaps {
            scene.give(Input::NetworkChanged);
            scene.run(Duration::from_millis(gap));
        }
        scene.run(Duration::from_secs(60));
        // One at the first change, and one for all that came while that was under way.
        prop_assert!(scene.every_link_restarted(1..=2), "{:?}", scene.restarts);
        prop_assert_eq!(scene.transports, others);
    }

    /// The line to the room breaks with the network: everybody is told once it is back, and only then.
    #[test]
    fn a_change_without_the_room_waits_for_it(others in 1usize..8, away in 0u64..20) {
        let mut scene = Scene::new(others, Duration::from_millis(50));
        scene.give(Input::RoomLost);
        scene.give(Input::NetworkChanged);
        scene.run(Duration::from_secs(away));
        prop_assert!(scene.every_link_restarted(0..=0));
        let others = (0..others).map(|n| peer(&format!("p{n}"))).collect();
        scene.give(Input::Room(welcome("a", others, true, Status::Started)));
        scene.run(Duration::from_secs(60));
        prop_assert!(scene.every_link_restarted(1..=1), "{:?}", scene.restarts);
    }
}
