//! Spreads pictures over time so that they do not fill the line's queue, and drops whole pictures before the wait
//! grows. Sound is never delayed and never dropped here; it only takes its share of the rate.
//!
//! Pictures are dropped where it does no harm: those that nothing depends on first, then everything up to the next key
//! frame. A picture that has begun to leave is finished, because half of one is damage. Pure: reads no clock.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// From this wait on, pictures that nothing depends on are dropped.
const SOFT_LIMIT: Duration = Duration::from_millis(120);
/// From this wait on, everything up to the next key frame is dropped.
const HARD_LIMIT: Duration = Duration::from_millis(300);
/// So much may leave at once after a silence.
const BURST_SECONDS: f64 = 0.020;
const BURST_BITS: f64 = 12_000.0;
/// What cannot wait may take so much in advance.
const DEBT_SECONDS: f64 = 0.100;
/// A key frame that was asked for and has not come is asked for again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A picture on its way.
#[derive(Clone, Debug)]
pub struct Frame<T> {
    /// Decodable by itself.
    pub key: bool,
    /// No other picture depends on it.
    pub droppable: bool,
    /// Sizes of its packets on the wire, in bytes.
    pub sizes: Vec<u32>,
    /// What it is.
    pub picture: T,
}

/// What became of a picture that was pushed, and of those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// Pictures that will not leave.
    pub dropped: u32,
    /// Nothing more leaves before a key frame: ask for one.
    pub key_frame_needed: bool,
}

/// The pacer of one line.
#[derive(Debug)]
pub struct Pacer<T> {
    /// Bits per second; without one nothing waits.
    rate: Option<f64>,
    budget: f64,
    last: Option<Instant>,
    queue: VecDeque<Frame<T>>,
    /// How many packets of the front picture have left.
    begun: usize,
    flow: Flow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Open,
    /// Pictures were dropped that others depend on.
    AwaitingKey {
        asked: Instant,
    },
}

impl<T> Default for Pacer<T> {
    fn default() -> Self {
        Self {
            rate: None,
            budget: BURST_BITS,
            last: None,
            queue: VecDeque::new(),
            begun: 0,
            flow: Flow::Open,
        }
    }
}

impl<T> Pacer<T> {
    /// Changes the rate, in bits per second.
    pub fn set_rate(&mut self, now: Instant, rate: Option<f64>) {
        self.refill(now);
        self.rate = rate.map(|rate| rate.max(1000.0));
    }

    /// Something that does not wait here has left.
    pub fn charge(&mut self, now: Instant, bytes: u32) {
        self.refill(now);
        let debt = self.rate.map_or(0.0, |rate| rate * DEBT_SECONDS);
        self.budget = (self.budget - bits(bytes)).max(-debt);
    }

    /// Takes a picture.
    pub fn push(&mut self, now: Instant, frame: Frame<T>) -> Pushed {
        if frame.key {
            let dropped = self.drop_waiting(|_| true);
            self.flow = Flow::Open;
            self.queue.push_back(frame);
            return Pushed { dropped, key_frame_needed: false };
        }
        if let Flow::AwaitingKey { asked } = &mut self.flow {
            let again = now.saturating_duration_since(*asked) >= ASK_AGAIN;
            if again {
                *asked = now;
            }
            return Pushed { dropped: 1, key_frame_needed: again };
        }
        let wait = self.wait_without_keys();
        if wait > SOFT_LIMIT && frame.droppable {
            return Pushed { dropped: 1, key_frame_needed: false };
        }
        if wait <= HARD_LIMIT {
            self.queue.push_back(frame);
            return Pushed::default();
        }
        let dropped = self.drop_waiting(|frame| frame.droppable);
        if self.wait_without_keys() <= HARD_LIMIT {
            self.queue.push_back(frame);
            return Pushed { dropped, key_frame_needed: false };
        }
        let dropped = dropped + self.drop_waiting(|_| true) + 1;
        self.flow = Flow::AwaitingKey { asked: now };
        Pushed { dropped, key_frame_needed: true }
    }

    /// Forgets the pictures that have not begun to leave. Nothing more leaves before a key frame.
    pub fn clear(&mut self, now: Instant) -> u32 {
        self.flow = Flow::AwaitingKey { asked: now };
        self.drop_waiting(|_| true)
    }

    /// The size on the wire of the next packet, if it may leave now.
    pub fn next_size(&mut self, now: Instant) -> Option<u32> {
        self.refill(now);
        while self.front_is_finished() {
            self.queue.pop_front();
            self.begun = 0;
        }
        let size = *self.queue.front()?.sizes.get(self.begun)?;
        (self.rate.is_none() || self.budget > 0.0).then_some(size)
    }

    /// The next packet that may leave now: its picture and its number in it.
    pub fn poll(&mut self, now: Instant) -> Option<(&T, usize)> {
        let size = self.next_size(now)?;
        if self.rate.is_some() {
            self.budget -= bits(size);
        }
        let index = self.begun;
        self.begun += 1;
        self.queue.front().map(|frame| (&frame.picture, index))
    }

