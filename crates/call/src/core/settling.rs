//! After every input: tells the driver what has become different, and nothing else.

use super::mesh::{Mesh, Room};
use super::peer::Peer;
use super::{Capture, Effect, SCREEN_LAYER};
use consilium_model::{Content, Intent};
use consilium_wire::room::FromClient;
use std::time::Instant;

impl Mesh {
    /// Tells the driver what has become different.
    pub(super) fn settle(&mut self, now: Instant) {
        self.settle_crowd(now);
        self.settle_announcement();
        let allowed = self.latch.allows();
        for (id, peer) in &mut self.peers {
            let sending = peer.sending(now, &self.layers, allowed);
            if peer.sending == sending {
                continue;
            }
            for content in [Content::Camera, Content::Screen] {
                let (before, layer) = (peer.sending.layer_of(content), sending.layer_of(content));
                if let Some(layer) = layer.filter(|_| before != layer) {
                    self.key_frames.request(now, layer);
                }
            }
            peer.sending = sending;
            self.effects.push_back(Effect::Sending { peer: id.clone(), sending });
        }
        self.settle_taking();
        self.settle_capture(allowed);
        while let Some(layer) = self.key_frames.take_due(now) {
            self.effects.push_back(Effect::KeyFrame { layer });
        }
        self.settle_views();
    }

    fn settle_crowd(&mut self, now: Instant) {
        if let Some(admission) = &self.latch.admission {
            self.latch.crowd.follow(now, self.peers.len() + 1, admission.max_with_video);
        }
        let audio_only = !self.latch.crowd.is_seen();
        if std::mem::replace(&mut self.audio_only, audio_only) != audio_only {
            self.effects.push_back(Effect::AudioOnly(audio_only));
        }
    }

    /// A welcome is answered by [`Mesh::announce`], whatever was told before.
    fn settle_announcement(&mut self) {
        if matches!(self.room, Room::In { .. }) && self.announced != self.latch.announcement() {
            self.announce();
        }
    }

    /// Tells the others what is sent.
    pub(super) fn announce(&mut self) {
        self.announced = self.latch.announcement();
        self.effects.push_back(Effect::Send(FromClient::Media(self.announced)));
    }

    /// A transport takes nothing before it is told what.
    fn settle_taking(&mut self) {
        let own = self.latch.admission.map(|admission| admission.rights);
        for (id, peer) in &mut self.peers {
            let (Some(link), Some(own)) = (peer.link_id(), own) else { continue };
            let taking = peer.takeable(own);
            if peer.taking.replace((link, taking)) != Some((link, taking)) {
                self.effects.push_back(Effect::Taking { peer: id.clone(), link, taking });
            }
        }
    }

    fn settle_capture(&mut self, allowed: Intent) {
        let somebody = !self.peers.is_empty();
        let mut layers: Vec<u8> = self.peers.values().filter_map(|peer| peer.sending.layer()).collect();
        layers.sort_unstable();
        layers.dedup();
        let screen = self.peers.values().any(|peer| peer.sending.layer_of(Content::Screen).is_some());
        let capture =
            Capture { mic: allowed.mic && somebody, camera: allowed.camera && somebody, layers, screen };
        let dropped = |layer: &u8| self.capture.includes(*layer) && !capture.includes(*layer);
        (0..=SCREEN_LAYER).filter(dropped).for_each(|layer| self.key_frames.forget(layer));
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
