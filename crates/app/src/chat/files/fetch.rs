//! The bytes of files: from what was kept on this machine, else from the server.

use crate::problem;
use crate::view::ProblemCode;
use bytes::Bytes;
use consilium_client::{
    AttachmentPart, ClientError, History, Messenger, QueuedSource, TransferError, UploadSource,
};
use consilium_wire::im::MAX_ATTACHMENT;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use time::OffsetDateTime;

/// Where bytes are had from. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    /// What was kept.
    pub(crate) history: History,
    /// The way to the server, while there is one.
    pub(crate) messenger: Option<Messenger>,
    /// Bytes that wait to be sent and are not written down, by the client's id of their message: the only copies.
    pub(crate) fresh: BTreeMap<String, Bytes>,
}

/// A file, all of it.
#[derive(Clone, Debug)]
pub(crate) enum Whole {
    /// One of the server, by its id.
    Stored(String),
    /// One that waits to be sent.
    Unsent {
        /// The client's id of its message.
        client_id: String,
        /// Bytes.
        size: u64,
        /// Where it is.
        source: QueuedSource,
    },
}

impl Shelf {
    /// All of a file.
    ///
    /// # Errors
    /// What the user should know.
    pub(crate) async fn whole(&self, file: Whole) -> Result<Bytes, ProblemCode> {
        match file {
            Whole::Stored(id) => {
                let bytes = self.attachment(&id, AttachmentPart::Whole, MAX_ATTACHMENT as usize).await;
                bytes.map(Bytes::from).map_err(|error| problem::of_client(&error))
            }
            Whole::Unsent { client_id, size, source } => {
                let bytes = match self.unsent(&client_id, size, source).await {
                    Ok(UploadSource::Bytes(bytes)) => Ok(bytes),
                    Ok(UploadSource::File(path)) => tokio::fs::read(path).await.map_err(TransferError::from),
                    Err(error) => Err(error),
                };
                bytes.map(Bytes::from).map_err(|_| ProblemCode::FileGone)
            }
        }
    }

    /// Bytes of an attachment, at most so many. What came from the server is kept.
    pub(super) async fn attachment(
        &self,
        id: &str,
        part: AttachmentPart,
        max: usize,
    ) -> Result<Vec<u8>, ClientError> {
        if let Ok(Some(kept)) = self.history.attachment(id, part).await {
            return Ok(kept);
        }
        let messenger = self.messenger.as_ref().ok_or(ClientError::Unreachable)?;
        let bytes = messenger.attachment(id, part, max).await?;
        // What cannot be kept is fetched again.
        let _ = self.history.put_attachment(id, part, bytes.clone()).await;
        Ok(bytes)
    }

    /// What of a file is uploaded that waits to be sent.
    ///
    /// # Errors
    /// [`TransferError::File`] when it is gone, may not be read, or is not what it was when it was chosen: the user has
    /// not seen what it is now.
    pub(super) async fn unsent(
        &self,
        client_id: &str,
        size: u64,
        source: QueuedSource,
    ) -> Result<UploadSource, TransferError> {
        match source {
            QueuedSource::Kept => match self.history.queued_bytes(client_id).await {
                Ok(Some(bytes)) => Ok(UploadSource::Bytes(bytes)),
                Ok(None) | Err(_) => match self.fresh.get(client_id) {
                    Some(bytes) => Ok(UploadSource::Bytes(bytes.to_vec())),
                    None => Err(TransferError::File(ErrorKind::NotFound)),
                },
            },
            QueuedSource::Path { path, modified } => {
                let metadata = tokio::fs::metadata(path.expose()).await?;
                if metadata.len() != size || changed_at(&metadata) != modified {
                    return Err(TransferError::File(ErrorKind::InvalidData));
                }
                Ok(UploadSource::File(path.into_inner()))
            }
        }
    }
}

/// When a file was last changed; `None` where the file system does not tell.
pub(super) fn changed_at(metadata: &std::fs::Metadata) -> Option<OffsetDateTime> {
    metadata.modified().ok().map(OffsetDateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_could_not_be_written_down_is_sent_from_memory() {
        let history = History::memory();
        history.close().await;
        let fresh = BTreeMap::from([("c1".to_owned(), Bytes::from_static(b"voice"))]);
        let shelf = Shelf { history, messenger: None, fresh };
        let unsent = |client_id: &str| Whole::Unsent {
            client_id: client_id.to_owned(),
            size: 5,
            source: QueuedSource::Kept,
        };
        assert_eq!(shelf.whole(unsent("c1")).await, Ok(Bytes::from_static(b"voice")));
        assert_eq!(shelf.whole(unsent("c2")).await, Err(ProblemCode::FileGone));
    }
}
