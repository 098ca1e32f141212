//! Which picture is next, and what is done when it does not come.

use super::assembly::Picture;
use super::{Progress, VideoReceiver};
use crate::EncodedVideo;
use crate::video::vp8::FrameHeader;
use std::ops::RangeInclusive;
use std::time::Instant;

impl VideoReceiver {
    /// A packet does not come any more: what depends on it is of no use.
    pub(super) fn give_up(&mut self, sequence: u64) {
        let beyond_newest = self.unwrapper.newest().unwrap_or(sequence) + 1;
        let from = self.assembly.first_key_start(sequence + 1).unwrap_or(beyond_newest);
        self.progress = Progress::AwaitingKey { from };
        self.forget_before(from);
    }

    pub(super) fn next_frame(&mut self, now: Instant) -> Option<EncodedVideo> {
        loop {
            let range = self.next_picture(now)?;
            let after = range.end() + 1;
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
            Picture::Complete(range) => return Some(range),
            Picture::Broken => {
                self.stats.malformed += 1;
                self.give_up(next);
                return self.first_key_frame();
            }
            Picture::Incomplete => {}
        }
        self.complete_key_frame(next).or_else(|| self.next_without_upper_layers(next, tl0?, now))
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
