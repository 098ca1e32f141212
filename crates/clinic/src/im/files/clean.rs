//! What a file is, by what is in it, and the file without what a device has written into it.
//!
//! Every format is rewritten from the parts that are needed to see or hear it; whatever else is in the file is left
//! out or filled with zeroes. So what a camera knows of place, time and device goes, whether or not we know its name.
//! Pixels and samples are never encoded again: a doctor sees what the patient's camera saw. That costs more care than
//! encoding anew, and each part is read with its bounds checked. A file whose structure is not that of its first
//! bytes is refused: what a device has written into it could not be found. The work is bounded by the length of the file,
//! whatever it claims.

mod bytes;
mod ebml;
mod exif;
mod gif;
mod icc;
mod jpeg;
mod mp3;
mod mp4;
mod ogg;
mod png;
#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
mod wav;
mod webp;

use consilium_wire::im::AttachmentKind;

/// So many bytes from the start are enough for [`Format::guess`].
pub(super) const HEAD: usize = 64;

/// With what an MP4 or a `QuickTime` film begins: its type, or whatever stood there before there were types.
const MP4_FIRST: [&[u8]; 8] = [b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"];
/// The first byte of a length of up to 64 MiB.
const MP4_LENGTH: u8 = 3;

/// The structure is not that of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotThat;

/// What the first bytes promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// ITU-T T.81.
    Jpeg,
    /// W3C PNG, also animated.
    Png,
    /// RFC 9649.
    WebP,
    /// GIF89a and GIF87a.
    Gif,
    /// RFC 3533 with Opus in it, RFC 7845.
    Ogg,
    /// RIFF WAVE.
    Wav,
    /// MPEG audio, layer III.
    Mp3,
    /// ISO/IEC 14496-12 and its elder, `QuickTime`.
    Mp4,
    /// RFC 9559 (Matroska) and `WebM`.
    WebM,
}

/// A file that was understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clean {
    /// What it is.
    pub(super) kind: AttachmentKind,
    /// Its media type.
    pub(super) media_type: &'static str,
    /// What is left of it.
    pub(super) bytes: Vec<u8>,
}

impl Format {
    /// What the first [`HEAD`] bytes of a file promise.
    pub(super) fn guess(head: &[u8]) -> Option<Self> {
        let riff = |form: &[u8]| head.starts_with(b"RIFF") && head.get(8..12) == Some(form);
        match head {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Self::WebM),
            [b'I', b'D', b'3', ..] => Some(Self::Mp3),
            [0xFF, second, ..] if second & 0xE6 == 0xE2 => Some(Self::Mp3),
            // A length before the name: words would begin with a letter. HEIC and AVIF begin so as well.
            [0..=MP4_LENGTH, _, _, _, ..] if MP4_FIRST.contains(&head.get(4..8)?) => Some(Self::Mp4),
            _ if riff(b"WEBP") => Some(Self::WebP),
            _ if riff(b"WAVE") => Some(Self::Wav),
            _ => None,
        }
    }

    /// Whether nothing else begins with these bytes. A frame of MPEG audio begins with two bytes that any file may
    /// begin with.
    pub(super) fn is_sure(self, head: &[u8]) -> bool {
        self != Self::Mp3 || head.starts_with(b"ID3")
    }

    /// The file without what is not needed to see or hear it.
    pub(super) fn clean(self, bytes: Vec<u8>) -> Result<Clean, NotThat> {
        let image = |media_type, bytes| Clean { kind: AttachmentKind::Image, media_type, bytes };
        let voice = |media_type, bytes| Clean { kind: AttachmentKind::Voice, media_type, bytes };
        let moving = |(film, bytes)| match film {
            Some(media_type) => Clean { kind: AttachmentKind::Video, media_type, bytes },
            None => Clean { kind: AttachmentKind::File, media_type: OCTETS, bytes },
        };
        Ok(match self {
            Self::Jpeg => image("image/jpeg", jpeg::clean(&bytes)?),
            Self::Png => image("image/png", png::clean(&bytes)?),
            Self::WebP => image("image/webp", webp::clean(&bytes)?),
            Self::Gif => image("image/gif", gif::clean(&bytes)?),
            Self::Ogg => voice("audio/ogg", ogg::clean(bytes)?),
            Self::Wav => voice("audio/wav", wav::clean(&bytes)?),
            Self::Mp3 => voice("audio/mpeg", mp3::clean(&bytes)?),
            Self::Mp4 => moving(mp4::clean(bytes)?),
            Self::WebM => moving(ebml::clean(bytes)?),
        })
    }
}

/// The media type of whatever is only saved.
pub(super) const OCTETS: &str = "application/octet-stream";
