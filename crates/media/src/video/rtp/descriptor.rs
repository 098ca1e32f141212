//! The VP8 payload descriptor, RFC 7741 section 4.2.

use bytes::{BufMut, Bytes, BytesMut};

/// A payload that is not VP8 as RFC 7741 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the payload ends inside its descriptor")]
pub struct PayloadError;

/// Which picture a payload belongs to; grows by one per picture and wraps around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureId {
    /// 7 bits.
    Short(u8),
    /// 15 bits.
    Long(u16),
}

/// Place of a picture in the temporal structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemporalInfo {
    /// `TID`, 0 to 3: pictures of a layer depend on the same and lower layers only.
    pub layer: u8,
    /// `Y`: depends on pictures of layer 0 only.
    pub sync: bool,
}

/// The descriptor in front of every payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// `N`: no other picture depends on this one.
    pub non_reference: bool,
    /// `S`: the payload begins a partition.
    pub starts_partition: bool,
    /// `PID`: index of the partition, 0 to 7.
    pub partition: u8,
    /// `I`: the picture's id.
    pub picture_id: Option<PictureId>,
    /// `L`: a running number of the pictures of temporal layer 0; others carry that of the last one before them.
    pub tl0_pic_idx: Option<u8>,
    /// `T`: temporal layer.
    pub temporal: Option<TemporalInfo>,
    /// `K`: running number of the key frames, 0 to 31.
    pub key_idx: Option<u8>,
}

impl Descriptor {
    /// The payload is the first of its picture.
    pub fn starts_picture(&self) -> bool {
        self.starts_partition && self.partition == 0
    }

    /// Appends the descriptor to `out`; 1 to 6 bytes.
    pub fn write(&self, out: &mut BytesMut) {
        let extended = self.extension_bits();
        out.put_u8(
            bit(extended != 0, 0x80)
                | bit(self.non_reference, 0x20)
                | bit(self.starts_partition, 0x10)
                | (self.partition & 0x07),
        );
        if extended == 0 {
            return;
        }
        out.put_u8(extended);
        match self.picture_id {
            Some(PictureId::Short(id)) => out.put_u8(id & 0x7f),
            Some(PictureId::Long(id)) => out.put_u16(id | 0x8000),
            None => {}
        }
        if let Some(index) = self.tl0_pic_idx {
            out.put_u8(index);
        }
        if self.temporal.is_some() || self.key_idx.is_some() {
            let temporal = self.temporal.map_or(0, |t| ((t.layer & 0x03) << 6) | bit(t.sync, 0x20));
            out.put_u8(temporal | (self.key_idx.unwrap_or(0) & 0x1f));
        }
    }

    fn extension_bits(&self) -> u8 {
        bit(self.picture_id.is_some(), 0x80)
            | bit(self.tl0_pic_idx.is_some(), 0x40)
            | bit(self.temporal.is_some(), 0x20)
            | bit(self.key_idx.is_some(), 0x10)
    }

    /// Reads the descriptor at the front of a payload and gives its length too.
    pub fn parse(payload: &[u8]) -> Result<(Self, usize), PayloadError> {
        let mut bytes = payload.iter().copied();
        let mut next = || bytes.next().ok_or(PayloadError);
        let first = next()?;
        let extended = if first & 0x80 == 0 { 0 } else { next()? };
        let picture_id = match extended & 0x80 {
            0 => None,
            _ => Some(match next()? {
                high if high & 0x80 == 0 => PictureId::Short(high),
                high => PictureId::Long(u16::from_be_bytes([high & 0x7f, next()?])),
            }),
        };
        let tl0_pic_idx = if extended & 0x40 == 0 { None } else { Some(next()?) };
        let layers = if extended & 0x30 == 0 { 0 } else { next()? };
        let descriptor = Self {
            non_reference: first & 0x20 != 0,
            starts_partition: first & 0x10 != 0,
            partition: first & 0x07,
            picture_id,
            tl0_pic_idx,
            temporal: (extended & 0x20 != 0)
                .then_some(TemporalInfo { layer: layers >> 6, sync: layers & 0x20 != 0 }),
            key_idx: (extended & 0x10 != 0).then_some(layers & 0x1f),
        };
        Ok((descriptor, payload.len() - bytes.len()))
    }
}

/// Splits a payload into its descriptor and its piece of the VP8 frame, which is not empty.
pub fn depacketize(payload: &Bytes) -> Result<(Descriptor, Bytes), PayloadError> {
    let (descriptor, length) = Descriptor::parse(payload)?;
    match payload.slice(length..) {
        piece if piece.is_empty() => Err(PayloadError),
        piece => Ok((descriptor, piece)),
    }
}

fn bit(set: bool, mask: u8) -> u8 {
    if set { mask } else { 0 }
}
