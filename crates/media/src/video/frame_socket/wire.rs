//! The messages, as the module's documentation has them.

use crate::EncodedVideo;
use bytes::{BufMut, Bytes, BytesMut};

const VERSION: u8 = 1;
const HEADER: usize = 24;

/// The message for a frame.
pub(super) fn encode(stream: u32, sequence: u32, frame: &EncodedVideo, unix_ms: f64) -> Bytes {
    let mut out = BytesMut::with_capacity(HEADER + frame.data.len());
    out.put_u8(VERSION);
    out.put_u8(u8::from(frame.key));
    out.put_u16_le(frame.width);
    out.put_u16_le(frame.height);
    out.put_u16_le(0);
    out.put_u32_le(stream);
    out.put_u32_le(sequence);
    out.put_f64_le(unix_ms);
    out.extend_from_slice(&frame.data);
    out.freeze()
}

/// An acknowledgement: everything of a stream up to a sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ack {
    pub(super) stream: u32,
    pub(super) sequence: u32,
}

impl Ack {
    pub(super) fn decode(message: &[u8]) -> Option<Self> {
        let &[a, b, c, d, e, f, g, h] = message else { return None };
        Some(Self { stream: u32::from_le_bytes([a, b, c, d]), sequence: u32::from_le_bytes([e, f, g, h]) })
    }
}
