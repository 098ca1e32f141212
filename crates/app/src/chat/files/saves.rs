//! Files that the user saves.
//!
//! A file is written beside the place that the user chose, under a name of its own, and gets its name when it is whole: a
//! file of that name that the user was asked about is replaced in one step, or not at all, and any other one never.

use super::fetch::Shelf;
use super::kind::ending;
use super::part::Part;
use super::uploads::percent;
use crate::chat::looks;
use crate::shell::Shell;
use crate::view::ProblemCode;
use consilium_client::{AttachmentPart, ClientError, TransferError};
use consilium_model::{MessageKind, Secret};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Interval;

/// The largest file that is fetched before the user says where it goes, in bytes.
const AT_HAND: u64 = 20 * 1024 * 1024;

/// Files that are being saved, by the key of their message. Dropping it stops them.
pub(crate) struct Saves {
    running: BTreeMap<String, Running>,
    work: JoinSet<(String, Result<Saved, ProblemCode>)>,
    looks: Interval,
}

/// What is saved.
#[derive(Clone, Debug)]
pub(crate) struct Saving {
    /// The key of its message.
    pub(crate) key: String,
    /// The attachment.
    pub(crate) id: String,
    /// The message's kind.
    pub(crate) kind: MessageKind,
    /// What it is called; of pictures and voice messages, which have no name of their own, without an ending.
    pub(crate) name: Secret,
    /// Bytes.
    pub(crate) size: u64,
}

impl Saving {
    /// Nobody has given it a name.
    const fn is_nameless(&self) -> bool {
        matches!(self.kind, MessageKind::Image | MessageKind::ForwardedImage | MessageKind::Voice)
    }

    /// The name to begin with.
    fn proposed(&self, bytes: Option<&[u8]>) -> Secret {
        let usual = if self.kind == MessageKind::Voice { "ogg" } else { "jpg" };
        match self.is_nameless() {
            true => {
                let ending = bytes.and_then(ending).unwrap_or(usual);
                Secret::from(format!("{}.{ending}", self.name.expose()))
            }
            false => self.name.clone(),
        }
    }
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaveNews {
    /// There is something else to show.
    Changed,
    /// A file could not be saved.
    Failed(ProblemCode),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saved {
    /// It is where the user wants it.
    There,
    /// The user wants it nowhere.
    Nowhere,
}

struct Running {
    handle: AbortHandle,
    size: u64,
    /// How many bytes are there; `None` until the user has said where.
    come: watch::Receiver<Option<u64>>,
    told: Option<u8>,
}

impl Running {
    fn percent(&self) -> Option<u8> {
        self.come.borrow().map(|come| percent(come, self.size))
    }
}

impl Saves {
    /// Nothing is saved. Needs a tokio runtime.
    pub(crate) fn new() -> Self {
        Self { running: BTreeMap::new(), work: JoinSet::new(), looks: looks() }
    }

    /// Asks the user where a file goes, and saves it there. One that is being saved is not begun again.
    pub(crate) fn start(&mut self, shelf: Shelf, shell: Arc<dyn Shell>, saving: Saving) {
        if self.running.contains_key(&saving.key) {
            return;
        }
        let (come, progress) = watch::channel(None);
        let (key, size) = (saving.key.clone(), saving.size);
        let handle = self.work.spawn(async move {
            let saved = save(&shelf, &*shell, &saving, &come).await;
            (saving.key, saved)
        });
        self.running.insert(key, Running { handle, size, come: progress, told: None });
    }

    /// The user does not want it any more; answers whether it was being saved.
    pub(crate) fn cancel(&mut self, key: &str) -> bool {
        let running = self.running.remove(key);
        if let Some(running) = &running {
            running.handle.abort();
        }
        running.is_some()
    }

    /// The keys of what is being saved, with the percent.
    pub(crate) fn saving(&self) -> BTreeMap<String, u8> {
        let begun = |(key, running): (&String, &Running)| Some((key.clone(), running.percent()?));
        self.running.iter().filter_map(begun).collect()
    }

    /// What happens next; pends while nothing is saved. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> SaveNews {
        loop {
            tokio::select! {
                Some(ended) = self.work.join_next() => match ended {
                    Ok((key, saved)) => {
                        self.running.remove(&key);
                        return saved.map_or_else(SaveNews::Failed, |_| SaveNews::Changed);
                    }
                    Err(error) if error.is_cancelled() => {}
                    Err(_) => {
                        tracing::error!("saving a file did not end by itself");
                        self.running.retain(|_, running| !running.handle.is_finished());
                        return SaveNews::Failed(ProblemCode::FileNotSaved);
                    }
                },
                _ = self.looks.tick(), if !self.running.is_empty() => {
                    if self.moved() {
                        return SaveNews::Changed;
                    }
                }
                else => std::future::pending().await,
            }
        }
    }

    fn moved(&mut self) -> bool {
        self.running.values_mut().fold(false, |moved, running| {
            let percent = running.percent();
            std::mem::replace(&mut running.told, percent) != percent || moved
        })
    }
}

async fn save(
    shelf: &Shelf,
    shell: &dyn Shell,
    saving: &Saving,
    come: &watch::Sender<Option<u64>>,
) -> Result<Saved, ProblemCode> {
    let bytes = at_hand(shelf, saving).await;
    let (answer, place) = oneshot::channel();
    shell.choose_place(&saving.proposed(bytes.as_deref()), answer);
    // Whoever was to ask is gone: then the user wants it nowhere.
    let Some(place) = place.await.unwrap_or(None) else { return Ok(Saved::Nowhere) };
    let part = Part::begin(place).await?;
    come.send_replace(Some(0));
    let written = match bytes {
        Some(bytes) => part.write(bytes).await.map_err(TransferError::from),
        None => download(shelf, saving, part.path(), come).await,
    };
    written.map_err(|error| not_saved(&error))?;
    part.become_whole().await?;
    Ok(Saved::There)
}

/// The bytes, where they are on this machine, or where the name to propose depends on them.
async fn at_hand(shelf: &Shelf, saving: &Saving) -> Option<Vec<u8>> {
    let part = AttachmentPart::Whole;
    let bytes = if saving.is_nameless() && saving.size <= AT_HAND {
        shelf.attachment(&saving.id, part, AT_HAND as usize).await.ok()
    } else {
        shelf.history.attachment(&saving.id, part).await.ok().flatten()
    };
    bytes.filter(|bytes| bytes.len() as u64 == saving.size)
}

async fn download(
    shelf: &Shelf,
    saving: &Saving,
    to: &Path,
    come: &watch::Sender<Option<u64>>,
) -> Result<(), TransferError> {
    let messenger = shelf.messenger.as_ref().ok_or(ClientError::Unreachable)?;
    let (bytes, mut progress) = watch::channel(0);
    let follow = async {
        while progress.changed().await.is_ok() {
            come.send_replace(Some(*progress.borrow_and_update()));
        }
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        done = messenger.download(&saving.id, saving.size, to, &bytes) => done,
        never = follow => match never {},
    }
}

const fn not_saved(error: &TransferError) -> ProblemCode {
    match error {
        TransferError::Client(ClientError::Certificate) => ProblemCode::Certificate,
        TransferError::Client(ClientError::Unreachable) => ProblemCode::Unreachable,
        TransferError::Client(_) | TransferError::File(_) => ProblemCode::FileNotSaved,
    }
}
