//! When a picture is due: how long pictures are held back so that what was lost can be sent again first.
//!
//! A picture's *transit* is the time at which its last packet came, retransmissions included, minus its RTP time. Its
//! absolute value means nothing (the clocks have no common zero); how far it is above the smallest one of late is how
//! late the picture was. Shown `delay` after the quickest, every picture that is late by no more than that is on time.
//! On a clean line the delay is nothing. On a lossy one it becomes about a round trip and the jitter, because that is
//! how late the pictures are that lost a packet.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Pictures are never held back longer: a conversation suffers more from delay than from a picture that stands.
pub(super) const LONGEST: Duration = Duration::from_millis(350);

/// All times here are in microseconds.
const MILLISECOND: i64 = 1000;
const SECOND: i64 = 1000 * MILLISECOND;

/// How long the transits are remembered: how slowly the delay falls.
const MEMORY: i64 = 10 * SECOND;
/// The latest pictures make it rise, so many of them.
const RECENT: usize = 30;
/// More than this is not remembered.
const MOST: usize = 640;
/// So many pictures of 1000 are to be on time, of those remembered and of the latest.
const ON_TIME: usize = 970;
const RECENT_ON_TIME: usize = 900;
/// So many are to be late by so little that nobody takes it for a freeze.
const NOT_FROZEN: usize = 995;
const UNSEEN: i64 = 120 * MILLISECOND;
/// A delay shorter than this is none: it is less than half a picture.
const NOTHING: i64 = 12 * MILLISECOND;
/// The delay grows by so much at once, and falls by this share of the time.
const STEP_UP: i64 = 100 * MILLISECOND;
const FALL: i64 = 10;
/// A transit so far from the last one is a new clock.
const NEW_CLOCK: i64 = 5 * SECOND;

/// The clock of one stream's pictures.
#[derive(Debug)]
pub(super) struct Playout {
    clock: Option<Clock>,
    /// When each picture was complete, and its transit.
    transits: VecDeque<(i64, i64)>,
    /// The smallest transit remembered.
    base: i64,
    /// A picture is due at its RTP time and this.
    offset: i64,
    /// The delay is at least this.
    least: i64,
    /// And what is late by more than this is not waited for.
    most: i64,
}

impl Default for Playout {
    fn default() -> Self {
        let (clock, transits) = (None, VecDeque::new());
        Self { clock, transits, base: 0, offset: 0, least: 0, most: LONGEST.as_micros() as i64 }
    }
}

/// What both time axes are counted from.
#[derive(Clone, Copy, Debug)]
struct Clock {
    origin: Instant,
    timestamp: u32,
    /// Microseconds of RTP time at `timestamp`.
    micros: i64,
}

impl Clock {
    fn since_origin(&self, at: Instant) -> i64 {
        let micros = |duration: Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4);
        match at.checked_duration_since(self.origin) {
            Some(after) => micros(after),
            None => -micros(self.origin.duration_since(at)),
        }
    }

    /// RTP time in microseconds, across the wrap of the timestamps.
    fn rtp(&self, timestamp: u32) -> i64 {
        self.micros + i64::from(timestamp.wrapping_sub(self.timestamp) as i32) * 100 / 9
    }
}

impl Playout {
    /// The sender has begun anew: nothing is known of its clock.
    pub(super) fn restart(&mut self) {
        *self = Self { least: self.least, most: self.most, ..Self::default() };
    }

    /// A picture was complete at this time.
    pub(super) fn observe(&mut self, timestamp: u32, completed: Instant) {
        let clock = self.clock.get_or_insert(Clock { origin: completed, timestamp, micros: 0 });
        let (at, rtp) = (clock.since_origin(completed), clock.rtp(timestamp));
        (clock.timestamp, clock.micros) = (timestamp, rtp);
        let transit = at - rtp;
        if self.transits.back().is_some_and(|(_, last)| (transit - last).abs() > NEW_CLOCK) {
            self.transits.clear();
        }
        let since = self.transits.back().map(|(last, _)| (at - last).max(0));
        self.transits.push_back((at, transit));
        while self.transits.len() > MOST || self.transits.front().is_some_and(|(then, _)| *then < at - MEMORY)
        {
            self.transits.pop_front();
        }
        self.base = self.transits.iter().map(|(_, transit)| *transit).min().unwrap_or(transit);
        self.follow(since);
    }

    /// Brings the delay towards what it should be: up in steps that are not yet a freeze, down unnoticed.
    fn follow(&mut self, since: Option<i64>) {
        let wanted = self.base + self.target();
        let known = self.transits.len() > RECENT;
        self.offset = match since {
            Some(since) if known && self.offset > wanted => (self.offset - since / FALL).max(wanted),
            Some(_) if known => (self.offset + STEP_UP).min(wanted),
            Some(_) | None => wanted,
        };
        self.offset = self.offset.min(self.base + LONGEST.as_micros() as i64);
    }

