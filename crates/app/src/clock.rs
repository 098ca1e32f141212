//! The server's time as this machine knows it, whatever its own calendar says.

use consilium_model::{Status, VisitClock};
use consilium_wire::medme::Durations;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// The server's figures with the moment they arrived.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerTime {
    then: OffsetDateTime,
    at: Instant,
}

impl ServerTime {
    /// From an answer that arrived at `at`.
    pub(crate) const fn new(durations: &Durations, at: Instant) -> Self {
        Self { then: durations.now, at }
    }

    /// The server's time at the local moment `now`.
    pub(crate) fn at(&self, now: Instant) -> OffsetDateTime {
        self.then + now.saturating_duration_since(self.at)
    }
}

/// The visit's clock from the server's figures; `None` until the visit has started.
pub(crate) fn visit_clock(durations: &Durations, status: Status, taken_at: Duration) -> Option<VisitClock> {
    let running = match status {
        Status::Pending | Status::OpenForJoining | Status::CancelledBeforeStart => return None,
        Status::Started | Status::StartedAndWaiting => true,
        Status::StartedAndPaused | Status::CancelledAfterStart | Status::Finished => false,
    };
    let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
    let (scheduled, net) = (durations.scheduled_duration_seconds, durations.net_duration_seconds);
    Some(VisitClock::new(seconds(scheduled), seconds(net), taken_at, running))
}
