//! The Controller's end of the chat.

use super::run;
use crate::action::ChatStep;
use crate::chat::surroundings::Surroundings;
use crate::config::MediaConfig;
use crate::shell::Shell;
use crate::view::{ChatView, Shared};
use consilium_client::{HistoryKind, Keychain, Server};
use consilium_model::{Secret, UserId};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// A chat that does not end is not waited for longer than this.
const GOODBYE: Duration = Duration::from_secs(3);

/// Whose chat it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A specialist's who is signed in. The token is that of the home page.
    Account {
        /// The login, once it is known.
        user: Option<UserId>,
        /// The sign-in.
        token: Secret,
    },
    /// That of whoever came by the link of a visit.
    Visitor {
        /// Who, in the messenger's one namespace.
        user: UserId,
        /// The access token of the visit.
        token: Secret,
    },
}

impl Whose {
    /// With what a token of the messenger is asked for.
    pub(crate) const fn token(&self) -> &Secret {
        match self {
            Self::Account { token, .. } | Self::Visitor { token, .. } => token,
        }
    }

    /// How long the history stays.
    pub(crate) const fn history(&self) -> HistoryKind {
        match self {
            Self::Account { .. } => HistoryKind::Account,
            Self::Visitor { .. } => HistoryKind::Visit,
        }
    }

    /// Who it is, as far as is known.
    pub(crate) const fn user(&self) -> Option<&UserId> {
        match self {
            Self::Account { user, .. } => user.as_ref(),
            Self::Visitor { user, .. } => Some(user),
        }
    }
}

/// What the chat is begun with.
pub(crate) struct Entrance {
    pub(crate) server: Server,
    pub(crate) whose: Whose,
    pub(crate) keychain: Keychain,
    /// The profile of this window: histories of profiles are apart.
    pub(crate) profile: String,
    /// Where the history is kept, if it is.
    pub(crate) folder: Option<PathBuf>,
    pub(crate) shell: Arc<dyn Shell>,
    pub(crate) around: Surroundings,
    pub(crate) media: MediaConfig,
}

/// What the chat wants of the Controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChatNews {
    /// It looks different.
    Changed,
    /// A card was followed: the visit of that appointment is to be opened.
    OpenVisit(String),
    /// The user goes into a conference, with this access token.
    Enter(Secret),
}

/// What the Controller says.
pub(super) enum Said {
    /// The user does something.
    Step(ChatStep),
    /// The rest of the application is like this now. In one line with the steps: a step is meant for what was around
    /// when it was taken.
    Around(Surroundings),
    /// The machine has slept, or the network has changed.
    Wake,
}

/// What the task listens to.
pub(super) struct Inbox {
    pub(super) said: mpsc::UnboundedReceiver<Said>,
    pub(super) media: watch::Receiver<MediaConfig>,
    pub(super) pictures: mpsc::Receiver<PictureWish>,
}

/// What the task tells.
pub(super) struct Outbox {
    pub(super) view: watch::Sender<Option<Shared<ChatView>>>,
    pub(super) doors: mpsc::UnboundedSender<Door>,
}

/// What the user wants to go through.
pub(super) enum Door {
    /// The visit of that appointment.
    Visit(String),
    /// The conference of that access token.
    Conference(Secret),
}

/// A picture that the page wants to show.
pub(crate) struct PictureWish {
    /// The id of the attachment.
    pub(crate) id: String,
    /// All of it; otherwise the thumbnail.
    pub(crate) whole: bool,
    /// Its media type and bytes; nothing when it is no picture, or cannot be had.
    pub(crate) answer: oneshot::Sender<Option<(String, Vec<u8>)>>,
}

/// How the task is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// What is kept stays.
    Keep,
    /// What is kept is deleted: the user has signed out.
    Forget,
}

/// A running chat. Dropping it asks the task to stop; [`ChatSession::close`] and [`ChatSession::forget`] also wait.
pub(crate) struct ChatSession {
    pub(crate) whose: Whose,
    said: mpsc::UnboundedSender<Said>,
    /// What the task was told last.
    around: Surroundings,
    media: watch::Sender<MediaConfig>,
    pictures: mpsc::Sender<PictureWish>,
    view: watch::Receiver<Option<Shared<ChatView>>>,
    doors: mpsc::UnboundedReceiver<Door>,
    ending: watch::Sender<Ending>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Drop for ChatSession {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl ChatSession {
    /// Starts the chat. Needs a tokio runtime.
    pub(crate) fn start(entrance: Entrance) -> Self {
        let (said, said_inbox) = mpsc::unbounded_channel();
        let around = entrance.around.clone();
        let (media, media_inbox) = watch::channel(entrance.media.clone());
        let (pictures, picture_inbox) = mpsc::channel(64);
        let (view_sender, view) = watch::channel(None);
        let (door_sender, doors) = mpsc::unbounded_channel();
        let (ending, how) = watch::channel(Ending::Keep);
        let cancel = CancellationToken::new();
        let whose = entrance.whose.clone();
        let inbox = Inbox { said: said_inbox, media: media_inbox, pictures: picture_inbox };
        let outbox = Outbox { view: view_sender, doors: door_sender };
        let task = tokio::spawn(run::run(entrance, inbox, outbox, how, cancel.clone()));
        Self { whose, said, around, media, pictures, view, doors, ending, cancel, task }
    }

    /// The next news. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> ChatNews {
        tokio::select! {
            Some(door) = self.doors.recv() => match door {
                Door::Visit(appointment) => ChatNews::OpenVisit(appointment),
                Door::Conference(token) => ChatNews::Enter(token),
            },
            Ok(()) = self.view.changed() => ChatNews::Changed,
            // The task has ended: there is nothing to hear any more.
            else => std::future::pending().await,
        }
    }

    /// The view; `None` while nothing is known, and with servers that have no messenger. The same
    /// one until something about it changes.
    pub(crate) fn view(&self) -> Option<Shared<ChatView>> {
        self.view.borrow().clone()
    }

    /// What the user does. Never lost.
    pub(crate) fn step(&self, step: ChatStep) {
        // A chat that has ended takes nothing any more, and is about to be replaced.
        let _ = self.said.send(Said::Step(step));
    }

    /// The machine has slept: sockets may be dead without anybody having said so.
    pub(crate) fn wake(&self) {
        let _ = self.said.send(Said::Wake);
    }

    /// What the rest of the application is like now.
    pub(crate) fn set_around(&mut self, around: Surroundings) {
        if self.around != around {
            self.around = around.clone();
            let _ = self.said.send(Said::Around(around));
        }
    }

    /// The devices for voice messages.
    pub(crate) fn set_media(&self, media: MediaConfig) {
        self.media.send_replace(media);
    }

    /// Gives the page a picture; none where too many are asked for.
    pub(crate) fn give_picture(&self, wish: PictureWish) {
        let _ = self.pictures.try_send(wish);
    }

    /// Ends it and waits until what was to be kept is kept.
    pub(crate) async fn close(self) {
        self.end(Ending::Keep).await;
    }

    /// Ends it, and deletes what was kept.
    pub(crate) async fn forget(self) {
        self.end(Ending::Forget).await;
    }

    async fn end(mut self, ending: Ending) {
        self.ending.send_replace(ending);
        self.cancel.cancel();
        match timeout(GOODBYE, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(panicked = error.is_panic(), "the chat did not end by itself"),
            Err(_) => tracing::warn!("the chat takes long to end"),
        }
    }
}
