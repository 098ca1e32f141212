//! The Controller's hold on a call.

use super::session;
use super::snapshot::{CallNews, RoomState, Snapshot};
use crate::config::MediaConfig;
use crate::report::CallFigures;
use crate::view::{CallView, ProblemCode, Processing};
use consilium_client::RoomSocket;
use consilium_model::{Intent, Status};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How many commands wait at most.
const QUEUE: usize = 256;
/// How long leaving may hold the Controller up.
const GOODBYE: Duration = Duration::from_secs(3);

/// What a call begins with.
pub(crate) struct Entrance {
    pub(crate) room: RoomSocket,
    pub(crate) intent: Intent,
    pub(crate) media: MediaConfig,
    pub(crate) processing: Processing,
    /// The server is on this machine, so the others may be too.
    pub(crate) same_machine: bool,
}

/// What the Controller asks of the call.
pub(super) enum Command {
    Intent(Intent),
    Tile { stream: u32, height: u16 },
    NeedKeyFrame(u32),
    Visible(bool),
    AskMoreTime,
    Devices(MediaConfig),
    Processing(Processing),
}

/// A running call. Dropping it asks the task to stop; [`CallSession::leave`] gives the seat up and waits.
pub(crate) struct CallSession {
    commands: mpsc::Sender<Command>,
    snapshot: watch::Receiver<Snapshot>,
    told_no_speaker: bool,
    told_asked: u32,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Drop for CallSession {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl CallSession {
    pub(crate) fn start(entrance: Entrance) -> Self {
        let (commands, inbox) = mpsc::channel(QUEUE);
        let (published, snapshot) =
            watch::channel(Snapshot { intent: entrance.intent, ..Snapshot::default() });
        let cancel = CancellationToken::new();
        let task = tokio::spawn(session::run(entrance, inbox, published, cancel.clone()));
        Self { commands, snapshot, told_no_speaker: false, told_asked: 0, cancel, task }
    }

    /// The next news. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> CallNews {
        if let Some(news) = self.untold() {
            return news;
        }
        if self.snapshot.changed().await.is_err() {
            return CallNews::Ended(ProblemCode::RoomRefused);
        }
        let room = self.snapshot.borrow_and_update().room;
        match room {
            RoomState::Refused(problem) => CallNews::Ended(problem),
            RoomState::Missing => CallNews::NoRoom,
            RoomState::Connecting | RoomState::In | RoomState::Lost => {
                self.untold().unwrap_or(CallNews::Changed)
            }
        }
    }

    /// What has to be said once, one thing at a time.
    fn untold(&mut self) -> Option<CallNews> {
        let (no_speaker, asked) = {
            let snapshot = self.snapshot.borrow();
            (snapshot.no_speaker, snapshot.asked)
        };
        self.told_no_speaker &= no_speaker;
        if std::mem::replace(&mut self.told_asked, asked) != asked {
            return Some(CallNews::MoreTimeAsked);
        }
        let told = std::mem::replace(&mut self.told_no_speaker, no_speaker);
        (no_speaker && !told).then_some(CallNews::NoSpeaker)
    }

    /// The view, in a visit of this status; `None` in the first moments.
    pub(crate) fn view(&self, status: Status) -> Option<CallView> {
        self.snapshot.borrow().view(status)
    }

    pub(crate) fn figures(&self) -> CallFigures {
        self.snapshot.borrow().figures.clone()
    }

    pub(crate) fn set_intent(&self, intent: Intent) {
        self.command(Command::Intent(intent));
    }

    pub(crate) fn set_tile(&self, stream: u32, height: u16) {
        self.command(Command::Tile { stream, height });
    }

    pub(crate) fn need_key_frame(&self, stream: u32) {
        self.command(Command::NeedKeyFrame(stream));
    }

    pub(crate) fn set_visible(&self, visible: bool) {
        self.command(Command::Visible(visible));
    }

    pub(crate) fn set_devices(&self, media: MediaConfig) {
        self.command(Command::Devices(media));
    }

    pub(crate) fn set_processing(&self, processing: Processing) {
        self.command(Command::Processing(processing));
    }

    /// A device failed, and a change of the devices may mend it.
    pub(crate) fn has_device_trouble(&self) -> bool {
        self.snapshot.borrow().device_trouble
    }

    /// In the room right now.
    pub(crate) fn is_in(&self) -> bool {
        self.snapshot.borrow().room == RoomState::In
    }

    /// Asks the specialists for a longer visit; answers whether the call has taken it.
    pub(crate) fn ask_more_time(&self) -> bool {
        self.command(Command::AskMoreTime)
    }

    fn command(&self, command: Command) -> bool {
        let taken = self.commands.try_send(command).is_ok();
        if !taken {
            tracing::warn!("the call does not take commands");
        }
        taken
    }

    /// Gives the seat up and waits until devices, connections and sockets are closed.
    ///
    /// A device that hangs is not waited for longer than a person would: the task goes on closing by itself.
    pub(crate) async fn leave(mut self) {
        self.cancel.cancel();
        match timeout(GOODBYE, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(panicked = error.is_panic(), "a call did not end by itself"),
            Err(_) => tracing::warn!("a call takes long to end"),
        }
    }
}
