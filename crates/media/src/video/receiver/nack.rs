//! The packets that are missing, when to ask for each again, and when to give it up.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

/// Out-of-order packets are given this long before they count as lost.
const REORDER_WAIT: Duration = Duration::from_millis(10);
/// It grows to this on a path that reorders more.
const REORDER_WAIT_LIMIT: Duration = Duration::from_millis(50);
/// A packet is not asked for again sooner than this.
const RETRY_FLOOR: Duration = Duration::from_millis(20);
/// Requests for one packet.
const MAX_REQUESTS: u8 = 8;
/// A packet is given up after this, or four round trips (three answers) if that is longer, but not after the limit.
const GIVE_UP: Duration = Duration::from_millis(400);
const GIVE_UP_LIMIT: Duration = Duration::from_millis(1000);

#[derive(Clone, Copy, Debug)]
struct Missing {
    noticed: Instant,
    requests: u8,
    last_request: Instant,
}

/// What became of a packet that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It was not missing.
    Fresh,
    /// It was late, and not asked for.
    Reordered,
    /// It was asked for.
    Recovered,
}

/// The packets that are missing.
#[derive(Debug)]
pub(super) struct NackList {
    missing: BTreeMap<u64, Missing>,
    rtt: Duration,
    reorder_wait: Duration,
}

impl NackList {
    pub(super) fn new(rtt: Duration) -> Self {
        Self { missing: BTreeMap::new(), rtt, reorder_wait: REORDER_WAIT }
    }

    pub(super) fn set_rtt(&mut self, rtt: Duration) {
        self.rtt = rtt;
    }

    pub(super) fn len(&self) -> usize {
        self.missing.len()
    }

    pub(super) fn notice(&mut self, sequences: Range<u64>, now: Instant) {
        let missing = Missing { noticed: now, requests: 0, last_request: now };
        self.missing.extend(sequences.map(|sequence| (sequence, missing)));
    }

    pub(super) fn arrived(&mut self, sequence: u64, now: Instant) -> Arrival {
        let Some(missing) = self.missing.remove(&sequence) else {
            // Paths change: what was learned about reordering fades.
            self.reorder_wait -= (self.reorder_wait - REORDER_WAIT) / 256;
            return Arrival::Fresh;
        };
        let late = now.saturating_duration_since(missing.noticed);
        // An answer cannot be here sooner than half a round trip after asking: the packet itself was slow.
        let answered = missing.requests > 0 && late >= self.reorder_wait + self.rtt / 2;
        if !answered {
            self.reorder_wait = (late * 5 / 4).clamp(self.reorder_wait, REORDER_WAIT_LIMIT);
        }
        if missing.requests > 0 { Arrival::Recovered } else { Arrival::Reordered }
    }

    /// Forgets everything before a sequence number; gives how many that were.
    pub(super) fn forget_before(&mut self, sequence: u64) -> usize {
        let kept = self.missing.split_off(&sequence);
        std::mem::replace(&mut self.missing, kept).len()
    }

    /// Whether nothing is missing from `sequence` on that could still be merely late.
    pub(super) fn is_beyond_reordering(&self, sequence: u64, now: Instant) -> bool {
        self.missing.range(sequence..).next().is_some_and(|(_, m)| m.noticed + self.reorder_wait <= now)
    }

    /// The packets to ask for now. They count as asked for.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<u64> {
        let (reorder_wait, retry) = (self.reorder_wait, self.retry());
        let mut due = Vec::new();
        for (&sequence, missing) in &mut self.missing {
            if missing.requests < MAX_REQUESTS && missing.due(reorder_wait, retry) <= now {
                missing.requests += 1;
                missing.last_request = now;
                due.push(sequence);
            }
        }
        due
    }

    /// The last of the packets that are not worth waiting for any longer.
    pub(super) fn given_up(&self, now: Instant) -> Option<u64> {
        let expired = |missing: &Missing| self.expiry(missing) <= now;
        self.missing.iter().rev().find(|(_, missing)| expired(missing)).map(|(&sequence, _)| sequence)
    }

    /// When something is due next.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let retry = self.retry();
        self.missing
            .values()
            .map(|missing| missing.due(self.reorder_wait, retry).min(self.expiry(missing)))
            .min()
    }

    fn expiry(&self, missing: &Missing) -> Instant {
        let patience = (self.rtt * 4).clamp(GIVE_UP, GIVE_UP_LIMIT);
        let timed_out = missing.noticed + patience;
        if missing.requests < MAX_REQUESTS {
            return timed_out;
        }
        timed_out.min(missing.last_request + self.retry())
    }

    fn retry(&self) -> Duration {
        (self.rtt * 5 / 4).max(RETRY_FLOOR)
    }
}

impl Missing {
    fn due(&self, reorder_wait: Duration, retry: Duration) -> Instant {
        if self.requests == 0 { self.noticed + reorder_wait } else { self.last_request + retry }
    }
}
