//! Files of the messenger: pictures, voice messages, videos and whatever else somebody hands on.
//!
//! A file goes to the disk as it comes in and never whole into memory before its size is known to be small enough. What
//! it is follows from its content ([`clean`]); pictures, sounds and videos lose what a device has written into them
//! before anybody can fetch them, and keep every pixel and sample. Whoever is no member of the session gets nothing.
//! Names and contents of files never reach the log.

mod clean;
mod download;
mod finish;
mod folder;
mod incoming;
mod name;
mod range;
mod thumbnail;
mod upload;

use super::Refused;
use crate::bucket::{Buckets, Rate};
use crate::server::App;
use crate::store::{ChatStore, StoreError};
use axum::Router;
use axum::routing::{get, post};
use consilium_model::UserId;
use consilium_wire::im::FailureCode;
use folder::Folder;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use thumbnail::MAX_PIXELS;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many uploads are under way at once.
const UPLOADS: usize = 32;
/// And so many of one user.
const UPLOADS_OF_ONE: usize = 4;
/// One user may hand on so many files one after the other, and one in ten seconds in the long run: nobody fills the
/// disk in passing.
const RATE: Rate = Rate { burst: 60.0, per_second: 0.1 };
/// So many files are cleaned at once; each is in memory meanwhile, twice at most.
const CLEANINGS: usize = 2;

/// Where the files are, and how many are worked on.
pub(crate) struct Files {
    folder: Folder,
    uploads: Arc<Semaphore>,
    uploaders: Arc<Mutex<HashMap<UserId, usize>>>,
    rates: Buckets<UserId>,
    cleanings: Semaphore,
    /// Pixels that are in memory decoded.
    pixels: Arc<Semaphore>,
}

/// A place among the uploads, until it is dropped.
struct Place {
    user: UserId,
    uploaders: Arc<Mutex<HashMap<UserId, usize>>>,
    _permit: OwnedSemaphorePermit,
}

impl Files {
    /// The files of a data folder. What a crash has left behind there is finished or taken away.
    pub(crate) async fn open(data: &Path, chats: &dyn ChatStore) -> Result<Self, StoreError> {
        let folder = Folder::open(data).map_err(StoreError::Folder)?;
        for id in folder.unfinished().map_err(StoreError::Folder)? {
            // What is stored of a file is stored last: then it is whole, and only its place is wrong.
            let is_whole = chats.has_attachment(id.clone()).await?;
            let settled = if is_whole { folder.keep(&id) } else { folder.discard(&id) };
            settled.map_err(StoreError::Folder)?;
        }
        Ok(Self {
            folder,
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            uploaders: Arc::default(),
            rates: Buckets::new(RATE),
            cleanings: Semaphore::new(CLEANINGS),
            pixels: Arc::new(Semaphore::new(MAX_PIXELS as usize)),
        })
    }

    /// A place for one more upload.
    fn enter(&self, user: &UserId) -> Result<Place, Refused> {
        const FULL: Refused = Refused::new(FailureCode::TooMany, "too many uploads");
        let permit = Arc::clone(&self.uploads).try_acquire_owned().map_err(|_| FULL)?;
        if !self.rates.take(user.clone(), Instant::now()) {
            return Err(FULL);
        }
        let mut uploaders = self.uploaders.lock().expect("no one panics with this lock");
        let count = uploaders.entry(user.clone()).or_default();
        if *count >= UPLOADS_OF_ONE {
            return Err(FULL);
        }
        *count += 1;
        Ok(Place { user: user.clone(), uploaders: Arc::clone(&self.uploaders), _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut uploaders = self.uploaders.lock().expect("no one panics with this lock");
        if let Some(count) = uploaders.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                uploaders.remove(&self.user);
            }
        }
    }
}

/// The routes about files, below `/api/v2`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/sessions/{id}/attachments", post(upload::upload))
        .route("/attachments/{id}", get(download::file))
        .route("/attachments/{id}/thumbnail", get(download::thumbnail))
}
