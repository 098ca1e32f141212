//! Waiting between attempts, until it is time or somebody wakes.

use crate::backoff::Backoff;
use std::sync::Arc;
use tokio::sync::Notify;

/// Wakes a connection: one that waits tries at once, one that stands proves that it is alive. For a network change
/// and the end of sleep. Cheap to clone; outlives the connection harmlessly.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Wakes the connection now.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.0.notified().await;
    }
}

/// Waits as long as the backoff says, or until woken.
pub(crate) async fn pause(backoff: &mut Backoff, wake: &Wake) {
    let delay = backoff.next_delay(random());
    tokio::select! {
        () = tokio::time::sleep(delay) => {}
        () = wake.woken() => {}
    }
}

/// Uniform in `0.0..1.0`. A system without randomness gets the middle.
fn random() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / (f64::from(u32::MAX) + 1.0))
}
