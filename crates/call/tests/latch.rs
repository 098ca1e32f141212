//! The intent latch: whatever happens, nothing leaves unless the participant is admitted, its own flag is set now
//! and nothing is on hold; and no reconnect ever moves a flag.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::messages::{peer, sdp, welcome, with_video_up_to};
use consilium_call::core::{
    Capture, Effect, Health, Input, LayerHeights, LayerRates, LinkEvent, LinkId, Mesh, Rung, SCREEN_LAYER,
    Sending,
};
use consilium_model::{Content, Intent, MediaState, PeerId, Status};
use consilium_wire::room::{DescriptionKind, FromServer, RoomError, Signal};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const OTHERS: [&str; 3] = ["a", "p", "z"];

#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Welcome { resumed: bool, status: Status, present: usize, most: u32 },
    Lobby,
    Denied,
    Refused(RoomError),
    RoomLost,
    Intent(Intent),
    Status(Status),
    Joined(usize),
    Left(usize),
    Away(usize),
    Back(usize),
    Hold(usize, bool),
    Wish(usize, Content, u16),
    OwnWish(usize, Content, u16),
    Offered(usize, u8),
    Answered(usize, u8),
    NetworkChanged,
    Link(usize, LinkStep),
}

#[derive(Clone, Debug)]
enum LinkStep {
    Described(DescriptionKind),
    Health(Health),
    Broken,
    Rejected,
    KeyFrameWanted(Content),
    Carries(u32),
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![4 => Just(Status::Started), 1 => proptest::sample::select(Status::ALL.to_vec())]
}

fn link_step() -> impl Strategy<Value = LinkStep> {
    prop_oneof![
        3 => prop_oneof![Just(DescriptionKind::Offer), Just(DescriptionKind::Answer)].prop_map(LinkStep::Described),
        6 => prop_oneof![
            4 => Just(Health::Connected),
            1 => Just(Health::Connecting),
            1 => Just(Health::Disconnected),
            1 => Just(Health::Failed),
        ].prop_map(LinkStep::Health),
        1 => Just(LinkStep::Broken),
        1 => Just(LinkStep::Rejected),
        1 => content().prop_map(LinkStep::KeyFrameWanted),
        2 => (30_000u32..1_500_000).prop_map(LinkStep::Carries),
    ]
}

fn refusal() -> impl Strategy<Value = RoomError> {
    proptest::sample::select(vec![
        RoomError::TooFast,
        RoomError::Replaced,
        RoomError::Ended,
        RoomError::BadToken,
    ])
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![Just(Content::Camera), Just(Content::Screen)]
}

fn height() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0u16), 1u16..1200]
}

fn intent() -> impl Strategy<Value = Intent> {
    any::<[bool; 3]>().prop_map(|[mic, camera, screen]| Intent { mic, camera, screen })
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..OTHERS.len();
    prop_oneof![
        2 => (0u64..30_000).prop_map(Step::Wait),
        3 => (any::<bool>(), status(), 0..=OTHERS.len(), prop_oneof![2 => Just(8u32), 1 => 1u32..5])
            .prop_map(|(resumed, status, present, most)| Step::Welcome { resumed, status, present, most }),
        1 => Just(Step::Lobby),
        1 => Just(Step::Denied),
        1 => refusal().prop_map(Step::Refused),
        2 => Just(Step::RoomLost),
        5 => intent().prop_map(Step::Intent),
        2 => status().prop_map(Step::Status),
        2 => who.clone().prop_map(Step::Joined),
        1 => who.clone().prop_map(Step::Left),
        1 => who.clone().prop_map(Step::Away),
        1 => who.clone().prop_map(Step::Back),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, hold)| Step::Hold(who, hold)),
        3 => (who.clone(), content(), height()).prop_map(|(who, content, height)| Step::Wish(who, content, height)),
        1 => (who.clone(), content(), height()).prop_map(|(who, content, height)| Step::OwnWish(who, content, height)),
        1 => (who.clone(), 0u8..4).prop_map(|(who, version)| Step::Offered(who, version)),
        1 => (who.clone(), 0u8..4).prop_map(|(who, version)| Step::Answered(who, version)),
        1 => Just(Step::NetworkChanged),
        9 => (who, link_step()).prop_map(|(who, step)| Step::Link(who, step)),
    ]
}

