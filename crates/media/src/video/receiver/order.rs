//! Which picture is next, and what is done when it does not come.

use super::assembly::Picture;
use super::{Progress, VideoReceiver};
use crate::EncodedVideo;
use crate::video::vp8::FrameHeader;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// A picture that stands for longer than this is frozen.
const FREEZE: Duration = Duration::from_millis(200);

/// The last picture that was given out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    at: Instant,
    /// What had been missing until then.
    missed: u64,
}

impl VideoReceiver {
    /// A packet does not come any more: what depends on it is of no use.
    pub(super) fn give_up(&mut self, sequence: u64) {
        let beyond_newest = self.unwrapper.newest().unwrap_or(sequence) + 1;
        let from = self.assembly.first_key_start(sequence + 1).unwrap_or(beyond_newest);
        self.progress = Progress::AwaitingKey { from };
        self.forget_before(from);
    }

    pub(super) fn next_frame(&mut self, now: Instant) -> Option<EncodedVideo> {
        self.held = None;
        loop {
            let range = self.next_picture(now)?;
            let after = range.end() + 1;
            let (timestamp, completed) = self.assembly.completion(&range)?;
            let assembled = self.assembly.take(range)?;
            self.forget_before(after);
            let (size, last_tl0) = match (self.progress, assembled.header) {
                (_, Some(FrameHeader::Key(size))) => (size, None),
                (Progress::Flowing { size, tl0, .. }, Some(FrameHeader::Delta)) => (size, tl0),
                _ => {
                    self.stats.malformed += 1;
                    self.progress = Progress::AwaitingKey { from: after };
                    continue;
                }
            };
            let upper = assembled.descriptor.temporal.is_some_and(|temporal| temporal.layer > 0);
            let tl0 = if upper { last_tl0 } else { assembled.descriptor.tl0_pic_idx };
            self.progress = Progress::Flowing { next: after, tl0, size };
            self.playout.set_most(self.nacks.lateness());
            self.playout.observe(timestamp, completed);
            self.note_freeze(now);
            let frame = assembled.into_encoded(size.width, size.height);
            self.stats.frames += 1;
            self.stats.key_frames += u64::from(frame.key);
            return Some(frame);
        }
    }

    /// Where the next picture is that can be decoded.
    fn next_picture(&mut self, now: Instant) -> Option<RangeInclusive<u64>> {
        let Progress::Flowing { next, tl0, .. } = self.progress else {
            return self.first_key_frame();
        };
        let next = self.assembly.skip_fillers(next);
        match self.assembly.picture_at(next) {
            Picture::Complete(range) => return self.when_due(range, now),
            Picture::Broken => {
                self.stats.malformed += 1;
                self.give_up(next);
                return self.first_key_frame();
            }
            Picture::Incomplete => {}
        }
        // What is missing may still come until the picture behind it is due.
        let beyond = self.complete_key_frame(next).and_then(|range| self.when_due(range, now));
        beyond.or_else(|| {
            let range = self.next_without_upper_layers(next, tl0?, now)?;
            self.when_due(range, now)
        })
    }

    /// The picture, if it is due; otherwise notes when it is.
    fn when_due(&mut self, range: RangeInclusive<u64>, now: Instant) -> Option<RangeInclusive<u64>> {
        let (timestamp, completed) = self.assembly.completion(&range)?;
        match self.playout.due(timestamp, completed) {
            Some(due) if due > now => {
                self.held = Some(self.held.map_or(due, |held| held.min(due)));
                None
            }
            _ => Some(range),
        }
    }

    /// A picture is given out. When the one before it stood for too long because something was missing, that was a
    /// freeze; without that the sender has just sent none.
    fn note_freeze(&mut self, now: Instant) {
        let missed = self.stats.lost + self.stats.recovered + self.stats.key_requests;
        let before = self.shown.replace(Shown { at: now, missed });
        if let Some(before) = before.filter(|before| before.missed != missed) {
            let stood = now.saturating_duration_since(before.at);
            if stood > FREEZE {
                self.stats.frozen_ms += u64::try_from(stood.as_millis()).unwrap_or(u64::MAX);
            }
        }
    }

    /// While a key frame is awaited: drops what looks like one and cannot become one.
    fn first_key_frame(&mut self) -> Option<RangeInclusive<u64>> {
        while let Some(first) = self.assembly.first_key_start(self.floor()) {
            if self.assembly.picture_at(first) != Picture::Broken {
                break;
            }
            self.stats.malformed += 1;
            self.give_up(first);
        }
        self.complete_key_frame(self.floor())
    }

    fn complete_key_frame(&self, from: u64) -> Option<RangeInclusive<u64>> {
        self.assembly.key_starts(from).find_map(|first| self.complete(first))
    }

    fn complete(&self, first: u64) -> Option<RangeInclusive<u64>> {
        match self.assembly.picture_at(first) {
            Picture::Complete(range) => Some(range),
            Picture::Incomplete | Picture::Broken => None,
        }
    }

    /// A picture behind a gap that does not need what is in the gap: the layer-0 index (RFC 7741 section 4.2) shows
    /// that no picture of temporal layer 0 is missing.
    fn next_without_upper_layers(&self, next: u64, tl0: u8, now: Instant) -> Option<RangeInclusive<u64>> {
        if !self.nacks.is_beyond_reordering(next, now) {
            return None;
        }
        for (first, descriptor) in self.assembly.picture_starts(next + 1) {
            let (temporal, index) = (descriptor.temporal?, descriptor.tl0_pic_idx?);
            match temporal.layer {
                0 => return if index == tl0.wrapping_add(1) { self.complete(first) } else { None },
                _ if index != tl0 => return None,
                _ if temporal.sync => {
                    if let Some(range) = self.complete(first) {
                        return Some(range);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
