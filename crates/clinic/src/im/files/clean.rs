//! What a file is, by what is in it, and the file without what a device has written into it.
//!
//! Every format is rewritten from the parts that are needed to see or hear it; whatever else is in the file is left
//! out or filled with zeroes. So what a camera knows of place, time and device goes, whether or not we know its name.
//! Pixels and samples are never encoded again: a doctor sees what the patient's camera saw. That costs more care than
//! encoding anew, and each part is read with its bounds checked. A file whose structure is not that of its first
//! bytes is not of that format; it is kept as it is, and never shown.

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
mod wav;
mod webp;

use consilium_wire::im::AttachmentKind;

/// So many bytes from the start are enough for [`Format::guess`].
pub(super) const HEAD: usize = 64;

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
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::Mp4),
            // What QuickTime wrote before it had a first box.
            [_, _, _, _, b'm', b'o', b'o', b'v', ..] | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => {
                Some(Self::Mp4)
            }
            _ if riff(b"WEBP") => Some(Self::WebP),
            _ if riff(b"WAVE") => Some(Self::Wav),
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all() -> Vec<(Format, Vec<u8>)> {
        vec![
            (Format::Jpeg, samples::jpeg(40, 30, 6)),
            (Format::Png, samples::png(40, 30, 6)),
            (Format::WebP, samples::webp(40, 30, 6)),
            (Format::Gif, samples::gif(40, 30)),
            (Format::Ogg, samples::ogg()),
            (Format::Wav, samples::wav()),
            (Format::Mp3, samples::mp3()),
            (Format::Mp4, samples::mp4()),
            (Format::WebM, samples::webm()),
        ]
    }

    #[test]
    fn samples_are_what_they_are_and_lose_what_is_not_seen_or_heard() {
        for (format, sample) in all() {
            assert_eq!(Format::guess(&sample), Some(format));
            assert!(samples::tells(&sample), "{format:?}: there is something to lose");
            let clean = format.clean(sample).unwrap_or_else(|NotThat| panic!("{format:?}"));
            assert!(!samples::tells(&clean.bytes), "{format:?} still tells");
            let again = format.clean(clean.bytes.clone()).unwrap();
            assert_eq!(again.bytes, clean.bytes, "{format:?}: there is nothing more to lose");
        }
    }

    proptest! {
        #[test]
        fn damaged_files_are_refused_or_cleaned_but_break_nothing(
            which in 0..all().len(),
            cut in 0.0..1.0f64,
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        ) {
            let (format, mut sample) = all().swap_remove(which);
            for (at, byte) in flips {
                let at = at.index(sample.len());
                sample[at] = byte;
            }
            sample.truncate((sample.len() as f64 * cut) as usize + 1);
            let before = sample.len();
            if let Ok(clean) = format.clean(sample) {
                prop_assert!(clean.bytes.len() <= before + 64, "nothing swells");
            }
        }

        #[test]
        fn noise_breaks_nothing(noise in prop::collection::vec(any::<u8>(), 0..512)) {
            for (format, sample) in all() {
                let mut bytes = sample[..sample.len().min(16)].to_vec();
                bytes.extend(&noise);
                let _ = format.clean(bytes);
            }
        }
    }
}
