//! The chat's requests under way: the task owns them and stops them.

use super::answer::Answer;
use std::future::Future;
use tokio::task::JoinSet;

/// Requests under way.
#[derive(Default)]
pub(super) struct Jobs(JoinSet<Answer>);

impl Jobs {
    /// Begins one.
    pub(super) fn begin(&mut self, job: impl Future<Output = Answer> + Send + 'static) {
        self.0.spawn(job);
    }

    /// The next answer; pends while nothing is under way. May be dropped and called again.
    pub(super) async fn next(&mut self) -> Answer {
        loop {
            match self.0.join_next().await {
                Some(Ok(answer)) => return answer,
                Some(Err(error)) => {
                    tracing::error!(
                        panicked = error.is_panic(),
                        "a request of the chat did not end by itself"
                    );
                }
                None => std::future::pending().await,
            }
        }
    }

    /// Stops all and waits for it.
    pub(super) async fn stop(&mut self) {
        self.0.shutdown().await;
    }
}