/// What a careful person would keep in mind, without a look at the mesh.
#[derive(Default)]
struct Oracle {
    intent: Intent,
    admitted: Option<Status>,
    lost_at: Option<Instant>,
    hold: BTreeMap<PeerId, bool>,
    wants: BTreeMap<(PeerId, Content), u16>,
    /// Whoever has ever asked for a screen.
    asked: BTreeSet<PeerId>,
    /// Whoever has a seat, and with how many nobody is seen any more.
    present: BTreeSet<usize>,
    most: usize,
    /// There were too many, and few enough again since.
    crowded: bool,
    few_since: Option<Instant>,
}

impl Oracle {
    fn open(&self) -> bool {
        matches!(self.admitted, Some(Status::Started | Status::StartedAndWaiting))
    }

    fn note(&mut self, now: Instant, step: &Step, told: &Told) {
        if self.lost_at.is_some_and(|at| now >= at + Duration::from_secs(60)) {
            self.admitted = None;
        }
        match step {
            Step::Welcome { status, present, most, .. } => {
                (self.present, self.most) = ((0..*present).collect(), *most as usize);
                self.admitted = Some(*status);
                self.lost_at = None;
                self.hold.clear();
                self.wants.clear();
            }
            Step::Lobby | Step::Denied => self.admitted = None,
            Step::Refused(RoomError::TooFast) | Step::RoomLost => {
                self.lost_at = self.admitted.and(self.lost_at.or(Some(now)));
            }
            Step::Refused(_) => self.admitted = None,
            Step::Intent(intent) => self.intent = *intent,
            Step::Status(status) => self.admitted = self.admitted.and(Some(*status)),
            Step::Joined(who) | Step::Left(who) => {
                let who = PeerId::from(OTHERS[*who]);
                self.hold.remove(&who);
                self.wants.retain(|(peer, _), _| *peer != who);
                self.sit(step);
            }
            Step::Hold(who, hold) => {
                self.hold.insert(OTHERS[*who].into(), *hold);
            }
            // A wish of somebody who is not in goes unheard.
            Step::Wish(who, content, height) => {
                let who = PeerId::from(OTHERS[*who]);
                self.wants.remove(&(who.clone(), *content));
                if told.links.contains_key(&who) {
                    if *content == Content::Screen && *height > 0 {
                        self.asked.insert(who.clone());
                    }
                    self.wants.insert((who, *content), *height);
                }
            }
            _ => {}
        }
        if self.admitted.is_none() {
            self.lost_at = None;
        }
        self.count(now);
    }

    /// Nobody is met while the own line is lost.
    fn sit(&mut self, step: &Step) {
        match step {
            Step::Joined(who) if self.admitted.is_some() && self.lost_at.is_none() => {
                self.present.insert(*who);
            }
            Step::Joined(who) | Step::Left(who) => {
                self.present.remove(who);
            }
            _ => {}
        }
    }

    fn count(&mut self, now: Instant) {
        if self.admitted.is_none() {
            self.present.clear();
            (self.crowded, self.few_since) = (false, None);
        } else if self.present.len() + 1 > self.most {
            (self.crowded, self.few_since) = (true, None);
        } else if self.crowded {
            let since = *self.few_since.get_or_insert(now);
            self.crowded = now < since + Duration::from_secs(5);
        } else {
            self.few_since = None;
        }
    }
}

/// The driver's view: what it was told, and which transport is the one to each peer.
#[derive(Default)]
struct Told {
    sending: BTreeMap<PeerId, Sending>,
    links: BTreeMap<PeerId, LinkId>,
    capture: Capture,
    audio_only: bool,
}

impl Told {
    fn drain(&mut self, mesh: &mut Mesh) {
        while let Some(effect) = mesh.poll() {
            match effect {
                Effect::Sending { peer, sending } => drop(self.sending.insert(peer, sending)),
                Effect::Capture(capture) => self.capture = capture,
                Effect::AudioOnly(on) => self.audio_only = on,
                Effect::Connect { peer, link, .. } => {
                    assert_eq!(self.links.insert(peer, link), None, "one transport to a peer at a time");
                }
                Effect::Close { peer, link } => {
                    assert_eq!(self.links.remove(&peer), Some(link));
                    self.sending.remove(&peer);
                }
                Effect::KeyFrame { layer } => assert!(self.capture.includes(layer)),
                _ => {}
            }
        }
    }
}

