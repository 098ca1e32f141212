//! What waits of one stream of pictures, and whether it is of any use before a key frame.

use super::{Frame, bits};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A key frame that was asked for and has not come is asked for again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// What waits of one stream.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    pub(super) queue: VecDeque<Frame<T>>,
    /// How many packets of the front picture have left.
    pub(super) begun: usize,
    pub(super) flow: Flow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Open,
    /// Pictures were dropped that others depend on.
    AwaitingKey {
        /// Missing while an earlier one is still leaving: there is no room for another.
        asked: Option<Instant>,
    },
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { queue: VecDeque::new(), begun: 0, flow: Flow::Open }
    }
}

impl<T> Waiting<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() || (self.queue.len() == 1 && self.front_is_finished())
    }

    fn front_is_finished(&self) -> bool {
        self.queue.front().is_some_and(|frame| self.begun >= frame.sizes.len())
    }

    pub(super) fn forget_finished(&mut self) {
        while self.front_is_finished() {
            self.queue.pop_front();
            self.begun = 0;
        }
    }

    pub(super) fn next_size(&self) -> Option<u32> {
        self.queue.front()?.sizes.get(self.begun).copied()
    }

    /// While a key frame is awaited: whether to ask for one now.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        let leaving = self.queue.front().is_some_and(|frame| frame.key) && !self.front_is_finished();
        let Flow::AwaitingKey { asked } = &mut self.flow else { return false };
        let lately = |at: Instant| now.saturating_duration_since(at) < ASK_AGAIN;
        let due = !leaving && !asked.is_some_and(lately);
        if due {
            *asked = Some(now);
        }
        due
    }

    pub(super) fn bits(&self, counts: impl Fn(&Frame<T>) -> bool) -> f64 {
        let left = |(index, frame): (usize, &Frame<T>)| {
            let begun = if index == 0 { self.begun } else { 0 };
            frame.sizes[begun..].iter().copied().map(bits).sum::<f64>()
        };
        self.queue.iter().enumerate().filter(|(_, frame)| counts(frame)).map(left).sum()
    }

    /// Drops pictures that have not begun to leave.
    pub(super) fn drop_waiting(&mut self, which: impl Fn(&Frame<T>) -> bool) -> u32 {
        let before = self.queue.len();
        let mut begun = self.begun > 0;
        self.queue.retain(|frame| std::mem::take(&mut begun) || !which(frame));
        (before - self.queue.len()) as u32
    }

    /// Drops the picture that has begun to leave, unless nothing of it is left.
    pub(super) fn drop_begun(&mut self) -> u32 {
        self.forget_finished();
        let begun = std::mem::take(&mut self.begun) > 0;
        u32::from(begun && self.queue.pop_front().is_some())
    }
}
