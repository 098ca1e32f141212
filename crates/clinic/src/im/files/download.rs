//! `GET /attachments/:id` and `GET /attachments/:id/thumbnail`. A browser that is led here saves the file and shows
//! nothing of it, whatever is in it; a program of the messenger shows what it has asked for itself.

use super::clean::OCTETS;
use super::finish::failed;
use super::folder::Piece;
use super::name;
use super::range::{self, Part};
use crate::im::rights::{self, Right};
use crate::im::{Asker, Refused};
use crate::server::App;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consilium_model::Secret;
use consilium_wire::im::{Attachment, AttachmentKind};
use std::io::SeekFrom;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

const SECURITY: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

pub(super) async fn file(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let attachment = openable(&app, id, asker).await?;
    let path = app.files.folder.kept(&attachment.id, Piece::File);
    let etag = format!("\"{}\"", attachment.id);
    let kind = Shown { media_type: media_type(&attachment), name: &attachment.name, etag };
    kind.send(path, attachment.size, &headers).await
}

pub(super) async fn thumbnail(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let attachment = openable(&app, id, asker).await?;
    if !attachment.thumbnail {
        return Err(Refused::NOT_FOUND);
    }
    let path = app.files.folder.kept(&attachment.id, Piece::Thumbnail);
    let size = tokio::fs::metadata(&path).await.map_err(failed)?.len();
    let etag = format!("\"{}-thumbnail\"", attachment.id);
    let name = Secret::from("thumbnail.jpg");
    Shown { media_type: "image/jpeg", name: &name, etag }.send(path, size, &headers).await
}

/// A file of a session of the asker's, who may open files there.
async fn openable(app: &App, id: String, asker: Asker) -> Result<Attachment, Refused> {
    let attachment = app.chats.attachment(id, asker.who.clone()).await??;
    rights::demand(app, &attachment.session_id, &asker.who, Right::ReceiveFiles).await?;
    Ok(attachment)
}

/// The type of what is shown; whatever else a file is called, it is only saved.
fn media_type(attachment: &Attachment) -> &str {
    match attachment.kind {
        AttachmentKind::Image | AttachmentKind::Voice | AttachmentKind::Video => &attachment.media_type,
        AttachmentKind::File => OCTETS,
    }
}

/// What is said of a file beside its bytes.
struct Shown<'a> {
    media_type: &'a str,
    name: &'a Secret,
    /// A file never changes, so its id is its tag.
    etag: String,
}

impl Shown<'_> {
    async fn send(&self, path: PathBuf, size: u64, headers: &HeaderMap) -> Result<Response, Refused> {
        let mut response = match self.part(size, headers) {
            Part::Whole => (StatusCode::OK, bytes(path, 0..size).await?).into_response(),
            Part::Some(range) => {
                let told = format!("bytes {}-{}/{size}", range.start, range.end - 1);
                let bytes = bytes(path, range).await?;
                (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, told)], bytes).into_response()
            }
            Part::Outside => {
                let told = format!("bytes */{size}");
                (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, told)]).into_response()
            }
        };
        self.describe(response.headers_mut());
        Ok(response)
    }

    /// A range that was asked for of another file than this one is not answered (RFC 9110, section 13.1.5).
    fn part(&self, size: u64, headers: &HeaderMap) -> Part {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        match text(header::IF_RANGE) {
            Some(tag) if tag != self.etag => Part::Whole,
            _ => range::part(text(header::RANGE), size),
        }
    }

    fn describe(&self, headers: &mut HeaderMap) {
        let described = [
            (header::CONTENT_TYPE, self.media_type.to_owned()),
            (header::CONTENT_DISPOSITION, name::disposition(self.name)),
            (header::ETAG, self.etag.clone()),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
        ];
        for (name, value) in described {
            headers.insert(name, HeaderValue::try_from(value).expect("there are letters only"));
        }
        for (name, value) in SECURITY {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// A part of a file, with its length.
async fn bytes(path: PathBuf, range: Range<u64>) -> Result<Response, Refused> {
    let mut file = File::open(path).await.map_err(failed)?;
    file.seek(SeekFrom::Start(range.start)).await.map_err(failed)?;
    let length = range.end - range.start;
    let body = Body::from_stream(ReaderStream::new(file.take(length)));
    Ok(([(header::CONTENT_LENGTH, length)], body).into_response())
}
