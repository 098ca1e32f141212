//! The task of a check: it owns the devices, the sound, and the look at the line.

use super::super::capture::{Capture, Failed, Nowhere};
use super::super::resolution::Resolution;
use super::super::sink::Sink;
use super::super::streams::OWN;
use super::line::Line;
use super::sound::{Hearing, Speaker};
use super::{CheckEntrance, Command, Found, Snapshot};
use crate::chat::{Player, PlayerNews, Through};
use crate::chime::Chime;
use crate::config::MediaConfig;
use crate::knocks::told;
use crate::view::{CameraCheck, CheckState, CheckView, MicrophoneCheck, NetworkCheck};
use consilium_media::DeviceError;
use consilium_media::video::{KeyFrameRequest, VideoSink};
use consilium_model::{Intent, Secret};
use std::future::ready;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often levels are looked at.
const LOOK: Duration = Duration::from_millis(100);
/// What the sound is called, which is the only one.
const SOUND: &str = "check";
/// How many failures and key-frame requests wait at most.
const QUEUE: usize = 16;

/// Runs a check until it is cancelled.
pub(super) async fn run(
    entrance: CheckEntrance,
    mut commands: mpsc::Receiver<Command>,
    published: watch::Sender<Snapshot>,
    cancel: CancellationToken,
) {
    let (key_frame_sender, mut key_frames) = mpsc::channel(QUEUE);
    let request: KeyFrameRequest = Arc::new(move |stream| {
        // A full queue asks for enough of them already.
        let _ = key_frame_sender.try_send(stream);
    });
    let sink = match Sink::open(&entrance.media.sink, request).await {
        Ok(sink) => sink,
        Err(error) => {
            tracing::error!(kind = %error.kind(), "the check cannot begin");
            return;
        }
    };
    let (failure_sender, mut failures) = mpsc::channel(QUEUE);
    let mut task = Task::new(entrance, sink, failure_sender, published);
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = cancel.cancelled() => break,
            Some(command) = commands.recv() => task.command(command),
            Some(failed) = failures.recv() => task.capture.failed(failed),
            Some(_) = key_frames.recv() => task.request_key_frame(),
            opened = task.capture.next() => task.capture.opened(opened),
            Some(looked) = task.looking.join_next() => task.looked(looked.ok()),
            news = task.player.next() => task.played(news),
            () = task.sink.drawn_changed() => {}
            _ = look.tick() => {}
        }
        task.follow();
        task.publish();
    }
    task.close().await;
}

struct Task {
    sink: Sink,
    capture: Capture,
    player: Player,
    media: MediaConfig,
    wanted: Intent,
    hearing: Hearing,
    speaker: Speaker,
    line: Line,
    network: NetworkCheck,
    /// At most one; replaced whole, so that what was asked of another way is not heard.
    looking: JoinSet<NetworkCheck>,
    published: watch::Sender<Snapshot>,
}

