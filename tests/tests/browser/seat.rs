//! A participant of ours of which a test holds every part: the call, the room's socket, synthetic devices.

use crate::line::Line;
use consilium_call::{Call, CallConfig, CallEvent, PeerState, PeerStats, PeerView};
use consilium_client::{RoomEvent, Server};
use consilium_media::audio::{self, AudioSpec, LocalAudio, LocalAudioOptions};
use consilium_media::video::{self, LayerSet, LocalVideo, LocalVideoConfig, VideoSpec};
use consilium_model::{Intent, PeerId, Secret};
use consilium_wire::room::{FromClient, FromServer, Signal};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(30);

/// A participant in the room.
pub struct Seat {
    pub call: Arc<Call>,
    peers: watch::Receiver<Vec<PeerView>>,
    _microphone: LocalAudio,
    task: JoinHandle<()>,
}

impl Seat {
    /// Enters the room, with everything switched on. With a line, that leads to the only other one; it knows one address
    /// of each, so neither can look for another way.
    pub fn enters(server: &Server, token: Secret, line: Option<Arc<Line>>) -> Self {
        let (sender, mut events) = mpsc::channel(256);
        let bind = vec!["127.0.0.1:0".parse().unwrap()];
        let config = CallConfig { include_loopback: true, bind, ..CallConfig::default() };
        let call = Arc::new(consilium_call::start(config, sender));
        call.set_intent(Intent { mic: true, camera: true, screen: false });
        let camera = LocalVideo::start(VideoSpec::Synthetic { seed: 3 }, LocalVideoConfig::default(), {
            let call = Arc::clone(&call);
            move |event| {
                if let video::CaptureEvent::Frame(frame) = event {
                    call.video(&frame);
                }
            }
        });
        let microphone = LocalAudio::start(
            AudioSpec::Synthetic { seed: 3 },
            LocalAudioOptions::default(),
            {
                let call = Arc::clone(&call);
                move |event| {
                    if let audio::CaptureEvent::Packet(packet) = event {
                        call.audio(&packet);
                    }
                }
            },
            None,
        );
        let (published, peers) = watch::channel(Vec::new());
        let mut room = server.enter_room(token);
        let task = tokio::spawn({
            let (call, camera) = (Arc::clone(&call), camera.unwrap());
            async move {
                let to_room = room.sender();
                loop {
                    tokio::select! {
                        event = room.next() => match event {
                            Some(RoomEvent::Message(message)) => drop(incoming(line.as_ref(), message).map(|message| call.room(message))),
                            Some(RoomEvent::Lost) => call.room_lost(),
                            Some(RoomEvent::NoRoom | RoomEvent::Refused(_)) | None => return,
                        },
                        Some(event) = events.recv() => match event {
                            CallEvent::ToRoom(message) => {
                                if let Some(message) = outgoing(line.as_ref(), message) {
                                    to_room.send(&message).unwrap();
                                }
                            }
                            CallEvent::Peers(views) => drop(published.send_replace(views)),
                            CallEvent::Capture(wish) => camera.set_wanted(wish.layers.into_iter().collect::<LayerSet>()),
                            CallEvent::KeyFrameWanted { layer } => camera.request_key_frame(layer),
                            CallEvent::Video { .. } | CallEvent::Audio { .. } | CallEvent::AudioOnly(_) => {}
                        },
                    }
                }
            }
        });
        Self { call, peers, _microphone: microphone.unwrap(), task }
    }

    /// Waits until so many others are connected.
    pub async fn sees(&mut self, count: usize) {
        let connected = |views: &Vec<PeerView>| {
            views.iter().filter(|view| view.state == PeerState::Connected).count() == count
        };
        let waiting = tokio::time::timeout(PATIENCE, self.peers.wait_for(connected)).await;
        assert!(waiting.is_ok(), "never {count} others");
    }

    /// Waits until so many pictures of one of the others have come.
    pub async fn receives(&self, peer: &str, pictures: u64) {
        let coming = async {
            while self.stats(peer).frames_received < pictures {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, coming).await.is_ok();
        assert!(came, "never {pictures} pictures; {:?}", self.stats(peer));
    }

    /// The counters for one of the others.
    pub fn stats(&self, peer: &str) -> PeerStats {
        let stats = self.call.stats();
        let row = stats.peers.into_iter().find(|(id, _)| id.as_str() == peer);
        row.map(|(_, stats)| stats).unwrap_or_default()
    }

    /// The seats of the others.
    pub fn others(&self) -> Vec<String> {
        self.peers.borrow().iter().map(|view| view.id.as_str().to_owned()).collect()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How the line names this participant.
const ME: &str = "me";

fn incoming(line: Option<&Arc<Line>>, message: FromServer) -> Option<FromServer> {
    let FromServer::Signal { from, signal } = message else { return Some(message) };
    let signal = redirected(line, &from, signal)?;
    Some(FromServer::Signal { from, signal })
}

fn outgoing(line: Option<&Arc<Line>>, message: FromClient) -> Option<FromClient> {
    let FromClient::Signal { to, signal } = message else { return Some(message) };
    let signal = redirected(line, &ME.into(), signal)?;
    Some(FromClient::Signal { to, signal })
}

fn redirected(line: Option<&Arc<Line>>, from: &PeerId, signal: Signal) -> Option<Signal> {
    match line {
        Some(line) => line.redirect(from, signal).unwrap(),
        None => Some(signal),
    }
}
