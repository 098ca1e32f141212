//! Where the samples of a track lie (ISO/IEC 14496-12, section 8.7), to empty them.
//!
//! The tables say how many chunks there are, how many samples a chunk has and how long these are. Each is read once from
//! its start to its end, and all samples together may be as long as the file and no longer: so the work is bounded by the
//! file's length and not by what the tables claim.

use super::super::NotThat;
use super::super::bytes::{Reader, index, worked, zero};
use super::{Part, parts};

/// Fills every sample of a track with zeroes. Samples outside the file are not there. `left` is how many bytes may be
/// filled in all tracks together.
pub(super) fn empty(bytes: &mut [u8], track: &Part, left: &mut usize) -> Result<(), NotThat> {
    let Some(table) = table(bytes, track)? else { return Ok(()) };
    // A copy: a sample may claim to lie where the tables are.
    worked(table.body.len());
    let table = bytes[table.body].to_vec();
    let boxes = parts(&table, 0..table.len())?;
    let find = |name: &[u8; 4]| {
        boxes.iter().find(|part| &part.name == name).map(|part| Reader(&table[part.body.clone()]))
    };
    let mut offsets = match (find(b"stco"), find(b"co64")) {
        (Some(offsets), _) => Offsets::Short(Entries::of(offsets)?),
        (None, Some(offsets)) => Offsets::Long(Entries::of(offsets)?),
        (None, None) => return Ok(()),
    };
    // Nobody writes the lengths as `stz2`, and without them the samples cannot be found.
    let (Some(runs), Some(sizes)) = (find(b"stsc"), find(b"stsz")) else { return Err(NotThat) };
    let mut runs = Runs::of(runs)?;
    let mut sizes = Sizes::of(sizes)?;
    let mut chunk = 0u32;
    while let Some(offset) = offsets.next()? {
        chunk = chunk.checked_add(1).ok_or(NotThat)?;
        let length = sizes.next(runs.samples(chunk)?)?;
        *left = left.checked_sub(length).ok_or(NotThat)?;
        let start = index(offset)?.min(bytes.len());
        let end = start.saturating_add(length).min(bytes.len());
        zero(&mut bytes[start..end]);
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
struct Entries<'a> {
    reader: Reader<'a>,
    left: u32,
}

impl<'a> Entries<'a> {
    fn of(mut reader: Reader<'a>) -> Result<Self, NotThat> {
        reader.take(4)?;
        let left = reader.u32_be()?;
        Ok(Self { reader, left })
    }

    /// The next entry; an error when there are fewer than the list says.
    fn next<T>(
        &mut self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, NotThat>,
    ) -> Result<Option<T>, NotThat> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        read(&mut self.reader).map(Some)
    }
}

/// Where the chunks begin.
enum Offsets<'a> {
    Short(Entries<'a>),
    Long(Entries<'a>),
}

impl Offsets<'_> {
    fn next(&mut self) -> Result<Option<u64>, NotThat> {
        match self {
            Self::Short(offsets) => offsets.next(|entry| entry.u32_be().map(u64::from)),
            Self::Long(offsets) => offsets.next(|entry| entry.u64_be()),
        }
    }
}

/// How many samples each chunk has: a run goes on until the chunk with which the next one begins.
struct Runs<'a> {
    entries: Entries<'a>,
    samples: Option<u32>,
    /// The first chunk of the run that follows, and how many samples its chunks have.
    following: Option<(u32, u32)>,
}

impl<'a> Runs<'a> {
    fn of(reader: Reader<'a>) -> Result<Self, NotThat> {
        let mut runs = Self { entries: Entries::of(reader)?, samples: None, following: None };
        runs.read()?;
        Ok(runs)
    }

    fn read(&mut self) -> Result<(), NotThat> {
        self.following = self.entries.next(|entry| {
            let run = (entry.u32_be()?, entry.u32_be()?);
            // How they are coded.
            entry.u32_be()?;
            Ok(run)
        })?;
        Ok(())
    }

    /// How many samples a chunk has. Chunks are asked for in their order.
    fn samples(&mut self, chunk: u32) -> Result<u32, NotThat> {
        while let Some((first, samples)) = self.following
            && first <= chunk
        {
            self.samples = Some(samples);
            self.read()?;
        }
        self.samples.ok_or(NotThat)
    }
}

/// The lengths of the samples, in their order.
enum Sizes<'a> {
    All(usize),
    Each(Entries<'a>),
}

impl<'a> Sizes<'a> {
    fn of(mut reader: Reader<'a>) -> Result<Self, NotThat> {
        let mut lengths = reader;
        reader.take(4)?;
        match reader.u32_be()? {
            0 => {
                // The number of entries stands behind the length that all would have.
                lengths.take(4)?;
                Entries::of(lengths).map(Self::Each)
            }
            size => index(size).map(Self::All),
        }
    }

    /// The length of the next `count` samples together.
    fn next(&mut self, count: u32) -> Result<usize, NotThat> {
        match self {
            Self::All(size) => Ok(size.saturating_mul(index(count)?)),
            Self::Each(sizes) => {
                let mut length = 0usize;
                for _ in 0..count.min(sizes.left) {
                    let size = sizes.next(Reader::u32_be)?.ok_or(NotThat)?;
                    length = length.saturating_add(index(size)?);
                }
                Ok(length)
            }
        }
    }
}
