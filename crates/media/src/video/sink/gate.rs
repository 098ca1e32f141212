//! Whether a stream of dependent pictures may go on.

use std::time::{Duration, Instant};

/// A wish for a key frame is repeated at this pace: the wish or the key frame may have been lost.
const ASK_INTERVAL: Duration = Duration::from_secs(1);

/// Lets nothing but a key frame pass after a picture was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::video) enum Gate {
    Open,
    AwaitingKey { asked: Option<Instant> },
}

impl Gate {
    /// Shut, as every stream begins.
    pub(in crate::video) const SHUT: Self = Self::AwaitingKey { asked: None };

    /// Whether this picture may pass.
    pub(in crate::video) fn admits(self, key: bool) -> bool {
        key || self == Self::Open
    }

    /// Shuts after a picture was left out. A wish that was already made stays made.
    pub(in crate::video) fn shut(&mut self) {
        if *self == Self::Open {
            *self = Self::SHUT;
        }
    }

    /// Whether a key frame is to be asked for now; saying yes counts as asking.
    pub(in crate::video) fn asks(&mut self, now: Instant) -> bool {
        match self {
            Self::AwaitingKey { asked }
                if asked.is_none_or(|at| now.saturating_duration_since(at) >= ASK_INTERVAL) =>
            {
                *asked = Some(now);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_at_once_then_once_a_second() {
        let (mut gate, now) = (Gate::Open, Instant::now());
        assert!(!gate.asks(now));
        gate.shut();
        assert!(!gate.admits(false) && gate.admits(true));
        assert!(gate.asks(now));
        gate.shut();
        assert!(!gate.asks(now + Duration::from_millis(999)));
        assert!(gate.asks(now + Duration::from_millis(1000)));
    }
}
