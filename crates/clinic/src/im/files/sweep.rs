//! Files that no message has named are taken away after some time: their senders have thought better of it, or never
//! meant to send them.
//!
//! A file goes back among the unfinished ones first, then what is known of it goes, then its bytes: whenever the server
//! ends between, the next start finds it there and knows what to do.

use crate::server::App;
use crate::store::StoreError;
use std::io;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tokio::time::MissedTickBehavior;

/// So many are looked for together.
const MANY: u32 = 100;

/// Takes files away from time to time, until the server stops.
pub(crate) async fn sweep_on_time(app: Arc<App>) {
    let mut interval = tokio::time::interval(app.files.limits.sweep_every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while app.stop.run_until_cancelled(interval.tick()).await.is_some() {
        if let Err(error) = sweep(&app).await {
            tracing::warn!(%error, "files without a message could not be taken away");
        }
    }
}

async fn sweep(app: &App) -> Result<(), StoreError> {
    let before = app.clinic.clock().now() - app.files.limits.unnamed_for;
    loop {
        let unnamed = app.chats.unnamed_attachments(before, MANY).await?;
        let is_all = unnamed.len() < MANY as usize;
        for id in unnamed {
            if app.stop.is_cancelled() {
                return Ok(());
            }
            take_away(app, id).await?;
        }
        if is_all {
            return Ok(());
        }
    }
}

async fn take_away(app: &App, id: String) -> Result<(), StoreError> {
    let named = id.clone();
    let folder = app.files.folder.clone();
    work(move || folder.take_back(&named)).await?;
    let is_gone = app.chats.forget_attachment(id.clone()).await?;
    let folder = app.files.folder.clone();
    // A message may have named it just now.
    work(move || if is_gone { folder.discard(&id) } else { folder.keep(&id) }).await
}

async fn work(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), StoreError> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(StoreError::Folder)
}
