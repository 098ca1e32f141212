//! Spreads pictures over time so that they do not fill the line's queue, and drops whole pictures before the wait
//! grows. Sound is never delayed and never dropped here; it only takes its share of the rate.
//!
//! Pictures are dropped where it does no harm: those that nothing depends on first, then everything up to the next key
//! frame. A picture that has begun to leave is finished, because half of one is damage. Camera and screen take turns by
//! the packet, so that a large picture of one does not hold up the other, and each is dropped for its own wait only.
//! Pure: reads no clock.

mod waiting;

use super::PerContent;
use consilium_model::Content;
use std::time::{Duration, Instant};
use waiting::{Flow, Waiting};

/// From this wait on, pictures that nothing depends on are dropped.
const SOFT_LIMIT: Duration = Duration::from_millis(120);
/// From this wait on, everything up to the next key frame is dropped.
const HARD_LIMIT: Duration = Duration::from_millis(300);
/// So much may leave at once after a silence.
const BURST_SECONDS: f64 = 0.020;
const BURST_BITS: f64 = 12_000.0;
/// What cannot wait may take so much in advance.
const DEBT_SECONDS: f64 = 0.100;

/// A picture on its way.
#[derive(Clone, Debug)]
pub struct Frame<T> {
    /// Whose stream it belongs to.
    pub content: Content,
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
    streams: PerContent<Waiting<T>>,
    /// Whose packet left last.
    turn: Content,
}

