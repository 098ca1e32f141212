//! Encode once, forward to many: a picture is cut into packets once, and each peer's queue gets the same ones.

use super::gate::Gate;
use super::lane::{Lane, Offered};
use super::stats::{CallStats, Counter, Counters};
use crate::core::content_of;
use consilium_media::video::rtp::Packetizer;
use consilium_media::{EncodedAudio, EncodedVideo, RtpPayload};
use consilium_model::{Content, PeerId};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// What the threads that encode share with the tasks that send.
#[derive(Debug, Default)]
pub(super) struct Fanout {
    pub(super) gate: Arc<Gate>,
    lanes: RwLock<Vec<(PeerId, Arc<Lane>)>>,
    counters: Mutex<BTreeMap<PeerId, Arc<Counters>>>,
    /// One for each layer of the camera's capture, and one for the screen.
    packetizers: Mutex<BTreeMap<u8, Packetizer>>,
    frames_packetized: Counter,
}

impl Fanout {
    /// Offers a picture to every peer; gives those that need a key frame before anything else is of use.
    pub(super) fn video(&self, frame: &EncodedVideo) -> Vec<PeerId> {
        if !self.gate.pictures(content_of(frame.layer)) {
            return Vec::new();
        }
        let packets = OnceCell::new();
        let cut = || Arc::clone(packets.get_or_init(|| self.packetize(frame)));
        let lanes = self.lanes.read().unwrap_or_else(PoisonError::into_inner);
        let behind = lanes.iter().filter(|(_, lane)| lane.offer_video(frame, cut) == Offered::KeyFrameNeeded);
        behind.map(|(peer, _)| peer.clone()).collect()
    }

    pub(super) fn audio(&self, sound: &EncodedAudio) {
        if self.gate.audio() {
            let payload =
                RtpPayload { timestamp: sound.rtp_timestamp, marker: false, payload: sound.data.clone() };
            let lanes = self.lanes.read().unwrap_or_else(PoisonError::into_inner);
            lanes.iter().for_each(|(_, lane)| lane.offer_audio(&payload));
        }
    }

    fn packetize(&self, frame: &EncodedVideo) -> Arc<[RtpPayload]> {
        self.frames_packetized.one();
        let mut packetizers = lock(&self.packetizers);
        let packetizer = packetizers.entry(frame.layer).or_insert_with(|| Packetizer::new(0, true));
        packetizer.packetize(frame).into()
    }

    pub(super) fn add(&self, peer: PeerId, lane: Arc<Lane>) {
        self.remove(&peer);
        self.lanes.write().unwrap_or_else(PoisonError::into_inner).push((peer, lane));
    }

    pub(super) fn remove(&self, peer: &PeerId) {
        self.lanes.write().unwrap_or_else(PoisonError::into_inner).retain(|(other, _)| other != peer);
    }

    pub(super) fn request_key_frame(&self, peer: &PeerId, content: Content) {
        let lanes = self.lanes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, lane)) = lanes.iter().find(|(other, _)| other == peer) {
            lane.key_frame[content].notify_one();
        }
    }

    /// Holds a peer's camera pictures back for at least so long, and says for how long they are.
    pub(super) fn align_pictures(&self, peer: &PeerId, least: Duration) -> Duration {
        let lanes = self.lanes.read().unwrap_or_else(PoisonError::into_inner);
        let Some((_, lane)) = lanes.iter().find(|(other, _)| other == peer) else { return Duration::ZERO };
        lane.set_least_picture_delay(least);
        Duration::from_millis(lane.counters.playout_delay_ms.get())
    }

    /// The counters of a peer, which outlive its transports.
    pub(super) fn counters(&self, peer: &PeerId) -> Arc<Counters> {
        Arc::clone(lock(&self.counters).entry(peer.clone()).or_default())
    }

    /// Forgets the counters of those who have left.
    pub(super) fn retain(&self, present: impl Fn(&PeerId) -> bool) {
        lock(&self.counters).retain(|peer, _| present(peer));
    }

    pub(super) fn stats(&self) -> CallStats {
        let row = |(peer, counters): (&PeerId, &Arc<Counters>)| (peer.clone(), counters.snapshot());
        let peers = lock(&self.counters).iter().map(row).collect();
        CallStats { peers, frames_packetized: self.frames_packetized.get() }
    }
}

/// No code of this module panics while it holds a lock, and each value is whole at every step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
