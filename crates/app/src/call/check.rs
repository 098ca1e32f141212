//! The check before a call: the same devices, opened in the same way, for the user alone. What is captured goes nowhere.

mod line;
mod sound;
mod task;

use crate::action::TileRect;
use crate::config::MediaConfig;
use crate::view::{CheckView, Processing};
use consilium_model::Intent;
use consilium_wire::room::Readiness;
pub(crate) use line::Line;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How many commands wait at most.
const QUEUE: usize = 64;
/// How long closing may hold the Controller up.
const GOODBYE: Duration = Duration::from_secs(3);

/// What the last check has found, as those inside are told.
pub(crate) type Found = Readiness;

/// What a check begins with.
pub(crate) struct CheckEntrance {
    pub(crate) media: MediaConfig,
    pub(crate) processing: Processing,
    /// Camera and microphone, as the user's hand has set them.
    pub(crate) wanted: Intent,
    pub(crate) line: Line,
}

/// What is asked of the check.
enum Command {
    Devices(MediaConfig),
    Processing(Processing),
    Want(Intent),
    Line(Line),
    PlaySound,
    Heard(bool),
    Again,
    Tiles(Vec<TileRect>),
    NeedKeyFrame,
    Visible(bool),
}

/// Everything a check shows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Snapshot {
    /// Missing until the sink is open.
    view: Option<CheckView>,
    found: Found,
}

/// A running check. Dropping it asks the task to stop; [`CheckSession::close`] waits until the devices are closed.
pub(crate) struct CheckSession {
    commands: mpsc::Sender<Command>,
    snapshot: watch::Receiver<Snapshot>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Drop for CheckSession {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl CheckSession {
    /// Opens what the user wants opened.
    pub(crate) fn start(entrance: CheckEntrance) -> Self {
        let (commands, inbox) = mpsc::channel(QUEUE);
        let (published, snapshot) = watch::channel(Snapshot::default());
        let cancel = CancellationToken::new();
        let task = tokio::spawn(task::run(entrance, inbox, published, cancel.clone()));
        Self { commands, snapshot, cancel, task }
    }

    /// Waits until there is something else to show. May be dropped and called again.
    pub(crate) async fn changed(&mut self) {
        if self.snapshot.changed().await.is_err() {
            // It has ended; whoever owns it closes it.
            std::future::pending().await
        }
    }

    /// For the window; `None` in the first moments.
    pub(crate) fn view(&self) -> Option<CheckView> {
        self.snapshot.borrow().view.clone()
    }

    /// What it has found so far.
    pub(crate) fn found(&self) -> Found {
        self.snapshot.borrow().found
    }

    /// Uses these devices from now on.
    pub(crate) fn set_devices(&self, media: MediaConfig) {
        self.command(Command::Devices(media));
    }

    pub(crate) fn set_processing(&self, processing: Processing) {
        self.command(Command::Processing(processing));
    }

    /// The user's switches say this.
    pub(crate) fn want(&self, wanted: Intent) {
        self.command(Command::Want(wanted));
    }

    /// The line is looked at by this way from now on.
    pub(crate) fn set_line(&self, line: Line) {
        self.command(Command::Line(line));
    }

    pub(crate) fn play_sound(&self) {
        self.command(Command::PlaySound);
    }

    /// The user has heard the sound, or not.
    pub(crate) fn heard(&self, yes: bool) {
        self.command(Command::Heard(yes));
    }

    /// Looks again at what failed.
    pub(crate) fn again(&self) {
        self.command(Command::Again);
    }

    pub(crate) fn set_tiles(&self, tiles: Vec<TileRect>) {
        self.command(Command::Tiles(tiles));
    }

    pub(crate) fn need_key_frame(&self) {
        self.command(Command::NeedKeyFrame);
    }

    pub(crate) fn set_visible(&self, visible: bool) {
        self.command(Command::Visible(visible));
    }

    fn command(&self, command: Command) {
        if self.commands.try_send(command).is_err() {
            tracing::warn!("the check does not take commands");
        }
    }

    /// Closes the devices and waits for that; gives what was found.
    pub(crate) async fn close(mut self) -> Found {
        let found = self.found();
        self.cancel.cancel();
        if timeout(GOODBYE, &mut self.task).await.is_err() {
            tracing::warn!("a check takes long to end");
        }
        found
    }
}