    /// When the next packet may leave.
    pub fn next_timeout(&self) -> Option<Instant> {
        if self.is_empty() {
            return None;
        }
        let last = self.last?;
        match self.rate {
            Some(rate) if self.budget <= 0.0 => {
                // A little more than nothing has to be there.
                Some(last + Duration::from_secs_f64((1.0 - self.budget) / rate))
            }
            _ => Some(last),
        }
    }

    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty() || (self.queue.len() == 1 && self.front_is_finished())
    }

    /// How long the last of what waits has to wait.
    pub fn wait(&self) -> Duration {
        self.wait_of(|_| true)
    }

    /// A key frame may take its time, and what follows it is not to blame.
    fn wait_without_keys(&self) -> Duration {
        self.wait_of(|frame| !frame.key)
    }

    fn wait_of(&self, counts: impl Fn(&Frame<T>) -> bool) -> Duration {
        let Some(rate) = self.rate else { return Duration::ZERO };
        let left = |(index, frame): (usize, &Frame<T>)| {
            let begun = if index == 0 { self.begun } else { 0 };
            frame.sizes[begun..].iter().copied().map(bits).sum::<f64>()
        };
        let waiting: f64 = self.queue.iter().enumerate().filter(|(_, frame)| counts(frame)).map(left).sum();
        Duration::from_secs_f64(waiting / rate)
    }

    fn front_is_finished(&self) -> bool {
        self.queue.front().is_some_and(|frame| self.begun >= frame.sizes.len())
    }

    /// Drops pictures that have not begun to leave.
    fn drop_waiting(&mut self, which: impl Fn(&Frame<T>) -> bool) -> u32 {
        let before = self.queue.len();
        let mut begun = self.begun > 0;
        self.queue.retain(|frame| std::mem::take(&mut begun) || !which(frame));
        (before - self.queue.len()) as u32
    }

    fn refill(&mut self, now: Instant) {
        let last = self.last.replace(now).unwrap_or(now);
        if let Some(rate) = self.rate {
            let earned = rate * now.saturating_duration_since(last).as_secs_f64();
            self.budget = (self.budget + earned).min((rate * BURST_SECONDS).max(BURST_BITS));
        }
    }
}

fn bits(bytes: u32) -> f64 {
    f64::from(bytes) * 8.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(number: u64, key: bool, droppable: bool, packets: usize) -> Frame<u64> {
        Frame { key, droppable, sizes: vec![1000; packets], picture: number }
    }

    /// Everything that may leave up to `until`, looked at every millisecond.
    fn leave(pacer: &mut Pacer<u64>, from: Instant, millis: u64) -> Vec<(u64, usize)> {
        let mut left = Vec::new();
        for milli in 0..millis {
            while let Some((picture, index)) = pacer.poll(from + Duration::from_millis(milli)) {
                left.push((*picture, index));
            }
        }
        left
    }

    #[test]
    fn a_picture_is_spread_at_the_rate() {
        let start = Instant::now();
        let mut pacer = Pacer::default();
        pacer.set_rate(start, Some(800_000.0));
        pacer.push(start, frame(0, true, false, 30));
        let left = leave(&mut pacer, start, 200).len();
        assert!((19..=23).contains(&left), "{left} packets of 10 ms each");
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let start = Instant::now();
        let mut pacer = Pacer::default();
        pacer.push(start, frame(0, true, false, 30));
        assert_eq!(leave(&mut pacer, start, 1).len(), 30);
        assert!(pacer.is_empty());
    }

    #[test]
    fn what_nothing_depends_on_goes_first() {
        let start = Instant::now();
        let mut pacer = Pacer::default();
        pacer.set_rate(start, Some(100_000.0));
        pacer.push(start, frame(0, true, false, 1));
        for number in 1..=2 {
            assert_eq!(pacer.push(start, frame(number, false, false, 1)), Pushed::default());
        }
        let upper = pacer.push(start, frame(3, false, true, 1));
        assert_eq!(upper, Pushed { dropped: 1, key_frame_needed: false });
        assert_eq!(pacer.push(start, frame(4, false, false, 2)), Pushed::default());
        let lower = pacer.push(start, frame(5, false, false, 1));
        assert!(lower.key_frame_needed, "{lower:?}");
        assert_eq!(pacer.push(start, frame(6, false, false, 1)).dropped, 1);
        assert_eq!(pacer.push(start, frame(7, true, false, 1)).dropped, 0);
        assert_eq!(leave(&mut pacer, start, 1000), [(7, 0)], "the others were dropped before they began");
    }

    proptest! {
        /// Whatever is pushed: pictures leave whole and in order, sound or not, and none waits long.
        #[test]
        fn pictures_leave_whole_in_order_and_soon(
            pushes in prop::collection::vec((0u64..60, any::<bool>(), any::<bool>(), 1usize..12), 1..120),
            rate in 60_000.0..3_000_000.0f64,
        ) {
            let start = Instant::now();
            let (mut pacer, mut at, mut left) = (Pacer::default(), 0, Vec::new());
            pacer.set_rate(start, Some(rate));
            let mut sizes = Vec::new();
            for (number, (gap, key, droppable, packets)) in pushes.into_iter().enumerate() {
                left.extend(leave(&mut pacer, start + Duration::from_millis(at), gap));
                at += gap;
                let now = start + Duration::from_millis(at);
                pacer.charge(now, 100);
                pacer.push(now, frame(number as u64, key && number % 5 == 0, droppable, packets));
                sizes.push(packets);
                let without_keys = pacer.wait_without_keys();
                let largest = Duration::from_secs_f64(11.0 * 8000.0 / rate);
                prop_assert!(without_keys <= HARD_LIMIT + largest, "{without_keys:?}");
            }
            left.extend(leave(&mut pacer, start + Duration::from_millis(at), 20_000));
            prop_assert!(pacer.is_empty());
            let mut next = 0;
            let mut last = None;
            for (picture, index) in left {
                if index == 0 {
                    prop_assert!(last.is_none_or(|last| picture > last), "in order");
                    prop_assert!(last.is_none_or(|last: u64| next == sizes[last as usize]), "whole");
                    (last, next) = (Some(picture), 0);
                }
                prop_assert_eq!((Some(picture), index), (last, next));
                next += 1;
            }
        }
    }
}
