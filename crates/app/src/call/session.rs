//! The task of a call.

mod publish;

use super::capture::{Capture, Failed};
use super::handle::{Command, Entrance, Inbox, ShareStep};
use super::playback::Playback;
use super::resolution::Resolution;
use super::share::Share;
use super::sink::Sink;
use super::snapshot::{RoomState, Snapshot};
use super::speaker::Speaker;
use super::streams::{OWN, Streams, is_own};
use super::trust::Trust;
use super::vitals::Vitals;
use crate::knocks::RoomKnocks;
use crate::problem;
use crate::view::ProblemCode;
use consilium_call::{Call, CallConfig, CallEvent};
use consilium_call::{Capture as CaptureWish, PeerView};
use consilium_client::{RoomEvent, RoomSender, RoomSocket};
use consilium_media::video::{KeyFrameRequest, SCREEN_LAYER, VideoSink};
use consilium_media::{DeviceError, EncodedAudio, EncodedVideo, ReceivedRtp};
use consilium_model::{Content, Intent, PeerId, Status};
use consilium_wire::record::CallSummary;
use consilium_wire::room::{Ask, FromClient, FromServer, MAX_WITH_VIDEO, Rights};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

/// How many commands, events and key-frame requests wait at most.
const QUEUE: usize = 256;
/// How often levels and figures are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How long a screen that does not close may hold up the end of the call.
const SCREEN_CLOSES: Duration = Duration::from_secs(2);

/// Runs a call until it is cancelled; gives what is written down of it, when it was one.
pub(super) async fn run(
    mut entrance: Entrance,
    mut inbox: Inbox,
    published: watch::Sender<Snapshot>,
    cancel: CancellationToken,
) -> Option<CallSummary> {
    let failure = published.clone();
    let welcome = entrance.welcome.take();
    let opened = tokio::select! {
        () = cancel.cancelled() => return None,
        opened = Session::open(entrance, published) => opened,
    };
    match opened {
        Ok((mut session, inputs)) => {
            // The switches may have been turned while it opened.
            session.want(*inbox.wanted.borrow_and_update());
            if let Some(welcome) = welcome {
                session.room(Some(RoomEvent::Message(welcome)));
            }
            session.run(inbox, inputs, cancel).await
        }
        Err(error) => {
            tracing::error!(%error, "the call cannot begin");
            failure.send_modify(|snapshot| snapshot.room = RoomState::Refused(ProblemCode::RoomRefused));
            None
        }
    }
}

/// What a session listens to, apart from itself so that it can be borrowed meanwhile.
struct Inputs {
    room: RoomSocket,
    call: mpsc::Receiver<CallEvent>,
    key_frames: mpsc::Receiver<u32>,
    failures: mpsc::Receiver<Failed>,
}

struct Session {
    call: Arc<Call>,
    room: RoomSender,
    sink: Sink,
    frames: Arc<dyn VideoSink>,
    capture: Capture,
    share: Share,
    playback: Playback,
    streams: Streams,
    peers: Vec<PeerView>,
    trust: Trust,
    speaker: Speaker,
    pinned: Option<u32>,
    wish: CaptureWish,
    intent: Intent,
    /// There are too many in the call for cameras and screens.
    audio_only: bool,
    /// Up to so many are seen.
    max_with_video: u32,
    rights: Option<Rights>,
    status: Option<Status>,
    knocks: RoomKnocks,
    asked: u32,
    state: RoomState,
    vitals: Vitals,
    echo: bool,
    published: watch::Sender<Snapshot>,
}

