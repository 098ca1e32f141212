//! Small pictures of screens. A lossy WebP file is one VP8 key frame in a RIFF container (RFC 9649 section 2.5), and
//! the encoder for that is here already.

use crate::video::picture::{I420, VideoSize};
use crate::video::vp8::{Encoder, EncoderConfig};
use bytes::{BufMut, Bytes, BytesMut};

/// The largest thumbnail.
pub(super) const THUMBNAIL: VideoSize = VideoSize::new(256, 144);

/// What one thumbnail may take: 32 kbit.
const BITRATE: u32 = 960_000;

/// The picture as a WebP file. `None` when it cannot be encoded: the list does without.
pub(super) fn webp(picture: &I420) -> Option<Bytes> {
    let mut encoder = Encoder::new(EncoderConfig::new(picture.size(), BITRATE)).ok()?;
    let frame = encoder.encode(picture, 0, true).ok()??;
    Some(container(&frame.data))
}

fn container(vp8: &[u8]) -> Bytes {
    let padding = vp8.len() % 2;
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut file = BytesMut::with_capacity(20 + vp8.len() + padding);
    file.put_slice(b"RIFF");
    file.put_u32_le(length(12 + vp8.len() + padding));
    file.put_slice(b"WEBPVP8 ");
    file.put_u32_le(length(vp8.len()));
    file.put_slice(vp8);
    file.put_bytes(0, padding);
    file.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::vp8::FrameHeader;

    #[test]
    fn the_lengths_are_those_of_the_content() {
        for odd in 0..2 {
            let file = container(&vec![7; 100 + odd]);
            assert_eq!(file.len() % 2, 0);
            assert_eq!(file[4..8], u32::to_le_bytes(file.len() as u32 - 8));
            assert_eq!(file[16..20], u32::to_le_bytes(100 + odd as u32));
        }
    }

    #[test]
    fn it_holds_a_key_frame_of_the_picture() {
        let file = webp(&I420::black(THUMBNAIL)).expect("encodes");
        let header = FrameHeader::parse(&file[20..]).expect("a header");
        assert!(header == FrameHeader::Key(THUMBNAIL) && file.starts_with(b"RIFF"));
    }
}
