//! `WebM` and Matroska (RFC 8794, RFC 9559): what playing does not need becomes a void element of the same length,
//! filled with zeroes, so that nothing moves and the index stays right.

use super::NotThat;
use super::bytes::{Reader, zero};
use std::ops::Range;

const HEADER: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK: u32 = 0xAE;
const TRACK_TYPE: u32 = 0x83;
const BLOCKS: u32 = 0xA0;
const VOID: u8 = 0xEC;
const PICTURES: u8 = 1;
const SOUND: u8 = 2;

/// Versions, lengths and types.
const IN_HEADER: &[u32] = &[0x4286, 0x42F7, 0x42F2, 0x42F3, DOC_TYPE, 0x4287, 0x4285];
/// `SeekHead`, `Info`, `Tracks`, `Cues`, `Cluster`.
const IN_SEGMENT: &[u32] = &[0x114D_9B74, INFO, TRACKS, 0x1C53_BB6B, CLUSTER];
/// `TimestampScale`, `Duration`.
const IN_INFO: &[u32] = &[0x2A_D7B1, 0x4489];
/// Number, UID, type, whether it is on, how it is coded and timed, its pictures and its sound.
const IN_TRACK: &[u32] = &[
    0xD7, 0x73C5, TRACK_TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x23_E383, 0x56AA, 0x56BB, 0x86, 0x63A2,
    0xE0, 0xE1, 0x6D80, 0x55EE,
];
/// `Timestamp`, `SimpleBlock`, position and previous size; of a `BlockGroup` its block, duration, references, codec's
/// state, padding, and what belongs to the block, such as how clear its pixels are.
const IN_CLUSTER: &[u32] = &[0xE7, 0xA3, 0xA7, 0xAB, 0xA1, 0x9B, 0xFB, 0xA4, 0x75A2, 0x75A1];

struct Element {
    id: u32,
    whole: Range<usize>,
    /// Up to the end of what it is in, when its length is not known.
    body: Range<usize>,
    has_length: bool,
}

/// The file without what tells of place, time and device; its media type if it is `WebM` with pictures in it. Players
/// of other Matroska are rare.
pub(super) fn clean(mut bytes: Vec<u8>) -> Result<(Option<&'static str>, Vec<u8>), NotThat> {
    let header = element(&bytes, 0..bytes.len())?;
    if header.id != HEADER || !header.has_length {
        return Err(NotThat);
    }
    keep(&mut bytes, &header, IN_HEADER)?;
    let doc_type = find(&bytes, &header, DOC_TYPE)?;
    let is_webm = doc_type.is_some_and(|field| bytes[field.body].starts_with(b"webm"));
    let segment = element(&bytes, header.whole.end..bytes.len())?;
    if segment.id != SEGMENT {
        return Err(NotThat);
    }
    let has_pictures = clean_segment(&mut bytes, segment.body.clone())?;
    // Nothing is known of what follows.
    bytes.truncate(segment.whole.end);
    Ok(((is_webm && has_pictures).then_some("video/webm"), bytes))
}

fn clean_segment(bytes: &mut [u8], body: Range<usize>) -> Result<bool, NotThat> {
    let mut has_pictures = None;
    let mut at = body.start;
    while at < body.end {
        let element = match element(bytes, at..body.end) {
            Ok(element) => element,
            // A recording that was cut off ends within a block.
            Err(NotThat) if has_pictures.is_some() => {
                zero(&mut bytes[at..]);
                break;
            }
            Err(NotThat) => return Err(NotThat),
        };
        at = match element.id {
            INFO => keep(bytes, &element, IN_INFO)?,
            TRACKS => {
                has_pictures = Some(clean_tracks(bytes, &element)?);
                element.whole.end
            }
            // Live recordings do not say how long a cluster is: its blocks are looked at one by one.
            CLUSTER | BLOCKS => element.body.start,
            id if IN_SEGMENT.contains(&id) || IN_CLUSTER.contains(&id) => element.whole.end,
            _ => {
                void(bytes, &element);
                element.whole.end
            }
        };
    }
    has_pictures.ok_or(NotThat)
}

