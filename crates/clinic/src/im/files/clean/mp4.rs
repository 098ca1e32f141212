//! MP4 and its elder, `QuickTime` (ISO/IEC 14496-12): boxes that playing does not need become free space of the same
//! length, filled with zeroes, so that no sample moves. Times of making and the names of what wrote it go as well.
//! Tracks that are neither picture nor sound (a telephone's and a drone's way on the map) are emptied to the last
//! sample. A film in which such samples may lie where nothing here finds them is refused: one in fragments that carry
//! such a track, and one with pictures beside its tracks. Pictures without tracks are HEIC and AVIF ([`pictures`]).

mod fragments;
mod pictures;
mod samples;

use super::NotThat;
use super::bytes::{Reader, index, zero};
use std::collections::BTreeSet;
use std::ops::Range;

/// Who handles a track, within `hdlr`.
const HANDLER: Range<usize> = 8..12;
/// Who made the encoder and what it is called, within the description of pictures.
const MAKER: Range<usize> = 12..16;
const ENCODER: Range<usize> = 42..74;
/// So many boxes may lie beside each other: the fragments of hours.
const MOST: usize = 1 << 18;
const FILE: &[&[u8; 4]] = &[b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix", b"pdin"];
const MOVIE: &[&[u8; 4]] = &[b"mvhd", b"trak", b"mvex", b"iods"];
const TRACK: &[&[u8; 4]] = &[b"tkhd", b"tref", b"edts", b"tapt", b"mdia"];
const MEDIA: &[&[u8; 4]] = &[b"mdhd", b"hdlr", b"minf", b"elng"];
const INFORMATION: &[&[u8; 4]] = &[b"vmhd", b"smhd", b"hmhd", b"gmhd", b"nmhd", b"hdlr", b"dinf", b"stbl"];
const TABLE: &[&[u8; 4]] = &[
    b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsh", b"stsz", b"stz2", b"stsc", b"stco",
    b"co64", b"sdtp", b"stdp", b"padb", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio",
];

/// A box: where it is, and where what is in it.
#[derive(Clone, Debug)]
struct Part {
    name: [u8; 4],
    whole: Range<usize>,
    body: Range<usize>,
}

/// What a track shows or sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TrackKind {
    Picture,
    Sound,
    Other,
}

/// What is kept of a movie.
#[derive(Default)]
struct Movie {
    has_pictures: bool,
    /// The ids of the tracks.
    tracks: BTreeSet<u32>,
}

/// The file without what tells of place, time and device; its media type if there are pictures in it.
pub(super) fn clean(mut bytes: Vec<u8>) -> Result<(Option<&'static str>, Vec<u8>), NotThat> {
    let top = parts(&bytes, 0..bytes.len())?;
    let mut movies = top.iter().filter(|part| &part.name == b"moov");
    let movie = match (movies.next(), movies.next()) {
        (Some(movie), None) => movie,
        // Which one of several is played is not known.
        (Some(_), Some(_)) => return Err(NotThat),
        (None, _) => {
            pictures::clean(&mut bytes, &top)?;
            return Ok((None, bytes));
        }
    };
    let movie = clean_movie(&mut bytes, movie)?;
    for part in top.iter().filter(|part| &part.name == b"moof") {
        fragments::clean(&mut bytes, part, &movie.tracks)?;
    }
    for part in top.iter().filter(|part| !FILE.contains(&&part.name)) {
        free(&mut bytes, part)?;
    }
    let is_mp4 = bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12) != Some(b"qt  ");
    let media_type = if is_mp4 { "video/mp4" } else { "video/quicktime" };
    Ok((movie.has_pictures.then_some(media_type), bytes))
}

fn clean_movie(bytes: &mut [u8], part: &Part) -> Result<Movie, NotThat> {
    let mut movie = Movie::default();
    let mut left = bytes.len();
    for part in keep(bytes, part, MOVIE)? {
        match &part.name {
            b"mvhd" => {
                forget_times(bytes, &part)?;
            }
            b"trak" => {
                let (kind, id) = clean_track(bytes, &part)?;
                if kind == TrackKind::Other {
                    samples::empty(bytes, &part, &mut left)?;
                    free(bytes, &part)?;
                } else {
                    movie.has_pictures |= kind == TrackKind::Picture;
                    movie.tracks.insert(id);
                }
            }
            _ => {}
        }
    }
    // A compressed movie has no tracks that can be seen, for one.
    if movie.tracks.is_empty() { Err(NotThat) } else { Ok(movie) }
}

