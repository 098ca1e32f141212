//! When a link needs help, and which.

use super::Health;
use super::link::{Link, Negotiation};
use std::time::{Duration, Instant};

/// The newcomer offers; when it does not within this time, those already in do.
const OFFER_PATIENCE: Duration = Duration::from_secs(8);
/// After this time without an answer the offer is sent again.
const ANSWER_PATIENCE: Duration = Duration::from_secs(3);
/// So often, before the link is rebuilt.
const MAX_REPEATS: u32 = 2;
/// The transport makes a description within this time.
const DESCRIPTION_PATIENCE: Duration = Duration::from_secs(10);
/// Both sides agree and packets still do not pass.
const SETUP_PATIENCE: Duration = Duration::from_secs(12);
/// Silence for this long is not a hiccup.
const SILENCE_PATIENCE: Duration = Duration::from_secs(2);
/// The polite side lets the other one begin, so that both do not repair at once.
const POLITE_PATIENCE: Duration = Duration::from_secs(3);
/// So many ICE restarts in a row, before the link is rebuilt.
const MAX_RESTARTS: u32 = 2;
/// The longest wait between two repairs.
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// How a link is helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Offer, although the peer was expected to.
    Offer,
    /// Send the offer again.
    Repeat,
    /// New ICE credentials and candidates, the same transport.
    Restart,
    /// A new transport.
    Rebuild,
}

/// What helps this link, and when it is due. `attempts` counts the repairs since packets last passed.
pub(super) fn remedy(link: &Link, polite: bool, attempts: u32) -> Option<(Instant, Remedy)> {
    let courtesy = if polite { POLITE_PATIENCE } else { Duration::ZERO };
    let (patience, remedy) = match &link.negotiation {
        Negotiation::Idle => (OFFER_PATIENCE, Remedy::Offer),
        Negotiation::Offering | Negotiation::Answering { .. } => (DESCRIPTION_PATIENCE, Remedy::Rebuild),
        Negotiation::Offered { repeats, .. } if *repeats < MAX_REPEATS => (ANSWER_PATIENCE, Remedy::Repeat),
        Negotiation::Offered { .. } => (ANSWER_PATIENCE, Remedy::Rebuild),
        Negotiation::Stable if link.restart => (Duration::ZERO, Remedy::Restart),
        Negotiation::Stable => {
            let remedy = if attempts < MAX_RESTARTS { Remedy::Restart } else { Remedy::Rebuild };
            match link.health {
                Health::Connected => return None,
                Health::Connecting => (SETUP_PATIENCE + courtesy + backoff(attempts), remedy),
                Health::Disconnected => (SILENCE_PATIENCE + courtesy, remedy),
                Health::Failed => (courtesy + backoff(attempts), remedy),
            }
        }
    };
    Some((link.since + patience, remedy))
}

/// How long to wait before the repair after `attempts` that did not help.
pub(super) fn backoff(attempts: u32) -> Duration {
    match attempts {
        0 => Duration::ZERO,
        attempts => Duration::from_secs(1u64 << attempts.min(6)).min(MAX_BACKOFF),
    }
}

/// How many transports a peer may make this machine build: a burst of four, then one in two seconds.
#[derive(Debug, Default)]
pub(super) struct Allowance {
    spent: Vec<Instant>,
}

impl Allowance {
    const BURST: usize = 4;
    const WINDOW: Duration = Duration::from_secs(8);

    /// True when one more is within bounds; it counts then.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        self.spent.retain(|at| now.saturating_duration_since(*at) < Self::WINDOW);
        let allowed = self.spent.len() < Self::BURST;
        if allowed {
            self.spent.push(now);
        }
        allowed
    }
}
