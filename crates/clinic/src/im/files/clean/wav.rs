//! WAVE (RIFF): the format and the samples. What recorders write beside them goes: names, places, dates.

use super::NotThat;
use super::bytes::{Reader, index};

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, NotThat> {
    let mut reader = Reader(bytes);
    if reader.take(4)? != b"RIFF" {
        return Err(NotThat);
    }
    // Whoever records does not know the size yet, and some never write it.
    reader.take(4)?;
    if reader.take(4)? != b"WAVE" {
        return Err(NotThat);
    }
    let mut out = b"RIFF\0\0\0\0WAVE".to_vec();
    let (mut has_format, mut has_data) = (false, false);
    while !reader.is_empty() && !has_data {
        let name = reader.take(4)?;
        let length = index(reader.u32_le()?)?;
        has_data = name == b"data";
        has_format |= name == b"fmt ";
        let data = reader.take(if has_data { length.min(reader.0.len()) } else { length })?;
        if length % 2 == 1 && !reader.is_empty() {
            reader.take(1)?;
        }
        if matches!(name, b"fmt " | b"fact" | b"data") {
            out.extend(name);
            out.extend(u32::try_from(data.len()).map_err(|_| NotThat)?.to_le_bytes());
            out.extend(data);
            out.resize(out.len().next_multiple_of(2), 0);
        }
    }
    if !(has_format && has_data) {
        return Err(NotThat);
    }
    let size = u32::try_from(out.len() - 8).map_err(|_| NotThat)?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Ok(out)
}
