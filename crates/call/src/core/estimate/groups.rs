//! Packets that leave together are one group (draft-ietf-rmcat-gcc-02, section 5.1).

/// Packets that leave within this time belong together, in milliseconds.
const BURST_MS: f64 = 5.0;
/// A group of packets that arrive in a burst is at most so long, in milliseconds.
const MAX_BURST_MS: f64 = 100.0;
/// An arrival so much earlier than the one before is another clock: the peer has begun anew.
const CLOCK_RESET_MS: f64 = 1000.0;

/// How far a group is from the one before it, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Delta {
    pub(super) sent_ms: f64,
    pub(super) arrived_ms: f64,
    /// When the later group was complete at the peer.
    pub(super) at_ms: f64,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent: f64,
    last_sent: f64,
    first_arrived: f64,
    last_arrived: f64,
}

#[derive(Debug, Default)]
pub(super) struct Groups {
    before: Option<Group>,
    current: Option<Group>,
}

impl Groups {
    /// Takes a packet; gives the distance of the two groups before it when it begins a third.
    pub(super) fn push(&mut self, sent: f64, arrived: f64) -> Option<Delta> {
        let alone =
            Group { first_sent: sent, last_sent: sent, first_arrived: arrived, last_arrived: arrived };
        let Some(current) = &mut self.current else {
            self.current = Some(alone);
            return None;
        };
        if arrived < current.last_arrived - CLOCK_RESET_MS {
            (self.before, self.current) = (None, Some(alone));
            return None;
        }
        if sent < current.first_sent {
            return None;
        }
        if sent - current.first_sent <= BURST_MS || current.arrives_with(sent, arrived) {
            current.last_sent = current.last_sent.max(sent);
            current.last_arrived = current.last_arrived.max(arrived);
            return None;
        }
        let complete = *current;
        let before = self.before.replace(complete);
        self.current = Some(alone);
        let before = before?;
        Some(Delta {
            sent_ms: complete.last_sent - before.last_sent,
            arrived_ms: complete.last_arrived - before.last_arrived,
            at_ms: complete.last_arrived,
        })
    }
}

impl Group {
    /// Packets that were held up together arrive together; their delay falls from one to the next.
    fn arrives_with(&self, sent: f64, arrived: f64) -> bool {
        let arrival = arrived - self.last_arrived;
        let falls = arrival < sent - self.last_sent;
        falls && arrival <= BURST_MS && arrived - self.first_arrived < MAX_BURST_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_together_is_compared_as_one() {
        let mut groups = Groups::default();
        let packets = [(0.0, 50.0), (1.0, 52.0), (20.0, 70.0), (21.0, 75.0), (40.0, 90.0)];
        let deltas: Vec<_> =
            packets.iter().filter_map(|&(sent, arrived)| groups.push(sent, arrived)).collect();
        assert_eq!(deltas, [Delta { sent_ms: 20.0, arrived_ms: 23.0, at_ms: 75.0 }]);
    }

    #[test]
    fn what_was_held_up_together_is_no_trend() {
        let mut groups = Groups::default();
        let mut deltas = Vec::new();
        for index in 0..20 {
            let sent = f64::from(index) * 20.0;
            // The peer sleeps from 100 to 180 ms and then reads everything at once.
            let arrived = if (100.0..180.0).contains(&sent) { 180.0 + sent / 1000.0 } else { sent };
            deltas.extend(groups.push(sent, arrived));
        }
        assert!(deltas.len() >= 14, "{deltas:?}");
        let drift: f64 = deltas.iter().map(|delta| delta.arrived_ms - delta.sent_ms).sum();
        assert!(drift.abs() < 30.0, "{drift}");
    }
}