fn input(step: Step, told: &Told) -> Option<Input> {
    let from = |who: usize| PeerId::from(OTHERS[who]);
    let description = |who, version: u8, kind| FromServer::Signal {
        from: from(who),
        signal: Signal::Description {
            kind,
            sdp: sdp(&format!("{who}-{}", version / 2), version.into()).into(),
        },
    };
    Some(match step {
        Step::Wait(_) => Input::Timeout,
        Step::Welcome { resumed, status, present, most } => {
            let peers = OTHERS[..present].iter().map(|id| peer(id)).collect();
            Input::Room(with_video_up_to(most, welcome("m", peers, resumed, status)))
        }
        Step::Lobby => Input::Room(FromServer::Lobby { you: "m".into(), ice_servers: Vec::new() }),
        Step::Denied => Input::Room(FromServer::Denied { reason: None }),
        Step::Refused(code) => Input::Room(FromServer::Error { code, fatal: true }),
        Step::RoomLost => Input::RoomLost,
        Step::Intent(intent) => Input::Intent(intent),
        Step::Status(status) => Input::Room(FromServer::Status { status }),
        Step::Joined(who) => Input::Room(FromServer::PeerJoined { peer: peer(OTHERS[who]) }),
        Step::Left(who) => Input::Room(FromServer::PeerLeft { peer: from(who) }),
        Step::Away(who) => Input::Room(FromServer::PeerAway { peer: from(who) }),
        Step::Back(who) => Input::Room(FromServer::PeerBack { peer: from(who) }),
        Step::Hold(who, hold) => Input::Room(FromServer::Media {
            from: from(who),
            media: MediaState { hold, ..MediaState::default() },
        }),
        Step::Wish(who, content, height) => {
            Input::Room(FromServer::Signal { from: from(who), signal: Signal::Wish { height, content } })
        }
        Step::OwnWish(who, content, height) => Input::Wish { peer: from(who), content, height },
        Step::Offered(who, version) => Input::Room(description(who, version, DescriptionKind::Offer)),
        Step::Answered(who, version) => Input::Room(description(who, version, DescriptionKind::Answer)),
        Step::NetworkChanged => Input::NetworkChanged,
        Step::Link(who, step) => {
            let event = match step {
                LinkStep::Described(kind) => LinkEvent::Described { kind, sdp: sdp("own", 0).into() },
                LinkStep::Health(health) => LinkEvent::Health(health),
                LinkStep::Broken => LinkEvent::Broken,
                LinkStep::Rejected => LinkEvent::Rejected,
                LinkStep::KeyFrameWanted(content) => LinkEvent::KeyFrameWanted(content),
                LinkStep::Carries(rate) => LinkEvent::Carries(rate),
            };
            Input::Link { peer: from(who), link: *told.links.get(&from(who))?, event }
        }
    })
}

fn check(mesh: &Mesh, oracle: &Oracle, told: &Told) -> Result<(), TestCaseError> {
    prop_assert_eq!(mesh.intent(), oracle.intent);
    let Intent { mic, camera, screen } = if oracle.open() { oracle.intent } else { Intent::default() };
    let (camera, screen) = (camera && !oracle.crowded, screen && !oracle.crowded);
    prop_assert_eq!(told.audio_only, oracle.crowded);
    prop_assert_eq!(mesh.allows(), Intent { mic, camera, screen });
    prop_assert!(mic || !told.capture.mic);
    prop_assert!(camera || (!told.capture.camera && told.capture.layers.is_empty()));
    prop_assert!(screen || !told.capture.screen);
    for (peer, sending) in &told.sending {
        let held = oracle.hold.get(peer).copied().unwrap_or(false);
        prop_assert!(!sending.audio || (mic && !held), "{:?}", sending);
        prop_assert!(sending.video.is_none() || (camera && !held), "{:?}", sending);
        prop_assert!(sending.screen.is_none() || (screen && !held), "{:?}", sending);
        let wants = |content| oracle.wants.get(&(peer.clone(), content)).copied();
        prop_assert!(sending.video.is_none() || wants(Content::Camera) != Some(0));
        prop_assert!(sending.screen.is_none() || wants(Content::Screen) != Some(0));
        prop_assert!(sending.screen.is_none() || oracle.asked.contains(peer), "nobody gets a screen unasked");
    }
    let shown = told.sending.values().any(|sending| sending.layer_of(Content::Screen).is_some());
    prop_assert_eq!(told.capture.screen, shown, "the screen is captured exactly when somebody gets it");
    let mut wanted: Vec<u8> = told.sending.values().filter_map(Sending::layer).collect();
    wanted.sort_unstable();
    wanted.dedup();
    prop_assert_eq!(&told.capture.layers, &wanted, "a layer is captured exactly when somebody gets it");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_leaves_through_a_closed_latch(steps in proptest::collection::vec(step(), 1..60)) {
        let mut now = Instant::now();
        let mut mesh = Mesh::new(LayerHeights::halving(720, 3));
        let (mut oracle, mut told) = (Oracle::default(), Told::default());
        for step in steps {
            if let Step::Wait(milliseconds) = step {
                now += Duration::from_millis(milliseconds);
            }
            oracle.note(now, &step, &told);
            if let Some(input) = input(step, &told) {
                mesh.handle(now, input);
            }
            told.drain(&mut mesh);
            check(&mesh, &oracle, &told)?;
        }
    }
}

