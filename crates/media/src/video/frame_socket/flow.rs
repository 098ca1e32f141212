//! What of one stream may be sent to the page now.

use crate::video::sink::Gate;
use std::time::Instant;

/// The flow of one stream to one page.
#[derive(Debug)]
pub(super) struct Flow {
    gate: Gate,
    /// Sequence number of the next message.
    next: u32,
    /// Messages up to here, not including it, are dealt with.
    acknowledged: u32,
}

impl Flow {
    pub(super) fn new() -> Self {
        Self { gate: Gate::SHUT, next: 0, acknowledged: 0 }
    }

    /// The sequence number to send a frame with; `None` drops it.
    pub(super) fn admit(&mut self, key: bool, window: u32) -> Option<u32> {
        if !self.gate.admits(key) || self.unacknowledged() >= window {
            self.gate.shut();
            return None;
        }
        self.gate = Gate::Open;
        let sequence = self.next;
        self.next = self.next.wrapping_add(1);
        Some(sequence)
    }

    /// The page has dealt with everything up to a sequence number. Numbers that were not sent are ignored.
    pub(super) fn acknowledge(&mut self, sequence: u32) {
        if sequence.wrapping_sub(self.acknowledged) < self.unacknowledged() {
            self.acknowledged = sequence.wrapping_add(1);
        }
    }

    /// A new page, a message that was lost, or a page that was hidden: a key frame comes first, and nothing is under
    /// way any more.
    pub(super) fn restart(&mut self) {
        self.gate = Gate::SHUT;
        self.acknowledged = self.next;
    }

    /// A message that was admitted could not be handed over.
    pub(super) fn revoke(&mut self) {
        self.next = self.next.wrapping_sub(1);
        self.gate.shut();
    }

    /// Whether to ask for a key frame now. Not while the page is behind: it could not take it.
    pub(super) fn asks(&mut self, now: Instant, window: u32) -> bool {
        self.unacknowledged() <= window / 2 && self.gate.asks(now)
    }

    fn unacknowledged(&self) -> u32 {
        self.next.wrapping_sub(self.acknowledged)
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
                match op {
                    Op::Frame { key } => {
                        let admitted = flow.admit(key, WINDOW);
                        prop_assert!(admitted.is_none() || key || whole, "a delta frame without its base");
                        whole = admitted.is_some();
                        sent.extend(admitted);
                    }
                    Op::Acknowledge { back } => flow.acknowledge(flow.next.wrapping_sub(back)),
                    Op::Restart => {
                        flow.restart();
                        whole = false;
                    }
                }
                prop_assert!(flow.unacknowledged() <= WINDOW);
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
    fn numbers_that_were_not_sent_acknowledge_nothing() {
        let mut flow = Flow::new();
        flow.admit(true, WINDOW);
        flow.acknowledge(1);
        flow.acknowledge(u32::MAX);
        assert_eq!(flow.unacknowledged(), 1);
        flow.acknowledge(0);
        assert_eq!(flow.unacknowledged(), 0);
    }
}
