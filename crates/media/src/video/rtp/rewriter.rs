//! Keeps one peer's picture ids, layer-0 indexes and timestamps running when it is switched between layers.

use super::packetizer::join;
use super::{Descriptor, PictureId};
use crate::RtpPayload;

/// Renumbers what one peer gets.
///
/// Hand it whole pictures in sending order: those of one layer, from a switch on (at a key frame) those of another;
/// pictures of higher temporal layers may be left out.
#[derive(Clone, Debug)]
pub struct PayloadRewriter {
    next_picture_id: u16,
    tl0_pic_idx: u8,
    last_timestamp: Option<u32>,
}

impl PayloadRewriter {
    /// Starts with the picture id `first_picture_id` (15 bits).
    pub fn new(first_picture_id: u16) -> Self {
        Self { next_picture_id: first_picture_id & 0x7fff, tl0_pic_idx: 0, last_timestamp: None }
    }

    /// The payloads of the next picture with this peer's numbers. Payloads without a readable descriptor are left out.
    ///
    /// Layers of one capture share timestamps. A picture that would repeat the one before it (the switch came within
    /// one capture) is moved one tick, because receivers take equal timestamps for one picture.
    pub fn rewrite(&mut self, picture: &[RtpPayload]) -> Vec<RtpPayload> {
        let Some(first) = picture.first() else { return Vec::new() };
        let timestamp = self.next_timestamp(first.timestamp);
        let picture_id = self.next_picture_id;
        self.next_picture_id = (picture_id + 1) & 0x7fff;
        if Descriptor::parse(&first.payload).is_ok_and(|(d, _)| d.temporal.is_none_or(|t| t.layer == 0)) {
            self.tl0_pic_idx = self.tl0_pic_idx.wrapping_add(1);
        }
        picture.iter().filter_map(|payload| self.renumber(payload, picture_id, timestamp)).collect()
    }

    fn renumber(&self, payload: &RtpPayload, picture_id: u16, timestamp: u32) -> Option<RtpPayload> {
        let (descriptor, length) = Descriptor::parse(&payload.payload).ok()?;
        let renumbered = Descriptor {
            picture_id: Some(PictureId::Long(picture_id)),
            tl0_pic_idx: descriptor.tl0_pic_idx.map(|_| self.tl0_pic_idx),
            ..descriptor
        };
        Some(RtpPayload {
            timestamp,
            marker: payload.marker,
            payload: join(&renumbered, &payload.payload[length..]),
        })
    }

    fn next_timestamp(&mut self, wanted: u32) -> u32 {
        let timestamp = match self.last_timestamp {
            Some(last) if wanted.wrapping_sub(last) as i32 <= 0 => last.wrapping_add(1),
            _ => wanted,
        };
        self.last_timestamp = Some(timestamp);
        timestamp
    }
}
