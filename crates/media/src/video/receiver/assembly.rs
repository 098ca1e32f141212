//! Packets in order, and the pictures they make.

use crate::video::rtp::{Descriptor, PayloadError, depacketize};
use crate::video::vp8::FrameHeader;
use crate::{EncodedVideo, ReceivedRtp};
use bytes::{Bytes, BytesMut};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Instant;

/// What a sequence number carries.
#[derive(Debug)]
pub(super) enum Slot {
    /// Padding: nothing, but not a gap either.
    Filler,
    /// A piece of a picture.
    Piece { timestamp: u32, marker: bool, descriptor: Descriptor, data: Bytes, arrived: Instant },
}

impl Slot {
    pub(super) fn read(packet: &ReceivedRtp) -> Result<Self, PayloadError> {
        if packet.payload.is_empty() {
            return Ok(Self::Filler);
        }
        let (descriptor, data) = depacketize(&packet.payload)?;
        let ReceivedRtp { timestamp, marker, arrived, .. } = *packet;
        Ok(Self::Piece { timestamp, marker, descriptor, data, arrived })
    }

    fn starts_picture(&self) -> bool {
        matches!(self, Self::Piece { descriptor, .. } if descriptor.starts_picture())
    }

    /// The first piece of a key frame. Its size is not looked at: it may not be in the first piece.
    fn starts_key_frame(&self) -> bool {
        matches!(self, Self::Piece { descriptor, data, .. }
            if descriptor.starts_picture() && data.first().is_some_and(|tag| tag & 1 == 0))
    }
}

/// What is known about the picture that begins at a sequence number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    Complete(RangeInclusive<u64>),
    Incomplete,
    /// What is there is no picture, and nothing that may still come makes it one.
    Broken,
}

/// A picture that was put together.
#[derive(Debug)]
pub(super) struct Assembled {
    pub(super) header: Option<FrameHeader>,
    pub(super) descriptor: Descriptor,
    pub(super) timestamp: u32,
    pub(super) data: Bytes,
}

impl Assembled {
    /// As the rest of the house knows it. The sender's layer is not on the wire.
    pub(super) fn into_encoded(self, width: u16, height: u16) -> EncodedVideo {
        let temporal = self.descriptor.temporal;
        let key = self.header.is_some_and(|header| header.is_key());
        EncodedVideo {
            layer: 0,
            key,
            temporal: temporal.map_or(0, |temporal| temporal.layer),
            layer_sync: key || temporal.is_some_and(|temporal| temporal.sync),
            width,
            height,
            rtp_timestamp: self.timestamp,
            data: self.data,
        }
    }
}

/// The packets that wait.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    slots: BTreeMap<u64, Slot>,
}

impl Assembly {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn contains(&self, sequence: u64) -> bool {
        self.slots.contains_key(&sequence)
    }

    pub(super) fn insert(&mut self, sequence: u64, slot: Slot) {
        self.slots.insert(sequence, slot);
    }

    pub(super) fn forget_before(&mut self, sequence: u64) {
        self.slots = self.slots.split_off(&sequence);
    }

    /// The first sequence number from `from` on that is not padding.
    pub(super) fn skip_fillers(&self, from: u64) -> u64 {
        let fillers = self.slots.range(from..).zip(from..);
        let count =
            fillers.take_while(|((at, slot), want)| *at == want && matches!(slot, Slot::Filler)).count();
        from + count as u64
    }

    /// Where the first key frame begins, from `from` on.
    pub(super) fn first_key_start(&self, from: u64) -> Option<u64> {
        self.key_starts(from).next()
    }

    /// Where all key frames begin, from `from` on.
    pub(super) fn key_starts(&self, from: u64) -> impl Iterator<Item = u64> {
        self.slots.range(from..).filter(|(_, slot)| slot.starts_key_frame()).map(|(&sequence, _)| sequence)
    }

    /// Where pictures begin, from `from` on, and what their descriptors say.
    pub(super) fn picture_starts(&self, from: u64) -> impl Iterator<Item = (u64, &Descriptor)> {
        self.slots.range(from..).filter_map(|(&sequence, slot)| match slot {
            Slot::Piece { descriptor, .. } if descriptor.starts_picture() => Some((sequence, descriptor)),
            _ => None,
        })
    }

    /// The picture that begins at `first`.
    pub(super) fn picture_at(&self, first: u64) -> Picture {
        match self.slots.get(&first) {
            None => return Picture::Incomplete,
            Some(slot) if !slot.starts_picture() => return Picture::Broken,
            Some(_) => {}
        }
        let mut picture = None;
        for ((&at, slot), expected) in self.slots.range(first..).zip(first..) {
            if at != expected {
                break;
            }
            let Slot::Piece { timestamp, marker, .. } = slot else { continue };
            // A sender that sets no marker ends a picture by beginning another.
            if *picture.get_or_insert(*timestamp) != *timestamp {
                return if slot.starts_picture() {
                    Picture::Complete(first..=at - 1)
                } else {
                    Picture::Broken
                };
            }
            if *marker {
                return Picture::Complete(first..=at);
            }
        }
        Picture::Incomplete
    }

    /// The RTP timestamp of a complete picture, and when the last of it came.
    pub(super) fn completion(&self, range: &RangeInclusive<u64>) -> Option<(u32, Instant)> {
        let pieces = self.slots.range(range.clone()).filter_map(|(_, slot)| match slot {
            Slot::Piece { timestamp, arrived, .. } => Some((*timestamp, *arrived)),
            Slot::Filler => None,
        });
        pieces.max_by_key(|(_, arrived)| *arrived)
    }

    /// Takes out a complete picture.
    pub(super) fn take(&mut self, range: RangeInclusive<u64>) -> Option<Assembled> {
        let mut pieces = range.filter_map(|sequence| match self.slots.remove(&sequence)? {
            Slot::Piece { timestamp, descriptor, data, .. } => Some((timestamp, descriptor, data)),
            Slot::Filler => None,
        });
        let (timestamp, descriptor, first) = pieces.next()?;
        let mut rest = pieces.peekable();
        let data = if rest.peek().is_none() {
            first
        } else {
            let mut joined = BytesMut::from(first);
            rest.for_each(|(_, _, piece)| joined.extend_from_slice(&piece));
            joined.freeze()
        };
        Some(Assembled { header: FrameHeader::parse(&data), descriptor, timestamp, data })
    }
}
