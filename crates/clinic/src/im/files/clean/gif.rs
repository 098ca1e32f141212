//! GIF (89a): pictures, their timing, and how often they are repeated. Comments, text and other applications' blocks
//! go, XMP among them.

use super::NotThat;
use super::bytes::Reader;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;
/// They say how often a moving picture is repeated.
const LOOPS: [&[u8]; 2] = [b"\x0BNETSCAPE2.0", b"\x0BANIMEXTS1.0"];

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, NotThat> {
    let mut reader = Reader(bytes);
    let mut out = Vec::with_capacity(bytes.len());
    let head = reader.take(13)?;
    if !matches!(head[..6], [b'G', b'I', b'F', b'8', b'7' | b'9', b'a']) {
        return Err(NotThat);
    }
    out.extend(head);
    out.extend(reader.take(color_table(head[10]))?);
    let mut has_picture = false;
    loop {
        // A recording that was cut off may lack the end.
        let next = if has_picture && reader.is_empty() { TRAILER } else { reader.u8()? };
        match next {
            EXTENSION => {
                let label = reader.u8()?;
                let blocks = blocks(&mut reader)?;
                let is_kept = match label {
                    CONTROL => true,
                    APPLICATION => LOOPS.iter().any(|known| blocks.starts_with(known)),
                    _ => false,
                };
                if is_kept {
                    out.extend([EXTENSION, label]);
                    out.extend(blocks);
                }
            }
            IMAGE => {
                has_picture = true;
                let descriptor = reader.take(9)?;
                out.push(IMAGE);
                out.extend(descriptor);
                // The colours, and how long a code is at first.
                out.extend(reader.take(color_table(descriptor[8]) + 1)?);
                out.extend(blocks(&mut reader)?);
            }
            TRAILER if has_picture => {
                out.push(TRAILER);
                return Ok(out);
            }
            _ => return Err(NotThat),
        }
    }
}

const fn color_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Sub-blocks with the empty one that ends them.
fn blocks<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], NotThat> {
    let start = reader.0;
    loop {
        match reader.u8()? {
            0 => return Ok(&start[..start.len() - reader.0.len()]),
            length => {
                reader.take(length.into())?;
            }
        }
    }
}
