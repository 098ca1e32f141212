//! MPEG audio, layer III (ISO/IEC 11172-3 and 13818-3): its frames. Tags before, after and between them go.

use super::NotThat;
use super::bytes::worked;

/// In kilobits a second, by the number in the header.
const RATES_1: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/// A file of fewer frames is taken for something else.
const FEWEST: usize = 3;

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, NotThat> {
    let mut rest = &bytes[tag_length(bytes).min(bytes.len())..];
    let total = rest.len();
    let mut out = Vec::with_capacity(total);
    let mut frames = 0;
    while !rest.is_empty() {
        match frame_length(rest) {
            Some(length) => {
                let (frame, after) = rest.split_at(length.min(rest.len()));
                out.extend(frame);
                frames += 1;
                worked(1);
                rest = after;
            }
            None => rest = &rest[next_frame(rest)..],
        }
    }
    // What is mostly not frames is not music, whatever it begins with.
    if frames < FEWEST || out.len() < total / 2 {
        return Err(NotThat);
    }
    Ok(out)
}

/// The length of an ID3v2 tag at the start; it is written with seven bits a byte.
fn tag_length(bytes: &[u8]) -> usize {
    let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *bytes else { return 0 };
    let size = [a, b, c, d].into_iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7F));
    size + if flags & 0x10 == 0 { 10 } else { 20 }
}

fn frame_length(bytes: &[u8]) -> Option<usize> {
    let [0xFF, second, third, _, ..] = *bytes else { return None };
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    if second & 0xE0 != 0xE0 || version == 1 || layer != 1 {
        return None;
    }
    let (rates, samples) = if version == 3 { (RATES_1, 144) } else { (RATES_2, 72) };
    let rate = *rates.get(usize::from(third >> 4)).filter(|rate| **rate > 0)?;
    let frequency = *[44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
    let frequency = match version {
        3 => frequency,
        2 => frequency / 2,
        _ => frequency / 4,
    };
    Some(samples * 1000 * rate / frequency + usize::from(third >> 1 & 1))
}

/// Where the next frame begins that another one follows, or that ends the file.
fn next_frame(bytes: &[u8]) -> usize {
    let begins = |at: &usize| {
        worked(1);
        let length = frame_length(&bytes[*at..]);
        length.is_some_and(|length| bytes.get(at + length..).is_some_and(|next| frame_length(next).is_some()))
    };
    (1..bytes.len()).find(begins).unwrap_or(bytes.len())
}
