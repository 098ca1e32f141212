//! What uploads and downloads share.

use crate::error::ClientError;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// The longest that one request of a transfer may take, as long as it moves.
pub(super) const LONGEST: Duration = Duration::from_secs(2 * 60 * 60);

/// Which bytes of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttachmentPart {
    /// A small picture of it, at most [`consilium_wire::im::THUMBNAIL`] pixels wide and high.
    Thumbnail,
    /// All of it.
    Whole,
}

/// What is uploaded.
#[derive(Clone)]
pub enum UploadSource {
    /// A file of this machine, read as it is sent.
    File(PathBuf),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// The place of a file and its bytes are nobody's business.
impl std::fmt::Debug for UploadSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File",
            Self::Bytes(_) => "Bytes",
        })
    }
}

/// Why a file did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// The server's side, or the way to it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The file on this machine: it is gone, may not be read, has changed while it was sent, or the disk is full.
    #[error("the file failed: {0:?}")]
    File(std::io::ErrorKind),
}

impl TransferError {
    /// The same transfer may succeed later although nobody changes anything.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Client(error) => error.is_retryable(),
            Self::File(_) => false,
        }
    }
}

impl From<std::io::Error> for TransferError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.kind())
    }
}

/// Waits for `work` as long as `moved` bytes grow at least once within `patience`; for the answer after the last of
/// `total` bytes it waits several times longer, because the server looks into the file first.
pub(super) async fn while_it_moves<T>(
    work: impl Future<Output = Result<T, ClientError>>,
    mut moved: watch::Receiver<u64>,
    total: u64,
    patience: Duration,
) -> Result<T, ClientError> {
    let mut work = std::pin::pin!(work);
    loop {
        let all_sent = *moved.borrow_and_update() >= total;
        let wait = if all_sent { patience.saturating_mul(6) } else { patience };
        tokio::select! {
            result = &mut work => return result,
            news = timeout(wait, moved.changed()), if !all_sent => match news {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Err(ClientError::Timeout),
            },
            () = tokio::time::sleep(wait), if all_sent => return Err(ClientError::Timeout),
        }
    }
}
