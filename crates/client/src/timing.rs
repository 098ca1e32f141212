//! How long things may take and how large they may be.

use crate::backoff::Backoff;
use std::time::Duration;

/// Every time and size limit of a [`crate::Server`]'s connections. [`Timing::default`] is for the product.
#[derive(Clone, Debug)]
pub struct Timing {
    /// For the connection to stand: name, TCP, TLS, and a WebSocket's upgrade.
    pub connect: Duration,
    /// For a whole request with its answer.
    pub request: Duration,
    /// For one message to be taken by the socket.
    pub write: Duration,
    /// The largest body of an answer, in bytes.
    pub max_body: usize,
    /// A socket that lived so long was a good one: the next loss starts the backoff anew.
    pub stable_after: Duration,
    /// When the subscription counts as lost.
    pub subscription: Liveness,
    /// When the room counts as lost. Much sooner: people are talking.
    pub room: Liveness,
    /// Between attempts to subscribe.
    pub subscription_backoff: Backoff,
    /// Between attempts to come back into the room.
    pub room_backoff: Backoff,
}

/// When a silent socket counts as lost. Pings of both sides count as life.
#[derive(Clone, Copy, Debug)]
pub struct Liveness {
    /// Own pings, so that a server without pings of its own still proves that it is there.
    pub ping_every: Duration,
    /// Silence that means lost.
    pub silence: Duration,
    /// Silence that means lost after a wake-up, when the network has probably changed.
    pub probe: Duration,
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: s(5),
            request: s(10),
            write: s(5),
            max_body: 1024 * 1024,
            stable_after: s(10),
            subscription: Liveness { ping_every: s(15), silence: s(45), probe: s(5) },
            room: Liveness { ping_every: s(4), silence: s(12), probe: s(3) },
            subscription_backoff: Backoff::new(Duration::from_millis(500), s(15)),
            room_backoff: Backoff::new(Duration::from_millis(200), s(5)),
        }
    }
}
