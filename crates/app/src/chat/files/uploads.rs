//! Files on their way to the server.

use super::fetch::Shelf;
use crate::chat::core::UnsentFile;
use crate::chat::looks;
use consilium_client::{AttachmentPart, ClientError, QueuedSource, TransferError, UploadSource};
use consilium_wire::im::Attachment;
use std::collections::BTreeMap;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Interval;

/// Files on their way to the server, by the client's id of their message. Dropping it stops them.
pub(crate) struct Uploads {
    running: BTreeMap<String, Running>,
    work: JoinSet<(String, Result<Attachment, TransferError>)>,
    looks: Interval,
}

/// What is brought to the server.
pub(crate) struct Upload {
    /// The client's id of its message.
    pub(crate) client_id: String,
    pub(crate) session: String,
    pub(crate) file: UnsentFile,
    pub(crate) source: QueuedSource,
}

/// What has happened.
#[derive(Debug)]
pub(crate) enum UploadNews {
    /// So much of it is there.
    Progress { client_id: String, percent: u8 },
    /// The server has it.
    Done { client_id: String, attachment: Box<Attachment> },
    /// It did not get there; [`super::not_uploaded`] says what that means.
    Failed { client_id: String, error: TransferError },
}

struct Running {
    handle: AbortHandle,
    gone: watch::Receiver<u64>,
    size: u64,
    told: u8,
}

impl Running {
    /// Done is what the server says, so the last percent is its.
    fn percent(&self) -> u8 {
        percent(*self.gone.borrow(), self.size).min(99)
    }
}

/// How much of a whole.
pub(super) fn percent(part: u64, whole: u64) -> u8 {
    let percent = u128::from(part) * 100 / u128::from(whole.max(1));
    percent.min(100) as u8
}

impl Uploads {
    /// Nothing is on its way. Needs a tokio runtime.
    pub(crate) fn new() -> Self {
        Self { running: BTreeMap::new(), work: JoinSet::new(), looks: looks() }
    }

    /// Begins to bring a file to the server. One that is on its way is not begun again.
    pub(crate) fn start(&mut self, shelf: Shelf, upload: Upload) {
        let client_id = upload.client_id.clone();
        if self.running.contains_key(&client_id) {
            return;
        }
        let (progress, gone) = watch::channel(0);
        let size = upload.file.size;
        let handle = self.work.spawn(async move {
            let sent = bring(&shelf, &upload, &progress).await;
            (upload.client_id, sent)
        });
        self.running.insert(client_id, Running { handle, gone, size, told: 0 });
    }

    /// Stops one; nothing is heard of it any more.
    pub(crate) fn cancel(&mut self, client_id: &str) {
        if let Some(running) = self.running.remove(client_id) {
            running.handle.abort();
        }
    }

    /// What happens next; pends while nothing is on its way. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> UploadNews {
        loop {
            tokio::select! {
                Some(ended) = self.work.join_next() => {
                    if let Some(news) = self.ended(ended) {
                        return news;
                    }
                }
                _ = self.looks.tick(), if !self.running.is_empty() => {
                    if let Some(news) = self.moved() {
                        return news;
                    }
                }
                else => std::future::pending().await,
            }
        }
    }

    fn ended(
        &mut self,
        ended: Result<(String, Result<Attachment, TransferError>), tokio::task::JoinError>,
    ) -> Option<UploadNews> {
        let (client_id, sent) = match ended {
            Ok(ended) => ended,
            Err(error) if error.is_cancelled() => return None,
            Err(_) => return self.panicked(),
        };
        // One that was stopped in its last moment says nothing.
        self.running.remove(&client_id)?;
        Some(match sent {
            Ok(attachment) => UploadNews::Done { client_id, attachment: Box::new(attachment) },
            Err(error) => UploadNews::Failed { client_id, error },
        })
    }

    /// A task has died: whichever it was, its message goes again later.
    fn panicked(&mut self) -> Option<UploadNews> {
        tracing::error!("an upload did not end by itself");
        let dead = self.running.iter().find(|(_, running)| running.handle.is_finished());
        let client_id = dead.map(|(client_id, _)| client_id.clone())?;
        self.running.remove(&client_id);
        Some(UploadNews::Failed { client_id, error: ClientError::Unreachable.into() })
    }

    /// One that has come further since it was last told of.
    fn moved(&mut self) -> Option<UploadNews> {
        let (client_id, running) =
            self.running.iter_mut().find(|(_, running)| running.percent() != running.told)?;
        running.told = running.percent();
        Some(UploadNews::Progress { client_id: client_id.clone(), percent: running.told })
    }
}

/// Bytes that lay nowhere else are kept under the id that they have now, so that they need not come back.
async fn bring(
    shelf: &Shelf,
    upload: &Upload,
    progress: &watch::Sender<u64>,
) -> Result<Attachment, TransferError> {
    let messenger = shelf.messenger.as_ref().ok_or(ClientError::Unreachable)?;
    let Upload { client_id, session, file, source } = upload;
    let source = shelf.unsent(client_id, file.size, source.clone()).await?;
    let kept = match &source {
        UploadSource::Bytes(bytes) => Some(bytes.clone()),
        UploadSource::File(_) => None,
    };
    let attachment = messenger.upload(session, &file.name, source, progress).await?;
    if let Some(bytes) = kept.filter(|bytes| bytes.len() as u64 == attachment.size) {
        // What cannot be kept is fetched when it is wanted.
        let _ = shelf.history.put_attachment(&attachment.id, AttachmentPart::Whole, bytes).await;
    }
    Ok(attachment)
}
