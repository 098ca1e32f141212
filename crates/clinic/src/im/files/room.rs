//! Room for files: what is left of the disk, and of each user's share of a day.

use super::finish::failed;
use super::limits::FileLimits;
use crate::bucket::{Buckets, Rate};
use crate::im::Refused;
use consilium_model::UserId;
use consilium_wire::im::FailureCode;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::task::spawn_blocking;

/// The disk is full, or nearly.
pub(super) const DISK_FULL: Refused = Refused::new(FailureCode::NoRoom, "the server has no room for files");
const SHARE_SPENT: Refused =
    Refused::new(FailureCode::NoRoom, "the user has brought as many files as fit into a day");
const DAY: f64 = 24.0 * 60.0 * 60.0;

/// What is left.
pub(super) struct Room {
    folder: PathBuf,
    free_bytes: u64,
    shares: Arc<Buckets<UserId>>,
}

/// What an upload takes of its user's share. Dropped, it is given back.
pub(super) struct Share {
    user: UserId,
    bytes: u64,
    shares: Arc<Buckets<UserId>>,
}

impl Room {
    /// The room on the disk of that folder.
    pub(super) fn new(folder: &Path, limits: &FileLimits) -> Self {
        let burst = limits.bytes_a_day as f64;
        Self {
            folder: folder.to_owned(),
            free_bytes: limits.free_bytes,
            shares: Arc::new(Buckets::new(Rate { burst, per_second: burst / DAY })),
        }
    }

    /// So many bytes of a user's share.
    pub(super) fn share(&self, user: &UserId, bytes: u64) -> Result<Share, Refused> {
        if self.shares.take_many(user.clone(), bytes as f64, Instant::now()) {
            Ok(Share { user: user.clone(), bytes, shares: Arc::clone(&self.shares) })
        } else {
            Err(SHARE_SPENT)
        }
    }

    /// Whether the disk takes more.
    pub(super) async fn on_disk(&self) -> Result<(), Refused> {
        let folder = self.folder.clone();
        let free = spawn_blocking(move || fs4::available_space(folder)).await;
        match free.unwrap_or_else(|panic| Err(std::io::Error::other(panic))).map_err(failed)? {
            free if free < self.free_bytes => {
                tracing::warn!("the disk is nearly full: no more files are taken");
                Err(DISK_FULL)
            }
            _ => Ok(()),
        }
    }
}

impl Share {
    /// So many bytes are kept; the rest is given back.
    pub(super) const fn keep(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shares.give_back(&self.user, self.bytes as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(limits: &FileLimits) -> Room {
        Room::new(&std::env::temp_dir(), limits)
    }

    #[test]
    fn only_what_is_kept_counts() {
        let room = room(&FileLimits { bytes_a_day: 100, ..FileLimits::default() });
        let (anna, ivan) = (UserId::from("anna"), UserId::from("ivan"));
        let mut kept = room.share(&anna, 60).unwrap();
        assert_eq!(room.share(&anna, 41).err(), Some(SHARE_SPENT), "also while it is under way");
        let failed = room.share(&anna, 40).unwrap();
        assert!(room.share(&anna, 1).is_err() && room.share(&ivan, 100).is_ok());
        drop(failed);
        kept.keep(50);
        drop(kept);
        assert!(room.share(&anna, 51).is_err() && room.share(&anna, 50).is_ok());
    }

    #[tokio::test]
    async fn some_of_the_disk_stays_free() {
        let free = |free_bytes| room(&FileLimits { free_bytes, ..FileLimits::default() });
        assert_eq!(free(0).on_disk().await, Ok(()));
        assert_eq!(free(u64::MAX).on_disk().await, Err(DISK_FULL));
    }
}