fn gets(layer: Option<u8>) -> Sending {
    Sending { audio: true, video: layer.map(|layer| Rung::Full { layer }), ..Sending::default() }
}

/// The property would hold for a mesh that never sends: this one does.
#[test]
fn an_open_latch_lets_through_what_the_peer_wishes() {
    let now = Instant::now();
    let mut mesh = Mesh::new(LayerHeights::halving(720, 3));
    let mut told = Told::default();
    mesh.handle(now, Input::Room(welcome("m", vec![peer("p")], false, Status::Started)));
    mesh.handle(now, Input::Intent(Intent { mic: true, camera: true, screen: false }));
    told.drain(&mut mesh);
    let (to, link) = (PeerId::from("p"), told.links[&PeerId::from("p")]);
    mesh.handle(now, Input::Link { peer: to.clone(), link, event: LinkEvent::Health(Health::Connected) });
    told.drain(&mut mesh);
    assert_eq!(told.sending[&to], gets(Some(1)));
    for (height, video) in [(0, None), (180, Some(2)), (1080, Some(0))] {
        let signal = Signal::Wish { height, content: Content::Camera };
        mesh.handle(now, Input::Room(FromServer::Signal { from: to.clone(), signal }));
        told.drain(&mut mesh);
        assert_eq!(told.sending[&to], gets(video));
    }
    mesh.handle(now, Input::Room(FromServer::Status { status: Status::StartedAndPaused }));
    told.drain(&mut mesh);
    assert_eq!(told.sending[&to], Sending::default());
    mesh.handle(now, Input::Room(FromServer::Status { status: Status::Started }));
    told.drain(&mut mesh);
    assert!(told.sending[&to].audio, "the pause has not touched the intent");
}

/// A camera that gives less than was asked of it: layers are chosen by what they really are.
#[test]
fn layers_are_those_that_the_capture_has() {
    let (mut mesh, mut told, now) = meshed(&["p"]);
    let p = PeerId::from("p");
    let mut gets = |input| {
        mesh.handle(now, input);
        told.drain(&mut mesh);
        told.sending[&p].layer()
    };
    let rates = |first| LayerRates { layers: vec![first, 300_000, 100_000], ..LayerRates::default() };
    let layers =
        |height, first| Input::Layers { heights: LayerHeights::halving(height, 3), rates: rates(first) };
    assert_eq!(gets(layers(720, 1_300_000)), Some(1), "the tile has 360 pixels");
    assert_eq!(gets(layers(480, 900_000)), Some(0));
    let link = told.links[&p];
    let carries = Input::Link { peer: p.clone(), link, event: LinkEvent::Carries(700_000) };
    let mut gets = |input| {
        mesh.handle(now, input);
        told.drain(&mut mesh);
        told.sending[&p].layer()
    };
    assert_eq!(gets(carries), Some(1), "the line does not carry the first at that rate");
    let other = Input::Layers { heights: LayerHeights::halving(480, 2), rates: rates(1) };
    assert_eq!(gets(other), Some(1), "another number of layers is another capture");
}

