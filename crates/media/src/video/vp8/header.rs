//! The uncompressed beginning of a VP8 frame, RFC 6386 section 9.1.

use crate::video::VideoSize;

/// What a frame says about itself before any decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameHeader {
    /// Decodable by itself, with the size of all pictures up to the next key frame.
    Key(VideoSize),
    /// Depends on pictures before it.
    Delta,
}

impl FrameHeader {
    /// Reads the header of a frame, or of its first piece. `None` if it is not VP8 or too short.
    pub fn parse(frame: &[u8]) -> Option<Self> {
        let tag = *frame.first()?;
        if tag & 1 == 1 {
            return (frame.len() >= 3).then_some(Self::Delta);
        }
        let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = frame.get(..10)? else { return None };
        // The two upper bits ask the receiver to scale and are not part of the size.
        let side = |low, high| u16::from_le_bytes([low, high]) & 0x3fff;
        let size = VideoSize::new(side(w0, w1), side(h0, h1));
        (size.width > 0 && size.height > 0).then_some(Self::Key(size))
    }

    /// Whether the frame is decodable by itself.
    pub fn is_key(&self) -> bool {
        matches!(self, Self::Key(_))
    }
}