impl Session {
    async fn open(
        entrance: Entrance,
        published: watch::Sender<Snapshot>,
    ) -> Result<(Self, Inputs), DeviceError> {
        let (key_frame_sender, key_frames) = mpsc::channel(QUEUE);
        let request: KeyFrameRequest = Arc::new(move |stream| {
            // A full queue asks for enough of them already.
            let _ = key_frame_sender.try_send(stream);
        });
        let failed = |error: std::io::Error| DeviceError::Failed(error.kind().to_string());
        let sink = Sink::open(&entrance.media.sink, request).await.map_err(failed)?;
        let speaker = entrance.media.speaker.clone();
        let opened = tokio::task::spawn_blocking(move || Playback::open(speaker));
        let (opened, certificate) = tokio::join!(opened, entrance.trust.certificate());
        let (playback, missing) = opened.unwrap_or(Err(DeviceError::Missing))?;
        let (call_sender, call_events) = mpsc::channel(QUEUE);
        let resolution = Resolution::for_this_machine();
        let config = CallConfig {
            include_loopback: entrance.same_machine,
            layers: resolution.heights(),
            rates: resolution.layer_rates(),
            certificate,
            ..CallConfig::default()
        };
        let call = Arc::new(consilium_call::start(config, call_sender));
        call.set_intent(entrance.intent);
        let (failure_sender, failures) = mpsc::channel(4);
        let frames = sink.frames();
        let share = Share::new(entrance.media.screens.clone(), call.clone(), frames.clone());
        let echo = entrance.media.echo;
        let mut capture =
            Capture::new(entrance.media, entrance.processing, call.clone(), frames.clone(), failure_sender);
        capture.speaker_opened(missing.map_or(Ok(()), Err));
        let session = Self {
            room: entrance.room.sender(),
            call,
            sink,
            frames,
            capture,
            share,
            playback,
            streams: Streams::default(),
            peers: Vec::new(),
            trust: Trust::new(entrance.trust),
            speaker: Speaker::default(),
            pinned: None,
            wish: CaptureWish::default(),
            intent: entrance.intent,
            audio_only: false,
            max_with_video: MAX_WITH_VIDEO,
            rights: None,
            status: None,
            knocks: RoomKnocks::default(),
            asked: 0,
            state: RoomState::Connecting,
            vitals: Vitals::new(Instant::now(), LOOK),
            echo,
            published,
        };
        Ok((session, Inputs { room: entrance.room, call: call_events, key_frames, failures }))
    }

