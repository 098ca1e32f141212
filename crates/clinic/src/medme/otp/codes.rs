//! Which one-time passwords are good, and how often somebody may ask and be wrong. In memory only: after a restart
//! everybody asks for a new one, and is counted anew.

use crate::keys::Digest;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use time::{Duration, OffsetDateTime};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long a code is good.
const LIFETIME: Duration = Duration::minutes(5);
/// So many wrong tries a code has.
const TRIES: u8 = 5;
/// The shortest time between two codes of one participant.
const PAUSE: Duration = Duration::seconds(30);
/// So many codes a participant gets in an hour.
const PER_HOUR: usize = 10;
/// And so many in a day.
const PER_DAY: usize = 20;
/// After so many wrong tries in a day, a participant gets no more codes. A link that fell into wrong hands is guessed
/// open in a year with a chance of about one in a hundred, instead of one in three.
const WRONG_PER_DAY: usize = 30;
const HOUR: Duration = Duration::hours(1);
const DAY: Duration = Duration::days(1);
/// With so many participants, those who did nothing for a day are forgotten.
const MANY: usize = 10_000;

/// The codes of every participant `K`.
pub(super) struct Codes<K> {
    desks: HashMap<K, Desk>,
    sweep_at: usize,
}

/// What is known of one participant.
#[derive(Default)]
struct Desk {
    /// When codes were given in the last day, oldest first.
    given: VecDeque<OffsetDateTime>,
    /// When somebody was wrong in the last day, oldest first.
    wrong: VecDeque<OffsetDateTime>,
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
        Self { desks: HashMap::new(), sweep_at: MANY }
    }
}

impl<K: Eq + Hash> Codes<K> {
    /// Whether the participant may get a new code now.
    pub(super) fn may_give(&mut self, to: &K, now: OffsetDateTime) -> Result<(), TooSoon> {
        let Some(desk) = self.desks.get_mut(to) else { return Ok(()) };
        desk.forget_old(now);
        desk.wait(now).map_or(Ok(()), |wait| Err(TooSoon { wait }))
    }

    /// Takes in a new code in place of the earlier one, after [`Self::may_give`]. `wanted` is cancelled when the code
    /// is used, used up or replaced.
    pub(super) fn give(&mut self, to: K, digest: Digest, now: OffsetDateTime, wanted: CancellationToken) {
        if self.desks.len() >= self.sweep_at {
            self.desks.retain(|_, desk| desk.forget_old(now));
            self.sweep_at = MANY.max(2 * self.desks.len());
        }
        let desk = self.desks.entry(to).or_default();
        desk.given.push_back(now);
        let code = Code { digest, given: now, tries_left: TRIES, _delivery: wanted.drop_guard() };
        desk.code = Some(code);
    }

    /// Whether `is_right` about the participant's code, while it is good. A wrong one costs a try.
    pub(super) fn is_good(
        &mut self,
        from: &K,
        now: OffsetDateTime,
        is_right: impl FnOnce(&Digest) -> bool,
    ) -> bool {
        let Some(desk) = self.desks.get_mut(from) else { return false };
        desk.forget_old(now);
        let Some(code) = &mut desk.code else { return false };
        if is_right(&code.digest) {
            return true;
        }
        code.tries_left -= 1;
        desk.wrong.push_back(now);
        if code.tries_left == 0 || desk.wrong.len() >= WRONG_PER_DAY {
            desk.code = None;
        }
        false
    }

    /// The participant's code has done its work.
    pub(super) fn use_up(&mut self, of: &K) {
        if let Some(desk) = self.desks.get_mut(of) {
            desk.code = None;
        }
    }
}

impl Desk {
    /// Whether anything is left to remember. What lies in the future was before the clock was set back.
    fn forget_old(&mut self, now: OffsetDateTime) -> bool {
        let is_within = |at: OffsetDateTime, time| at <= now && now - at < time;
        self.given.retain(|at| is_within(*at, DAY));
        self.wrong.retain(|at| is_within(*at, DAY));
        if self.code.as_ref().is_some_and(|code| !is_within(code.given, LIFETIME)) {
            self.code = None;
        }
        !self.given.is_empty() || !self.wrong.is_empty()
    }

