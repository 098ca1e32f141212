//! Reading.

use super::{CHECKSUM, CONTINUED, FIRST, HEADER, LAST, MAGIC, MOST, NO_GRANULE, crc};
use crate::audio::voice::BadVoice;
use bytes::{Bytes, BytesMut};

/// A packet of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::audio::voice) struct Packet {
    /// What is in it.
    pub(in crate::audio::voice) data: Bytes,
    /// How far the stream has come with it; known of the last packet that ends on a page.
    pub(in crate::audio::voice) granule: Option<u64>,
}

/// Reads the packets of the stream that a file begins with. Other streams beside it are passed over, and what comes
/// after its last page.
#[derive(Clone, Debug)]
pub(in crate::audio::voice) struct PacketReader {
    rest: Bytes,
    stream: Option<Stream>,
    /// What is left of the current page.
    segments: Bytes,
    body: Bytes,
    granule: Option<u64>,
    /// What earlier pages have of a packet.
    begun: BytesMut,
    last: bool,
}

/// Where the stream stands.
#[derive(Clone, Copy, Debug)]
struct Stream {
    serial: u32,
    next: u32,
}

impl PacketReader {
    pub(in crate::audio::voice) fn new(file: Bytes) -> Self {
        Self {
            rest: file,
            stream: None,
            segments: Bytes::new(),
            body: Bytes::new(),
            granule: None,
            begun: BytesMut::new(),
            last: false,
        }
    }

    /// The next packet; `None` after the last one. A stream whose last page does not say so ends with the file.
    ///
    /// # Errors
    /// [`BadVoice::Damaged`] when a page is cut off, missing or changed.
    pub(in crate::audio::voice) fn next(&mut self) -> Result<Option<Packet>, BadVoice> {
        loop {
            if let Some(packet) = self.take()? {
                return Ok(Some(packet));
            }
            if self.last || self.rest.is_empty() {
                let whole = self.begun.is_empty();
                return if whole { Ok(None) } else { Err(BadVoice::Damaged) };
            }
            self.read_page()?;
        }
    }

    /// A packet that ends on the current page.
    fn take(&mut self) -> Result<Option<Packet>, BadVoice> {
        let full = self.segments.iter().take_while(|size| usize::from(**size) == MOST).count();
        let ends = full < self.segments.len();
        let count = full + usize::from(ends);
        let segments = self.segments.split_to(count);
        let size = segments.iter().copied().map(usize::from).sum();
        if size > self.body.len() {
            return Err(BadVoice::Damaged);
        }
        let part = self.body.split_to(size);
        if !ends {
            self.begun.extend_from_slice(&part);
            return Ok(None);
        }
        let data = match self.begun.is_empty() {
            true => part,
            false => {
                self.begun.extend_from_slice(&part);
                self.begun.split().freeze()
            }
        };
        let another = self.segments.iter().any(|size| usize::from(*size) < MOST);
        Ok(Some(Packet { data, granule: self.granule.filter(|_| !another) }))
    }

    fn read_page(&mut self) -> Result<(), BadVoice> {
        let page = Page::read(&mut self.rest)?;
        let first = page.flags & FIRST != 0;
        let stream = match self.stream {
            None if first => Stream { serial: page.serial, next: page.sequence },
            None => return Err(BadVoice::Damaged),
            Some(stream) if stream.serial != page.serial => return Ok(()),
            Some(_) if first => return Err(BadVoice::Damaged),
            Some(stream) => stream,
        };
        let continued = page.flags & CONTINUED != 0;
        if page.sequence != stream.next || continued == self.begun.is_empty() {
            return Err(BadVoice::Damaged);
        }
        self.stream = Some(Stream { next: stream.next.wrapping_add(1), ..stream });
        self.last = page.flags & LAST != 0;
        self.granule = Some(page.granule).filter(|granule| *granule != NO_GRANULE);
        (self.segments, self.body) = (page.segments, page.body);
        Ok(())
    }
}

/// A page as it stands in a file.
struct Page {
    flags: u8,
    granule: u64,
    serial: u32,
    sequence: u32,
    segments: Bytes,
    body: Bytes,
}

impl Page {
    /// Takes a page off the front of `rest`.
    fn read(rest: &mut Bytes) -> Result<Self, BadVoice> {
        let header = rest.first_chunk::<HEADER>().ok_or(BadVoice::Damaged)?;
        let table = HEADER + usize::from(header[HEADER - 1]);
        let segments = rest.get(HEADER..table).ok_or(BadVoice::Damaged)?;
        let size = table + segments.iter().copied().map(usize::from).sum::<usize>();
        let whole = rest.get(..size).filter(|_| header.starts_with(MAGIC)).ok_or(BadVoice::Damaged)?;
        let sum = crc(crc(crc(0, &whole[..CHECKSUM.start]), &[0; 4]), &whole[CHECKSUM.end..]);
        if sum.to_le_bytes() != whole[CHECKSUM] {
            return Err(BadVoice::Damaged);
        }
        let mut page = rest.split_to(size);
        let body = page.split_off(table);
        let number = |at: usize| u32::from_le_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]]);
        Ok(Self {
            flags: page[5],
            granule: u64::from(number(6)) | u64::from(number(10)) << 32,
            serial: number(14),
            sequence: number(18),
            segments: page.slice(HEADER..),
            body,
        })
    }
}
