//! A clock in the picture itself, so that a receiver measures how old a picture is when it is drawn.
//!
//! # Layout
//!
//! The top of the picture carries 64 bits as two rows of 32 blocks over the full width. For a picture of `w` x `h`
//! pixels:
//!
//! - block `i` (0 to 31) covers the columns from `floor(i * w / 32)` up to, not including, `floor((i + 1) * w / 32)`;
//! - a row of blocks is `b = round(h / 22.5)` pixels high, at least 2 (16 at 640x360, 8 at 320x180, 4 at 160x90);
//!   row 0 covers the lines `0..b`, row 1 the lines `b..2b`;
//! - a block is white (luma 235) for a 1 and black (luma 16) for a 0; chroma is 128 under both rows.
//!
//! Bits go most significant first, left to right, row 0 then row 1:
//!
//! | bits | content |
//! | --- | --- |
//! | 0-31 (row 0) | milliseconds since 1970-01-01 00:00 UTC at capture, modulo 2^32 |
//! | 32-47 (row 1, left half) | picture counter, modulo 2^16 |
//! | 48-63 (row 1, right half) | CRC-16/CCITT-FALSE of the six bytes before it, each number big endian |
//!
//! CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, bits not reflected, no final xor; `"123456789"` gives 0x29B1.
//!
//! # Reading
//!
//! For each block take the mean luma of its middle half (columns from a quarter to three quarters of its width, lines
//! likewise; at least one pixel) and compare it with 128: above is 1. Where the picture was drawn as RGB, any channel
//! does. If the CRC does not match there is no clock in this picture. It survives VP8 at low rates and scaling
//! down to 160x90.

use super::picture::{I420, Plane};

const COLUMNS: usize = 32;
const WHITE: u8 = 235;
const BLACK: u8 = 16;
const THRESHOLD: usize = 128;

/// What a picture's clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Milliseconds since 1970 at capture, modulo 2^32.
    pub unix_ms_mod: u32,
    /// Running number of the picture, modulo 2^16.
    pub counter: u16,
}

impl Stamp {
    /// Milliseconds from capture to `unix_ms`. Clocks of two machines may differ, so it can be negative.
    pub fn age_ms(&self, unix_ms: u64) -> i32 {
        (unix_ms as u32).wrapping_sub(self.unix_ms_mod) as i32
    }
}

/// Draws the clock into the top rows of a picture.
pub fn stamp(picture: &mut I420, unix_ms: u64, counter: u16) {
    let size = picture.size();
    let (width, height) = (usize::from(size.width), usize::from(size.height));
    let bits = encode(Stamp { unix_ms_mod: unix_ms as u32, counter });
    let block = block_height(height);
    let lines = (2 * block).min(height);
    for (line, pixels) in picture.plane_mut(Plane::Y).chunks_mut(width).take(lines).enumerate() {
        for column in 0..COLUMNS {
            let white = bits >> (63 - (line / block * COLUMNS + column)) & 1 == 1;
            pixels[columns_of(column, width)].fill(if white { WHITE } else { BLACK });
        }
    }
    for plane in [Plane::U, Plane::V] {
        let grey = lines.div_ceil(2) * picture.stride(plane);
        picture.plane_mut(plane)[..grey].fill(128);
    }
}

/// Reads the clock from a luma plane of `width` x `height` pixels with `stride` bytes from line to line.
pub fn read(luma: &[u8], stride: usize, width: usize, height: usize) -> Option<Stamp> {
    let block = block_height(height);
    if width < COLUMNS
        || stride < width
        || height < 2 * block
        || luma.len() < stride * (2 * block - 1) + width
    {
        return None;
    }
    let bits = (0..2 * COLUMNS).fold(0u64, |bits, index| {
        let (row, column) = (index / COLUMNS, index % COLUMNS);
        let lines = middle(row * block..(row + 1) * block);
        let columns = middle(columns_of(column, width));
        let count = lines.len() * columns.len();
        let sum: usize = lines
            .flat_map(|line| &luma[line * stride..][columns.clone()])
            .map(|&pixel| usize::from(pixel))
            .sum();
        bits << 1 | u64::from(sum > THRESHOLD * count)
    });
    decode(bits)
}

fn columns_of(column: usize, width: usize) -> std::ops::Range<usize> {
    column * width / COLUMNS..(column + 1) * width / COLUMNS
}

fn middle(range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let quarter = range.len() / 4;
    range.start + quarter..range.end - quarter
}

fn block_height(height: usize) -> usize {
    // height / 22.5, rounded half up.
    ((4 * height + 45) / 90).max(2)
}

fn encode(stamp: Stamp) -> u64 {
    let content = u64::from(stamp.unix_ms_mod) << 16 | u64::from(stamp.counter);
    content << 16 | u64::from(crc16(&content.to_be_bytes()[2..]))
}

fn decode(bits: u64) -> Option<Stamp> {
    let content = bits >> 16;
    (crc16(&content.to_be_bytes()[2..]) == bits as u16)
        .then_some(Stamp { unix_ms_mod: (content >> 16) as u32, counter: content as u16 })
}

/// CRC-16/CCITT-FALSE.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, &byte| {
        (0..8).fold(
            crc ^ u16::from(byte) << 8,
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::VideoSize;
    use proptest::prelude::*;

    #[test]
    fn the_checksum_is_the_documented_one() {
        assert_eq!(crc16(b"123456789"), 0x29b1);
    }

    #[test]
    fn block_heights_are_the_documented_ones() {
        assert_eq!([90, 180, 360, 480, 720, 1080].map(block_height), [4, 8, 16, 21, 32, 48]);
    }

    #[test]
    fn a_picture_without_a_clock_says_so() {
        let picture = I420::black(VideoSize::NHD);
        assert_eq!(read(picture.plane(Plane::Y), 640, 640, 360), None);
    }

    proptest! {
        #[test]
        fn reads_what_was_stamped(ms: u64, counter: u16, width in 64u16..1300, height in 36u16..800) {
            let mut picture = I420::black(VideoSize::new(width, height));
            stamp(&mut picture, ms, counter);
            let read = read(picture.plane(Plane::Y), usize::from(width), usize::from(width), usize::from(height));
            prop_assert_eq!(read, Some(Stamp { unix_ms_mod: ms as u32, counter }));
        }

        #[test]
        fn never_panics_on_short_planes(luma: Vec<u8>, stride in 0usize..99, width in 0usize..99, height in 0usize..99) {
            let _ = read(&luma, stride, width, height);
        }
    }
}
