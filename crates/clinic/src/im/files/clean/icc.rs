//! A colour profile that says how the colours are meant and nothing else (ICC.1, clause 7).
//!
//! Skin looks different without it. Only profiles of three primaries and their curves are kept, as cameras and
//! telephones write them; the names of the device, its maker, dates and private tags are left out.

use super::NotThat;
use super::bytes::{Reader, index, worked};

const HEADER: usize = 128;
/// Longer ones do not fit into one segment of a JPEG, and those of cameras are much shorter.
const LONGEST: usize = 32 * 1024;
const KEPT: [&[u8; 4]; 9] = [b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"chad", b"kTRC"];
/// These forms hold numbers only.
const NUMBERS: [&[u8; 4]; 4] = [b"XYZ ", b"curv", b"para", b"sf32"];

/// The profile with its colours only; `None` when it is none or of another kind.
pub(super) fn rebuilt(profile: &[u8]) -> Option<Vec<u8>> {
    read(profile).ok().map(|tags| write(profile, &tags)).filter(|rebuilt| rebuilt.len() <= LONGEST)
}

type Tag<'a> = (&'a [u8; 4], &'a [u8]);

fn read(profile: &[u8]) -> Result<Vec<Tag<'_>>, NotThat> {
    let is_known = matches!(profile.get(16..20), Some(b"RGB " | b"GRAY"));
    if profile.get(36..40) != Some(b"acsp") || !is_known {
        return Err(NotThat);
    }
    let mut table = Reader(profile.get(HEADER..).ok_or(NotThat)?);
    let mut tags = Vec::new();
    for _ in 0..table.u32_be()?.min(100) {
        let mut entry = Reader(table.take(12)?);
        let name = entry.take(4)?;
        let (start, length) = (index(entry.u32_be()?)?, index(entry.u32_be()?)?);
        let Some(name) = KEPT.into_iter().find(|kept| *kept == name) else { continue };
        let data = profile.get(start..).and_then(|rest| rest.get(..length)).ok_or(NotThat)?;
        // Tags may lie over each other: many long ones would make more than there is.
        if length > LONGEST {
            return Err(NotThat);
        }
        if NUMBERS.iter().any(|form| data.starts_with(*form)) && !tags.iter().any(|(known, _)| *known == name)
        {
            tags.push((name, data));
        }
    }
    let has_curve = tags.iter().any(|(name, _)| matches!(*name, b"rTRC" | b"kTRC"));
    if has_curve { Ok(tags) } else { Err(NotThat) }
}

fn write(profile: &[u8], tags: &[Tag<'_>]) -> Vec<u8> {
    // Both must be there. Version 4 has another form for texts.
    let (description, copyright) = match profile[8] {
        4.. => (no_texts(), no_texts()),
        _ => (no_description(), b"text\0\0\0\0\0".to_vec()),
    };
    let named: [Tag<'_>; 2] = [(b"desc", &description), (b"cprt", &copyright)];
    let named = named.into_iter();
    let all: Vec<_> = named.chain(tags.iter().copied()).collect();
    let mut out = header(profile);
    out.extend(length(all.len()));
    let mut data = Vec::new();
    let start = HEADER + 4 + all.len() * 12;
    for (name, tag) in all {
        out.extend(name);
        out.extend(length(start + data.len()));
        out.extend(length(tag.len()));
        worked(tag.len());
        data.extend(tag);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    out.extend(data);
    let size = length(out.len());
    out[..4].copy_from_slice(&size);
    out
}

/// Version, class, colour spaces, signature, intent and illuminant; no maker, model, date or id.
fn header(profile: &[u8]) -> Vec<u8> {
    let mut header = vec![0; HEADER];
    for range in [8..24, 36..40, 64..80] {
        header[range.clone()].copy_from_slice(&profile[range]);
    }
    header
}

/// A description of version 2 that is empty but for its end.
fn no_description() -> Vec<u8> {
    let mut data = b"desc\0\0\0\0\0\0\0\x01".to_vec();
    data.resize(91, 0);
    data
}

/// Texts in no language.
fn no_texts() -> Vec<u8> {
    b"mluc\0\0\0\0\0\0\0\0\0\0\0\x0C".to_vec()
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}
