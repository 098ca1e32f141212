//! From the bytes that came in to a file that is kept: what it is, cleaned, with its thumbnail, durable.

use super::Files;
use super::clean::{Clean, Format, HEAD, NotThat};
use super::folder::{Draft, Piece};
use super::room::DISK_FULL;
use super::thumbnail::{self, NoThumbnail, Thumbnail};
use crate::im::Refused;
use crate::server::App;
use consilium_model::UserId;
use consilium_wire::im::{Attachment, AttachmentKind, FailureCode};
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Nothing of an upload is there.
pub(super) const NOT_STORED: Refused =
    Refused::new(FailureCode::Internal, "the server has failed; nothing was stored");
const TOO_MANY_PIXELS: Refused =
    Refused::new(FailureCode::TooLarge, "a picture has 52 million pixels at most");
const BROKEN: Refused = Refused::new(FailureCode::WrongMedia, "the picture cannot be read");
const NOT_CLEANED: Refused = Refused::new(
    FailureCode::WrongMedia,
    "what a device has written into a picture, sound or film of this form cannot be removed",
);

/// The disk has failed.
pub(super) fn failed(error: io::Error) -> Refused {
    tracing::error!(kind = ?error.kind(), "a file could not be stored");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DISK_FULL,
        _ => NOT_STORED,
    }
}

impl From<NoThumbnail> for Refused {
    fn from(none: NoThumbnail) -> Self {
        match none {
            NoThumbnail::TooLarge => TOO_MANY_PIXELS,
            NoThumbnail::Broken => BROKEN,
        }
    }
}

/// Cleans and keeps what has come in.
pub(super) async fn finish(
    app: &App,
    draft: Draft,
    mut attachment: Attachment,
    by: UserId,
) -> Result<Attachment, Refused> {
    let draft = Arc::new(draft);
    // Held until the bytes are out of memory.
    let cleaning = app.files.cleanings.acquire().await.expect("the semaphore is never closed");
    let content = work({
        let draft = Arc::clone(&draft);
        move || content(&draft)
    })
    .await?;
    let clean = match content {
        Content::Clean(clean) => Some(clean),
        Content::AsItCame => None,
        Content::NotCleaned => return Err(NOT_CLEANED),
    };
    if let Some(clean) = clean {
        let clean = Arc::new(clean);
        attachment.kind = clean.kind;
        clean.media_type.clone_into(&mut attachment.media_type);
        attachment.size = clean.bytes.len() as u64;
        let small = match clean.kind {
            AttachmentKind::Image => Some(app.files.thumbnail(Arc::clone(&clean)).await?),
            AttachmentKind::Voice | AttachmentKind::Video | AttachmentKind::File => None,
        };
        attachment.width = small.as_ref().map(|small| small.width);
        attachment.height = small.as_ref().map(|small| small.height);
        attachment.thumbnail = small.is_some();
        let draft = Arc::clone(&draft);
        work(move || write(&draft, &clean, small.as_ref())).await?;
    }
    drop(cleaning);
    keep(app, draft, attachment, by).await
}

/// What has come in.
enum Content {
    /// Something to see or hear.
    Clean(Clean),
    /// Anything else. It is kept as it is.
    AsItCame,
    /// It claims to be something to see or hear, and is not understood.
    NotCleaned,
}

fn content(draft: &Draft) -> io::Result<Content> {
    let mut original = File::open(draft.path(Piece::Original))?;
    let mut bytes = Vec::with_capacity(HEAD);
    original.by_ref().take(HEAD as u64).read_to_end(&mut bytes)?;
    if let Some(format) = Format::guess(&bytes) {
        let is_sure = format.is_sure(&bytes);
        original.read_to_end(&mut bytes)?;
        match format.clean(bytes) {
            Ok(clean) => return Ok(Content::Clean(clean)),
            Err(NotThat) if is_sure => return Ok(Content::NotCleaned),
            Err(NotThat) => {}
        }
    }
    draft.keep_original()?;
    Ok(Content::AsItCame)
}

fn write(draft: &Draft, clean: &Clean, small: Option<&Thumbnail>) -> io::Result<()> {
    draft.write(Piece::File, &clean.bytes)?;
    small.map_or(Ok(()), |small| draft.write(Piece::Thumbnail, &small.jpeg))
}

/// The order is that of [`super::folder`].
async fn keep(
    app: &App,
    draft: Arc<Draft>,
    attachment: Attachment,
    by: UserId,
) -> Result<Attachment, Refused> {
    let finished = Arc::clone(&draft);
    work(move || finished.finish()).await?;
    if let Err(error) = app.chats.put_attachment(attachment.clone(), by, app.clinic.clock().now()).await {
        // It may be known all the same: the next start looks, unless it is certain now.
        if !matches!(app.chats.has_attachment(draft.id().to_owned()).await, Ok(false)) {
            draft.leave();
        }
        return Err(error.into());
    }
    draft.leave();
    work(move || draft.keep()).await?;
    Ok(attachment)
}

impl Files {
    /// Decodes a picture once there is memory for its pixels.
    async fn thumbnail(&self, clean: Arc<Clean>) -> Result<Thumbnail, Refused> {
        let pixels = thumbnail::pixels(&clean)?;
        let permits = u32::try_from(pixels).expect("there are not more than the most");
        let memory = self.pixels.acquire_many(permits).await.expect("the semaphore is never closed");
        // A decoder that panics has not understood the picture either.
        let small =
            spawn_blocking(move || thumbnail::thumbnail(&clean)).await.unwrap_or(Err(NoThumbnail::Broken));
        drop(memory);
        Ok(small?)
    }
}

async fn work<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Refused> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(failed)
}
