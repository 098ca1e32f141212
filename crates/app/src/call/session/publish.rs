//! What a call shows: looked at from time to time, and published when a window would look different.

use super::super::snapshot::{RoomState, Snapshot, tile};
use super::super::streams::OWN;
use super::super::vitals::Sight;
use super::Session;
use crate::report::{CallFigures, NetworkReport};
use crate::view::PeerTile;
use consilium_call::PeerStats;
use consilium_media::DeviceError;
use consilium_model::{Content, Secret};
use std::time::Instant;

impl Session {
    /// Looks how the call goes, and tells the others what is wrong at this end.
    pub(super) fn look(&mut self) {
        self.playback.keep_together(&self.call);
        let stats = self.call.stats();
        self.capture.expect_loss(stats.expected_loss());
        let camera = self.capture.camera.get().map(|_| self.sink.received(OWN));
        let failed = |on: bool, problem: Option<&DeviceError>| on && problem.is_some();
        let sight = Sight {
            peers: &self.peers,
            stats: &stats.peers,
            playback: &self.playback,
            drawing: self.sink.drawing(),
            line_lost: self.state == RoomState::Lost,
            device: failed(self.intent.mic, self.capture.microphone.problem())
                || failed(self.intent.camera, self.capture.camera.problem()),
            own_pictures: camera,
        };
        if let Some(trouble) = self.vitals.look(Instant::now(), &sight) {
            self.call.tell_trouble(trouble);
        }
    }

    fn tiles(&mut self) -> Vec<PeerTile> {
        let mut tiles = Vec::with_capacity(self.peers.len());
        for peer in &self.peers {
            let level = coarse(self.playback.level(&peer.id));
            let volume = self.playback.volume(&peer.id);
            let stream = self.streams.of(&peer.id, Content::Camera);
            let screen = peer.media.screen.then(|| self.streams.of(&peer.id, Content::Screen));
            let (quality, gets) = self.vitals.quality(&peer.id);
            let trust = self.trust.view(peer);
            tiles.push(PeerTile { volume, screen, quality, gets, trust, ..tile(peer, stream, level) });
        }
        tiles
    }

    /// Who speaks, of those who can be heard.
    fn speaking(&mut self, tiles: &[PeerTile]) -> Option<String> {
        let heard = self.peers.iter().zip(tiles).filter(|(peer, _)| peer.media.mic && !peer.media.hold);
        let levels = heard.map(|(peer, tile)| (&peer.id, tile.level));
        self.speaker.update(Instant::now(), levels).map(|peer| peer.as_str().to_owned())
    }

    pub(super) fn publish(&mut self) {
        let peers = self.tiles();
        let speaker = self.speaking(&peers);
        let is_shown =
            |stream: &u32| peers.iter().any(|tile| tile.stream == *stream || tile.screen == Some(*stream));
        self.pinned = self.pinned.filter(is_shown);
        let snapshot = Snapshot {
            frames_url: Some(Secret::from(self.sink.url())),
            drawing: self.sink.drawing(),
            drawn: self.sink.drawn(),
            room: self.state,
            intent: self.intent,
            rights: self.rights,
            no_speaker: self.capture.speaker.problem().is_some() && !self.playback.is_heard(),
            device_trouble: self.capture.is_in_trouble(),
            knocks: self.knocks.clone(),
            asked: self.asked,
            mic_problem: self.capture.microphone.problem().cloned(),
            camera_problem: self.capture.camera.problem().cloned(),
            level: coarse(self.capture.microphone.get().map_or(0, |microphone| microphone.level())),
            peers,
            share: self.share.view(),
            share_ended: self.share.ended(),
            speaker,
            pinned: self.pinned,
            phone: self.vitals.phone(),
            details: self.vitals.details(),
            figures: self.figures(),
            audio_only: self.audio_only.then_some(self.max_with_video),
            playout: self.playback.playout(),
        };
        self.published.send_if_modified(|published| {
            let changed = !published.shows_the_same(&snapshot);
            *published = snapshot;
            changed
        });
    }

    fn figures(&self) -> CallFigures {
        let stats = self.call.stats().peers;
        let sum = |of: fn(&PeerStats) -> u64| stats.iter().map(|(_, peer)| of(peer)).sum();
        let round_trip = stats.iter().filter_map(|(_, peer)| peer.rtt).max();
        CallFigures {
            streams: self.sink.figures(),
            audio: self.playback.report(),
            network: NetworkReport {
                packets_sent: sum(|peer| peer.audio_sent + peer.video_sent),
                packets_received: sum(|peer| peer.audio_received + peer.video_received),
                nacks_sent: sum(|peer| peer.nacks_sent),
                plis_sent: sum(|peer| peer.plis_sent),
                round_trip_ms: round_trip.and_then(|time| u32::try_from(time.as_millis()).ok()),
            },
        }
    }
}

/// Levels in steps of ten: a meter needs no more, and a view is not published for less.
const fn coarse(level: u8) -> u8 {
    level.saturating_add(5) / 10 * 10
}