impl Task {
    fn new(
        entrance: CheckEntrance,
        sink: Sink,
        failures: mpsc::Sender<Failed>,
        published: watch::Sender<Snapshot>,
    ) -> Self {
        let CheckEntrance { media, processing, wanted, line } = entrance;
        let frames: Arc<dyn VideoSink> = sink.frames();
        let capture = Capture::new(media.clone(), processing, Arc::new(Nowhere), frames, failures);
        let network = NetworkCheck { state: CheckState::Looking, way: line.way(), round_trip_ms: None };
        let mut task = Self {
            sink,
            capture,
            player: Player::new(),
            media,
            wanted,
            hearing: Hearing::default(),
            speaker: Speaker::default(),
            line,
            network,
            looking: JoinSet::new(),
            published,
        };
        task.look_at_line();
        task
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Devices(media) => {
                if media.speaker != self.media.speaker {
                    (self.speaker, self.media.speaker) = (Speaker::Untried, media.speaker.clone());
                }
                if media.microphone != self.media.microphone {
                    self.hearing = Hearing::default();
                }
                self.media = media.clone();
                self.capture.configure(media);
            }
            Command::Processing(processing) => self.capture.set_processing(processing),
            Command::Want(wanted) => self.wanted = wanted,
            Command::Line(line) => {
                self.line = line;
                self.look_at_line();
            }
            Command::PlaySound => {
                let through = Through::Speaker(self.media.speaker.clone());
                self.player.play(SOUND.to_owned(), ready(Ok(Chime::Test.file())), through);
                self.speaker = Speaker::Played;
            }
            Command::Heard(yes) => self.speaker = Speaker::Heard(yes),
            Command::Again => {
                self.hearing = Hearing::default();
                self.capture.configure(self.media.clone());
                self.look_at_line();
            }
            Command::Tiles(tiles) => self.sink.set_tiles(&tiles),
            Command::NeedKeyFrame => self.request_key_frame(),
            Command::Visible(visible) => self.sink.set_visible(visible),
        }
    }

    fn look_at_line(&mut self) {
        self.network = NetworkCheck { state: CheckState::Looking, way: self.line.way(), round_trip_ms: None };
        self.looking = JoinSet::new();
        self.looking.spawn(self.line.clone().look());
    }

    fn looked(&mut self, looked: Option<NetworkCheck>) {
        self.network = looked.unwrap_or(NetworkCheck { state: CheckState::Failed, ..self.network });
    }

    fn played(&mut self, news: PlayerNews) {
        if matches!(news, PlayerNews::Failed(_)) {
            self.speaker = Speaker::Failed;
        }
    }

    fn request_key_frame(&self) {
        if let Some(camera) = self.capture.camera.get() {
            camera.request_key_frame(Resolution::for_this_machine().own_layer());
        }
    }

    /// Opens and closes what the user's switches say, and listens.
    fn follow(&mut self) {
        self.capture.set_camera(self.wanted.camera, &[]);
        self.capture.set_microphone(self.wanted.mic, || None);
        let level = self.capture.microphone.get().map(|microphone| microphone.level());
        self.hearing.look(level, Instant::now());
    }

    fn camera(&self) -> CheckState {
        match self.capture.camera.problem() {
            _ if !self.wanted.camera => CheckState::Unknown,
            Some(error) => state_of(error),
            None if self.capture.camera.get().is_some() && self.sink.received(OWN) > 0 => CheckState::Good,
            None => CheckState::Looking,
        }
    }

    fn microphone(&self) -> CheckState {
        match self.capture.microphone.problem() {
            _ if !self.wanted.mic => CheckState::Unknown,
            Some(error) => state_of(error),
            None => self.hearing.state(Instant::now()),
        }
    }

    fn publish(&self) {
        let level = self.capture.microphone.get().map_or(0, |microphone| microphone.level());
        let (camera, microphone) = (self.camera(), self.microphone());
        let view = CheckView {
            camera: CameraCheck { on: self.wanted.camera, state: camera, stream: OWN },
            // In steps of ten: a meter needs no more, and a view is not published for less.
            microphone: MicrophoneCheck { on: self.wanted.mic, state: microphone, level: level / 10 * 10 },
            speaker: self.speaker.view(self.player.of(SOUND).is_some()),
            network: self.network,
            frames_url: Secret::from(self.sink.url()),
            drawing: self.sink.drawing(),
            drawn: self.sink.drawn(),
        };
        let found =
            Found { camera: told(camera), microphone: told(microphone), network: told(self.network.state) };
        let snapshot = Snapshot { view: Some(view), found };
        self.published.send_if_modified(|published| {
            let changed = *published != snapshot;
            *published = snapshot;
            changed
        });
    }

    async fn close(mut self) {
        self.looking.shutdown().await;
        tokio::join!(self.capture.stop(), self.player.close());
        self.sink.close().await;
    }
}

const fn state_of(error: &DeviceError) -> CheckState {
    match error {
        DeviceError::Missing => CheckState::Missing,
        DeviceError::InUse => CheckState::Busy,
        DeviceError::NotAllowed => CheckState::Forbidden,
        DeviceError::BadFile | DeviceError::Failed(_) => CheckState::Failed,
    }
}
