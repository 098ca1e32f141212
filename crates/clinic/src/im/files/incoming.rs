//! A body on its way to the disk: not too large, and not too slow.

use super::finish::failed;
use super::room::Room;
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
/// Bytes come at this rate at least, in bytes a second, once the first moments are over: whoever lets them drip would
/// hold a place for nothing.
const LEAST_RATE: u32 = 4 * 1024;
const FIRST_MOMENTS: Duration = Duration::from_secs(30);
/// After so many bytes it is looked again whether the disk has room.
const LOOK_AFTER: u64 = 1024 * 1024;
/// So much of what is too large is read away, so that the connection can go on. Of a body that is longer still, the
/// connection is closed.
const READ_AWAY: u64 = MAX_ATTACHMENT;

pub(super) const TOO_LARGE: Refused = Refused::new(FailureCode::TooLarge, "a file has 50 MiB at most");
const TOO_SLOW: Refused =
    Refused::bad_request("the body comes too slowly").with_status(StatusCode::REQUEST_TIMEOUT);
const CUT_OFF: Refused = Refused::bad_request("the body is cut off");
const EMPTY: Refused = Refused::bad_request("the file is empty");

/// The body of an upload.
pub(super) struct Incoming {
    stream: BodyDataStream,
    begun: Instant,
    /// So many bytes have come.
    size: u64,
}

impl Incoming {
    pub(super) fn new(body: Body) -> Self {
        Self { stream: body.into_data_stream(), begun: Instant::now(), size: 0 }
    }

    /// Writes it to a new file; gives its size.
    pub(super) async fn store(mut self, path: &Path, room: &Room) -> Result<u64, Refused> {
        let mut file = File::create_new(path).await.map_err(failed)?;
        let mut look_at = LOOK_AFTER;
        while let Some(chunk) = self.next().await? {
            if self.size > MAX_ATTACHMENT {
                return Err(self.refused(TOO_LARGE).await);
            }
            if self.size > look_at {
                look_at = self.size + LOOK_AFTER;
                room.on_disk().await?;
            }
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)?;
        if self.size == 0 { Err(EMPTY) } else { Ok(self.size) }
    }

    /// Reads it away, as far as that may go.
    pub(super) async fn refused(mut self, why: Refused) -> Refused {
        while let Ok(Some(_)) = self.next().await {
            if self.size > MAX_ATTACHMENT + READ_AWAY {
                break;
            }
        }
        why
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Refused> {
        let until = self.begun + time_for(self.size);
        let chunk = timeout_at(until, timeout(PAUSE, self.stream.next())).await;
        let Ok(Ok(chunk)) = chunk else { return Err(TOO_SLOW) };
        let chunk = chunk.transpose().map_err(|_| CUT_OFF)?;
        self.size += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        Ok(chunk)
    }
}

/// So long after its beginning an upload of which so many bytes have come may still go on.
fn time_for(size: u64) -> Duration {
    let earned = Duration::from_secs(size / u64::from(LEAST_RATE));
    LONGEST.min(FIRST_MOMENTS + earned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much of an upload at that rate comes until it is whole or ended.
    fn comes(rate: u64) -> u64 {
        (1..)
            .map(|second| (second, second * rate))
            .find(|(second, size)| *size >= MAX_ATTACHMENT || time_for(*size) < Duration::from_secs(*second))
            .map_or(0, |(_, size)| size)
    }

    #[test]
    fn a_slow_line_brings_a_photo_and_a_drip_ends_soon() {
        const PHOTO: u64 = 4 * 1024 * 1024;
        assert!(comes(1) < 60, "one byte a second");
        assert!(comes(1024) < 64 * 1024);
        assert!(comes(4 * 1024) >= PHOTO, "what an old mobile line carries");
        assert!(comes(64 * 1024) >= MAX_ATTACHMENT);
    }
}