    async fn run(
        mut self,
        mut inbox: Inbox,
        mut inputs: Inputs,
        cancel: CancellationToken,
    ) -> Option<CallSummary> {
        let mut network = self.call.network_changes();
        let wake = self.room.wake();
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = cancel.cancelled() => break,
                Ok(()) = inbox.wanted.changed() => {
                    let wanted = *inbox.wanted.borrow_and_update();
                    self.want(wanted);
                    self.publish();
                }
                Some(step) = inbox.share.recv() => {
                    self.step_share(step);
                    self.follow_share();
                    self.publish();
                }
                Some(command) = inbox.commands.recv() => self.command(command),
                event = inputs.room.next(), if !self.state.is_over() => self.room(event),
                Some(event) = inputs.call.recv() => self.event(event),
                Some(stream) = inputs.key_frames.recv() => self.need_key_frame(stream),
                Some(failed) = inputs.failures.recv() => {
                    self.capture.failed(failed);
                    self.publish();
                }
                // The room's line may be dead, and the way around goes through it.
                Ok(()) = network.changed() => wake.wake(),
                opened = self.capture.next() => {
                    self.capture.opened(opened);
                    // What was closed may be wanted again.
                    self.follow_wish();
                    self.publish();
                }
                happened = self.share.next() => {
                    self.share.happened(happened);
                    self.follow_share();
                    self.publish();
                }
                () = self.sink.drawn_changed() => self.publish(),
                () = self.trust.changed() => self.publish(),
                _ = look.tick() => {
                    // A device that failed has rested.
                    self.follow_wish();
                    self.look();
                    self.publish();
                }
            }
        }
        let summary = self.vitals.summary();
        self.close(inputs).await;
        summary
    }

    async fn close(self, inputs: Inputs) {
        // First of all nothing leaves any more, whatever the devices still do.
        self.call.set_intent(Intent::default());
        let share = async {
            if timeout(SCREEN_CLOSES, self.share.close_all()).await.is_err() {
                tracing::warn!("a screen takes long to close");
            }
        };
        tokio::join!(self.capture.stop(), share, inputs.room.leave(), self.trust.close());
        // The devices had the other handles. One that hangs keeps its own; nothing goes out through it.
        if let Some(call) = Arc::into_inner(self.call) {
            call.close().await;
        }
        self.sink.close().await;
        // Closing a speaker waits for its thread.
        let playback = self.playback;
        let _ = tokio::task::spawn_blocking(move || drop(playback)).await;
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::WindowsHidden(hidden) => self.share.set_windows_hidden(hidden),
            Command::Tile { stream: OWN, .. } => {}
            Command::Tile { stream, height } => {
                if let Some((peer, content)) = self.streams.owner(stream) {
                    self.call.wish(peer.clone(), content, height);
                }
            }
            Command::Tiles(tiles) => self.sink.set_tiles(&tiles),
            Command::NeedKeyFrame(stream) => self.need_key_frame(stream),
            Command::Pin(stream) => self.pinned = stream,
            Command::Details(on) => self.vitals.show_details(on),
            Command::Verified { peer, words, verified } => {
                if let Some(peer) = self.peers.iter().find(|known| known.id == peer) {
                    self.trust.set_verified(peer, words, verified);
                }
            }
            Command::Volume { peer, percent } => self.playback.set_volume(peer, percent),
            Command::Visible(visible) => self.sink.set_visible(visible),
            Command::Say(message) => self.to_room(&message),
            Command::Devices(media) => {
                self.capture.configure(media);
                self.follow_wish();
            }
            Command::Processing(processing) => self.capture.set_processing(processing),
        }
        self.publish();
    }

    fn room(&mut self, event: Option<RoomEvent>) {
        match event {
            Some(RoomEvent::Message(FromServer::Lobby { .. })) => self.fall_silent(RoomState::Outside),
            Some(RoomEvent::Message(message)) => {
                match &message {
                    FromServer::Welcome { status, policy, rights, peers, .. } => {
                        // No camera is opened for a moment.
                        self.audio_only |= peers.len() >= policy.max_with_video as usize;
                        self.share.allow(rights.screen);
                        self.rights = Some(*rights);
                        self.vitals.know_phone(policy.phone.clone());
                        self.max_with_video = policy.max_with_video;
                        self.state = RoomState::In;
                        self.status = Some(*status);
                    }
                    FromServer::Status { status } => self.status = Some(*status),
                    FromServer::Asked { ask: Ask::MoreTime, .. } => self.asked = self.asked.wrapping_add(1),
                    _ => {}
                }
                self.knocks.hear(&message, Instant::now());
                self.hold_share();
                self.call.room(message);
                self.follow_wish();
            }
            Some(RoomEvent::Lost) => {
                self.state = RoomState::Lost;
                self.call.room_lost();
            }
            Some(RoomEvent::NoRoom) => self.fall_silent(RoomState::Missing),
            Some(RoomEvent::Refused(error)) => {
                self.fall_silent(RoomState::Refused(problem::of_room(error)));
            }
            None => self.fall_silent(RoomState::Refused(ProblemCode::RoomRefused)),
        }
        self.publish();
    }

    /// The room is over. Nobody there says any more who may see and hear: nothing flows until the Controller leaves.
    fn fall_silent(&mut self, state: RoomState) {
        self.state = state;
        self.status = None;
        self.knocks = RoomKnocks::default();
        self.share.stop();
        self.intent = self.intent.sharing(false);
        self.tell_intent();
        self.follow_wish();
    }

    /// The user's switches say this.
    fn want(&mut self, wanted: Intent) {
        self.intent = wanted.sharing(self.share.is_live());
        self.tell_intent();
        self.follow_wish();
    }

    /// Tells the call what may leave: nothing once the room is over.
    fn tell_intent(&self) {
        let over = self.state.is_over();
        self.call.set_intent(if over { Intent::default() } else { self.intent });
    }

    /// With too many in the call the camera and what captures the screen are closed, and opened again afterwards: the
    /// user's switches stay as they are.
    fn follow_crowd(&mut self, audio_only: bool) {
        self.audio_only = audio_only;
        if audio_only {
            self.share.pause();
        } else {
            self.share.resume();
        }
        self.follow_share();
        self.follow_wish();
        self.publish();
    }

    fn to_room(&self, message: &FromClient) {
        if let Err(error) = self.room.send(message) {
            tracing::warn!(%error, "a message did not reach the room");
        }
    }

    fn event(&mut self, event: CallEvent) {
        match event {
            CallEvent::ToRoom(message) => self.to_room(&message),
            CallEvent::Peers(peers) => self.present(peers),
            CallEvent::AudioOnly(audio_only) => self.follow_crowd(audio_only),
            CallEvent::Capture(wish) => {
                self.wish = wish;
                self.follow_wish();
            }
            CallEvent::KeyFrameWanted { layer: SCREEN_LAYER } => self.share.request_key_frame(None),
            CallEvent::KeyFrameWanted { .. } if self.echo => self.request_peer_key_frames(),
            CallEvent::KeyFrameWanted { layer } => self.request_own_key_frame(layer),
            CallEvent::Video { peer, content: Content::Camera, frame } => {
                self.vitals.picture(&peer, frame.height);
                self.echo_video(&frame);
                let stream = self.streams.of(&peer, Content::Camera);
                self.frames.frame(stream, &frame);
            }
            CallEvent::Video { peer, content: Content::Screen, frame } => {
                if shows_screen(&self.peers, &peer) {
                    let stream = self.streams.of(&peer, Content::Screen);
                    self.frames.frame(stream, &frame);
                }
            }
            CallEvent::Audio { peer, packet } => {
                self.echo_audio(&packet);
                self.playback.push(&peer, packet);
            }
        }
    }

    /// The test call: a picture goes back as every layer that somebody wants.
    fn echo_video(&self, frame: &EncodedVideo) {
        if !self.echo {
            return;
        }
        for layer in &self.wish.layers {
            self.call.video(&EncodedVideo { layer: *layer, ..frame.clone() });
        }
    }

    fn echo_audio(&self, packet: &ReceivedRtp) {
        if self.echo {
            let (rtp_timestamp, data) = (packet.timestamp, packet.payload.clone());
            self.call.audio(&EncodedAudio { rtp_timestamp, level: 0, data });
        }
    }

    fn request_peer_key_frames(&self) {
        self.peers.iter().for_each(|peer| self.call.request_key_frame(&peer.id, Content::Camera));
    }

    fn present(&mut self, peers: Vec<PeerView>) {
        let present: Vec<PeerId> = peers.iter().map(|peer| peer.id.clone()).collect();
        for gone in self.streams.keep(&present) {
            self.frames.end(gone);
        }
        for peer in peers.iter().filter(|peer| !peer.media.screen) {
            if let Some(ended) = self.streams.forget(&peer.id, Content::Screen) {
                self.frames.end(ended);
            }
        }
        for peer in peers.iter().filter(|peer| peer.media.screen && !shows_screen(&self.peers, &peer.id)) {
            // What came before it was announced is lost, and a stream begins with a key frame.
            self.call.request_key_frame(&peer.id, Content::Screen);
        }
        self.playback.keep(&present);
        self.trust.meet(&peers);
        self.peers = peers;
        self.publish();
    }

    /// Opens and closes devices. The self-view is for the user's own eyes: it needs the switch, a right to it
    /// and a running visit, and nobody else.
    fn follow_wish(&mut self) {
        let running = self.is_running() && !self.echo;
        let layers = if self.wish.camera { self.wish.layers.as_slice() } else { &[] };
        let (wanted, rights) = (self.intent, self.rights.unwrap_or_default());
        let seen = wanted.camera && rights.video && !self.audio_only;
        self.capture.set_camera(seen && running, layers);
        let reference = || Some(self.playback.reference());
        self.capture.set_microphone(wanted.mic && rights.audio && running, reference);
        self.capture.follow_speaker(&self.playback);
    }

    const fn is_running(&self) -> bool {
        matches!(self.status, Some(Status::Started | Status::StartedAndWaiting))
    }

    /// What is shown to the others is shown while the visit runs: after a pause it takes the user's hand again.
    fn hold_share(&mut self) {
        match self.status {
            None | Some(Status::Started | Status::StartedAndWaiting) => {}
            Some(Status::Pending | Status::OpenForJoining | Status::StartedAndPaused) => {
                self.share.interrupt();
            }
            Some(Status::CancelledBeforeStart | Status::CancelledAfterStart | Status::Finished) => {
                self.share.stop();
            }
        }
        self.follow_share();
    }

    fn step_share(&mut self, step: ShareStep) {
        match step {
            // The window says why.
            ShareStep::Choose | ShareStep::Preview { .. } | ShareStep::Start if self.audio_only => {}
            ShareStep::Choose => self.share.choose(),
            ShareStep::Preview { source } => self.share.preview(&source),
            ShareStep::Start if self.is_running() => self.share.start(),
            ShareStep::Start => {}
            ShareStep::Stop => self.share.stop(),
        }
    }

    /// Tells the call whether the screen may be seen.
    fn follow_share(&mut self) {
        let intent = self.intent.sharing(self.share.is_live());
        if intent != self.intent {
            self.intent = intent;
            self.tell_intent();
        }
    }

    fn need_key_frame(&mut self, stream: u32) {
        if stream == OWN {
            self.request_own_key_frame(Resolution::for_this_machine().own_layer());
        } else if is_own(stream) {
            self.share.request_key_frame(Some(stream));
        } else if let Some((peer, content)) = self.streams.owner(stream) {
            self.call.request_key_frame(peer, content);
        }
    }

    fn request_own_key_frame(&self, layer: u8) {
        if let Some(camera) = self.capture.camera.get() {
            camera.request_key_frame(layer);
        }
    }
}

/// This peer says that it shows its screen.
fn shows_screen(peers: &[PeerView], peer: &PeerId) -> bool {
    peers.iter().any(|known| known.id == *peer && known.media.screen)
}
