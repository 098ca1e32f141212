//! The messages, as the module's documentation has them.

use crate::EncodedVideo;
use crate::video::picture::{I420, VideoSize};
use bytes::{BufMut, Bytes, BytesMut};
use std::time::{SystemTime, UNIX_EPOCH};

const VERSION: u8 = 1;
const HEADER: usize = 24;

const KEY: u8 = 1;
const RAW: u8 = 2;

/// The message for a frame that the page decodes.
pub(super) fn encode(stream: u32, sequence: u32, frame: &EncodedVideo) -> Bytes {
    let flags = if frame.key { KEY } else { 0 };
    message(flags, VideoSize::new(frame.width, frame.height), stream, sequence, &frame.data)
}

/// The message for a picture that has been decoded.
pub(super) fn encode_raw(stream: u32, sequence: u32, picture: &I420) -> Bytes {
    message(KEY | RAW, picture.size(), stream, sequence, picture.bytes())
}

fn message(flags: u8, size: VideoSize, stream: u32, sequence: u32, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(HEADER + payload.len());
    out.put_u8(VERSION);
    out.put_u8(flags);
    out.put_u16_le(size.width);
    out.put_u16_le(size.height);
    out.put_u16_le(0);
    out.put_u32_le(stream);
    out.put_u32_le(sequence);
    out.put_f64_le(unix_ms());
    out.extend_from_slice(payload);
    out.freeze()
}

fn unix_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}

/// What the page asks for with its address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    /// Frames as they came; the page decodes.
    #[default]
    Encoded,
    /// Pictures.
    Raw,
}

impl Format {
    /// What the query of an address says; whatever is unknown in it is ignored.
    pub(super) fn of(query: Option<&str>) -> Self {
        let mut pairs = query.unwrap_or_default().split('&');
        if pairs.any(|pair| pair == "raw=1") { Self::Raw } else { Self::Encoded }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_read_leniently() {
        for raw in ["raw=1", "v=2&raw=1"] {
            assert_eq!(Format::of(Some(raw)), Format::Raw);
        }
        for encoded in [None, Some(""), Some("raw=0"), Some("draw=1"), Some("raw=11")] {
            assert_eq!(Format::of(encoded), Format::Encoded);
        }
    }
}
