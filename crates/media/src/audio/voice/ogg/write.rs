//! Writing.

use super::{CHECKSUM, FIRST, LAST, MAGIC, MOST, NO_GRANULE, crc};

/// Writes one stream, page by page.
#[derive(Debug)]
pub(in crate::audio::voice) struct PageWriter {
    file: Vec<u8>,
    serial: u32,
    sequence: u32,
    segments: Vec<u8>,
    body: Vec<u8>,
    granule: u64,
}

impl PageWriter {
    /// A stream of this number with nothing in it.
    pub(in crate::audio::voice) const fn new(serial: u32) -> Self {
        Self {
            file: Vec::new(),
            serial,
            sequence: 0,
            segments: Vec::new(),
            body: Vec::new(),
            granule: NO_GRANULE,
        }
    }

    /// Puts a packet onto the page, with which the stream has come to `granule`. The packet fits on a page of its own.
    pub(in crate::audio::voice) fn push(&mut self, packet: &[u8], granule: u64) {
        let segments = packet.len() / MOST + 1;
        if self.segments.len() + segments > MOST {
            self.end_page();
        }
        self.segments.resize(self.segments.len() + segments - 1, MOST as u8);
        self.segments.push((packet.len() % MOST) as u8);
        self.body.extend_from_slice(packet);
        self.granule = granule;
    }

    /// Ends the page, if there is anything on it.
    pub(in crate::audio::voice) fn end_page(&mut self) {
        if !self.segments.is_empty() {
            self.write_page(0);
        }
    }

    /// Ends the stream with the page that was begun.
    pub(in crate::audio::voice) fn finish(mut self) -> Vec<u8> {
        self.write_page(LAST);
        self.file
    }

    fn write_page(&mut self, flags: u8) {
        let flags = if self.sequence == 0 { flags | FIRST } else { flags };
        let start = self.file.len();
        self.file.extend_from_slice(MAGIC);
        self.file.push(flags);
        self.file.extend_from_slice(&self.granule.to_le_bytes());
        self.file.extend_from_slice(&self.serial.to_le_bytes());
        self.file.extend_from_slice(&self.sequence.to_le_bytes());
        self.file.extend_from_slice(&[0; 4]);
        self.file.push(self.segments.len() as u8);
        self.file.append(&mut self.segments);
        self.file.append(&mut self.body);
        let page = &mut self.file[start..];
        let checksum = crc(0, page);
        page[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
        self.sequence += 1;
        self.granule = NO_GRANULE;
    }
}
