//! MP4 and its elder, `QuickTime` (ISO/IEC 14496-12): boxes that playing does not need become free space of the same
//! length, filled with zeroes, so that no sample moves. Times of making and the names of what wrote it go as well.
//! Tracks that are neither picture nor sound (a telephone's and a drone's way on the map) are emptied to the last
//! sample.

mod samples;

use super::NotThat;
use super::bytes::{Reader, index};
use std::ops::Range;

/// Who handles a track, within `hdlr`.
const HANDLER: Range<usize> = 8..12;
/// Who made the encoder and what it is called, within the description of pictures.
const MAKER: Range<usize> = 12..16;
const ENCODER: Range<usize> = 42..74;
const FILE: &[&[u8; 4]] = &[
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix", b"free", b"skip", b"wide",
    b"pdin",
];
const MOVIE: &[&[u8; 4]] = &[b"mvhd", b"trak", b"mvex", b"iods", b"free"];
const TRACK: &[&[u8; 4]] = &[b"tkhd", b"tref", b"edts", b"tapt", b"mdia", b"free"];
const MEDIA: &[&[u8; 4]] = &[b"mdhd", b"hdlr", b"minf", b"elng", b"free"];
const INFORMATION: &[&[u8; 4]] =
    &[b"vmhd", b"smhd", b"hmhd", b"gmhd", b"nmhd", b"hdlr", b"dinf", b"stbl", b"free"];
const FRAGMENT: &[&[u8; 4]] = &[b"mfhd", b"traf", b"free"];

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

/// The file without what tells of place, time and device; its media type if there are pictures in it.
pub(super) fn clean(mut bytes: Vec<u8>) -> Result<(Option<&'static str>, Vec<u8>), NotThat> {
    let top = parts(&bytes, 0..bytes.len())?;
    let movie = top.iter().find(|part| &part.name == b"moov").ok_or(NotThat)?.clone();
    let has_pictures = clean_movie(&mut bytes, &movie)?;
    for part in top.iter().filter(|part| &part.name == b"moof") {
        keep(&mut bytes, part, FRAGMENT)?;
    }
    for part in &top {
        if !FILE.contains(&&part.name) || &part.name == b"free" || &part.name == b"skip" {
            free(&mut bytes, part);
        }
    }
    let is_mp4 = bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12) != Some(b"qt  ");
    let media_type = if is_mp4 { "video/mp4" } else { "video/quicktime" };
    Ok((has_pictures.then_some(media_type), bytes))
}

fn clean_movie(bytes: &mut [u8], movie: &Part) -> Result<bool, NotThat> {
    let mut has_pictures = false;
    for part in keep(bytes, movie, MOVIE)? {
        match &part.name {
            b"mvhd" => forget_times(bytes, &part)?,
            b"trak" => match clean_track(bytes, &part)? {
                TrackKind::Picture => has_pictures = true,
                TrackKind::Sound => {}
                TrackKind::Other => {
                    samples::empty(bytes, &part)?;
                    free(bytes, &part);
                }
            },
            _ => {}
        }
    }
    Ok(has_pictures)
}

fn clean_track(bytes: &mut [u8], track: &Part) -> Result<TrackKind, NotThat> {
    let mut kind = TrackKind::Other;
    for part in keep(bytes, track, TRACK)? {
        match &part.name {
            b"tkhd" => forget_times(bytes, &part)?,
            b"mdia" => kind = clean_media(bytes, &part)?,
            _ => {}
        }
    }
    if kind == TrackKind::Picture {
        forget_encoder(bytes, track)?;
    }
    Ok(kind)
}

fn clean_media(bytes: &mut [u8], media: &Part) -> Result<TrackKind, NotThat> {
    let mut kind = TrackKind::Other;
    for part in keep(bytes, media, MEDIA)? {
        match &part.name {
            b"mdhd" => forget_times(bytes, &part)?,
            b"hdlr" => kind = clean_handler(bytes, &part)?,
            b"minf" => {
                for part in keep(bytes, &part, INFORMATION)? {
                    if &part.name == b"hdlr" {
                        clean_handler(bytes, &part)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(kind)
}

/// Who handles the track; the maker's code and the name behind it go.
fn clean_handler(bytes: &mut [u8], handler: &Part) -> Result<TrackKind, NotThat> {
    let body = &mut bytes[handler.body.clone()];
    let kind = match body.get(HANDLER).ok_or(NotThat)? {
        b"vide" => TrackKind::Picture,
        b"soun" => TrackKind::Sound,
        _ => TrackKind::Other,
    };
    body[HANDLER.end..].fill(0);
    Ok(kind)
}

/// Version and flags, then when it was made and changed, in four or eight bytes each.
fn forget_times(bytes: &mut [u8], header: &Part) -> Result<(), NotThat> {
    let body = &mut bytes[header.body.clone()];
    let length = if body.first() == Some(&1) { 16 } else { 8 };
    body.get_mut(4..4 + length).ok_or(NotThat)?.fill(0);
    Ok(())
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
                body.get_mut(range).ok_or(NotThat)?.fill(0);
            }
        }
    }
    Ok(())
}

/// Frees what is not to be kept in a box; gives the rest.
fn keep(bytes: &mut [u8], part: &Part, kept: &[&[u8; 4]]) -> Result<Vec<Part>, NotThat> {
    let (keep, drop): (Vec<_>, Vec<_>) = parts(bytes, part.body.clone())?
        .into_iter()
        .partition(|part| kept.contains(&&part.name) && &part.name != b"free");
    drop.iter().for_each(|part| free(bytes, part));
    Ok(keep)
}

/// Makes free space of it.
fn free(bytes: &mut [u8], part: &Part) {
    bytes[part.whole.start + 4..part.whole.start + 8].copy_from_slice(b"free");
    bytes[part.body.clone()].fill(0);
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
        parts.push(Part { name, whole: at..at + size, body: at + head..at + size });
        at += size;
    }
    Ok(parts)
}
