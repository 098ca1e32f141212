//! What the chat keeps, in the history's terms. A history that fails does not stop the chat: what could not be kept is
//! read from the server again, and what waits to be sent waits in memory.

use super::handle::Entrance;
use crate::chat::core::{Restored, Sending, Unsent, UnsentFile, What};
use crate::view::ProblemCode;
use bytes::Bytes;
use consilium_client::{History, HistoryError, HistoryOwner, Queued, QueuedBody, QueuedFile, QueuedSource};
use consilium_model::UserId;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;

/// The chat does not wait longer than this for a keychain that waits for the person.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the files are that wait to be sent, by the client's id of their message.
pub(super) type Sources = BTreeMap<String, QueuedSource>;

/// The history of that person.
pub(super) async fn open(entrance: &Entrance, user: &UserId) -> History {
    let server = entrance.server.endpoint().base();
    let kind = entrance.whose.history();
    let owner = HistoryOwner { kind, profile: &entrance.profile, server, user };
    let opening = History::of(entrance.folder.as_deref(), &entrance.keychain, owner);
    timeout(PATIENCE, opening).await.unwrap_or_else(|_| {
        tracing::warn!("the keychain does not answer: the chat's history lasts until the end");
        History::memory()
    })
}

/// What was kept.
pub(super) async fn restore(history: &History) -> (Restored, Sources) {
    let sessions = history.sessions().await.unwrap_or_else(|error| lost(&error));
    let queued = history.outbox().await.unwrap_or_else(|error| lost(&error));
    let settings = history.settings().await.unwrap_or_else(|error| lost(&error));
    let source = |queued: &Queued| match &queued.body {
        QueuedBody::File(file) => Some((queued.client_id.clone(), file.source.clone())),
        QueuedBody::Message { .. } => None,
    };
    let sources = queued.iter().filter_map(source).collect();
    let restored =
        Restored { sessions, outbox: queued.into_iter().map(unsent).collect(), preview: settings.preview };
    (restored, sources)
}

fn lost<T: Default>(error: &HistoryError) -> T {
    tracing::warn!(%error, "something of the chat's history is not read");
    T::default()
}

/// Says that something was not kept.
pub(super) fn check(kept: Result<(), HistoryError>) {
    if let Err(error) = kept {
        tracing::warn!(%error, "something of the chat is not kept");
    }
}

/// Keeps a message that is to be sent, with the bytes that lie nowhere else; answers whether it is written down.
pub(super) async fn enqueue(
    history: &History,
    item: Unsent,
    source: Option<QueuedSource>,
    bytes: Option<Bytes>,
) -> bool {
    let queued = queued(item, source);
    let written = match bytes {
        Some(bytes) => history.enqueue_with(queued, bytes.into()).await,
        None => history.enqueue(queued).await,
    };
    check(written);
    written.is_ok()
}

/// Keeps how a message waits now.
pub(super) async fn requeue(history: &History, item: Unsent, source: Option<QueuedSource>) {
    check(history.requeue(queued(item, source)).await);
}

/// The same, behind all others.
pub(super) async fn requeue_last(history: &History, item: Unsent, source: Option<QueuedSource>) {
    check(history.requeue_last(queued(item, source)).await);
}

fn queued(item: Unsent, source: Option<QueuedSource>) -> Queued {
    let refused = match item.stage {
        Sending::Refused(problem) => serde_json::to_string(&problem).ok(),
        Sending::Keeping | Sending::Waiting | Sending::Uploading { .. } | Sending::Sent => None,
    };
    let body = match item.what {
        What::Message { kind, content } => QueuedBody::Message { kind, content },
        What::File(UnsentFile { kind, name, size, seconds }) => QueuedBody::File(QueuedFile {
            kind,
            name,
            size,
            seconds,
            source: source.unwrap_or(QueuedSource::Kept),
        }),
    };
    Queued {
        client_id: item.client_id,
        session_id: item.session,
        body,
        reply_to: item.reply_to,
        at: item.at,
        refused,
    }
}

fn unsent(queued: Queued) -> Unsent {
    let what = match queued.body {
        QueuedBody::Message { kind, content } => What::Message { kind, content },
        QueuedBody::File(QueuedFile { kind, name, size, seconds, .. }) => {
            What::File(UnsentFile { kind, name, size, seconds })
        }
    };
    Unsent {
        client_id: queued.client_id,
        session: queued.session_id,
        what,
        reply_to: queued.reply_to,
        at: queued.at,
        stage: queued.refused.as_deref().and_then(problem).map_or(Sending::Waiting, Sending::Refused),
    }
}

/// A problem by its kept name. One that this version does not know is none: the server says again what it is.
fn problem(name: &str) -> Option<ProblemCode> {
    let is_it = |code: &ProblemCode| serde_json::to_string(code).is_ok_and(|known| known == name);
    ProblemCode::ALL.iter().copied().find(is_it)
}
