//! What waits to go out over one socket. Nobody who puts something in ever waits: an outbox that is not emptied in
//! time is overrun, and its socket is closed. An empty one has no buffer.

use axum::extract::ws::Utf8Bytes;
use std::collections::VecDeque;
use std::sync::Mutex;
use tokio::sync::Notify;

/// So many frames wait at most.
const MAX_FRAMES: usize = 1024;
/// So many bytes of frames wait at most.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The next thing for a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Push {
    /// A text frame.
    Frame(Utf8Bytes),
    /// How many unread messages the user has.
    Badge(u64),
    /// Nothing more comes.
    End(End),
}

/// Why nothing more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Too much was waiting.
    TooSlow,
    /// The token was ended.
    LoggedOut,
    /// The user has opened too many newer sockets.
    Crowded,
}

#[derive(Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    frames: VecDeque<Utf8Bytes>,
    bytes: usize,
    badge: Option<u64>,
    end: Option<End>,
}

impl Outbox {
    /// Adds a frame.
    pub(super) fn frame(&self, frame: Utf8Bytes) {
        self.change(|waiting| {
            waiting.bytes += frame.as_str().len();
            waiting.frames.push_back(frame);
            if waiting.frames.len() > MAX_FRAMES || waiting.bytes > MAX_BYTES {
                waiting.close(End::TooSlow);
            }
        });
    }

    /// Says how many unread messages there are; only the last number is told, after the frames.
    pub(super) fn badge(&self, count: u64) {
        self.change(|waiting| waiting.badge = Some(count));
    }

    /// Ends it; what was waiting is not sent.
    pub(super) fn end(&self, end: End) {
        self.change(|waiting| waiting.close(end));
    }

    /// Waits for the next thing. May be dropped at any time without losing one.
    pub(super) async fn next(&self) -> Push {
        loop {
            if let Some(push) = self.take() {
                return push;
            }
            self.arrived.notified().await;
        }
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.waiting.lock().expect("no one panics with this lock");
        if waiting.end.is_none() {
            change(&mut waiting);
            self.arrived.notify_one();
        }
    }

    fn take(&self) -> Option<Push> {
        let mut waiting = self.waiting.lock().expect("no one panics with this lock");
        if let Some(end) = waiting.end {
            return Some(Push::End(end));
        }
        let Some(frame) = waiting.frames.pop_front() else {
            // Idle sockets are many, and a burst is rare.
            waiting.frames = VecDeque::new();
            return waiting.badge.take().map(Push::Badge);
        };
        waiting.bytes -= frame.as_str().len();
        Some(Push::Frame(frame))
    }
}

impl Waiting {
    fn close(&mut self, end: End) {
        *self = Self { end: Some(end), ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn frames_keep_their_order_and_only_the_last_badge_is_told() {
        let outbox = Outbox::default();
        outbox.badge(1);
        ["a", "b"].into_iter().for_each(|frame| outbox.frame(frame.into()));
        outbox.badge(2);
        let told: Vec<_> = std::iter::from_fn(|| outbox.next().now_or_never()).collect();
        assert_eq!(told, [Push::Frame("a".into()), Push::Frame("b".into()), Push::Badge(2)]);
    }

    #[test]
    fn one_that_nobody_empties_ends_and_holds_nothing() {
        for size in [1, MAX_BYTES / 8] {
            let outbox = Outbox::default();
            for _ in 0..=MAX_FRAMES {
                outbox.frame("x".repeat(size).into());
            }
            assert_eq!(outbox.next().now_or_never(), Some(Push::End(End::TooSlow)));
            assert_eq!(outbox.waiting.lock().unwrap().frames.capacity(), 0);
        }
    }
}
