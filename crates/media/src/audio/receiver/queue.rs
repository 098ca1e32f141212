//! Puts packets in order and keeps them until their time comes.

use crate::ReceivedRtp;
use bytes::Bytes;
use std::collections::BTreeMap;

/// Packets kept at most. At 20 ms this is more than two seconds; the delay rules keep far fewer.
const CAPACITY: usize = 128;

/// A sequence number further away than this belongs to a restarted sender (RFC 3550, A.1: `MAX_DROPOUT`).
const MAX_JUMP: i64 = 3000;

/// A packet whose place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queued {
    /// Sequence number without wrap-around.
    pub(super) sequence: i64,
    /// RTP timestamp without wrap-around, in samples.
    pub(super) timestamp: i64,
    /// The Opus packet.
    pub(super) payload: Bytes,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It waits for its time.
    Queued {
        /// Its unwrapped timestamp.
        timestamp: i64,
    },
    /// The sender began anew; what was queued is gone and this packet is the first.
    Restarted {
        /// Its unwrapped timestamp.
        timestamp: i64,
    },
    /// It was there already.
    Duplicate,
    /// Its number is so far off that it is not believed, unless the next one confirms it.
    Astray,
}

/// Ordered by sequence number, bounded.
#[derive(Debug, Default)]
pub(super) struct PacketQueue {
    packets: BTreeMap<i64, Queued>,
    newest: Option<Queued>,
    /// The number that would confirm a restart.
    probation: Option<u16>,
}

impl PacketQueue {
    /// Takes a packet in. The second value is how many others had to go for lack of room.
    pub(super) fn insert(&mut self, packet: &ReceivedRtp) -> (Arrival, u64) {
        let Some(newest) = &self.newest else {
            let timestamp = i64::from(packet.timestamp);
            self.store(Queued {
                sequence: i64::from(packet.sequence),
                timestamp,
                payload: packet.payload.clone(),
            });
            return (Arrival::Queued { timestamp }, 0);
        };
        let sequence =
            newest.sequence + i64::from(packet.sequence.wrapping_sub(newest.sequence as u16) as i16);
        let timestamp =
            newest.timestamp + i64::from(packet.timestamp.wrapping_sub(newest.timestamp as u32) as i32);
        if (sequence - newest.sequence).abs() > MAX_JUMP {
            return (self.doubt(packet, timestamp), 0);
        }
        self.probation = None;
        if self.packets.contains_key(&sequence) {
            return (Arrival::Duplicate, 0);
        }
        self.store(Queued { sequence, timestamp, payload: packet.payload.clone() });
        (Arrival::Queued { timestamp }, self.trim())
    }

    fn doubt(&mut self, packet: &ReceivedRtp, timestamp: i64) -> Arrival {
        if self.probation != Some(packet.sequence) {
            self.probation = Some(packet.sequence.wrapping_add(1));
            return Arrival::Astray;
        }
        self.clear();
        self.newest = None;
        self.store(Queued {
            sequence: i64::from(packet.sequence),
            timestamp,
            payload: packet.payload.clone(),
        });
        Arrival::Restarted { timestamp }
    }

    fn store(&mut self, packet: Queued) {
        if self.newest.as_ref().is_none_or(|newest| packet.sequence > newest.sequence) {
            self.newest = Some(Queued { payload: Bytes::new(), ..packet });
        }
        self.packets.insert(packet.sequence, packet);
    }

    fn trim(&mut self) -> u64 {
        let surplus = self.packets.len().saturating_sub(CAPACITY);
        for _ in 0..surplus {
            self.packets.pop_first();
        }
        surplus as u64
    }

    /// The packet that is next in order.
    pub(super) fn first(&self) -> Option<&Queued> {
        self.packets.first_key_value().map(|(_, packet)| packet)
    }

    /// Takes it out.
    pub(super) fn pop(&mut self) -> Option<Queued> {
        self.packets.pop_first().map(|(_, packet)| packet)
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }

    /// Drops all that wait; the numbering goes on.
    pub(super) fn clear(&mut self) {
        self.packets.clear();
        self.probation = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn packet(sequence: u16, timestamp: u32) -> ReceivedRtp {
        ReceivedRtp {
            sequence,
            timestamp,
            marker: false,
            payload: Bytes::from_static(b"x"),
            arrived: Instant::now(),
        }
    }

    #[test]
    fn order_survives_both_wrap_arounds() {
        let mut queue = PacketQueue::default();
        for i in [0_u32, 2, 1, 3] {
            queue.insert(&packet(65_534_u16.wrapping_add(i as u16), 0xFFFF_FC40_u32.wrapping_add(i * 960)));
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert!(order.windows(2).all(|w| w[1].sequence == w[0].sequence + 1));
        assert!(order.windows(2).all(|w| w[1].timestamp == w[0].timestamp + 960));
    }

    #[test]
    fn a_copy_is_a_duplicate() {
        let mut queue = PacketQueue::default();
        queue.insert(&packet(7, 0));
        assert_eq!(queue.insert(&packet(7, 0)).0, Arrival::Duplicate);
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn one_stray_number_is_not_believed_but_two_in_a_row_are() {
        let mut queue = PacketQueue::default();
        queue.insert(&packet(7, 0));
        assert_eq!(queue.insert(&packet(30_000, 960)).0, Arrival::Astray);
        assert!(matches!(queue.insert(&packet(8, 960)).0, Arrival::Queued { .. }));
        assert_eq!(queue.insert(&packet(30_000, 960)).0, Arrival::Astray);
        assert!(matches!(queue.insert(&packet(30_001, 1920)).0, Arrival::Restarted { .. }));
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn it_never_grows_beyond_its_capacity() {
        let mut queue = PacketQueue::default();
        let dropped: u64 = (0..1000).map(|i| queue.insert(&packet(i, u32::from(i) * 960)).1).sum();
        assert_eq!((queue.len(), dropped), (CAPACITY, 1000 - CAPACITY as u64));
    }
}
