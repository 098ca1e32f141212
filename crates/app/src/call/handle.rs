//! The Controller's hold on a call.

use super::session;
use super::snapshot::{CallNews, RoomState, Snapshot};
use crate::action::TileRect;
use crate::config::MediaConfig;
use crate::knocks::RoomKnocks;
use crate::report::CallFigures;
use crate::trust::TrustStore;
use crate::view::{CallView, ProblemCode, Processing, ShareView};
use consilium_client::RoomSocket;
use consilium_media::audio::Playout;
use consilium_model::{Intent, PeerId, Status};
use consilium_wire::record::CallSummary;
use consilium_wire::room::{Ask, FromClient, FromServer, Rights};
use std::sync::Weak;
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
    /// What was heard on the socket before.
    pub(crate) welcome: Option<FromServer>,
    pub(crate) intent: Intent,
    pub(crate) media: MediaConfig,
    pub(crate) processing: Processing,
    /// The server is on this machine, so the others may be too.
    pub(crate) same_machine: bool,
    pub(crate) trust: TrustStore,
}

/// What the Controller asks of the call, as far as it may be lost: where too much waits, the next is thrown away.
pub(super) enum Command {
    WindowsHidden(bool),
    Tile { stream: u32, height: u16 },
    Tiles(Vec<TileRect>),
    NeedKeyFrame(u32),
    Pin(Option<u32>),
    Volume { peer: PeerId, percent: u8 },
    Verified { peer: PeerId, words: [u8; 3], verified: bool },
    Details(bool),
    Visible(bool),
    Say(FromClient),
    Devices(MediaConfig),
    Processing(Processing),
}

/// The ways from the Controller to the call.
pub(super) struct Inbox {
    pub(super) commands: mpsc::Receiver<Command>,
    /// What the user's switches say. The last word wins, and is never lost behind commands.
    pub(super) wanted: watch::Receiver<Intent>,
    /// Each is one press of a person: few, in order, and never lost.
    pub(super) share: mpsc::UnboundedReceiver<ShareStep>,
}

/// A step of showing the own screen, taken by the user.
pub(crate) enum ShareStep {
    Choose,
    Preview { source: String },
    Start,
    Stop,
}

/// A running call. Dropping it asks the task to stop; [`CallSession::leave`] gives the seat up and waits.
pub(crate) struct CallSession {
    commands: mpsc::Sender<Command>,
    wanted: watch::Sender<Intent>,
    share: mpsc::UnboundedSender<ShareStep>,
    snapshot: watch::Receiver<Snapshot>,
    told_no_speaker: bool,
    told_asked: u32,
    told_share_ended: u32,
    cancel: CancellationToken,
    task: JoinHandle<Option<CallSummary>>,
}

impl Drop for CallSession {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl CallSession {
    pub(crate) fn start(entrance: Entrance) -> Self {
        let (commands, command_inbox) = mpsc::channel(QUEUE);
        let (wanted, wanted_inbox) = watch::channel(entrance.intent);
        let (share, share_inbox) = mpsc::unbounded_channel();
        let inbox = Inbox { commands: command_inbox, wanted: wanted_inbox, share: share_inbox };
        let (published, snapshot) =
            watch::channel(Snapshot { intent: entrance.intent, ..Snapshot::default() });
        let cancel = CancellationToken::new();
        let task = tokio::spawn(session::run(entrance, inbox, published, cancel.clone()));
        Self {
            commands,
            wanted,
            share,
            snapshot,
            told_no_speaker: false,
            told_asked: 0,
            told_share_ended: 0,
            cancel,
            task,
        }
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
            RoomState::Outside => CallNews::Outside,
            RoomState::Connecting | RoomState::In | RoomState::Lost => {
                self.untold().unwrap_or(CallNews::Changed)
            }
        }
    }