/// The same for the screen, with everything that has to be so at once.
#[test]
fn a_screen_goes_to_those_who_ask_and_have_a_place_for_it() {
    let now = Instant::now();
    let mut mesh = Mesh::new(LayerHeights::halving(720, 3));
    let mut told = Told::default();
    mesh.handle(now, Input::Room(welcome("m", vec![peer("p")], false, Status::Started)));
    mesh.handle(now, Input::Intent(Intent::default().sharing(true)));
    told.drain(&mut mesh);
    let (to, link) = (PeerId::from("p"), told.links[&PeerId::from("p")]);
    let sharp = Some(Rung::Full { layer: SCREEN_LAYER });
    let mut gets = |input: Input| {
        mesh.handle(now, input);
        told.drain(&mut mesh);
        let shown = told.sending.get(&to).and_then(|sending| sending.screen);
        assert_eq!(told.capture.screen, shown.is_some());
        assert!(!told.capture.camera && !told.capture.mic);
        shown
    };
    let link_says = |event| Input::Link { peer: "p".into(), link, event };
    let peer_says = |signal| Input::Room(FromServer::Signal { from: "p".into(), signal });
    let answer =
        |sdp: String| peer_says(Signal::Description { kind: DescriptionKind::Answer, sdp: sdp.into() });
    let own = LinkEvent::Described { kind: DescriptionKind::Offer, sdp: sdp("own", 0).into() };
    let wish = |height| peer_says(Signal::Wish { height, content: Content::Screen });
    assert_eq!(gets(link_says(own)), None);
    assert_eq!(gets(link_says(LinkEvent::Health(Health::Connected))), None);
    assert_eq!(gets(answer(sdp("p", 0))), None, "it has not asked, as somebody older would not");
    assert_eq!(gets(wish(1080)), sharp);
    assert_eq!(gets(wish(0)), None);
    assert_eq!(gets(wish(1)), sharp);
    for (status, shown) in [(Status::StartedAndPaused, None), (Status::Started, sharp)] {
        assert_eq!(gets(Input::Room(FromServer::Status { status })), shown);
    }
    let without_a_place: String = sdp("p", 1).rsplit_once("m=video").unwrap().0.to_owned();
    let kind = DescriptionKind::Offer;
    assert_eq!(gets(peer_says(Signal::Description { kind, sdp: without_a_place.into() })), None);
}

/// A mesh with these peers, connected and seen, that hears what their lines carry.
fn meshed(ids: &[&str]) -> (Mesh, Told, Instant) {
    let now = Instant::now();
    let mut mesh = Mesh::new(LayerHeights::halving(360, 3));
    let mut told = Told::default();
    let peers = ids.iter().map(|id| peer(id)).collect();
    mesh.handle(now, Input::Room(welcome("m", peers, false, Status::Started)));
    mesh.handle(now, Input::Intent(Intent { mic: true, camera: true, screen: false }));
    told.drain(&mut mesh);
    for (to, link) in told.links.clone() {
        let mut report = |event| mesh.handle(now, Input::Link { peer: to.clone(), link, event });
        report(LinkEvent::Described { kind: DescriptionKind::Offer, sdp: sdp("own", 0).into() });
        report(LinkEvent::Health(Health::Connected));
        let (kind, sdp) = (DescriptionKind::Answer, sdp(to.as_str(), 0).into());
        let signal = Signal::Description { kind, sdp };
        mesh.handle(now, Input::Room(FromServer::Signal { from: to, signal }));
    }
    told.drain(&mut mesh);
    (mesh, told, now)
}

proptest! {
    /// What one peer gets follows from its own line and nobody else's.
    #[test]
    fn the_line_of_one_peer_is_nothing_to_another(
        own in proptest::collection::vec((30_000u32..1_500_000, 100u64..3000), 1..40),
        other in proptest::collection::vec(30_000u32..1_500_000, 40),
    ) {
        let (mut alone, mut told_alone, start) = meshed(&["p"]);
        let (mut beside, mut told_beside, _) = meshed(&["p", "q"]);
        let (p, q) = (PeerId::from("p"), PeerId::from("q"));
        let mut now = start + Duration::from_secs(1);
        for ((carried, millis), carried_by_other) in own.into_iter().zip(other) {
            now += Duration::from_millis(millis);
            let tell = |mesh: &mut Mesh, told: &mut Told, to: &PeerId, rate| {
                let (peer, link, event) = (to.clone(), told.links[to], LinkEvent::Carries(rate));
                mesh.handle(now, Input::Link { peer, link, event });
                told.drain(mesh);
            };
            tell(&mut beside, &mut told_beside, &q, carried_by_other);
            tell(&mut alone, &mut told_alone, &p, carried);
            tell(&mut beside, &mut told_beside, &p, carried);
            prop_assert_eq!(told_alone.sending[&p], told_beside.sending[&p]);
        }
    }
}

#[test]
fn a_peer_that_asks_and_asks_costs_the_others_a_key_frame_a_second() {
    let (mut mesh, mut told, start) = meshed(&["p", "q"]);
    let (to, link) = (PeerId::from("p"), told.links[&PeerId::from("p")]);
    let mut key_frames = 0;
    for millis in 1000..6000 {
        let (peer, event) = (to.clone(), LinkEvent::KeyFrameWanted(Content::Camera));
        mesh.handle(start + Duration::from_millis(millis), Input::Link { peer, link, event });
        key_frames +=
            std::iter::from_fn(|| mesh.poll()).filter(|e| matches!(e, Effect::KeyFrame { .. })).count();
    }
    told.drain(&mut mesh);
    assert_eq!(key_frames, 5);
}
