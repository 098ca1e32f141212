//! Where the samples of a track lie (ISO/IEC 14496-12, section 8.7), to empty them.

use super::super::NotThat;
use super::super::bytes::{Reader, index};
use super::{Part, parts};

/// Fills every sample of a track with zeroes. Samples outside the file are not there.
pub(super) fn empty(bytes: &mut [u8], track: &Part) -> Result<(), NotThat> {
    let Some(table) = table(bytes, track)? else { return Ok(()) };
    let boxes = parts(bytes, table.body)?;
    let find =
        |name: &[u8; 4]| boxes.iter().find(|part| &part.name == name).map(|part| &bytes[part.body.clone()]);
    let offsets = match (find(b"stco"), find(b"co64")) {
        (Some(offsets), _) => list(offsets, |entry| entry.u32_be().map(u64::from))?,
        (None, Some(offsets)) => list(offsets, |entry| entry.u64_be())?,
        (None, None) => return Ok(()),
    };
    let (Some(runs), Some(sizes)) = (find(b"stsc"), find(b"stsz").or(find(b"stz2"))) else {
        return Err(NotThat);
    };
    let runs = list(runs, |entry| {
        let (first, count) = (entry.u32_be()?, entry.u32_be()?);
        entry.u32_be().map(|_| (first, count))
    })?;
    let mut sizes = Sizes::read(sizes, find(b"stz2").is_some())?;
    for (chunk, offset) in (1u32..).zip(offsets) {
        let run = runs.iter().rev().find(|(first, _)| *first <= chunk).ok_or(NotThat)?;
        let length = sizes.next(index(run.1)?);
        let start = index(offset)?.min(bytes.len());
        let end = start.saturating_add(length).min(bytes.len());
        bytes[start..end].fill(0);
    }
    Ok(())
}

/// The box with the tables of a track.
pub(super) fn table(bytes: &[u8], track: &Part) -> Result<Option<Part>, NotThat> {
    let mut found = Some(track.clone());
    for name in [b"mdia", b"minf", b"stbl"] {
        let Some(part) = found else { return Ok(None) };
        found = parts(bytes, part.body)?.into_iter().find(|part| &part.name == name);
    }
    Ok(found)
}

/// A list behind version, flags and the number of its entries.
fn list<T>(body: &[u8], entry: impl Fn(&mut Reader<'_>) -> Result<T, NotThat>) -> Result<Vec<T>, NotThat> {
    let mut reader = Reader(body);
    reader.take(4)?;
    // An entry has four bytes at least: nothing is set aside for entries that cannot be there.
    let count = index(reader.u32_be()?)?.min(body.len() / 4);
    (0..count).map(|_| entry(&mut reader)).collect()
}

/// The lengths of the samples, in their order.
enum Sizes {
    All(usize),
    Each(std::vec::IntoIter<u32>),
}

impl Sizes {
    fn read(body: &[u8], is_compact: bool) -> Result<Self, NotThat> {
        if is_compact {
            // Nobody writes it; without the lengths the samples cannot be found.
            return Err(NotThat);
        }
        let mut reader = Reader(body);
        reader.take(4)?;
        match reader.u32_be()? {
            0 => {
                let count = index(reader.u32_be()?)?.min(body.len() / 4);
                let sizes: Result<Vec<_>, _> = (0..count).map(|_| reader.u32_be()).collect();
                Ok(Self::Each(sizes?.into_iter()))
            }
            size => index(size).map(Self::All),
        }
    }

    /// The length of the next `count` samples together.
    fn next(&mut self, count: usize) -> usize {
        match self {
            Self::All(size) => size.saturating_mul(count),
            Self::Each(sizes) => sizes.take(count).map(|size| size as usize).sum(),
        }
    }
}
