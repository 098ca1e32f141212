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
/// And not later than this after an answer to the last request could have come.
const RETRY_MARGIN: Duration = Duration::from_millis(30);
/// Rounds of requests for one packet.
const MAX_ROUNDS: u8 = 8;
/// From this share of lost packets on, every round is two requests: either they or their answers are lost often
/// enough that the one that gets through saves a round trip.
const LOSSY: f32 = 0.02;
/// A smaller share than this is no lossy line at all.
const SELDOM: f32 = 0.005;
/// Pictures are late by so much at most without any loss.
const JITTER: Duration = Duration::from_millis(120);
/// The second request follows the first after this, so that a burst of losses does not take both.
const ECHO: Duration = Duration::from_millis(30);
/// How slowly the share of lost packets is followed, in packets.
const LOSS_MEMORY: f32 = 256.0;
/// A packet is given up after this, or four round trips (three answers) if that is longer, but not after the limit.
const GIVE_UP: Duration = Duration::from_millis(400);
const GIVE_UP_LIMIT: Duration = Duration::from_millis(1000);

#[derive(Clone, Copy, Debug)]
struct Missing {
    noticed: Instant,
    asked: Asked,
}

/// How far the requests for a packet have got.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Never,
    /// So many rounds, of which the last began then.
    Rounds {
        count: u8,
        last: Instant,
        echo: Echo,
    },
}

/// The second request of a round.
#[derive(Clone, Copy, Debug)]
enum Echo {
    /// It is to come.
    Due,
    /// It was sent, or there is none.
    Done,
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
    /// The smoothed share of packets that do not come the first time.
    loss: f32,
}

impl NackList {
    pub(super) fn new(rtt: Duration) -> Self {
        Self { missing: BTreeMap::new(), rtt, reorder_wait: REORDER_WAIT, loss: 0.0 }
    }

    pub(super) fn set_rtt(&mut self, rtt: Duration) {
        self.rtt = rtt;
    }

    pub(super) fn len(&self) -> usize {
        self.missing.len()
    }

    pub(super) fn notice(&mut self, sequences: Range<u64>, now: Instant) {
        let missing = Missing { noticed: now, asked: Asked::Never };
        self.missing.extend(sequences.map(|sequence| (sequence, missing)));
    }

    pub(super) fn arrived(&mut self, sequence: u64, now: Instant) -> Arrival {
        let Some(missing) = self.missing.remove(&sequence) else {
            // Paths change: what was learned about reordering fades.
            self.reorder_wait -= (self.reorder_wait - REORDER_WAIT) / 256;
            self.loss -= self.loss / LOSS_MEMORY;
            return Arrival::Fresh;
        };
        let late = now.saturating_duration_since(missing.noticed);
        let asked = matches!(missing.asked, Asked::Rounds { .. });
        // An answer cannot be here sooner than half a round trip after asking: the packet itself was slow.
        let answered = asked && late >= self.reorder_wait + self.rtt / 2;
        if !answered {
            self.reorder_wait = (late * 5 / 4).clamp(self.reorder_wait, REORDER_WAIT_LIMIT);
        }
        if asked { Arrival::Recovered } else { Arrival::Reordered }
    }

    /// How late a picture may be that was not delayed by a queue: jitter, and two rounds of requests where there are
    /// losses.
    pub(super) fn lateness(&self) -> Duration {
        match self.loss {
            ..SELDOM => JITTER,
            _ => JITTER + self.rtt * 2,
        }
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
        let (mut due, mut lost) = (Vec::new(), 0u8);
        let echo = if self.loss > LOSSY { Echo::Due } else { Echo::Done };
        for (&sequence, missing) in &mut self.missing {
            if missing.due(reorder_wait, retry).is_some_and(|at| at <= now) {
                lost = lost.saturating_add(u8::from(matches!(missing.asked, Asked::Never)));
                missing.ask(now, echo);
                due.push(sequence);
            }
        }
        for _ in 0..lost {
            self.loss += (1.0 - self.loss) / LOSS_MEMORY;
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
            .flat_map(|missing| [missing.due(self.reorder_wait, retry), Some(self.expiry(missing))])
            .flatten()
            .min()
    }

    fn expiry(&self, missing: &Missing) -> Instant {
        let patience = (self.rtt * 4).clamp(GIVE_UP, GIVE_UP_LIMIT);
        let timed_out = missing.noticed + patience;
        match missing.asked {
            Asked::Rounds { count: MAX_ROUNDS.., last, .. } => timed_out.min(last + self.retry()),
            Asked::Rounds { .. } | Asked::Never => timed_out,
        }
    }

    fn retry(&self) -> Duration {
        (self.rtt + (self.rtt / 4).min(RETRY_MARGIN)).max(RETRY_FLOOR)
    }
}

impl Missing {
    /// When to ask; `None` if that was done often enough.
    fn due(&self, reorder_wait: Duration, retry: Duration) -> Option<Instant> {
        match self.asked {
            Asked::Never => Some(self.noticed + reorder_wait),
            Asked::Rounds { last, echo: Echo::Due, .. } => Some(last + ECHO.min(retry)),
            Asked::Rounds { count: MAX_ROUNDS.., .. } => None,
            Asked::Rounds { last, .. } => Some(last + retry),
        }
    }

    fn ask(&mut self, now: Instant, echo: Echo) {
        self.asked = match self.asked {
            Asked::Never => Asked::Rounds { count: 1, last: now, echo },
            Asked::Rounds { count, last, echo: Echo::Due } => Asked::Rounds { count, last, echo: Echo::Done },
            Asked::Rounds { count, .. } => Asked::Rounds { count: count + 1, last: now, echo },
        };
    }
}
