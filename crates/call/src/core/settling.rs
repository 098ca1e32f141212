//! After every input: tells the driver what has become different, and nothing else.

use super::mesh::Mesh;
use super::peer::Peer;
use super::{Capture, Effect, Sending};
use std::time::Instant;

impl Mesh {
    /// Tells the driver what has become different.
    pub(super) fn settle(&mut self, now: Instant) {
        let (audio, video) = (self.latch.audio(), self.latch.video());
        for (id, peer) in &mut self.peers {
            let open = peer.carries() && !peer.info.media.hold;
            let layer = self.layers.choose(peer.wants).filter(|_| open && video);
            let video = layer.map(|layer| peer.rung(now, layer));
            let goal = video.map_or(0, |_| peer.ladder.goal());
            let sending = Sending { audio: open && audio, video, goal };
            if peer.sending == sending {
                continue;
            }
            if let (true, Some(layer)) = (peer.sending.layer() != sending.layer(), sending.layer()) {
                self.key_frames.request(now, layer);
            }
            peer.sending = sending;
            self.effects.push_back(Effect::Sending { peer: id.clone(), sending });
        }
        self.settle_capture(audio, video);
        while let Some(layer) = self.key_frames.take_due(now) {
            self.effects.push_back(Effect::KeyFrame { layer });
        }
        self.settle_views();
    }

    fn settle_capture(&mut self, audio: bool, video: bool) {
        let somebody = !self.peers.is_empty();
        let mut layers: Vec<u8> = self.peers.values().filter_map(|peer| peer.sending.layer()).collect();
        layers.sort_unstable();
        layers.dedup();
        for dropped in self.capture.layers.iter().filter(|layer| !layers.contains(layer)) {
            self.key_frames.forget(*dropped);
        }
        let capture = Capture { mic: audio && somebody, camera: video && somebody, layers };
        if self.capture != capture {
            self.capture = capture.clone();
            self.effects.push_back(Effect::Capture(capture));
        }
    }

    fn settle_views(&mut self) {
        let views: Vec<_> = self.order.iter().filter_map(|id| self.peers.get(id)).map(Peer::view).collect();
        if self.views != views {
            self.views = views.clone();
            self.effects.push_back(Effect::Peers(views));
        }
    }
}