    fn wait(&self, now: OffsetDateTime) -> Option<Duration> {
        let until = |last: &VecDeque<OffsetDateTime>, count: usize, time: Duration| {
            let first = last.len().checked_sub(count)?;
            last.get(first).map(|first| *first + time - now)
        };
        let waits = [
            until(&self.given, 1, PAUSE),
            until(&self.given, PER_HOUR, HOUR),
            until(&self.given, PER_DAY, DAY),
            until(&self.wrong, WRONG_PER_DAY, DAY),
        ];
        waits.into_iter().flatten().max().filter(|wait| wait.is_positive())
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
        Right { is_used: bool },
        Wrong,
        Pass(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let passes = prop_oneof![
            8 => 1..40_i64,
            4 => 200..400_i64,
            2 => Just(3600),
            1 => 80_000..90_000_i64,
        ];
        prop_oneof![
            3 => Just(Step::Give),
            1 => any::<bool>().prop_map(|is_used| Step::Right { is_used }),
            4 => Just(Step::Wrong),
            3 => passes.prop_map(Step::Pass),
        ]
    }

    fn since(times: &[OffsetDateTime], now: OffsetDateTime, time: Duration) -> usize {
        times.iter().filter(|at| now - **at < time).count()
    }

    /// The reference: every time that a code was given or somebody was wrong, and the newest code.
    struct Naive {
        now: OffsetDateTime,
        given: Vec<OffsetDateTime>,
        wrong: Vec<OffsetDateTime>,
        /// Its number, and its wrong tries so far.
        newest: Option<(u8, u8)>,
    }

    impl Naive {
        fn may_give(&self) -> bool {
            since(&self.given, self.now, PAUSE) == 0
                && since(&self.given, self.now, HOUR) < PER_HOUR
                && since(&self.given, self.now, DAY) < PER_DAY
                && since(&self.wrong, self.now, DAY) < WRONG_PER_DAY
        }

        fn good(&self) -> Option<(u8, u8)> {
            self.newest.filter(|(_, wrong)| since(&self.given, self.now, LIFETIME) > 0 && *wrong < TRIES)
        }

        fn is_wrong(&mut self) {
            let Some((number, wrong)) = self.good() else { return };
            self.wrong.push(self.now);
            let is_over = since(&self.wrong, self.now, DAY) >= WRONG_PER_DAY;
            self.newest = (!is_over).then_some((number, wrong + 1));
        }
    }

    fn give(
        codes: &mut Codes<u8>,
        to: u8,
        number: u8,
        now: OffsetDateTime,
    ) -> Result<CancellationToken, TooSoon> {
        codes.may_give(&to, now)?;
        let wanted = CancellationToken::new();
        codes.give(to, [number; 32], now, wanted.clone());
        Ok(wanted)
    }

    proptest! {
        #[test]
        fn a_code_is_good_for_five_minutes_and_five_tries_and_nobody_guesses_for_ever(
            steps in prop::collection::vec(step(), 0..300),
        ) {
            let mut codes = Codes::default();
            let mut naive = Naive { now: START, given: Vec::new(), wrong: Vec::new(), newest: None };
            for step in steps {
                match step {
                    Step::Pass(seconds) => naive.now += Duration::seconds(seconds),
                    Step::Give => {
                        let number = naive.given.len() as u8;
                        let answer = give(&mut codes, 7, number, naive.now);
                        prop_assert_eq!(answer.is_ok(), naive.may_give());
                        match answer {
                            Ok(_) => {
                                naive.given.push(naive.now);
                                naive.newest = Some((number, 0));
                            }
                            Err(TooSoon { wait }) => prop_assert!(wait.is_positive() && wait <= DAY),
                        }
                    }
                    Step::Right { is_used } => {
                        let good = naive.good().map(|(number, _)| [number; 32]);
                        let is_good = codes.is_good(&7, naive.now, |digest| Some(*digest) == good);
                        prop_assert_eq!(is_good, good.is_some());
                        if is_good && is_used {
                            codes.use_up(&7);
                            naive.newest = None;
                        }
                    }
                    Step::Wrong => {
                        prop_assert!(!codes.is_good(&7, naive.now, |_| false));
                        naive.is_wrong();
                    }
                }
            }
        }
    }

    #[test]
    fn a_replaced_or_used_code_is_no_longer_delivered() {
        let mut codes = Codes::default();
        let first = give(&mut codes, 1, 1, START).unwrap();
        let second = give(&mut codes, 1, 2, START + PAUSE).unwrap();
        assert!(first.is_cancelled() && !second.is_cancelled());
        assert!(!codes.is_good(&2, START + PAUSE, |_| true));
        assert!(codes.is_good(&1, START + PAUSE, |digest| *digest == [2; 32]));
        assert!(!second.is_cancelled(), "until that is durable");
        codes.use_up(&1);
        assert!(second.is_cancelled() && !codes.is_good(&1, START + PAUSE, |_| true));
    }

    #[test]
    fn whether_a_code_may_be_given_is_asked_as_often_as_one_likes() {
        let mut codes = Codes::default();
        let first = give(&mut codes, 1, 1, START).unwrap();
        let later = START + PAUSE;
        assert!((0..100).all(|_| codes.may_give(&1, later).is_ok()));
        assert!(!first.is_cancelled() && codes.is_good(&1, later, |digest| *digest == [1; 32]));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_and_keeps_no_code_alive() {
        let mut codes = Codes::default();
        give(&mut codes, 1, 1, START).unwrap();
        let earlier = START - Duration::hours(5);
        assert!(!codes.is_good(&1, earlier, |_| true));
        assert!(give(&mut codes, 1, 2, earlier).is_ok());
    }
}