/// Whether there are pictures. A track of neither pictures nor sound has its samples among those of the others.
fn clean_tracks(bytes: &mut [u8], tracks: &Element) -> Result<bool, NotThat> {
    let mut has_pictures = false;
    let mut at = tracks.body.start;
    while at < tracks.body.end {
        let track = element(bytes, at..tracks.body.end)?;
        at = track.whole.end;
        if track.id != TRACK {
            void(bytes, &track);
            continue;
        }
        let kind = find(bytes, &track, TRACK_TYPE)?.ok_or(NotThat)?;
        match bytes[kind.body] {
            [PICTURES] => has_pictures = true,
            [SOUND] => {}
            _ => return Err(NotThat),
        }
        keep(bytes, &track, IN_TRACK)?;
    }
    Ok(has_pictures)
}

/// Voids what is not to be kept in an element; gives where it ends.
fn keep(bytes: &mut [u8], whole: &Element, kept: &[u32]) -> Result<usize, NotThat> {
    let mut at = whole.body.start;
    while at < whole.body.end {
        let part = element(bytes, at..whole.body.end)?;
        at = part.whole.end;
        if !kept.contains(&part.id) {
            void(bytes, &part);
        }
    }
    Ok(at)
}

/// The first element of that id in an element.
fn find(bytes: &[u8], whole: &Element, id: u32) -> Result<Option<Element>, NotThat> {
    let mut at = whole.body.start;
    while at < whole.body.end {
        let part = element(bytes, at..whole.body.end)?;
        if part.id == id {
            return Ok(Some(part));
        }
        at = part.whole.end;
    }
    Ok(None)
}

fn element(bytes: &[u8], range: Range<usize>) -> Result<Element, NotThat> {
    let mut reader = Reader(&bytes[range.clone()]);
    let id = u32::try_from(number(&mut reader, false)?.0).map_err(|_| NotThat)?;
    let (length, is_unknown) = number(&mut reader, true)?;
    let start = range.end - reader.0.len();
    let end = if is_unknown {
        range.end
    } else {
        let length = usize::try_from(length).map_err(|_| NotThat)?;
        // The segment of a file that was cut off says more than there is.
        let end = start.checked_add(length).ok_or(NotThat)?;
        if id == SEGMENT { end.min(range.end) } else { end }
    };
    if end > range.end || is_unknown && !matches!(id, SEGMENT | CLUSTER) {
        return Err(NotThat);
    }
    Ok(Element { id, whole: range.start..end, body: start..end, has_length: !is_unknown })
}

/// A number of one to eight bytes (RFC 8794, section 4), and whether all its bits are set: then a length is unknown.
fn number(reader: &mut Reader<'_>, without_marker: bool) -> Result<(u64, bool), NotThat> {
    let first = reader.u8()?;
    let more = first.leading_zeros();
    if more > 7 {
        return Err(NotThat);
    }
    let marker = 0x80u8 >> more;
    let head = if without_marker { first & !marker } else { first };
    let mut all_set = first & !marker == marker - 1;
    let mut value = u64::from(head);
    for _ in 0..more {
        let byte = reader.u8()?;
        all_set &= byte == 0xFF;
        value = value << 8 | u64::from(byte);
    }
    Ok((value, all_set))
}

/// Makes a void element of it that is just as long.
fn void(bytes: &mut [u8], element: &Element) {
    let whole = &mut bytes[element.whole.clone()];
    let total = whole.len();
    zero(whole);
    whole[0] = VOID;
    // An id and a length have two bytes together at least. The length is written in as many as make it fit.
    let width = if total < 9 { 1 } else { 8 };
    let length = (total - 1 - width) as u64;
    let marked = length | 1 << (7 * width);
    whole[1..=width].copy_from_slice(&marked.to_be_bytes()[8 - width..]);
}
