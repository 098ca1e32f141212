//! Files on their way to the server, read from the disk as they are sent.

use super::Messenger;
use super::answer::accepted;
use super::transfer::{LONGEST, TransferError, UploadSource, while_it_moves};
use crate::error::ClientError;
use consilium_model::Secret;
use consilium_wire::im::{Attachment, FailureCode, MAX_ATTACHMENT};
use futures_util::{Stream, stream};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Method};
use std::io::{Cursor, ErrorKind};
use std::sync::{Arc, OnceLock};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;

const CHUNK: u64 = 64 * 1024;

impl Messenger {
    /// Uploads a file into a session; `progress` is told how many bytes have gone. Dropping the future ends it, and
    /// the server keeps nothing. An upload that has no answer may have arrived all the same: then the server has a
    /// file that no message is about.
    pub async fn upload(
        &self,
        session: &str,
        name: &Secret,
        source: UploadSource,
        progress: &watch::Sender<u64>,
    ) -> Result<Attachment, TransferError> {
        let upload = Upload::open(source, progress).await?;
        let (failed, total) = (upload.failed.clone(), upload.left);
        let request = self.request(Method::POST, &["sessions", session, "attachments"])?;
        let request = request
            .query(&[("name", name.expose())])
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_LENGTH, total)
            .timeout(LONGEST)
            .body(Body::wrap_stream(upload.chunks()));
        let sending = self.face.http.send(request);
        match while_it_moves(sending, progress.subscribe(), total, self.patience).await {
            Ok(answer) => Ok(accepted(answer)?.json()?),
            Err(error) => {
                Err(failed.get().map_or(TransferError::Client(error), |kind| TransferError::File(*kind)))
            }
        }
    }
}

/// A file that is being sent.
struct Upload {
    reader: Box<dyn AsyncRead + Send + Unpin>,
    left: u64,
    taken: u64,
    progress: watch::Sender<u64>,
    failed: Arc<OnceLock<ErrorKind>>,
}

impl Upload {
    async fn open(source: UploadSource, progress: &watch::Sender<u64>) -> Result<Self, TransferError> {
        let (reader, left): (Box<dyn AsyncRead + Send + Unpin>, u64) = match source {
            UploadSource::File(path) => {
                let file = File::open(path).await?;
                let about = file.metadata().await?;
                if !about.is_file() {
                    return Err(TransferError::File(ErrorKind::InvalidInput));
                }
                (Box::new(file), about.len())
            }
            UploadSource::Bytes(bytes) => {
                let length = bytes.len() as u64;
                (Box::new(Cursor::new(bytes)), length)
            }
        };
        if left > MAX_ATTACHMENT {
            return Err(ClientError::Declined(FailureCode::TooLarge).into());
        }
        progress.send_replace(0);
        Ok(Self { reader, left, taken: 0, progress: progress.clone(), failed: Arc::default() })
    }

    fn chunks(self) -> impl Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
        stream::try_unfold(self, async |mut upload| match upload.next().await {
            Ok(Some(chunk)) => Ok(Some((chunk, upload))),
            Ok(None) => Ok(None),
            Err(error) => {
                // Only the first one is told; there is no second.
                let _ = upload.failed.set(error.kind());
                Err(error)
            }
        })
    }

    /// The next bytes. What a file has grown by since it was opened is not sent; one that has shrunk fails.
    async fn next(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut chunk = vec![0; self.left.min(CHUNK) as usize];
        let read = self.reader.read(&mut chunk).await?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        chunk.truncate(read);
        self.left -= read as u64;
        self.taken += read as u64;
        self.progress.send_replace(self.taken);
        Ok(Some(chunk))
    }
}