impl<T> Default for Pacer<T> {
    fn default() -> Self {
        Self {
            rate: None,
            budget: BURST_BITS,
            last: None,
            streams: PerContent::of(|_| Waiting::default()),
            turn: Content::Camera,
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
        let content = frame.content;
        if frame.key {
            let stream = &mut self.streams[content];
            let dropped = stream.drop_waiting(|_| true);
            stream.flow = Flow::Open;
            stream.queue.push_back(frame);
            return Pushed { dropped, key_frame_needed: false };
        }
        if let Flow::AwaitingKey { .. } = self.streams[content].flow {
            return Pushed { dropped: 1, key_frame_needed: self.streams[content].ask(now) };
        }
        let wait = self.wait_without_keys(content);
        if wait > SOFT_LIMIT && frame.droppable {
            return Pushed { dropped: 1, key_frame_needed: false };
        }
        if wait <= HARD_LIMIT {
            self.streams[content].queue.push_back(frame);
            return Pushed::default();
        }
        let dropped = self.streams[content].drop_waiting(|frame| frame.droppable);
        if self.wait_without_keys(content) <= HARD_LIMIT {
            self.streams[content].queue.push_back(frame);
            return Pushed { dropped, key_frame_needed: false };
        }
        let stream = &mut self.streams[content];
        let dropped = dropped + stream.drop_waiting(|_| true) + 1;
        stream.flow = Flow::AwaitingKey { asked: None };
        Pushed { dropped, key_frame_needed: stream.ask(now) }
    }

    /// Forgets the pictures of a stream that have not begun to leave. Nothing more of it leaves before a key frame.
    pub fn clear(&mut self, now: Instant, content: Content) -> u32 {
        let stream = &mut self.streams[content];
        stream.flow = Flow::AwaitingKey { asked: Some(now) };
        stream.drop_waiting(|_| true)
    }

    /// Forgets the pictures of a stream, the one that has begun to leave too: nobody may see the rest of it.
    pub fn end(&mut self, now: Instant, content: Content) -> u32 {
        let begun = self.streams[content].drop_begun();
        begun + self.clear(now, content)
    }

    /// The size on the wire of the next packet, if it may leave now.
    pub fn next_size(&mut self, now: Instant) -> Option<u32> {
        self.refill(now);
        self.streams.camera.forget_finished();
        self.streams.screen.forget_finished();
        let size = self.streams[self.next_turn()?].next_size()?;
        (self.rate.is_none() || self.budget > 0.0).then_some(size)
    }

    /// The next packet that may leave now: its picture and its number in it.
    pub fn poll(&mut self, now: Instant) -> Option<(&T, usize)> {
        let size = self.next_size(now)?;
        if self.rate.is_some() {
            self.budget -= bits(size);
        }
        self.turn = self.next_turn()?;
        let stream = &mut self.streams[self.turn];
        let index = stream.begun;
        stream.begun += 1;
        stream.queue.front().map(|frame| (&frame.picture, index))
    }

    /// Whose packet leaves next: the other stream's, if anything of it waits.
    fn next_turn(&self) -> Option<Content> {
        let other = match self.turn {
            Content::Camera => Content::Screen,
            Content::Screen => Content::Camera,
        };
        [other, self.turn].into_iter().find(|content| !self.streams[*content].is_empty())
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
        self.streams.camera.is_empty() && self.streams.screen.is_empty()
    }

    /// How long the last of what waits has to wait.
    pub fn wait(&self) -> Duration {
        let all: f64 = self.streams.iter().map(|(_, stream)| stream.bits(|_| true)).sum();
        self.duration(all)
    }

    /// How long the last of a stream has to wait. A key frame may take its time, and what follows it is not to blame.
    fn wait_without_keys(&self, content: Content) -> Duration {
        let own = self.streams[content].bits(|frame| !frame.key);
        let others = self.streams.iter().filter(|(other, _)| *other != content);
        let others: f64 = others.map(|(_, stream)| stream.bits(|_| true)).sum();
        // They take turns.
        self.duration(own + own.min(others))
    }

    fn duration(&self, bits: f64) -> Duration {
        self.rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(bits / rate))
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
        Frame { content: Content::Camera, key, droppable, sizes: vec![1000; packets], picture: number }
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

    fn screen(number: u64, key: bool, packets: usize) -> Frame<u64> {
        Frame { content: Content::Screen, ..frame(number, key, false, packets) }
    }

    #[test]
    fn a_large_picture_of_one_stream_does_not_hold_up_the_other() {
        let start = Instant::now();
        let mut pacer = Pacer::default();
        pacer.set_rate(start, Some(800_000.0));
        pacer.push(start, screen(100, true, 30));
        pacer.push(start, frame(0, true, false, 3));
        let left = leave(&mut pacer, start, 100);
        let last_of_camera = left.iter().position(|packet| *packet == (0, 2)).unwrap();
        assert!(last_of_camera <= 6, "{left:?}");
    }

    #[test]
    fn what_is_dropped_of_the_screen_costs_the_camera_no_key_frame() {
        let start = Instant::now();
        let mut pacer = Pacer::default();
        pacer.set_rate(start, Some(100_000.0));
        pacer.push(start, frame(0, true, false, 1));
        pacer.push(start, screen(100, true, 1));
        let pushed: Vec<_> = (101..110).map(|number| pacer.push(start, screen(number, false, 1))).collect();
        assert!(pushed.iter().any(|pushed| pushed.dropped > 0));
        assert_eq!(pacer.push(start, frame(1, false, false, 1)), Pushed::default());
        assert!(leave(&mut pacer, start, 1000).contains(&(1, 0)));
    }

    #[test]
    fn nothing_is_left_of_a_stream_that_has_ended() {
        let start = Instant::now();
        let mut pacer = Pacer::default();
        pacer.set_rate(start, Some(100_000.0));
        pacer.push(start, screen(100, true, 50));
        assert!(!leave(&mut pacer, start, 100).is_empty(), "it has begun");
        let ended = start + Duration::from_millis(100);
        assert_eq!(pacer.end(ended, Content::Screen), 1);
        assert!(pacer.is_empty());
        assert_eq!(pacer.wait(), Duration::ZERO);
        assert_eq!(pacer.push(ended, screen(101, false, 1)).dropped, 1, "of no use without a key frame");
        pacer.push(ended, screen(102, true, 2));
        assert_eq!(leave(&mut pacer, ended, 1000), [(102, 0), (102, 1)]);
    }

    #[test]
    fn no_key_frame_is_asked_for_while_one_is_leaving() {
        let start = Instant::now();
        let mut pacer = Pacer::default();
        pacer.set_rate(start, Some(100_000.0));
        pacer.push(start, screen(100, true, 50));
        leave(&mut pacer, start, 100);
        let mut asked = Vec::new();
        for number in 101..160u64 {
            let millis = (number - 100) * 100;
            let now = start + Duration::from_millis(millis);
            leave(&mut pacer, now, 1);
            if pacer.push(now, screen(number, false, 3)).key_frame_needed {
                asked.push(millis);
            }
        }
        // 50 packets of 80 ms each, and whatever else there is room for.
        assert!(asked.first().is_some_and(|at| *at >= 3900), "{asked:?}");
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
                let without_keys = pacer.wait_without_keys(Content::Camera);
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
