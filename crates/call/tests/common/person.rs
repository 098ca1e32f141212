//! A participant: a real call, the test room's socket, and what was seen.

use super::room::TestRoom;
use consilium_call::{
    Call, CallConfig, CallEvent, Capture, LayerHeights, PeerState, PeerStats, PeerView, Rung,
};
use consilium_media::EncodedVideo;
use consilium_model::{Content, Intent, PeerId};
use consilium_wire::room::FromServer;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub const ON: Intent = Intent { mic: true, camera: true, screen: false };
pub const SHARING: Intent = Intent { mic: true, camera: true, screen: true };

/// What a call has told its owner so far.
#[derive(Default)]
pub struct Seen {
    pub views: Vec<PeerView>,
    /// Every state each peer was ever shown in, without repeats in a row.
    pub states: BTreeMap<PeerId, Vec<PeerState>>,
    pub most_peers: usize,
    pub somebody_vanished: bool,
    /// There are too many for pictures, as told last.
    pub audio_only: bool,
    pub capture: Capture,
    pub key_frames_wanted: Vec<u8>,
    pub frames: BTreeMap<PeerId, u64>,
    pub last_frame: BTreeMap<PeerId, EncodedVideo>,
    pub pictures: BTreeMap<PeerId, Vec<Arrival>>,
    pub screens: BTreeMap<PeerId, u64>,
    pub last_screen: BTreeMap<PeerId, EncodedVideo>,
    pub key_frames: BTreeMap<(PeerId, Content), u64>,
    pub sounds: BTreeMap<PeerId, u64>,
}

/// A picture that came.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub at: Instant,
    pub height: u16,
    pub rtp_timestamp: u32,
}

pub struct Person {
    pub id: PeerId,
    pub call: Arc<Call>,
    pub seen: Arc<Mutex<Seen>>,
    room: TestRoom,
    socket: Option<JoinHandle<()>>,
    events: JoinHandle<()>,
}

pub fn local_config() -> CallConfig {
    CallConfig {
        include_loopback: true,
        bind: vec!["127.0.0.1:0".parse().unwrap()],
        layers: LayerHeights::halving(360, 3),
        ..CallConfig::default()
    }
}

impl Person {
    /// Starts a call and enters the room.
    pub fn join(room: &TestRoom, id: &str) -> Self {
        Self::join_with(room, id, local_config())
    }

    /// The same, with a configuration of its own.
    pub fn join_with(room: &TestRoom, id: &str, config: CallConfig) -> Self {
        let mut person = Self::outside(room, id, config);
        person.connect();
        person
    }

    /// Two who find each other in the room.
    pub fn join_together(room: &TestRoom, ids: [&str; 2]) -> [Self; 2] {
        let mut people = ids.map(|id| Self::outside(room, id, local_config()));
        let sockets = people.each_mut().map(Self::open_socket);
        let [a, b] = &people;
        let [to_a, to_b] = sockets;
        room.enter_together([(&a.id, to_a), (&b.id, to_b)]);
        people
    }

    fn outside(room: &TestRoom, id: &str, config: CallConfig) -> Self {
        let (sender, events) = mpsc::channel(256);
        let call = Arc::new(consilium_call::start(config, sender));
        let (id, seen) = (PeerId::from(id), Arc::<Mutex<Seen>>::default());
        let events = tokio::spawn(watch(id.clone(), room.clone(), Arc::clone(&seen), events));
        Self { id, call, seen, room: room.clone(), socket: None, events }
    }

    fn connect(&mut self) {
        let sender = self.open_socket();
        self.room.enter(&self.id, sender);
    }

    fn open_socket(&mut self) -> mpsc::UnboundedSender<FromServer> {
        let (sender, mut socket) = mpsc::unbounded_channel::<FromServer>();
        let call = Arc::clone(&self.call);
        self.socket = Some(tokio::spawn(async move {
            while let Some(message) = socket.recv().await {
                call.room(message);
            }
        }));
        sender
    }

    pub fn lose_socket(&mut self) {
        self.room.lose(&self.id);
        self.socket.take().unwrap().abort();
        self.call.room_lost();
    }

