//! What of one stream may go to its decoder now, in the page or here.

use super::window::Window;
use crate::video::sink::Gate;
use std::time::Instant;

/// The flow of one stream to one decoder.
#[derive(Debug)]
pub(super) struct Flow {
    gate: Gate,
    window: Window,
    /// Sequence number of the last key frame.
    key: u32,
}

impl Flow {
    pub(super) fn new() -> Self {
        Self { gate: Gate::SHUT, window: Window::default(), key: 0 }
    }

    /// The sequence number to send a frame with; `None` drops it.
    pub(super) fn admit(&mut self, key: bool, window: u32) -> Option<u32> {
        if !self.gate.admits(key) || self.window.unacknowledged() >= window {
            self.gate.shut();
            return None;
        }
        self.gate = Gate::Open;
        let sequence = self.window.take();
        if key {
            self.key = sequence;
        }
        Some(sequence)
    }

    /// The decoder has dealt with everything up to a sequence number. Numbers that were not sent are ignored.
    pub(super) fn acknowledge(&mut self, sequence: u32) {
        self.window.acknowledge(sequence);
    }

    /// A frame could not be decoded. That is over if a key frame was sent after it.
    pub(super) fn fail(&mut self, sequence: u32) {
        if self.window.sent_since(self.key, sequence) {
            self.gate.shut();
        }
    }

    /// A new page, a message that was lost, or a page that was hidden: a key frame comes first, and nothing is under
    /// way any more.
    pub(super) fn restart(&mut self) {
        self.gate = Gate::SHUT;
        self.window.settle();
    }

    /// A message that was admitted could not be handed over.
    pub(super) fn revoke(&mut self) {
        self.window.give_back();
        self.gate.shut();
    }

    /// Whether to ask for a key frame now. Not while the decoder is behind: it could not take it.
    pub(super) fn asks(&mut self, now: Instant, window: u32) -> bool {
        self.window.unacknowledged() <= window / 2 && self.gate.asks(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    const WINDOW: u32 = 8;

    #[derive(Clone, Debug)]
    enum Op {
        Frame { key: bool },
        Acknowledge { back: u32 },
        Restart,
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            6 => prop::bool::weighted(0.1).prop_map(|key| Op::Frame { key }),
            3 => (0u32..10).prop_map(|back| Op::Acknowledge { back }),
            1 => Just(Op::Restart),
        ]
    }

    proptest! {
        #[test]
        fn the_page_can_decode_what_it_gets(ops in prop::collection::vec(op(), 1..400)) {
            let (mut flow, mut sent, mut whole) = (Flow::new(), Vec::new(), false);
            for op in ops {
                let last: u32 = sent.last().copied().unwrap_or_default();
                match op {
                    Op::Frame { key } => {
                        let admitted = flow.admit(key, WINDOW);
                        prop_assert!(admitted.is_none() || key || whole, "a delta frame without its base");
                        whole = admitted.is_some();
                        sent.extend(admitted);
                    }
                    Op::Acknowledge { back } => flow.acknowledge(last.wrapping_sub(back)),
                    Op::Restart => {
                        flow.restart();
                        whole = false;
                    }
                }
                prop_assert!(flow.window.unacknowledged() <= WINDOW);
            }
            prop_assert!(sent.windows(2).all(|pair| pair[1] == pair[0] + 1), "sequence numbers have gaps");
        }
    }

    #[test]
    fn a_page_that_is_behind_is_not_given_a_key_frame_before_it_caught_up() {
        let (mut flow, now) = (Flow::new(), Instant::now());
        assert!(flow.asks(now, WINDOW));
        assert_eq!((0..9).filter_map(|n| flow.admit(n == 0, WINDOW)).count(), 8);
        assert!(!flow.asks(now, WINDOW));
        flow.acknowledge(2);
        assert!(!flow.asks(now, WINDOW));
        flow.acknowledge(3);
        assert!(flow.asks(now, WINDOW));
        assert!(!flow.asks(now + Duration::from_millis(500), WINDOW));
        assert_eq!(flow.admit(false, WINDOW), None);
        assert_eq!(flow.admit(true, WINDOW), Some(8));
    }

    #[test]
    fn a_failure_shuts_unless_a_key_frame_followed() {
        let mut flow = Flow::new();
        assert_eq!([true, false].map(|key| flow.admit(key, WINDOW)), [Some(0), Some(1)]);
        flow.fail(1);
        assert_eq!(flow.admit(false, WINDOW), None);
        assert_eq!(flow.admit(true, WINDOW), Some(2));
        // What was under way before the key frame fails too.
        flow.fail(1);
        assert_eq!(flow.admit(false, WINDOW), Some(3));
        flow.fail(2);
        assert_eq!(flow.admit(false, WINDOW), None);
    }
}
