//! Files and voice messages: the one place where what the user does goes to them, and what they bring goes to the core.

mod steps;

use super::kept::Sources;
use crate::chat::files::{ForwardNews, Forwards, Picked, Pictures, SaveNews, Saves, UploadNews, Uploads};
use crate::chat::present::MediaState;
use crate::chat::voice::{Played, Player, PlayerNews, Recorder, RecorderNews};
use crate::config::MediaConfig;
use crate::view::ProblemCode;
use bytes::Bytes;
use consilium_client::QueuedSource;
use std::collections::BTreeMap;
use tokio::task::JoinSet;

/// Files and voice messages of the chat.
pub(super) struct Media {
    config: MediaConfig,
    uploads: Uploads,
    saves: Saves,
    forwards: Forwards,
    pictures: Pictures,
    recorder: Recorder,
    player: Player,
    /// The key of what is played.
    played: Option<String>,
    /// Files that the user is being asked for.
    picking: JoinSet<Chosen>,
    /// Where the files are that wait to be sent, as the history names the places (`QueuedSource`).
    sources: Sources,
    /// Bytes that are not written down with their message yet, or could not be.
    fresh: BTreeMap<String, Bytes>,
}

/// What the user has chosen, for a conversation.
pub(super) struct Chosen {
    session: String,
    picked: Vec<Picked>,
    problem: Option<ProblemCode>,
}

/// What has happened.
pub(super) enum MediaNews {
    Upload(UploadNews),
    Save(SaveNews),
    Forward(ForwardNews),
    Recorder(RecorderNews),
    Player(PlayerNews),
    Chosen(Chosen),
}

impl Media {
    pub(super) fn new(config: MediaConfig, sources: Sources) -> Self {
        Self {
            config,
            uploads: Uploads::new(),
            saves: Saves::new(),
            forwards: Forwards::default(),
            pictures: Pictures::new(),
            recorder: Recorder::new(),
            player: Player::new(),
            played: None,
            picking: JoinSet::new(),
            sources,
            fresh: BTreeMap::new(),
        }
    }

    pub(super) fn configure(&mut self, config: MediaConfig) {
        self.config = config;
    }

    /// What happens next. May be dropped and called again.
    pub(super) async fn next(&mut self) -> MediaNews {
        tokio::select! {
            news = self.uploads.next() => MediaNews::Upload(news),
            news = self.saves.next() => MediaNews::Save(news),
            news = self.forwards.next() => MediaNews::Forward(news),
            news = self.recorder.next() => MediaNews::Recorder(news),
            news = self.player.next() => MediaNews::Player(news),
            Some(Ok(chosen)) = self.picking.join_next() => MediaNews::Chosen(chosen),
        }
    }

    /// What is shown, and whether a call has the devices.
    pub(super) fn follow(&mut self, shown: Option<&str>, in_call: bool) {
        self.recorder.show(shown);
        if in_call {
            self.recorder.interrupt();
            self.player.yield_to_call();
        }
    }

    /// What they are doing, for the view.
    pub(super) fn state(&self, shown: Option<&str>, in_call: bool) -> MediaState {
        let played = self.played.as_ref().and_then(|key| Some((key.clone(), self.player.of(key)?)));
        let (playing, fetching) = match played {
            Some((key, Played::At(at))) => {
                (Some((key, u32::try_from(at.as_millis()).unwrap_or(u32::MAX))), None)
            }
            Some((key, Played::Loading)) => (None, Some(key)),
            None => (None, None),
        };
        MediaState {
            recording: shown.and_then(|session| self.recorder.view(session)),
            can_record: !in_call,
            playing,
            fetching,
            saving: self.saves.saving(),
        }
    }

    /// Where the file of a message is that waits.
    pub(super) fn source(&self, client_id: &str) -> Option<QueuedSource> {
        self.sources.get(client_id).cloned()
    }

    /// The bytes that have to be kept with a message.
    pub(super) fn fresh(&self, client_id: &str) -> Option<Bytes> {
        self.fresh.get(client_id).cloned()
    }

    /// The bytes of a message are elsewhere, too: in the history or on the server.
    pub(super) fn let_go(&mut self, client_id: &str) {
        self.fresh.remove(client_id);
    }

    /// A message does not wait any more.
    pub(super) fn forget(&mut self, client_id: &str) {
        self.uploads.cancel(client_id);
        self.sources.remove(client_id);
        self.fresh.remove(client_id);
    }

    fn remember(&mut self, client_id: String, picked: Picked) {
        let (source, bytes) = picked.source.queued();
        if let Some(bytes) = bytes {
            self.fresh.insert(client_id.clone(), bytes);
        }
        self.sources.insert(client_id, source);
    }

    /// Stops everything and waits for the devices.
    pub(super) async fn close(self) {
        tokio::join!(self.recorder.stop(), self.player.close());
    }
}
