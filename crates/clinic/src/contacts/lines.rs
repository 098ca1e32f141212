//! Who has a socket of the home page, and who had one moments ago: an application that reconnects does not flicker.

use consilium_model::UserId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long somebody whose last socket is lost counts as there.
pub(super) const GRACE: Duration = Duration::from_secs(6);

/// The sockets of each user.
#[derive(Default)]
pub(super) struct Lines(HashMap<UserId, Line>);

enum Line {
    /// So many are open.
    Open(usize),
    /// The last one was lost; the user counts as there until then.
    Lost { until: Instant },
}

impl Lines {
    /// One more is open.
    pub(super) fn open(&mut self, user: &UserId) {
        match self.0.get_mut(user) {
            Some(Line::Open(count)) => *count += 1,
            Some(Line::Lost { .. }) | None => drop(self.0.insert(user.clone(), Line::Open(1))),
        }
    }

    /// One of those that were open is lost.
    pub(super) fn close(&mut self, user: &UserId, now: Instant) {
        match self.0.get_mut(user) {
            Some(Line::Open(count)) if *count > 1 => *count -= 1,
            Some(line @ Line::Open(_)) => *line = Line::Lost { until: now + GRACE },
            Some(Line::Lost { .. }) | None => {}
        }
    }

    /// Whether the user is there, as far as [`Self::expire`] has been called.
    pub(super) fn has(&self, user: &UserId) -> bool {
        self.0.contains_key(user)
    }

    /// When [`Self::expire`] has something to do.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let lost = self.0.values().filter_map(|line| match line {
            Line::Open(_) => None,
            Line::Lost { until } => Some(*until),
        });
        lost.min()
    }

    /// Those who have not come back in time: they are gone from now on.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<UserId> {
        let gone = self.0.extract_if(|_, line| matches!(line, Line::Lost { until } if *until <= now));
        gone.map(|(user, _)| user).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Open(u8),
        Close(u8),
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let user = 0..3_u8;
        prop_oneof![
            user.clone().prop_map(Step::Open),
            user.prop_map(Step::Close),
            (0..4_000_u64).prop_map(Step::Wait),
        ]
    }

    proptest! {
        /// Somebody is there with an open socket, or when one was open within the grace.
        #[test]
        fn whoever_has_or_had_a_socket_is_there(steps in proptest::collection::vec(step(), 0..60)) {
            let start = Instant::now();
            let (mut lines, mut now) = (Lines::default(), start);
            let (mut open, mut seen) = ([0_u32; 3], [None; 3]);
            let user = |place: u8| UserId::new(place.to_string());
            for step in steps {
                match step {
                    Step::Open(place) => {
                        lines.open(&user(place));
                        open[usize::from(place)] += 1;
                    }
                    Step::Close(place) if open[usize::from(place)] > 0 => {
                        lines.close(&user(place), now);
                        open[usize::from(place)] -= 1;
                        seen[usize::from(place)] = Some(now);
                    }
                    Step::Close(_) => {}
                    Step::Wait(millis) => now += Duration::from_millis(millis),
                }
                lines.expire(now);
                for place in 0..3_u8 {
                    let index = usize::from(place);
                    let expected = open[index] > 0 || seen[index].is_some_and(|at| now < at + GRACE);
                    prop_assert_eq!(lines.has(&user(place)), expected);
                }
                prop_assert!(lines.next_timeout().is_none_or(|at| at > now && at <= now + GRACE));
            }
        }
    }
}