    /// What has to be said once, one thing at a time.
    fn untold(&mut self) -> Option<CallNews> {
        let (no_speaker, asked, share_ended) = {
            let snapshot = self.snapshot.borrow();
            (snapshot.no_speaker, snapshot.asked, snapshot.share_ended)
        };
        self.told_no_speaker &= no_speaker;
        if std::mem::replace(&mut self.told_asked, asked) != asked {
            return Some(CallNews::MoreTimeAsked);
        }
        if std::mem::replace(&mut self.told_share_ended, share_ended) != share_ended {
            return Some(CallNews::ShareEnded);
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

    /// What is heard beside the others is played there. It does not keep the call's sound alive.
    pub(crate) fn playout(&self) -> Weak<Playout> {
        self.snapshot.borrow().playout.clone()
    }

    /// What the user's switches say. Never lost.
    pub(crate) fn set_intent(&self, intent: Intent) {
        self.wanted.send_replace(intent);
    }

    /// A step of showing the own screen. Never lost.
    pub(crate) fn share(&self, step: ShareStep) {
        // A call that has ended shows nothing any more.
        let _ = self.share.send(step);
    }

    /// The own screen is captured, for the user's eyes or for the others', or is about to be without the user's hand.
    pub(crate) fn captures_screen(&self) -> bool {
        match &self.snapshot.borrow().share {
            ShareView::Preview { .. } | ShareView::Live { .. } | ShareView::Paused { .. } => true,
            ShareView::NotAllowed | ShareView::Off | ShareView::Choosing { .. } => false,
        }
    }

    /// What the room lets the user do, once it has said so.
    pub(crate) fn rights(&self) -> Option<Rights> {
        self.snapshot.borrow().rights
    }

    /// Nobody else is in it.
    pub(crate) fn is_alone(&self) -> bool {
        self.others() == 0
    }

    /// How many others are in it.
    pub(crate) fn others(&self) -> usize {
        self.snapshot.borrow().peers.len()
    }

    /// The window is kept out of pictures of the screen, or cannot be.
    pub(crate) fn set_windows_hidden(&self, hidden: bool) {
        self.command(Command::WindowsHidden(hidden));
    }

    pub(crate) fn set_tile(&self, stream: u32, height: u16) {
        self.command(Command::Tile { stream, height });
    }

    pub(crate) fn set_tiles(&self, tiles: Vec<TileRect>) {
        self.command(Command::Tiles(tiles));
    }

    pub(crate) fn need_key_frame(&self, stream: u32) {
        self.command(Command::NeedKeyFrame(stream));
    }

    /// Shows a stream large, or none.
    pub(crate) fn pin(&self, stream: Option<u32>) {
        self.command(Command::Pin(stream));
    }

    pub(crate) fn set_volume(&self, peer: PeerId, percent: u8) {
        self.command(Command::Volume { peer, percent });
    }

    /// The user has compared these words with a participant, or takes that back.
    pub(crate) fn set_verified(&self, peer: PeerId, words: [u8; 3], verified: bool) {
        self.command(Command::Verified { peer, words, verified });
    }

    /// Opens or closes the panel with the call's figures.
    pub(crate) fn show_details(&self, on: bool) {
        self.command(Command::Details(on));
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
        self.say(FromClient::Ask { ask: Ask::MoreTime })
    }

    /// Says something in the room; answers whether the call has taken it.
    pub(crate) fn say(&self, message: FromClient) -> bool {
        self.command(Command::Say(message))
    }

    /// Who asks to be let in.
    pub(crate) fn knocks(&self) -> RoomKnocks {
        self.snapshot.borrow().knocks.clone()
    }

    fn command(&self, command: Command) -> bool {
        let taken = self.commands.try_send(command).is_ok();
        if !taken {
            tracing::warn!("the call does not take commands");
        }
        taken
    }

    /// Gives the seat up and waits until devices, connections and sockets are closed. Gives what is written down of the
    /// call, when it was one.
    ///
    /// A device that hangs is not waited for longer than a person would: the task goes on closing by itself.
    pub(crate) async fn leave(mut self) -> Option<CallSummary> {
        self.cancel.cancel();
        match timeout(GOODBYE, &mut self.task).await {
            Ok(Ok(summary)) => summary,
            Ok(Err(error)) => {
                tracing::error!(panicked = error.is_panic(), "a call did not end by itself");
                None
            }
            Err(_) => {
                tracing::warn!("a call takes long to end");
                None
            }
        }
    }
}