    /// What the delay should be.
    fn target(&self) -> i64 {
        let mut late: Vec<i64> = self.transits.iter().map(|(_, transit)| transit - self.base).collect();
        let recent = late.len().saturating_sub(RECENT);
        let lately = if recent > 0 { quantile(&mut late[recent..], RECENT_ON_TIME) } else { 0 };
        let usually = quantile(&mut late, ON_TIME);
        let seldom = quantile(&mut late, NOT_FROZEN) - UNSEEN;
        let wanted = lately.max(usually).max(seldom).min(self.most).max(self.least);
        if wanted < NOTHING { 0 } else { wanted.min(LONGEST.as_micros() as i64) }
    }

    /// When a picture is to be shown that was complete at this time; `None` as long as nothing is known.
    pub(super) fn due(&self, timestamp: u32, completed: Instant) -> Option<Instant> {
        let clock = self.clock?;
        let after = u64::try_from(clock.rtp(timestamp) + self.offset).ok()?;
        // One that is quicker than all before is held back for no longer than they.
        Some((clock.origin + Duration::from_micros(after)).min(completed + self.delay()))
    }

    /// How long pictures are held back now.
    pub(super) fn delay(&self) -> Duration {
        Duration::from_micros((self.offset - self.base).max(0).unsigned_abs())
    }

    /// Waits for nothing that is late by more than this: without losses that is a queue, which waiting makes worse.
    pub(super) fn set_most(&mut self, most: Duration) {
        self.most = most.min(LONGEST).as_micros() as i64;
    }

    /// Holds pictures back for at least so long.
    pub(super) fn set_least(&mut self, least: Duration) {
        self.least = least.min(LONGEST).as_micros() as i64;
    }
}

/// The value that `per_mille` of 1000 do not exceed. Reorders `values`.
fn quantile(values: &mut [i64], per_mille: usize) -> i64 {
    if values.is_empty() {
        return 0;
    }
    let rank = (values.len() * per_mille).div_ceil(1000).clamp(1, values.len()) - 1;
    *values.select_nth_unstable(rank).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PICTURE: Duration = Duration::from_micros(33_333);

    /// Pictures that are late by so much.
    fn watch(
        playout: &mut Playout,
        start: Instant,
        numbers: std::ops::Range<u32>,
        late: impl Fn(u32) -> u64,
    ) {
        for number in numbers {
            let timestamp = 0xffff_0000u32.wrapping_add(number * 3000);
            playout.observe(timestamp, start + PICTURE * number + Duration::from_millis(late(number)));
        }
    }

    #[test]
    fn a_clean_line_holds_nothing_back() {
        let (mut playout, start) = (Playout::default(), Instant::now());
        watch(&mut playout, start, 0..600, |number| u64::from(number * 7 % 8));
        assert_eq!(playout.delay(), Duration::ZERO);
    }

    #[test]
    fn pictures_that_were_lost_and_sent_again_are_waited_for_within_a_second_and_for_ten() {
        let (mut playout, start) = (Playout::default(), Instant::now());
        let lossy = |number: u32| if number.is_multiple_of(7) { 140 } else { 0 };
        watch(&mut playout, start, 0..300, |_| 0);
        watch(&mut playout, start, 300..330, lossy);
        assert!(playout.delay() >= Duration::from_millis(130), "{:?}", playout.delay());
        watch(&mut playout, start, 330..500, lossy);
        assert!(playout.delay() <= Duration::from_millis(150), "{:?}", playout.delay());
        watch(&mut playout, start, 500..1000, |_| 0);
        assert_eq!(playout.delay(), Duration::ZERO);
    }

    #[test]
    fn it_falls_without_a_jump() {
        let (mut playout, start) = (Playout::default(), Instant::now());
        watch(&mut playout, start, 0..400, |number| u64::from(number % 5) * 60);
        let mut last = playout.delay();
        for number in 400..1200 {
            watch(&mut playout, start, number..number + 1, |_| 0);
            assert!(last.saturating_sub(playout.delay()) <= PICTURE / 5, "{last:?} {:?}", playout.delay());
            last = playout.delay();
        }
        assert_eq!(last, Duration::ZERO);
    }

    #[test]
    fn a_longer_way_is_followed_without_a_jump_of_the_pictures() {
        let (mut playout, start) = (Playout::default(), Instant::now());
        watch(&mut playout, start, 0..400, |_| 0);
        watch(&mut playout, start, 400..900, |_| 250);
        assert!(playout.delay() < Duration::from_millis(20), "{:?}", playout.delay());
    }

    proptest! {
        #[test]
        fn the_delay_stays_within_its_bounds(pictures in prop::collection::vec((any::<u32>(), 0u64..3000), 1..300)) {
            let (mut playout, mut at) = (Playout::default(), Instant::now());
            for (timestamp, wait) in pictures {
                at += Duration::from_millis(wait);
                playout.observe(timestamp, at);
                prop_assert!(playout.delay() <= LONGEST);
                prop_assert!(playout.due(timestamp, at).is_none_or(|due| due <= at + LONGEST));
            }
        }
    }
}
