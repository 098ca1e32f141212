//! Where a packet belongs, and what is too old or too much.

use super::assembly::Assembly;
use super::sequence::Unwrapper;
use super::{Progress, VideoReceiver};
use std::time::Instant;

/// A sender that numbers its packets anew is noticed after this many old numbers in a row.
const RESTART_AFTER: u32 = 100;
/// A jump of more packets than this is a new beginning.
const MAX_JUMP: u64 = 3000;
/// Packets before the very first one that came are still taken within this distance.
const EARLY: u64 = 64;
/// Packets kept while no key frame is in sight: the rest of one may be here before its beginning.
const KEPT_AWAITING_KEY: u64 = 256;

impl VideoReceiver {
    /// Finds a packet's place, and notices the gap in front of it. `None` if it is of no use.
    pub(super) fn place(&mut self, sequence: u16, now: Instant) -> Option<u64> {
        let extended = self.unwrapper.extend(sequence);
        let Some(newest) = self.unwrapper.newest() else {
            self.restart(extended);
            return Some(extended);
        };
        if extended > newest {
            self.old_in_a_row = 0;
            if extended - newest > MAX_JUMP {
                self.restart(extended);
            } else {
                self.nacks.notice(newest + 1..extended, now);
                self.unwrapper.advance(extended);
            }
            return Some(extended);
        }
        if extended < self.floor() && !self.reach_back(extended, now) {
            return self.notice_old(extended, newest);
        }
        (!self.assembly.contains(extended)).then_some(extended)
    }

    /// Before anything was given out, a packet from shortly before the first one moves the beginning.
    fn reach_back(&mut self, extended: u64, now: Instant) -> bool {
        match &mut self.progress {
            Progress::AwaitingKey { from } if self.stats.frames == 0 && extended + EARLY > *from => {
                self.nacks.notice(extended + 1..*from, now);
                *from = extended;
                true
            }
            _ => false,
        }
    }

    /// Counts old packets; a long row of them, far back, is a sender that began anew.
    fn notice_old(&mut self, extended: u64, newest: u64) -> Option<u64> {
        if newest - extended < self.config.max_packets as u64 {
            return None;
        }
        self.old_in_a_row += 1;
        if self.old_in_a_row < RESTART_AFTER {
            return None;
        }
        self.restart(extended);
        Some(extended)
    }

    /// Forgets the stream so far and begins at a sequence number.
    fn restart(&mut self, from: u64) {
        self.unwrapper = Unwrapper::default();
        self.unwrapper.advance(from);
        self.assembly = Assembly::default();
        self.stats.lost += self.nacks.forget_before(u64::MAX) as u64;
        self.progress = Progress::AwaitingKey { from };
        self.playout.restart();
        self.old_in_a_row = 0;
    }

    /// The first sequence number that is still of use.
    pub(super) fn floor(&self) -> u64 {
        match self.progress {
            Progress::AwaitingKey { from } => from,
            Progress::Flowing { next, .. } => next,
        }
    }

    pub(super) fn bound(&mut self, sequence: u64) {
        if self.nacks.len() > self.config.max_missing || self.assembly.len() > self.config.max_packets {
            // Every packet so far is of no use.
            self.give_up(self.unwrapper.newest().unwrap_or(sequence));
        }
        if let Progress::AwaitingKey { from } = self.progress {
            let newest = self.unwrapper.newest().unwrap_or(from);
            let first_key = self.assembly.first_key_start(from);
            let from = first_key.unwrap_or(from.max(newest.saturating_sub(KEPT_AWAITING_KEY)));
            self.progress = Progress::AwaitingKey { from };
            self.forget_before(from);
        }
    }

    pub(super) fn forget_before(&mut self, sequence: u64) {
        self.assembly.forget_before(sequence);
        self.stats.lost += self.nacks.forget_before(sequence) as u64;
    }
}
