//! The Ogg container (RFC 3533): the pages of one logical stream in memory.
//!
//! Our own, because a file is refused when a page of it is damaged; readers for music search for the next whole page
//! instead and play on, which would leave words out of a message unnoticed.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(super) use read::PacketReader;
pub(super) use write::PageWriter;

/// "capture_pattern" and "stream_structure_version".
const MAGIC: &[u8; 5] = b"OggS\0";
/// A page's header without its segment table.
const HEADER: usize = 27;
/// Where its checksum is.
const CHECKSUM: std::ops::Range<usize> = 22..26;
/// The most bytes of a segment, and the most segments of a page.
const MOST: usize = 255;

/// The page goes on with a packet that an earlier one began.
const CONTINUED: u8 = 1;
/// The stream's first page.
const FIRST: u8 = 2;
/// The stream's last page.
const LAST: u8 = 4;

/// What the granule position of a page says on which no packet ends.
const NO_GRANULE: u64 = u64::MAX;

/// The CRC of section 6: polynomial 0x04c11db7, no reflection, begins and ends with zero.
const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000_0000 == 0 { crc << 1 } else { crc << 1 ^ 0x04c1_1db7 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

fn crc(crc: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(crc, |crc, byte| crc << 8 ^ CRC_TABLE[usize::from((crc >> 24) as u8 ^ byte)])
}
