//! The call: the room, the latch and the peers together. What the room says is in [`super::hearing`], what the driver
//! is told in [`super::settling`].

use super::keyframes::KeyFrames;
use super::latch::Latch;
use super::link::Out;
use super::peer::{Context, Peer};
use super::{Capture, Effect, IceConfig, Input, LayerHeights, LayerRates, LinkEvent, LinkId, PeerView};
use consilium_model::{Content, Intent, MediaState, PeerId};
use consilium_wire::room::Trouble;
use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

/// The call of one participant. See the module.
#[derive(Debug)]
pub struct Mesh {
    pub(super) layers: LayerHeights,
    pub(super) rates: LayerRates,
    pub(super) latch: Latch,
    pub(super) room: Room,
    pub(super) ice: IceConfig,
    /// In the order they came.
    pub(super) order: Vec<PeerId>,
    pub(super) peers: BTreeMap<PeerId, Peer>,
    next_link: u64,
    trouble: Option<Trouble>,
    pub(super) key_frames: KeyFrames,
    /// What the others were told last.
    pub(super) announced: MediaState,
    /// The driver was told that there are too many for pictures.
    pub(super) audio_only: bool,
    pub(super) capture: Capture,
    pub(super) views: Vec<PeerView>,
    pub(super) effects: VecDeque<Effect>,
}

/// The own place in the room.
#[derive(Clone, Debug)]
pub(super) enum Room {
    /// Not admitted, or no longer.
    Outside,
    /// Admitted.
    In { you: PeerId },
    /// Admitted, the socket is lost, the seat is kept until then.
    Lost { you: PeerId, until: Instant },
}

impl Mesh {
    /// A call that has not entered its room yet, with everything switched off.
    pub fn new(layers: LayerHeights) -> Self {
        Self::with_rates(layers, LayerRates::default())
    }

    /// The same, for a capture whose encoders are set to these rates.
    pub fn with_rates(layers: LayerHeights, rates: LayerRates) -> Self {
        Self {
            layers,
            rates,
            latch: Latch::default(),
            room: Room::Outside,
            ice: IceConfig::default(),
            order: Vec::new(),
            peers: BTreeMap::new(),
            next_link: 0,
            trouble: None,
            key_frames: KeyFrames::default(),
            announced: MediaState::default(),
            audio_only: false,
            capture: Capture::default(),
            views: Vec::new(),
            effects: VecDeque::new(),
        }
    }

    /// Takes one input at the time `now`, which never goes back.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Room(message) => self.hear(now, message),
            Input::RoomLost => self.lose_room(now),
            Input::Intent(intent) => self.latch.intent = intent,
            Input::Wish { peer, content, height } => {
                self.with_peer(now, &peer, |peer, cx| peer.set_wish(content, height, cx))
            }
            Input::Layers { heights, rates } => self.set_layers(heights, rates),
            Input::Trouble(trouble) => self.set_trouble(now, trouble),
            Input::NetworkChanged => self.peers.values_mut().for_each(|peer| peer.network_changed(now)),
            Input::KeyFrameWanted { peer, content } => self.want_key_frame(now, &peer, content),
            Input::Link { peer, link, event } => self.report(now, &peer, link, event),
            Input::Timeout => {}
        }
        self.run_timers(now);
        self.settle(now);
    }

    /// The next effect to carry out.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to give [`Input::Timeout`].
    pub fn next_timeout(&self) -> Option<Instant> {
        let seat = match &self.room {
            Room::Lost { until, .. } => Some(*until),
            Room::Outside | Room::In { .. } => None,
        };
        let repairs = self.peers.values().filter_map(|peer| peer.due(self.reachable(peer)));
        let crowd = self.latch.crowd.next_timeout();
        repairs.chain(seat).chain(crowd).chain(self.key_frames.next_timeout()).min()
    }

    /// What the user's own hand has set.
    pub fn intent(&self) -> Intent {
        self.latch.intent
    }

    /// What may leave now: the intent, as far as the latch is open.
    pub fn allows(&self) -> Intent {
        self.latch.allows()
    }

    fn set_trouble(&mut self, now: Instant, trouble: Option<Trouble>) {
        if self.trouble != trouble {
            self.trouble = trouble;
            for id in self.order.clone() {
                self.with_peer(now, &id, |peer, cx| peer.tell_trouble(cx));
            }
        }
    }

    fn set_layers(&mut self, heights: LayerHeights, rates: LayerRates) {
        // The peers' ladders have the rungs of the first ones.
        if heights.count() == self.layers.count() {
            self.peers.values_mut().for_each(|peer| peer.split.set_rates(&rates));
            (self.layers, self.rates) = (heights, rates);
        }
    }

    fn report(&mut self, now: Instant, id: &PeerId, link: LinkId, event: LinkEvent) {
        if self.peers.get(id).is_none_or(|peer| peer.link_id() != Some(link)) {
            return;
        }
        if let LinkEvent::KeyFrameWanted(content) = event {
            self.want_key_frame(now, id, content);
        }
        self.with_peer(now, id, |peer, cx| peer.report(event, cx));
    }

    fn want_key_frame(&mut self, now: Instant, id: &PeerId, content: Content) {
        if let Some(layer) = self.peers.get_mut(id).and_then(|peer| peer.key_frame_layer(now, content)) {
            self.key_frames.request(now, layer);
        }
    }

    /// The peer can be told things now.
    fn reachable(&self, peer: &Peer) -> bool {
        matches!(self.room, Room::In { .. }) && !peer.info.away
    }

    pub(super) fn with_peer(
        &mut self,
        now: Instant,
        id: &PeerId,
        act: impl FnOnce(&mut Peer, &mut Context<'_>),
    ) {
        let in_room = matches!(self.room, Room::In { .. });
        if let Some(peer) = self.peers.get_mut(id) {
            let out = Out { effects: &mut self.effects, peer: id, reachable: in_room && !peer.info.away };
            let (ice, own_trouble) = (&self.ice, self.trouble);
            act(peer, &mut Context { now, out, ice, next_link: &mut self.next_link, own_trouble });
        }
    }

    fn run_timers(&mut self, now: Instant) {
        if matches!(&self.room, Room::Lost { until, .. } if *until <= now) {
            self.leave(now);
        }
        for id in self.order.clone() {
            self.with_peer(now, &id, Peer::repair);
        }
    }
}
