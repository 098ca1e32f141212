//! A task with an owner.

use std::future::Future;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A spawned task. Dropping it asks the task to stop; [`OwnedTask::stop`] also waits until it has.
#[derive(Debug)]
pub(crate) struct OwnedTask {
    cancel: CancellationToken,
    handle: JoinHandle<()>,
}

impl OwnedTask {
    pub(crate) fn start<F: Future<Output = ()> + Send + 'static>(
        run: impl FnOnce(CancellationToken) -> F,
    ) -> Self {
        let cancel = CancellationToken::new();
        let handle = tokio::spawn(run(cancel.clone()));
        Self { cancel, handle }
    }

    pub(crate) async fn stop(mut self) {
        self.cancel.cancel();
        if let Err(error) = (&mut self.handle).await {
            tracing::error!(panicked = error.is_panic(), "a connection task did not end by itself");
        }
    }
}

impl Drop for OwnedTask {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