    pub fn resume(&mut self) {
        self.connect();
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    pub fn state_of(&self, peer: &Self) -> Option<PeerState> {
        self.seen().views.iter().find(|view| view.id == peer.id).map(|view| view.state)
    }

    pub fn stats_of(&self, peer: &Self) -> PeerStats {
        let stats = self.call.stats();
        stats.peers.into_iter().find(|(id, _)| *id == peer.id).map(|(_, stats)| stats).unwrap_or_default()
    }

    /// What this one sends to a peer of its own camera.
    pub fn gives(&self, peer: &Self) -> Option<Rung> {
        self.seen().views.iter().find(|view| view.id == peer.id).and_then(|view| view.gets)
    }

    /// What this one sends to a peer of its own screen.
    pub fn shows(&self, peer: &Self) -> Option<Rung> {
        self.seen().views.iter().find(|view| view.id == peer.id).and_then(|view| view.gets_screen)
    }

    /// The pictures that have come from a peer since then.
    pub fn pictures_from(&self, peer: &Self, since: Instant) -> Vec<Arrival> {
        let seen = self.seen();
        let all = seen.pictures.get(&peer.id).into_iter().flatten();
        all.filter(|picture| picture.at >= since).copied().collect()
    }

    pub fn frames_from(&self, peer: &Self) -> u64 {
        self.seen().frames.get(&peer.id).copied().unwrap_or(0)
    }

    pub fn screens_from(&self, peer: &Self) -> u64 {
        self.seen().screens.get(&peer.id).copied().unwrap_or(0)
    }

    pub fn sounds_from(&self, peer: &Self) -> u64 {
        self.seen().sounds.get(&peer.id).copied().unwrap_or(0)
    }

    /// Packets that have left towards a peer.
    pub fn sent_to(&self, peer: &Self) -> u64 {
        let stats = self.stats_of(peer);
        stats.audio_sent + stats.video_sent
    }

    /// Packets that have come from a peer.
    pub fn received_from(&self, peer: &Self) -> u64 {
        let stats = self.stats_of(peer);
        stats.audio_received + stats.video_received
    }

    /// Ends the call without a word to the room, and waits for its end.
    pub async fn close(self) {
        if let Some(socket) = self.socket {
            socket.abort();
            let _ = socket.await;
        }
        let mut call = self.call;
        let call = loop {
            match Arc::try_unwrap(call) {
                Ok(call) => break call,
                Err(shared) => call = shared,
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        call.close().await;
        self.events.await.unwrap();
    }
}

async fn watch(id: PeerId, room: TestRoom, seen: Arc<Mutex<Seen>>, mut events: mpsc::Receiver<CallEvent>) {
    while let Some(event) = events.recv().await {
        let mut seen = seen.lock().unwrap();
        if let CallEvent::Video { peer, content, frame } = &event {
            *seen.key_frames.entry((peer.clone(), *content)).or_default() += u64::from(frame.key);
        }
        match event {
            CallEvent::ToRoom(message) => room.take(&id, message),
            CallEvent::Peers(views) => {
                seen.somebody_vanished |=
                    seen.views.iter().any(|old| views.iter().all(|view| view.id != old.id));
                for view in &views {
                    let states = seen.states.entry(view.id.clone()).or_default();
                    if states.last() != Some(&view.state) {
                        states.push(view.state);
                    }
                }
                seen.views = views;
            }
            CallEvent::AudioOnly(on) => seen.audio_only = on,
            CallEvent::Capture(capture) => seen.capture = capture,
            CallEvent::KeyFrameWanted { layer } => seen.key_frames_wanted.push(layer),
            CallEvent::Video { peer, content: Content::Screen, frame } => {
                *seen.screens.entry(peer.clone()).or_default() += 1;
                seen.last_screen.insert(peer, frame);
            }
            CallEvent::Video { peer, content: Content::Camera, frame } => {
                *seen.frames.entry(peer.clone()).or_default() += 1;
                let EncodedVideo { height, rtp_timestamp, .. } = frame;
                let arrival = Arrival { at: Instant::now(), height, rtp_timestamp };
                seen.pictures.entry(peer.clone()).or_default().push(arrival);
                seen.last_frame.insert(peer, frame);
            }
            CallEvent::Audio { peer, .. } => *seen.sounds.entry(peer).or_default() += 1,
        }
    }
}

/// Waits until something is so; fails the test when it never is.
pub async fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..12_000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}

/// Everybody sees everybody connected.
pub async fn all_connected(people: &[&Person]) {
    eventually("everybody is connected", || {
        let connected = |person: &&Person| {
            let seen = person.seen();
            seen.views.len() == people.len() - 1
                && seen.views.iter().all(|view| view.state == PeerState::Connected)
        };
        people.iter().all(connected)
    })
    .await;
}
