//! JPEG (ITU-T T.81): tables, frame and scans are kept. Of the application's segments only what changes the colours:
//! JFIF without its thumbnail, Adobe's transform, the colour profile rebuilt. What follows the end goes: telephones
//! hide videos there.

use super::bytes::{Reader, worked};
use super::exif::{self, Turned};
use super::{NotThat, icc};

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const JFIF: &[u8] = b"JFIF\0";
/// So many scans has a picture at most. Progressive ones have about ten; a scan of a few bytes can make a decoder go over
/// every pixel, so a file of thousands would keep it busy for hours.
const MOST_SCANS: usize = 100;

/// What was found of a picture.
#[derive(Default)]
struct Parts<'a> {
    jfif: Option<&'a [u8]>,
    adobe: Option<&'a [u8]>,
    turned: Option<Turned>,
    /// The pieces of the colour profile, in their order.
    profile: Vec<u8>,
    /// Tables, frame and scans.
    image: Vec<u8>,
    has_frame: bool,
    scans: usize,
}

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, NotThat> {
    let parts = read(bytes)?;
    if parts.has_frame && (1..=MOST_SCANS).contains(&parts.scans) { Ok(parts.write()) } else { Err(NotThat) }
}

fn read(bytes: &[u8]) -> Result<Parts<'_>, NotThat> {
    let mut reader = Reader(bytes);
    if reader.take(2)? != [0xFF, SOI] {
        return Err(NotThat);
    }
    let mut parts = Parts::default();
    loop {
        match parts.read(&mut reader) {
            Ok(Next::Segment) => {}
            Ok(Next::End) => return Ok(parts),
            // Cut off after a scan: decoders show what there is.
            Err(NotThat) if parts.scans > 0 => return Ok(parts),
            Err(NotThat) => return Err(NotThat),
        }
    }
}

/// What came next.
enum Next {
    Segment,
    End,
}

/// The next marker; fill bytes may stand before it.
fn marker(reader: &mut Reader<'_>) -> Result<u8, NotThat> {
    if reader.u8()? != 0xFF {
        return Err(NotThat);
    }
    loop {
        match reader.u8()? {
            0xFF => {}
            // 0 is a stuffed byte, and these stand alone and only within scans.
            0 | 0x01 | 0xD0..=SOI => return Err(NotThat),
            marker => return Ok(marker),
        }
    }
}

/// Entropy-coded data goes on until a marker that is not a restart.
fn scan_length(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF);
    let length = bytes.windows(2).position(ends).unwrap_or(bytes.len());
    worked(length);
    length
}

impl<'a> Parts<'a> {
    fn read(&mut self, reader: &mut Reader<'a>) -> Result<Next, NotThat> {
        let marker = marker(reader)?;
        if marker == EOI {
            return Ok(Next::End);
        }
        let length = usize::from(reader.u16_be()?);
        let data = reader.take(length.checked_sub(2).ok_or(NotThat)?)?;
        self.add(marker, data)?;
        if marker == SOS {
            self.scans += 1;
            let scan = scan_length(reader.0);
            self.image.extend(reader.take(scan)?);
        }
        Ok(Next::Segment)
    }

    fn add(&mut self, marker: u8, data: &'a [u8]) -> Result<(), NotThat> {
        match marker {
            APP0 if data.starts_with(JFIF) => self.jfif = self.jfif.or(data.get(..12)),
            APP1 => {
                let exif = data.strip_prefix(EXIF).and_then(exif::orientation);
                self.turned = self.turned.or(exif);
            }
            APP2 => {
                // A number and a count before each piece.
                let piece = data.strip_prefix(ICC).and_then(|data| data.get(2..));
                self.profile.extend(piece.unwrap_or_default());
            }
            APP14 if data.starts_with(b"Adobe") => self.adobe = self.adobe.or(data.get(..12)),
            // Frames, but for JPG, which is reserved; tables.
            0xC0..=0xC7 | 0xC9..=0xCF => {
                self.has_frame |= !matches!(marker, 0xC4 | 0xCC);
                self.keep(marker, data)?;
            }
            SOS | 0xDB..=0xDF => self.keep(marker, data)?,
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, marker: u8, data: &[u8]) -> Result<(), NotThat> {
        segment(&mut self.image, marker, &[data])
    }

    fn write(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.image.len() + 1024);
        out.extend([0xFF, SOI]);
        let fits = "the segment is short";
        if let Some(jfif) = self.jfif {
            // No thumbnail: of no width and no height.
            segment(&mut out, APP0, &[jfif, &[0, 0]]).expect(fits);
        }
        if let Some(turned) = self.turned {
            segment(&mut out, APP1, &[EXIF, &turned.tiff()]).expect(fits);
        }
        if let Some(profile) = icc::rebuilt(&self.profile) {
            segment(&mut out, APP2, &[ICC, &[1, 1], &profile]).expect(fits);
        }
        if let Some(adobe) = self.adobe {
            segment(&mut out, APP14, &[adobe]).expect(fits);
        }
        out.extend(self.image);
        out.extend([0xFF, EOI]);
        out
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, data: &[&[u8]]) -> Result<(), NotThat> {
    let length: usize = data.iter().map(|part| part.len()).sum();
    let length = u16::try_from(length + 2).map_err(|_| NotThat)?;
    out.extend([0xFF, marker]);
    out.extend(length.to_be_bytes());
    data.iter().for_each(|part| out.extend(*part));
    Ok(())
}