/// What a track is, and its id.
fn clean_track(bytes: &mut [u8], track: &Part) -> Result<(TrackKind, u32), NotThat> {
    let (mut kind, mut id) = (TrackKind::Other, None);
    for part in keep(bytes, track, TRACK)? {
        match &part.name {
            b"tkhd" => {
                let behind = forget_times(bytes, &part)?;
                id = Some(Reader(&bytes[behind..part.body.end]).u32_be()?);
            }
            b"mdia" => kind = clean_media(bytes, &part)?,
            _ => {}
        }
    }
    if kind == TrackKind::Picture {
        forget_encoder(bytes, track)?;
    }
    Ok((kind, id.ok_or(NotThat)?))
}

fn clean_media(bytes: &mut [u8], media: &Part) -> Result<TrackKind, NotThat> {
    let mut kind = TrackKind::Other;
    for part in keep(bytes, media, MEDIA)? {
        match &part.name {
            b"mdhd" => {
                forget_times(bytes, &part)?;
            }
            b"hdlr" => kind = clean_handler(bytes, &part)?,
            b"minf" => clean_information(bytes, &part)?,
            _ => {}
        }
    }
    Ok(kind)
}

fn clean_information(bytes: &mut [u8], information: &Part) -> Result<(), NotThat> {
    for part in keep(bytes, information, INFORMATION)? {
        match &part.name {
            b"hdlr" => {
                clean_handler(bytes, &part)?;
            }
            b"stbl" => {
                keep(bytes, &part, TABLE)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Who handles the track; the maker's code and the name behind it go.
fn clean_handler(bytes: &mut [u8], handler: &Part) -> Result<TrackKind, NotThat> {
    let body = &mut bytes[handler.body.clone()];
    let kind = match body.get(HANDLER).ok_or(NotThat)? {
        b"vide" => TrackKind::Picture,
        b"soun" => TrackKind::Sound,
        _ => TrackKind::Other,
    };
    zero(&mut body[HANDLER.end..]);
    Ok(kind)
}

/// Version and flags, then when it was made and changed, in four or eight bytes each; gives where what follows is.
fn forget_times(bytes: &mut [u8], header: &Part) -> Result<usize, NotThat> {
    let body = &mut bytes[header.body.clone()];
    let length = if body.first() == Some(&1) { 16 } else { 8 };
    zero(body.get_mut(4..4 + length).ok_or(NotThat)?);
    Ok(header.body.start + 4 + length)
}

/// Every description of how pictures are coded names the encoder.
fn forget_encoder(bytes: &mut [u8], track: &Part) -> Result<(), NotThat> {
    let Some(table) = samples::table(bytes, track)? else { return Ok(()) };
    let descriptions = parts(bytes, table.body)?.into_iter().filter(|part| &part.name == b"stsd");
    for description in descriptions {
        let list = description.body.start + 8..description.body.end;
        for entry in parts(bytes, list)? {
            let body = &mut bytes[entry.body];
            for range in [MAKER, ENCODER] {
                zero(body.get_mut(range).ok_or(NotThat)?);
            }
        }
    }
    Ok(())
}

/// Frees what is not to be kept in a box; gives the rest.
fn keep(bytes: &mut [u8], part: &Part, kept: &[&[u8; 4]]) -> Result<Vec<Part>, NotThat> {
    let mut parts = parts(bytes, part.body.clone())?;
    for part in parts.iter().filter(|part| !kept.contains(&&part.name)) {
        free(bytes, part)?;
    }
    parts.retain(|part| kept.contains(&&part.name));
    Ok(parts)
}

/// Makes free space of it. Not of notes on things that lie elsewhere in the file (`iloc`, section 8.11.3): those would
/// stay.
fn free(bytes: &mut [u8], part: &Part) -> Result<(), NotThat> {
    let body = &mut bytes[part.body.clone()];
    if &part.name == b"meta" && body.windows(4).any(|name| name == b"iloc") {
        return Err(NotThat);
    }
    zero(body);
    bytes[part.whole.start + 4..part.whole.start + 8].copy_from_slice(b"free");
    Ok(())
}

/// The boxes in a part of the file, which they fill.
fn parts(bytes: &[u8], range: Range<usize>) -> Result<Vec<Part>, NotThat> {
    let mut parts = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let mut reader = Reader(&bytes[at..range.end]);
        // QuickTime ends some lists with four zeroes.
        if range.end - at < 8 && reader.0.iter().all(|byte| *byte == 0) {
            break;
        }
        let short = reader.u32_be()?;
        let name = reader.take(4)?.try_into().expect("just four were taken");
        let size = match short {
            0 => range.end - at,
            1 => index(reader.u64_be()?)?,
            size => index(size)?,
        };
        let head = range.end - at - reader.0.len();
        if size < head || size > range.end - at {
            return Err(NotThat);
        }
        if parts.len() == MOST {
            return Err(NotThat);
        }
        parts.push(Part { name, whole: at..at + size, body: at + head..at + size });
        at += size;
    }
    Ok(parts)
}
