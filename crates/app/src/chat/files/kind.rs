//! What a file is, by its first bytes. The server has the last word about what becomes of it; this is what the user sees
//! until then, and what keeps everything but pictures from the page.

use consilium_model::MessageKind;

/// So many bytes are enough to tell.
pub(super) const HEAD: usize = 64;

/// The most pixels of a picture that is shown: a larger one would take more memory to draw than a chat is worth.
const MOST_PIXELS: usize = 64 * 1024 * 1024;

/// The media type of a picture that a page can show without danger; `None` for everything else.
pub(super) fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// As [`picture_type`], of a whole file that can be drawn in bounded memory.
pub(super) fn shown_type(bytes: &[u8]) -> Option<&'static str> {
    let media_type = picture_type(bytes)?;
    let size = imagesize::blob_size(bytes).ok()?;
    let pixels = size.width.checked_mul(size.height)?;
    (1..=MOST_PIXELS).contains(&pixels).then_some(media_type)
}

/// The kind of message that a file of this beginning becomes, as far as this machine can tell.
pub(super) fn message_kind(head: &[u8]) -> MessageKind {
    if picture_type(head).is_some() {
        return MessageKind::Image;
    }
    match head {
        // ISO base media, with QuickTime and still pictures of that family: `ftyp`, then the brand.
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_video_brand(brand) => MessageKind::Video,
        // EBML, of which WebM is the one that names itself early.
        [0x1a, 0x45, 0xdf, 0xa3, rest @ ..] if rest.windows(4).any(|word| word == b"webm") => {
            MessageKind::Video
        }
        [b'O', b'g', b'g', b'S', rest @ ..] if rest.windows(8).any(|word| word == b"OpusHead") => {
            MessageKind::Voice
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => MessageKind::Voice,
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2, ..] => MessageKind::Voice,
        _ => MessageKind::Article,
    }
}

/// How the name of a picture or a voice message of this beginning ends.
pub(super) fn ending(bytes: &[u8]) -> Option<&'static str> {
    match (picture_type(bytes), message_kind(&bytes[..bytes.len().min(HEAD)])) {
        (Some("image/png"), _) => Some("png"),
        (Some("image/jpeg"), _) => Some("jpg"),
        (Some("image/gif"), _) => Some("gif"),
        (Some("image/webp"), _) => Some("webp"),
        (_, MessageKind::Voice) => Some(match bytes.first() {
            Some(b'O') => "ogg",
            Some(b'R') => "wav",
            _ => "mp3",
        }),
        _ => None,
    }
}

fn is_video_brand(brand: &[u8]) -> bool {
    let brands: [&[u8]; 6] = [b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V "];
    brands.iter().any(|known| brand.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A picture of one pixel (the smallest PNG).
    const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (head, kind) in [
            (PIXEL, MessageKind::Image),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", MessageKind::Image),
            (b"\0\0\0\x20ftypisom\0\0\x02\0", MessageKind::Video),
            (b"\0\0\0\x20ftypheic\0\0\0\0", MessageKind::Article),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", MessageKind::Video),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead", MessageKind::Voice),
            (b"%PDF-1.7", MessageKind::Article),
            (b"<svg xmlns=", MessageKind::Article),
            (b"MZ\x90\0", MessageKind::Article),
            (b"", MessageKind::Article),
        ] {
            assert_eq!(message_kind(head), kind, "{head:?}");
        }
    }

    #[test]
    fn a_name_ends_as_the_file_begins() {
        assert_eq!(ending(PIXEL), Some("png"));
        assert_eq!(ending(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("jpg"));
        assert_eq!(ending(b"RIFF\0\0\0\0WAVEfmt "), Some("wav"));
        assert_eq!(ending(b"ID3\x03"), Some("mp3"));
        assert_eq!(ending(b"MZ\x90\0"), None);
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_is_not_shown() {
        assert_eq!(shown_type(PIXEL), Some("image/png"));
        let mut huge = PIXEL.to_vec();
        huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert_eq!((picture_type(&huge), shown_type(&huge)), (Some("image/png"), None));
    }

    proptest! {
        #[test]
        fn whatever_comes_it_is_a_picture_or_it_is_not(
            head in prop::sample::select(vec![PIXEL, b"\xff\xd8\xff\xc0", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"<svg"]),
            rest in prop::collection::vec(any::<u8>(), 0..500),
        ) {
            let bytes = [head, &rest].concat();
            let shown = shown_type(&bytes);
            prop_assert!(shown.is_none() || shown == picture_type(&bytes));
            prop_assert!(head != b"<svg" || shown.is_none());
        }
    }
}
