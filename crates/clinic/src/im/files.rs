//! Files of the messenger: pictures, voice messages, videos and whatever else somebody hands on.
//!
//! A file goes to the disk as it comes in and never whole into memory before its size is known to be small enough. What
//! it is follows from its content ([`clean`]); pictures, sounds and videos lose what a device has written into them
//! before anybody can fetch them, and keep every pixel and sample. Whoever is no member of the session gets nothing.
//! Nobody fills the disk or holds all places: a user has a share of each, some of the disk stays free ([`room`]), and
//! files that no message names go again ([`sweep`]). Names and contents of files never reach the log.

mod clean;
mod download;
mod finish;
mod folder;
mod incoming;
mod limits;
mod name;
mod places;
mod range;
mod room;
mod sweep;
mod thumbnail;
mod upload;

pub use limits::FileLimits;
pub(crate) use sweep::sweep_on_time;

use super::Refused;
use crate::bucket::{Buckets, Rate};
use crate::server::App;
use crate::store::{ChatStore, StoreError};
use axum::Router;
use axum::routing::{get, post};
use consilium_model::UserId;
use consilium_wire::im::FailureCode;
use folder::Folder;
use places::{Place, Places};
use room::Room;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use thumbnail::MAX_PIXELS;
use tokio::sync::Semaphore;

/// One user may hand on so many files one after the other, and one in ten seconds in the long run.
const RATE: Rate = Rate { burst: 60.0, per_second: 0.1 };
/// So many files are cleaned at once; each is in memory meanwhile, twice at most.
const CLEANINGS: usize = 2;

/// Where the files are, and how many are worked on.
pub(crate) struct Files {
    folder: Folder,
    limits: FileLimits,
    room: Room,
    places: Places,
    rates: Buckets<UserId>,
    cleanings: Semaphore,
    /// Pixels that are in memory decoded.
    pixels: Arc<Semaphore>,
}

impl Files {
    /// The files of a data folder. What a crash has left behind there is finished or taken away.
    pub(crate) async fn open(
        data: &Path,
        limits: FileLimits,
        chats: &dyn ChatStore,
    ) -> Result<Self, StoreError> {
        let folder = Folder::open(data).map_err(StoreError::Folder)?;
        for id in folder.unfinished().map_err(StoreError::Folder)? {
            // What is stored of a file is stored last: then it is whole, and only its place is wrong.
            let is_whole = chats.has_attachment(id.clone()).await?;
            let settled = if is_whole { folder.keep(&id) } else { folder.discard(&id) };
            settled.map_err(StoreError::Folder)?;
        }
        Ok(Self {
            room: Room::new(folder.root(), &limits),
            folder,
            limits,
            places: Places::new(),
            rates: Buckets::new(RATE),
            cleanings: Semaphore::new(CLEANINGS),
            pixels: Arc::new(Semaphore::new(MAX_PIXELS as usize)),
        })
    }

    /// A place for one more upload.
    fn enter(&self, user: &UserId) -> Result<Place, Refused> {
        const FULL: Refused = Refused::new(FailureCode::TooMany, "too many uploads");
        let place = self.places.take(user).ok_or(FULL)?;
        if self.rates.take(user.clone(), Instant::now()) { Ok(place) } else { Err(FULL) }
    }
}

/// The routes about files, below `/api/v2`.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/sessions/{id}/attachments", post(upload::upload))
        .route("/attachments/{id}", get(download::file))
        .route("/attachments/{id}/thumbnail", get(download::thumbnail))
}
