//! HEIC and AVIF: pictures in boxes (ISO/IEC 23008-12, and 14496-12, section 8.11). Items that are pictures, or say how
//! pictures lie together, are kept; all others, such as Exif and XMP, are emptied where they lie. Of what is said about
//! pictures only what showing them needs is kept.

use super::super::NotThat;
use super::super::bytes::{Reader, index, worked, zero};
use super::{Part, clean_handler, free, keep, parts};
use std::collections::BTreeSet;
use std::ops::Range;

const FILE: &[&[u8; 4]] = &[b"ftyp", b"meta", b"mdat"];
const NOTES: &[&[u8; 4]] = &[b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"dinf", b"grpl"];
/// How a picture is coded, its size and depth, its colours, and how it is cut, turned and layered.
const PROPERTIES: &[&[u8; 4]] = &[
    b"hvcC", b"av1C", b"ispe", b"pixi", b"colr", b"pasp", b"clap", b"irot", b"imir", b"auxC", b"lsel",
    b"a1op", b"a1lx", b"clli", b"mdcv", b"cclv", b"amve",
];
/// Types of items: coded pictures, and tiles, layers and copies of them.
const PICTURES: [&[u8; 4]; 6] = [b"hvc1", b"av01", b"grid", b"iovl", b"iden", b"tmap"];

/// Empties what is no picture.
pub(super) fn clean(bytes: &mut [u8], top: &[Part]) -> Result<(), NotThat> {
    let mut metas = top.iter().filter(|part| &part.name == b"meta");
    let (Some(meta), None) = (metas.next(), metas.next()) else { return Err(NotThat) };
    // Version and flags.
    let body = meta.body.start + 4..meta.body.end;
    let notes = keep(bytes, &Part { body, ..meta.clone() }, NOTES)?;
    let find = |name| notes.iter().find(|part| &part.name == name);
    let pictures = pictures(bytes, find(b"iinf").ok_or(NotThat)?)?;
    let data = find(b"idat").map(|data| data.body.clone());
    empty_others(bytes, find(b"iloc").ok_or(NotThat)?, data, &pictures)?;
    clean_handler(bytes, find(b"hdlr").ok_or(NotThat)?)?;
    for part in keep(bytes, find(b"iprp").ok_or(NotThat)?, &[b"ipco", b"ipma"])? {
        if &part.name == b"ipco" {
            keep(bytes, &part, PROPERTIES)?;
        }
    }
    for part in top.iter().filter(|part| !FILE.contains(&&part.name)) {
        free(bytes, part)?;
    }
    Ok(())
}

/// The ids of the pictures. What the items are called goes.
fn pictures(bytes: &mut [u8], list: &Part) -> Result<BTreeSet<u32>, NotThat> {
    let mut head = Reader(&bytes[list.body.clone()]);
    // Version and flags; how many there are follows from their lengths.
    let version = head.u32_be()? >> 24;
    head.take(if version == 0 { 2 } else { 4 })?;
    let first = list.body.end - head.0.len();
    let mut pictures = BTreeSet::new();
    for entry in parts(bytes, first..list.body.end)? {
        let mut reader = Reader(&bytes[entry.body.clone()]);
        let id = match reader.u32_be()? >> 24 {
            2 => reader.u16_be()?.into(),
            3 => reader.u32_be()?,
            // Elder ones have no type.
            _ => return Err(NotThat),
        };
        // How it is protected.
        reader.take(2)?;
        let kind = reader.take(4)?;
        let is_picture = PICTURES.iter().any(|picture| *picture == kind);
        let name = entry.body.end - reader.0.len();
        zero(&mut bytes[name..entry.body.end]);
        if is_picture {
            pictures.insert(id);
        } else {
            // Nobody is to take zeroes for Exif.
            bytes[name - 4..name].copy_from_slice(b"free");
        }
    }
    if pictures.is_empty() { Err(NotThat) } else { Ok(pictures) }
}

/// How many bytes the numbers of the list of places have.
struct Widths {
    offset: u8,
    length: u8,
    base: u8,
    index: u8,
}

/// Fills every item that is no picture with zeroes. All together may be as long as the file.
fn empty_others(
    bytes: &mut [u8],
    places: &Part,
    data: Option<Range<usize>>,
    pictures: &BTreeSet<u32>,
) -> Result<(), NotThat> {
    worked(places.body.len());
    // A copy: an item may claim to lie where the places are.
    let places = bytes[places.body.clone()].to_vec();
    let mut reader = Reader(&places);
    let version = reader.u32_be()? >> 24;
    let (first, second) = (reader.u8()?, reader.u8()?);
    let widths = Widths { offset: first >> 4, length: first & 15, base: second >> 4, index: second & 15 };
    let widths = if version == 0 { Widths { index: 0, ..widths } } else { widths };
    let count = if version < 2 { reader.u16_be()?.into() } else { reader.u32_be()? };
    let mut left = bytes.len();
    for _ in 0..count {
        let id = if version < 2 { reader.u16_be()?.into() } else { reader.u32_be()? };
        let way = if version == 0 { 0 } else { reader.u16_be()? & 15 };
        let is_elsewhere = reader.u16_be()? != 0;
        let base = number(&mut reader, widths.base)?;
        let whole = match (way, &data) {
            (0, _) => 0..bytes.len(),
            (1, Some(data)) => data.clone(),
            _ if pictures.contains(&id) => 0..0,
            _ => return Err(NotThat),
        };
        for _ in 0..reader.u16_be()? {
            number(&mut reader, widths.index)?;
            let (offset, length) = (number(&mut reader, widths.offset)?, number(&mut reader, widths.length)?);
            if pictures.contains(&id) {
                continue;
            }
            // No length stands for all there is.
            if is_elsewhere || length == 0 {
                return Err(NotThat);
            }
            left = left.checked_sub(length).ok_or(NotThat)?;
            let start = whole.start.saturating_add(base).saturating_add(offset).min(whole.end);
            let end = start.saturating_add(length).min(whole.end);
            zero(&mut bytes[start..end]);
        }
    }
    Ok(())
}

fn number(reader: &mut Reader<'_>, width: u8) -> Result<usize, NotThat> {
    match width {
        0 => Ok(0),
        4 => index(reader.u32_be()?),
        8 => index(reader.u64_be()?),
        _ => Err(NotThat),
    }
}
