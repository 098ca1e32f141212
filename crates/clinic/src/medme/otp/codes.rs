//! Which one-time passwords are good, and how often somebody may ask and be wrong. In memory only: after a restart
//! everybody asks for a new one.

use crate::keys::Digest;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use time::{Duration, OffsetDateTime};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long a code is good.
const LIFETIME: Duration = Duration::minutes(5);
/// So many tries a code has.
const TRIES: u8 = 5;
/// The shortest time between two codes of one participant.
const PAUSE: Duration = Duration::seconds(30);
/// So many codes a participant gets in an hour.
const PER_HOUR: usize = 10;
const HOUR: Duration = Duration::hours(1);
/// With so many participants, those whose hour is over are forgotten.
const MANY: usize = 10_000;

/// The codes of every participant `K`.
pub(super) struct Codes<K>(HashMap<K, Desk>);

/// What is known of one participant.
#[derive(Default)]
struct Desk {
    /// When codes were given in the last hour, oldest first.
    given: VecDeque<OffsetDateTime>,
    code: Option<Code>,
}

struct Code {
    digest: Digest,
    given: OffsetDateTime,
    tries_left: u8,
    /// Ends the delivery when the code is gone.
    _delivery: DropGuard,
}

/// It is too soon for a new code; the earlier one, if it is still good, stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooSoon {
    /// How long to wait.
    pub(super) wait: Duration,
}

impl<K> Default for Codes<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Codes<K> {
    /// Takes in a new code in place of the earlier one, unless it is too soon. The token is cancelled when the code is
    /// used, used up or replaced.
    pub(super) fn give(
        &mut self,
        to: K,
        digest: Digest,
        now: OffsetDateTime,
    ) -> Result<CancellationToken, TooSoon> {
        if self.0.len() >= MANY {
            self.0.retain(|_, desk| desk.forget_old(now));
        }
        let desk = self.0.entry(to).or_default();
        desk.forget_old(now);
        if let Some(wait) = desk.wait(now) {
            return Err(TooSoon { wait });
        }
        desk.given.push_back(now);
        let wanted = CancellationToken::new();
        let delivery = wanted.clone().drop_guard();
        desk.code = Some(Code { digest, given: now, tries_left: TRIES, _delivery: delivery });
        Ok(wanted)
    }

    /// Whether `is_right` about the participant's code, while it is good. A right code is used up by that; a wrong one
    /// costs a try.
    pub(super) fn take(
        &mut self,
        from: &K,
        now: OffsetDateTime,
        is_right: impl FnOnce(&Digest) -> bool,
    ) -> bool {
        let Some(desk) = self.0.get_mut(from) else { return false };
        desk.forget_old(now);
        let Some(code) = &mut desk.code else { return false };
        code.tries_left -= 1;
        let is_right = is_right(&code.digest);
        if is_right || code.tries_left == 0 {
            desk.code = None;
        }
        is_right
    }
}

impl Desk {
    /// Whether anything is left to remember. What lies in the future was before the clock was set back.
    fn forget_old(&mut self, now: OffsetDateTime) -> bool {
        let is_within = |at: OffsetDateTime, time| at <= now && now - at < time;
        self.given.retain(|at| is_within(*at, HOUR));
        if self.code.as_ref().is_some_and(|code| !is_within(code.given, LIFETIME)) {
            self.code = None;
        }
        !self.given.is_empty()
    }

    fn wait(&self, now: OffsetDateTime) -> Option<Duration> {
        let pause = self.given.back().map(|last| *last + PAUSE - now);
        let hour =
            self.given.front().filter(|_| self.given.len() >= PER_HOUR).map(|first| *first + HOUR - now);
        pause.max(hour).filter(|wait| wait.is_positive())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: OffsetDateTime = time::macros::datetime!(2026-11-21 12:00 UTC);

    #[derive(Clone, Debug)]
    enum Step {
        Give,
        Right,
        Wrong,
        Pass(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Give),
            Just(Step::Right),
            Just(Step::Wrong),
            prop_oneof![1..40_i64, 200..400_i64, Just(3600)].prop_map(Step::Pass),
        ]
    }

    proptest! {
        #[test]
        fn a_code_is_good_once_for_five_minutes_and_five_tries(steps in prop::collection::vec(step(), 0..200)) {
            let mut codes = Codes::default();
            let (mut now, mut given) = (START, Vec::<OffsetDateTime>::new());
            // The newest code: its number, and its wrong tries so far.
            let mut newest: Option<(u8, u8)> = None;
            for step in steps {
                match step {
                    Step::Pass(seconds) => now += Duration::seconds(seconds),
                    Step::Give => {
                        let number = given.len() as u8;
                        let in_hour = given.iter().filter(|at| now - **at < HOUR).count();
                        let may = given.last().is_none_or(|last| now - *last >= PAUSE) && in_hour < PER_HOUR;
                        let answer = codes.give("who", [number; 32], now);
                        prop_assert_eq!(answer.is_ok(), may);
                        if may {
                            given.push(now);
                            newest = Some((number, 0));
                        } else if let Err(TooSoon { wait }) = answer {
                            prop_assert!(wait.is_positive() && wait <= HOUR);
                        }
                    }
                    Step::Right | Step::Wrong => {
                        let is_young = given.last().is_some_and(|at| now - *at < LIFETIME);
                        let good = newest.filter(|(_, wrong)| is_young && *wrong < TRIES);
                        let tries_right = matches!(step, Step::Right);
                        let taken = codes.take(&"who", now, |digest| {
                            tries_right && newest.is_some_and(|(number, _)| *digest == [number; 32])
                        });
                        prop_assert_eq!(taken, tries_right && good.is_some());
                        newest = newest.filter(|_| !taken).map(|(number, wrong)| (number, wrong + u8::from(!tries_right)));
                    }
                }
            }
        }
    }

    #[test]
    fn a_replaced_or_used_code_is_no_longer_delivered() {
        let mut codes = Codes::default();
        let first = codes.give(1, [1; 32], START).unwrap();
        let second = codes.give(1, [2; 32], START + PAUSE).unwrap();
        assert!(first.is_cancelled() && !second.is_cancelled());
        assert!(!codes.take(&2, START + PAUSE, |_| true));
        assert!(codes.take(&1, START + PAUSE, |digest| *digest == [2; 32]));
        assert!(second.is_cancelled());
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_and_keeps_no_code_alive() {
        let mut codes = Codes::default();
        codes.give((), [1; 32], START).unwrap();
        let earlier = START - Duration::hours(5);
        assert!(!codes.take(&(), earlier, |_| true));
        assert!(codes.give((), [2; 32], earlier).is_ok());
    }
}
