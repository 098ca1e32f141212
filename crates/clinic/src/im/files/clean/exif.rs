//! Which way up a picture is: the one thing of Exif that is kept (CIPA DC-008, tag 0x0112 of IFD 0).

use super::NotThat;
use super::bytes::{Reader, index};

const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

/// How a picture is turned and mirrored: 2 to 8. 1 is the way it is, and stands for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turned(u8);

/// The orientation in an Exif block, which is a small TIFF file.
pub(super) fn orientation(tiff: &[u8]) -> Option<Turned> {
    read(tiff).ok().flatten()
}

fn read(tiff: &[u8]) -> Result<Option<Turned>, NotThat> {
    let is_big_endian = match tiff {
        [b'M', b'M', 0, 42, ..] => true,
        [b'I', b'I', 42, 0, ..] => false,
        _ => return Err(NotThat),
    };
    let short = |reader: &mut Reader<'_>| {
        reader.u16_be().map(|number| if is_big_endian { number } else { number.swap_bytes() })
    };
    let long = |reader: &mut Reader<'_>| {
        reader.u32_be().map(|number| if is_big_endian { number } else { number.swap_bytes() })
    };
    let mut header = Reader(tiff.get(4..).ok_or(NotThat)?);
    let first = index(long(&mut header)?)?;
    let mut directory = Reader(tiff.get(first..).ok_or(NotThat)?);
    for _ in 0..short(&mut directory)? {
        let mut entry = Reader(directory.take(12)?);
        let (tag, kind) = (short(&mut entry)?, short(&mut entry)?);
        let _count = long(&mut entry)?;
        if (tag, kind) == (ORIENTATION, SHORT) {
            let value = short(&mut entry)?;
            return Ok(u8::try_from(value).ok().filter(|value| (2..=8).contains(value)).map(Turned));
        }
    }
    Ok(None)
}

impl Turned {
    /// An Exif block that says this and nothing else.
    pub(super) fn tiff(self) -> [u8; 26] {
        let mut tiff = *b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
        tiff[19] = self.0;
        tiff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for value in 2..=8 {
            assert_eq!(orientation(&Turned(value).tiff()), Some(Turned(value)));
        }
        assert_eq!(orientation(&Turned(1).tiff()), None, "the way it is needs no word");
        assert_eq!(orientation(&Turned(9).tiff()), None);
    }

    #[test]
    fn the_other_byte_order_is_read_as_well() {
        let tiff = b"II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(orientation(tiff), Some(Turned(6)));
    }

    #[test]
    fn a_directory_outside_is_none() {
        assert_eq!(orientation(b"MM\0\x2A\xFF\xFF\xFF\xFF"), None);
        assert_eq!(orientation(b"MM\0\x2A\0\0\0\x08\xFF\xFF"), None);
    }
}
