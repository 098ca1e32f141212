//! WebP (RFC 9649): the picture's chunks, also of a moving one. Exif but for which way up, XMP and unknown chunks go;
//! the colour profile is rebuilt.

use super::bytes::{Reader, index};
use super::exif::{self, Turned};
use super::{NotThat, icc};

const HAS_PROFILE: u8 = 0x20;
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
/// Where the flags of the extended form are, and where its head ends.
const FLAGS: usize = 20;
const EXTENDED: usize = 30;
/// Rectangle, duration and flags before the chunks of a frame.
const FRAME_HEAD: usize = 16;

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, NotThat> {
    let mut reader = Reader(bytes);
    if reader.take(4)? != b"RIFF" {
        return Err(NotThat);
    }
    let length = index(reader.u32_le()?)?;
    let mut body = Reader(reader.take(length)?);
    if body.take(4)? != b"WEBP" {
        return Err(NotThat);
    }
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut turned = None;
    let mut has_picture = false;
    while let Some((name, data)) = chunk(&mut body)? {
        match name {
            b"VP8X" => {
                let (flags, rest) = data.split_first().ok_or(NotThat)?;
                push(&mut out, name, &[&[flags & !(HAS_PROFILE | HAS_EXIF | HAS_XMP)], rest])?;
            }
            b"VP8 " | b"VP8L" => {
                has_picture = true;
                push(&mut out, name, &[data])?;
            }
            b"ANMF" => {
                has_picture = true;
                push(&mut out, name, &[&frame(data)?])?;
            }
            b"ALPH" | b"ANIM" => push(&mut out, name, &[data])?,
            // It stands right behind the head of the extended form.
            b"ICCP" if out.len() == EXTENDED => {
                if let Some(profile) = icc::rebuilt(data) {
                    out[FLAGS] |= HAS_PROFILE;
                    push(&mut out, name, &[&profile])?;
                }
            }
            b"EXIF" => turned = exif::orientation(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
            _ => {}
        }
    }
    if !has_picture {
        return Err(NotThat);
    }
    turn(&mut out, turned)?;
    let size = u32::try_from(out.len() - 8).map_err(|_| NotThat)?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Ok(out)
}

/// The name of a chunk, and what is in it.
type Chunk<'a> = (&'a [u8], &'a [u8]);

fn chunk<'a>(reader: &mut Reader<'a>) -> Result<Option<Chunk<'a>>, NotThat> {
    if reader.is_empty() {
        return Ok(None);
    }
    let name = reader.take(4)?;
    let length = index(reader.u32_le()?)?;
    let data = reader.take(length)?;
    // Some writers leave the last padding out.
    if length % 2 == 1 && !reader.is_empty() {
        reader.take(1)?;
    }
    Ok(Some((name, data)))
}

/// A frame of a moving picture holds chunks again.
fn frame(data: &[u8]) -> Result<Vec<u8>, NotThat> {
    let mut reader = Reader(data);
    let mut out = reader.take(FRAME_HEAD)?.to_vec();
    while let Some((name, data)) = chunk(&mut reader)? {
        if matches!(name, b"ALPH" | b"VP8 " | b"VP8L") {
            push(&mut out, name, &[data])?;
        }
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, name: &[u8], data: &[&[u8]]) -> Result<(), NotThat> {
    let length: usize = data.iter().map(|part| part.len()).sum();
    out.extend(name);
    out.extend(u32::try_from(length).map_err(|_| NotThat)?.to_le_bytes());
    data.iter().for_each(|part| out.extend(*part));
    if length % 2 == 1 {
        out.push(0);
    }
    Ok(())
}

/// Only the extended form can say which way up it is, and only that had an Exif chunk.
fn turn(out: &mut Vec<u8>, turned: Option<Turned>) -> Result<(), NotThat> {
    if let (Some(turned), Some(b"VP8X")) = (turned, out.get(12..16)) {
        out[FLAGS] |= HAS_EXIF;
        push(out, b"EXIF", &[&turned.tiff()])?;
    }
    Ok(())
}
