//! How many are in the call, and whether so many are seen.
//!
//! Everybody sends to everybody, so with each who comes everybody sends more. Sound of many is little; from a number on
//! that the room tells ([`consilium_wire::room::Policy::max_with_video`]), cameras and screens rest.

use std::time::{Duration, Instant};

/// Pictures come back when there have been few enough for so long: whoever leaves and is back at once opens no camera.
const CALM: Duration = Duration::from_secs(5);

/// Whether so many are seen as there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Crowd {
    /// Yes.
    #[default]
    Few,
    /// No.
    Many,
    /// They will be, then.
    Thinned { until: Instant },
}

impl Crowd {
    /// So many have a seat, oneself among them, and at most so many are seen.
    pub(super) fn follow(&mut self, now: Instant, seats: usize, most: u32) {
        let few = u32::try_from(seats).is_ok_and(|seats| seats <= most);
        *self = match *self {
            _ if !few => Self::Many,
            Self::Many => Self::Thinned { until: now + CALM },
            Self::Thinned { until } if until <= now => Self::Few,
            Self::Few | Self::Thinned { .. } => *self,
        };
    }

    /// Cameras and screens may be sent.
    pub(super) const fn is_seen(self) -> bool {
        matches!(self, Self::Few)
    }

    /// When [`Self::follow`] has something to say by itself.
    pub(super) const fn next_timeout(self) -> Option<Instant> {
        match self {
            Self::Few | Self::Many => None,
            Self::Thinned { until } => Some(until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However they come and go: pictures rest at once, and come back only after a calm time.
        #[test]
        fn pictures_come_back_after_a_calm_time_and_go_at_once(
            steps in proptest::collection::vec((0u64..4000, 1usize..17), 1..80)
        ) {
            let (mut crowd, mut now) = (Crowd::default(), Instant::now());
            let mut last_many = None;
            for (wait, seats) in steps {
                now += Duration::from_millis(wait);
                crowd.follow(now, seats, 8);
                if seats > 8 {
                    last_many = Some(now);
                    prop_assert!(!crowd.is_seen());
                }
                if crowd.is_seen() {
                    prop_assert!(last_many.is_none_or(|many| now >= many + CALM));
                }
                prop_assert_eq!(crowd.next_timeout().is_some(), !crowd.is_seen() && seats <= 8);
            }
            // And they do come back by themselves.
            crowd.follow(now, 8, 8);
            if let Some(until) = crowd.next_timeout() {
                crowd.follow(until, 8, 8);
            }
            prop_assert!(crowd.is_seen());
        }
    }
}
