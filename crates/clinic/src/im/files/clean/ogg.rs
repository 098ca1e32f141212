//! Ogg (RFC 3533) with one stream of Opus (RFC 7845): the comments are emptied where they stand, so that no page moves.

use super::NotThat;
use super::bytes::{Reader, worked};
use std::ops::Range;

/// No vendor and no comments; what follows in the packet is padding (RFC 7845, section 5.2).
const EMPTY_TAGS: &[u8] = b"OpusTags\0\0\0\0\0\0\0\0";
const HEAD: &[u8] = b"OpusHead";
const TAGS: &[u8] = b"OpusTags";
const CHECKSUM: Range<usize> = 22..26;

/// A page within the file.
struct Page {
    /// All of it.
    whole: Range<usize>,
    /// What it carries.
    body: Range<usize>,
    /// Where in the body its first packet ends, if it does.
    first_end: Option<usize>,
    serial: u32,
}

pub(super) fn clean(mut bytes: Vec<u8>) -> Result<Vec<u8>, NotThat> {
    let first = page(&bytes, 0)?;
    let second = page(&bytes, first.whole.end)?;
    let is_opus = bytes[first.body].starts_with(HEAD) && bytes[second.body].starts_with(TAGS);
    if !is_opus {
        return Err(NotThat);
    }
    let end = end(&bytes, second.whole.end, first.serial)?;
    bytes.truncate(end);
    empty_tags(&mut bytes, first.whole.end)?;
    Ok(bytes)
}

/// Where the last whole page ends, from `at` on. Of several streams, one after the other or at once, the others would
/// keep their comments.
fn end(bytes: &[u8], mut at: usize, serial: u32) -> Result<usize, NotThat> {
    while at < bytes.len() {
        match page(bytes, at) {
            Ok(page) if page.serial == serial => at = page.whole.end,
            Ok(_) => return Err(NotThat),
            // Cut off: what is whole can be heard, and the rest goes.
            Err(NotThat) => break,
        }
    }
    Ok(at)
}

/// Empties the packet that begins with the page at `at`.
fn empty_tags(bytes: &mut [u8], mut at: usize) -> Result<(), NotThat> {
    let mut empty = EMPTY_TAGS.iter().copied().chain(std::iter::repeat(0));
    loop {
        let page = page(bytes, at)?;
        let end = page.first_end.unwrap_or(page.body.len());
        for byte in &mut bytes[page.body][..end] {
            *byte = empty.next().expect("it has no end");
        }
        let checksum = checksum(&bytes[page.whole.clone()]);
        bytes[page.whole.clone()][CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
        if page.first_end.is_some() {
            return Ok(());
        }
        at = page.whole.end;
    }
}

/// The page that begins at `start`.
fn page(bytes: &[u8], start: usize) -> Result<Page, NotThat> {
    let mut reader = Reader(&bytes[start..]);
    if reader.take(4)? != b"OggS" {
        return Err(NotThat);
    }
    // Version, flags and position.
    reader.take(10)?;
    let serial = reader.u32_be()?;
    // Number and checksum.
    reader.take(8)?;
    let count = reader.u8()?;
    let lengths = reader.take(count.into())?;
    let first_end = lengths.iter().position(|length| *length < 255);
    let sum = |lengths: &[u8]| lengths.iter().map(|length| usize::from(*length)).sum::<usize>();
    let body = bytes.len() - reader.0.len();
    reader.take(sum(lengths))?;
    let end = bytes.len() - reader.0.len();
    let first_end = first_end.map(|last| sum(&lengths[..=last]));
    Ok(Page { whole: start..end, body: body..end, first_end, serial })
}

/// CRC-32 as Ogg has it, section 6: not reflected, from zero, with its own place taken for zero.
pub(super) fn checksum(page: &[u8]) -> u32 {
    worked(page.len());
    let byte_at = |(at, byte): (usize, &u8)| if CHECKSUM.contains(&at) { 0 } else { *byte };
    page.iter().enumerate().map(byte_at).fold(0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| (crc << 1) ^ (0x04C1_1DB7 * (crc >> 31)))
    })
}
