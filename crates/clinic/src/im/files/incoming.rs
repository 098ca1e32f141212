//! A body on its way to the disk: not too large, and not too slow.

use super::finish::failed;
use crate::im::Refused;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::StatusCode;
use consilium_wire::im::{FailureCode, MAX_ATTACHMENT};
use futures_util::StreamExt;
use std::path::Path;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout, timeout_at};

/// Nothing may come for so long.
const PAUSE: Duration = Duration::from_secs(30);
/// A whole upload may take so long: a slow mobile line needs it for the largest file.
const LONGEST: Duration = Duration::from_secs(20 * 60);
/// So much of what is too large is read away, so that the connection can go on. Of a body that is longer still, the
/// connection is closed.
const READ_AWAY: u64 = MAX_ATTACHMENT;

const TOO_LARGE: Refused = Refused::new(FailureCode::TooLarge, "a file has 50 MiB at most");
const TOO_SLOW: Refused =
    Refused::bad_request("the body comes too slowly").with_status(StatusCode::REQUEST_TIMEOUT);
const CUT_OFF: Refused = Refused::bad_request("the body is cut off");
const EMPTY: Refused = Refused::bad_request("the file is empty");

/// The body of an upload.
pub(super) struct Incoming {
    stream: BodyDataStream,
    until: Instant,
    /// So many bytes have come.
    size: u64,
}

impl Incoming {
    pub(super) fn new(body: Body) -> Self {
        Self { stream: body.into_data_stream(), until: Instant::now() + LONGEST, size: 0 }
    }

    /// Writes it to a new file; gives its size.
    pub(super) async fn store(mut self, path: &Path) -> Result<u64, Refused> {
        let mut file = File::create_new(path).await.map_err(failed)?;
        while let Some(chunk) = self.next().await? {
            if self.size > MAX_ATTACHMENT {
                return Err(self.refused_as_too_large().await);
            }
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)?;
        if self.size == 0 { Err(EMPTY) } else { Ok(self.size) }
    }

    /// Reads it away, as far as that may go.
    pub(super) async fn refused_as_too_large(mut self) -> Refused {
        while let Ok(Some(_)) = self.next().await {
            if self.size > MAX_ATTACHMENT + READ_AWAY {
                break;
            }
        }
        TOO_LARGE
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Refused> {
        let chunk = timeout_at(self.until, timeout(PAUSE, self.stream.next())).await;
        let Ok(Ok(chunk)) = chunk else { return Err(TOO_SLOW) };
        let chunk = chunk.transpose().map_err(|_| CUT_OFF)?;
        self.size += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        Ok(chunk)
    }
}
