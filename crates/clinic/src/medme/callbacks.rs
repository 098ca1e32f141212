//! Web hooks: what the server tells booking systems by calling them, and how it gets there.
//!
//! A [`Call`] says what goes where; [`Callbacks`] signs it ([`signature`]), queues it fairly ([`lanes`]) and tries
//! again with growing pauses, some minutes long in all. What is not delivered when the server stops is lost here; what
//! must not be lost is remembered by whoever sent it ([`super::tellings`]). The addresses come from the holders of the API key, who may make
//! the server call any address it can reach. So nothing of an answer but its status is read, and nobody is told even
//! that.

mod call;
mod delivery;
mod lanes;
mod signature;

pub(crate) use call::{Call, OtpMessage, Topic};
pub(crate) use delivery::Outcome;

use crate::domain::Clinic;
use delivery::Courier;
use lanes::Lanes;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// The calls that wait or are under way.
pub(crate) struct Callbacks {
    courier: Option<Arc<Courier>>,
    lanes: Lanes,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Too many calls wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many calls wait")]
pub(crate) struct Overrun;

impl Callbacks {
    /// Ready to call, until `stop`.
    pub(crate) fn new(clinic: Arc<Clinic>, tasks: TaskTracker, stop: CancellationToken) -> Self {
        let courier = Courier::new(clinic).map(Arc::new);
        let courier = courier.inspect_err(|error| tracing::error!(%error, "web hooks cannot be called"));
        Self { courier: courier.ok(), lanes: Lanes::default(), tasks, stop }
    }

    /// Whether one more call to that address can wait its turn.
    pub(crate) fn has_place(&self, topic: Topic, url: &Url) -> bool {
        self.courier.is_some() && self.lanes.has_place(topic, url)
    }

    /// Calls some time; never waits. The outcome may be waited for or not. A call that is no longer `wanted` is given
    /// up.
    pub(crate) fn send(&self, call: Call, wanted: CancellationToken) -> Result<JoinHandle<Outcome>, Overrun> {
        let place = self.lanes.enter(call.topic, call.url.expose());
        let (Some(courier), Some(place)) = (self.courier.clone(), place) else {
            tracing::warn!(topic = call.topic.as_str(), "a call of a web hook is dropped, too many wait");
            return Err(Overrun);
        };
        let stop = self.stop.clone();
        Ok(self.tasks.spawn(async move {
            let delivery = wanted.run_until_cancelled(courier.deliver(&call, &place));
            stop.run_until_cancelled(delivery).await.flatten().unwrap_or(Outcome::GivenUp)
        }))
    }
}
