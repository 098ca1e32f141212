//! Pictures for the page.

use super::fetch::{Shelf, Whole};
use super::kind::shown_type;
use consilium_client::{AttachmentPart, ClientError};
use consilium_wire::im::FailureCode;
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;

/// So many are fetched at a time; with [`LARGEST`] this bounds what they take of the memory.
const AT_A_TIME: usize = 4;
/// The most bytes of a picture that is shown.
const LARGEST: usize = 20 * 1024 * 1024;

/// A picture's media type and its bytes.
pub(crate) type Picture = (String, Vec<u8>);

/// Pictures for the page that are being fetched. Dropping it stops them; whoever waits gets none.
pub(crate) struct Pictures {
    work: JoinSet<()>,
    turns: Arc<Semaphore>,
}

impl Pictures {
    /// Nothing is fetched.
    pub(crate) fn new() -> Self {
        Self { work: JoinSet::new(), turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Fetches a picture of the server: as it was sent, or small.
    pub(crate) fn stored(
        &mut self,
        shelf: Shelf,
        id: String,
        part: AttachmentPart,
        answer: oneshot::Sender<Option<Picture>>,
    ) {
        self.fetch(async move { fetch_stored(&shelf, &id, part).await }, answer);
    }

    /// Reads a picture that waits to be sent.
    pub(crate) fn unsent(&mut self, shelf: Shelf, file: Whole, answer: oneshot::Sender<Option<Picture>>) {
        let fits = match &file {
            Whole::Stored(_) => false,
            Whole::Unsent { size, .. } => *size <= LARGEST as u64,
        };
        if fits {
            self.fetch(async move { shelf.whole(file).await.ok().map(Vec::from) }, answer);
        }
    }

    fn fetch(
        &mut self,
        bytes: impl Future<Output = Option<Vec<u8>>> + Send + 'static,
        answer: oneshot::Sender<Option<Picture>>,
    ) {
        while self.work.try_join_next().is_some() {}
        let turns = self.turns.clone();
        self.work.spawn(async move {
            let Ok(_turn) = turns.acquire().await else { return };
            if answer.is_closed() {
                return;
            }
            let picture = bytes.await.and_then(|bytes| Some((shown_type(&bytes)?.to_owned(), bytes)));
            // The page may have gone on meanwhile.
            let _ = answer.send(picture);
        });
    }
}

/// Where there is no thumbnail, the picture itself is small enough to stand for it, or is not shown.
async fn fetch_stored(shelf: &Shelf, id: &str, part: AttachmentPart) -> Option<Vec<u8>> {
    match (shelf.attachment(id, part, LARGEST).await, part) {
        (Err(ClientError::Declined(FailureCode::NotFound)), AttachmentPart::Thumbnail) => {
            shelf.attachment(id, AttachmentPart::Whole, LARGEST).await.ok()
        }
        (bytes, _) => bytes.ok(),
    }
}
