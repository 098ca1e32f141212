//! Files on their way from the server.

use super::Messenger;
use super::answer::accepted;
use super::transfer::{AttachmentPart, LONGEST, TransferError};
use crate::error::{BadAnswer, ClientError};
use crate::http::{Answer, classify};
use consilium_wire::im::MAX_ATTACHMENT;
use reqwest::header::{CONTENT_RANGE, RANGE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use std::path::Path;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio::time::timeout;

/// So many times a download goes on by itself where the line broke, as long as each time brings something.
const RESUMES: u32 = 5;

impl Messenger {
    /// The bytes of an attachment in memory. An answer of more than `max` bytes is [`BadAnswer::TooLarge`].
    pub async fn attachment(
        &self,
        id: &str,
        part: AttachmentPart,
        max: usize,
    ) -> Result<Vec<u8>, ClientError> {
        let request = self.attachment_request(id, part)?.timeout(LONGEST);
        let response = self.begin(request).await?;
        // A picture's bytes come within the time of any other answer, for each part of a bounded length.
        let patience = self.patience.saturating_mul(1 + (max / (1024 * 1024)) as u32);
        let answer = timeout(patience, Answer::read(response, max)).await;
        Ok(accepted(answer.map_err(|_| ClientError::Timeout)??)?.into_body())
    }

    /// Saves an attachment of `size` bytes in the file `to`, whose first bytes may be there from an earlier attempt;
    /// `progress` is told how many are there. Dropping the future ends it and leaves what is there. After an error
    /// the file holds the beginning of the attachment or nothing.
    pub async fn download(
        &self,
        id: &str,
        size: u64,
        to: &Path,
        progress: &watch::Sender<u64>,
    ) -> Result<(), TransferError> {
        if size > MAX_ATTACHMENT {
            return Err(ClientError::BadAnswer(BadAnswer::TooLarge).into());
        }
        let mut saved = Saved::open(to, size, progress).await?;
        let mut resumes = 0;
        while saved.have < size {
            let before = saved.have;
            match self.download_rest(id, &mut saved).await {
                Ok(()) => {}
                Err(TransferError::Client(ClientError::Unreachable | ClientError::Timeout))
                    if saved.have > before && resumes < RESUMES =>
                {
                    resumes += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(saved.file.sync_all().await?)
    }

    async fn download_rest(&self, id: &str, saved: &mut Saved<'_>) -> Result<(), TransferError> {
        let mut request = self.attachment_request(id, AttachmentPart::Whole)?.timeout(LONGEST);
        if saved.have > 0 {
            request = request.header(RANGE, format!("bytes={}-", saved.have));
        }
        let response = self.begin(request).await?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if continues(&response, saved.have) => {}
            StatusCode::OK => saved.start_over().await?,
            status if status.is_success() || status == StatusCode::RANGE_NOT_SATISFIABLE => {
                saved.start_over().await?;
                return Err(ClientError::BadAnswer(BadAnswer::WrongSchema).into());
            }
            _ => {
                accepted(Answer::read(response, 16 * 1024).await?)?;
                return Err(ClientError::BadAnswer(BadAnswer::WrongSchema).into());
            }
        }
        self.save(response, saved).await
    }

    async fn save(&self, mut response: Response, saved: &mut Saved<'_>) -> Result<(), TransferError> {
        loop {
            let chunk = timeout(self.patience, response.chunk()).await.map_err(|_| ClientError::Timeout)?;
            match chunk.map_err(|error| classify(&error))? {
                Some(chunk) => saved.add(&chunk).await?,
                None if saved.have == saved.size => return Ok(()),
                // It ended as if it were whole, and is not what the message speaks of.
                None => {
                    saved.start_over().await?;
                    return Err(ClientError::BadAnswer(BadAnswer::WrongSchema).into());
                }
            }
        }
    }

    fn attachment_request(&self, id: &str, part: AttachmentPart) -> Result<RequestBuilder, ClientError> {
        match part {
            AttachmentPart::Whole => self.request(Method::GET, &["attachments", id]),
            AttachmentPart::Thumbnail => self.request(Method::GET, &["attachments", id, "thumbnail"]),
        }
    }

    async fn begin(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let begun = timeout(self.patience, self.face.http.begin(request)).await;
        begun.map_err(|_| ClientError::Timeout)?
    }
}

/// The part goes on where the file ends.
fn continues(response: &Response, have: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {have}-")))
}

/// A file that is being filled.
struct Saved<'a> {
    file: File,
    have: u64,
    size: u64,
    progress: &'a watch::Sender<u64>,
}

impl<'a> Saved<'a> {
    async fn open(to: &Path, size: u64, progress: &'a watch::Sender<u64>) -> Result<Self, TransferError> {
        let file = OpenOptions::new().append(true).create(true).open(to).await?;
        let have = file.metadata().await?.len();
        let mut saved = Self { file, have, size, progress };
        if have > size {
            saved.start_over().await?;
        }
        progress.send_replace(saved.have);
        Ok(saved)
    }

    async fn add(&mut self, chunk: &[u8]) -> Result<(), TransferError> {
        if self.have + chunk.len() as u64 > self.size {
            self.start_over().await?;
            return Err(ClientError::BadAnswer(BadAnswer::TooLarge).into());
        }
        self.file.write_all(chunk).await?;
        // What is written counts as there: without this it may still wait in a thread.
        self.file.flush().await?;
        self.have += chunk.len() as u64;
        self.progress.send_replace(self.have);
        Ok(())
    }

    async fn start_over(&mut self) -> Result<(), TransferError> {
        self.file.set_len(0).await?;
        self.have = 0;
        self.progress.send_replace(0);
        Ok(())
    }
}
