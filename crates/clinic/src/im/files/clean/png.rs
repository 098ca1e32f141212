//! PNG (W3C, third edition): the chunks that make the picture, also a moving one. Text, time, suggested palettes and
//! private chunks go; of Exif which way up it is; the colour profile goes too, unless it is named by a number.

use super::NotThat;
use super::bytes::{Reader, index, worked};
use super::exif;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";
const KEPT: [&[u8; 4]; 14] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL",
];

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, NotThat> {
    let mut reader = Reader(bytes);
    if reader.take(SIGNATURE.len())? != SIGNATURE {
        return Err(NotThat);
    }
    let mut out = Vec::with_capacity(bytes.len());
    out.extend(SIGNATURE);
    let mut turned = None;
    let mut after_header = None;
    loop {
        let chunk = reader;
        let length = index(reader.u32_be()?)?;
        let name = reader.take(4)?;
        let data = reader.take(length)?;
        reader.take(4)?;
        let whole = &chunk.0[..length + 12];
        match name {
            b"IHDR" if after_header.is_none() && length == 13 => {
                out.extend(whole);
                after_header = Some(out.len());
            }
            _ if after_header.is_none() => return Err(NotThat),
            b"IHDR" => return Err(NotThat),
            b"eXIf" => turned = turned.or(exif::orientation(data)),
            b"fdAT" => out.extend(whole),
            name if KEPT.iter().any(|kept| *kept == name) => out.extend(whole),
            _ => {}
        }
        if name == b"IEND" {
            break;
        }
    }
    if let (Some(turned), Some(at)) = (turned, after_header) {
        worked(out.len());
        out.splice(at..at, chunk(b"eXIf", &turned.tiff()));
    }
    Ok(out)
}

pub(super) fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(data.len()).expect("chunks of our own are short").to_be_bytes().to_vec();
    chunk.extend(name);
    chunk.extend(data);
    let checksum = crc(&chunk[4..]);
    chunk.extend(checksum.to_be_bytes());
    chunk
}

/// CRC-32 as PNG has it, annex D.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    };
    !bytes.iter().fold(u32::MAX, step)
}
