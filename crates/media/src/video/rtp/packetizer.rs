//! Cuts encoded pictures into RTP payloads.

use super::{Descriptor, PictureId, TemporalInfo};
use crate::{EncodedVideo, RtpPayload};
use bytes::{Bytes, BytesMut};

/// The largest payload in bytes, descriptor included: leaves room for RTP extensions, SRTP, TURN and IPv6 in 1280.
pub const MAX_PAYLOAD: usize = 1160;

/// Packetizes one layer of one capture.
#[derive(Clone, Debug)]
pub struct Packetizer {
    next_picture_id: u16,
    tl0_pic_idx: u8,
    layered: bool,
}

impl Packetizer {
    /// A packetizer whose first picture has the id `first_picture_id` (15 bits). With `layered`, the temporal layer
    /// goes into every descriptor; without, pictures must all be of temporal layer 0.
    pub fn new(first_picture_id: u16, layered: bool) -> Self {
        Self { next_picture_id: first_picture_id & 0x7fff, tl0_pic_idx: 0, layered }
    }

    /// Cuts a picture into payloads of nearly equal size, the last of them marked.
    pub fn packetize(&mut self, frame: &EncodedVideo) -> Vec<RtpPayload> {
        let mut descriptor = self.next_descriptor(frame);
        let room = MAX_PAYLOAD - if self.layered { 6 } else { 4 };
        let pieces = frame.data.len().div_ceil(room).max(1);
        let step = frame.data.len().div_ceil(pieces).max(1);
        let last = frame.data.chunks(step).count().saturating_sub(1);
        let mut payloads = Vec::with_capacity(pieces);
        for (index, piece) in frame.data.chunks(step).enumerate() {
            descriptor.starts_partition = index == 0;
            payloads.push(RtpPayload {
                timestamp: frame.rtp_timestamp,
                marker: index == last,
                payload: join(&descriptor, piece),
            });
        }
        payloads
    }

    fn next_descriptor(&mut self, frame: &EncodedVideo) -> Descriptor {
        let picture_id = self.next_picture_id;
        self.next_picture_id = (picture_id + 1) & 0x7fff;
        if frame.temporal == 0 {
            self.tl0_pic_idx = self.tl0_pic_idx.wrapping_add(1);
        }
        Descriptor {
            non_reference: frame.temporal > 0 && frame.layer_sync,
            picture_id: Some(PictureId::Long(picture_id)),
            tl0_pic_idx: self.layered.then_some(self.tl0_pic_idx),
            temporal: self.layered.then_some(TemporalInfo { layer: frame.temporal, sync: frame.layer_sync }),
            ..Descriptor::default()
        }
    }
}

/// A payload of a descriptor and a piece of a picture.
pub(super) fn join(descriptor: &Descriptor, piece: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(6 + piece.len());
    descriptor.write(&mut out);
    out.extend_from_slice(piece);
    out.freeze()
}
