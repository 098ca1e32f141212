//! Numbers messages and counts those that are unacknowledged.

/// The numbers of one stream's messages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    /// Sequence number of the next message.
    next: u32,
    /// Messages up to here, not including it, are dealt with.
    acknowledged: u32,
}

impl Window {
    /// The number of a message that is sent now.
    pub(super) fn take(&mut self) -> u32 {
        let sequence = self.next;
        self.next = self.next.wrapping_add(1);
        sequence
    }

    /// The message numbered last was not sent.
    pub(super) fn give_back(&mut self) {
        self.next = self.next.wrapping_sub(1);
    }

    /// Everything up to a sequence number is dealt with. Numbers that were not sent are ignored.
    pub(super) fn acknowledge(&mut self, sequence: u32) {
        if sequence.wrapping_sub(self.acknowledged) < self.unacknowledged() {
            self.acknowledged = sequence.wrapping_add(1);
        }
    }

    /// Nothing is under way any more.
    pub(super) fn settle(&mut self) {
        self.acknowledged = self.next;
    }

    /// Messages that are under way.
    pub(super) fn unacknowledged(&self) -> u32 {
        self.next.wrapping_sub(self.acknowledged)
    }

    /// Whether a message was sent, and not before `since`.
    pub(super) fn sent_since(&self, since: u32, sequence: u32) -> bool {
        sequence.wrapping_sub(since) < self.next.wrapping_sub(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_were_not_sent_acknowledge_nothing() {
        let mut window = Window { next: u32::MAX, acknowledged: u32::MAX };
        assert_eq!(window.take(), u32::MAX);
        window.acknowledge(0);
        window.acknowledge(u32::MAX - 1);
        assert_eq!(window.unacknowledged(), 1);
        window.acknowledge(u32::MAX);
        assert_eq!((window.unacknowledged(), window.take()), (0, 0));
    }

    #[test]
    fn a_message_is_sent_since_another_over_the_wrap() {
        let window = Window { next: 2, acknowledged: 2 };
        assert!(window.sent_since(u32::MAX, u32::MAX) && window.sent_since(u32::MAX, 1));
        assert!(!window.sent_since(u32::MAX, 2) && !window.sent_since(0, u32::MAX));
        assert!(!window.sent_since(2, 2));
    }
}
