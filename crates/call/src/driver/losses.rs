//! What share of the packets is lost, on the way here and on the way to the peer, over the last seconds.

use consilium_media::video::VideoReceiverStats;
use std::collections::VecDeque;

/// A share is taken over so many looks, one a second.
const LOOKS: usize = 5;
/// A sequence number so far from the last one belongs to a sender that began anew (RFC 3550, appendix A.1).
const MAX_JUMP: u16 = 3000;

/// The share of what was lost, from counters that only grow.
#[derive(Debug, Default)]
struct Share {
    /// All, and the lost ones of them, the newest last.
    looks: VecDeque<(u64, u64)>,
}

impl Share {
    /// Takes the counters as they are now, and gives the share since some looks ago, of a thousand.
    fn look(&mut self, all: u64, lost: u64) -> u64 {
        if self.looks.is_empty() {
            self.looks.push_back((0, 0));
        }
        self.looks.push_back((all, lost));
        if self.looks.len() > LOOKS + 1 {
            self.looks.pop_front();
        }
        let (all_before, lost_before) = self.looks.front().copied().unwrap_or_default();
        let (all, lost) = (all.saturating_sub(all_before), lost.saturating_sub(lost_before));
        (lost * 1000).checked_div(all).unwrap_or(0).min(1000)
    }
}

/// What was lost between this participant and a peer.
#[derive(Debug, Default)]
pub(super) struct Losses {
    newest: Option<u16>,
    expected: u64,
    received: u64,
    here: Share,
    sent: u64,
    undelivered: u64,
    there: Share,
}

impl Losses {
    /// A packet of the peer's sound came. Sound is never sent again, so its numbers tell what was lost (RFC 3550,
    /// appendix A.3).
    pub(super) fn heard(&mut self, sequence: u16) {
        let step = self.newest.map_or(1, |newest| sequence.wrapping_sub(newest));
        match step {
            0 => return,
            1..=MAX_JUMP => self.expected += u64::from(step),
            // Out of order: it was expected already.
            _ if step > u16::MAX - MAX_JUMP => {
                self.received += 1;
                return;
            }
            _ => self.expected += 1,
        }
        self.newest = Some(sequence);
        self.received += 1;
    }

    /// The peer says of so many packets that they have come or not.
    pub(super) fn told(&mut self, packets: usize, lost: usize) {
        self.sent += packets as u64;
        self.undelivered += lost as u64;
    }

    /// Once a second: of a thousand packets, so many were lost on the way here; `pictures` are the receivers' counters.
    pub(super) fn here(&mut self, pictures: impl IntoIterator<Item = VideoReceiverStats>) -> u64 {
        let lost_sound = self.expected.saturating_sub(self.received);
        let (all, lost) = pictures.into_iter().fold((self.expected, lost_sound), |(all, lost), stats| {
            (all + stats.packets + stats.lost, lost + stats.recovered + stats.lost)
        });
        self.here.look(all, lost)
    }

    /// Once a second: of a thousand packets, so many did not reach the peer.
    pub(super) fn there(&mut self) -> u64 {
        self.there.look(self.sent, self.undelivered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_share_of_sound_that_is_lost_is_found_across_the_wrap(first: u16, lost in prop::collection::vec(any::<bool>(), 50..400)) {
            let mut losses = Losses::default();
            losses.heard(first);
            for (number, lost) in (1u16..).zip(&lost) {
                if !lost {
                    losses.heard(first.wrapping_add(number));
                }
            }
            losses.heard(first.wrapping_add(lost.len() as u16 + 1));
            let missing = lost.iter().filter(|lost| **lost).count() as u64;
            prop_assert_eq!(losses.here([]), missing * 1000 / (lost.len() as u64 + 2));
        }
    }

    #[test]
    fn what_was_sent_again_was_lost_all_the_same() {
        let mut losses = Losses::default();
        let stats = VideoReceiverStats { packets: 95, recovered: 15, lost: 5, ..Default::default() };
        assert_eq!(losses.here([stats]), 200);
    }

    #[test]
    fn a_bad_moment_is_forgotten_after_some_seconds() {
        let mut losses = Losses::default();
        losses.told(100, 30);
        assert_eq!(losses.there(), 300);
        for _ in 0..LOOKS {
            losses.told(100, 0);
            losses.there();
        }
        assert_eq!(losses.there(), 0);
    }

    #[test]
    fn a_sender_that_numbers_anew_has_lost_nothing() {
        let mut losses = Losses::default();
        [10, 11, 12, 40_000, 40_001, 40_003, 40_002].into_iter().for_each(|sequence| losses.heard(sequence));
        assert_eq!(losses.here([]), 0);
    }
}
