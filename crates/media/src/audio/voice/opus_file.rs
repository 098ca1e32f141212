//! Opus in Ogg (RFC 7845).

use super::BadVoice;
use super::ogg::{PacketReader, PageWriter};
use crate::audio::SAMPLE_RATE;
use crate::audio::codec::{self, PACKET_SAMPLES};
use bytes::Bytes;

/// What libopus is late by at 48 kHz, in samples: so much is skipped at the start.
pub(super) const PRE_SKIP: u16 = 312;

/// A page holds one second: what is recommended for files that are not streamed (section 3).
const PACKETS_ON_A_PAGE: u64 = 50;

/// Writes packets of [`PACKET_SAMPLES`] into a file. Nothing in it tells of the machine or the person.
#[derive(Debug)]
pub(super) struct OpusWriter {
    pages: PageWriter,
    packets: u64,
}

impl OpusWriter {
    /// A mono file without sound; `serial` is drawn by chance (section 3).
    pub(super) fn new(serial: u32) -> Self {
        let mut pages = PageWriter::new(serial);
        pages.push(&head(), 0);
        pages.end_page();
        pages.push(&tags(), 0);
        pages.end_page();
        Self { pages, packets: 0 }
    }

    /// Appends a packet.
    pub(super) fn push(&mut self, packet: &[u8]) {
        if self.packets.is_multiple_of(PACKETS_ON_A_PAGE) {
            self.pages.end_page();
        }
        self.packets += 1;
        self.pages.push(packet, self.packets * PACKET_SAMPLES as u64);
    }

    /// How many packets there are.
    pub(super) const fn packets(&self) -> u64 {
        self.packets
    }

    /// The file.
    pub(super) fn finish(self) -> Vec<u8> {
        self.pages.finish()
    }
}

/// The identification header (section 5.1): mono, gain as it is, mapping family 0.
fn head() -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend_from_slice(&PRE_SKIP.to_le_bytes());
    head.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    head
}

/// The comment header (section 5.2): who wrote it, and no comments.
fn tags() -> Vec<u8> {
    const VENDOR: &[u8] = b"Consilium";
    let mut tags = b"OpusTags".to_vec();
    tags.extend_from_slice(&(VENDOR.len() as u32).to_le_bytes());
    tags.extend_from_slice(VENDOR);
    tags.extend_from_slice(&0_u32.to_le_bytes());
    tags
}

/// What the identification header says that playing needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Head {
    /// Samples at 48 kHz to skip at the start.
    pub(super) pre_skip: u16,
    /// Makes it louder or softer.
    pub(super) gain: f32,
}

impl Head {
    fn read(packet: &[u8]) -> Result<Self, BadVoice> {
        let fields = packet.strip_prefix(b"OpusHead").ok_or(BadVoice::Unsupported)?;
        let fields = fields.first_chunk::<11>().ok_or(BadVoice::Damaged)?;
        let [version, channels, skip_low, skip_high, _, _, _, _, gain_low, gain_high, mapping] = *fields;
        // Minor versions are compatible; mapping 0 is mono or stereo (section 5.1).
        if version >> 4 != 0 || mapping != 0 || !(1..=2).contains(&channels) {
            return Err(BadVoice::Unsupported);
        }
        let decibels = f32::from(i16::from_le_bytes([gain_low, gain_high])) / 256.0;
        let gain = 10_f32.powf(decibels / 20.0);
        Ok(Self { pre_skip: u16::from_le_bytes([skip_low, skip_high]), gain })
    }
}

/// The packets of a file, after its two headers.
#[derive(Debug)]
pub(super) struct OpusReader {
    packets: PacketReader,
    head: Head,
}

impl OpusReader {
    /// Reads the headers.
    ///
    /// # Errors
    /// [`BadVoice::Unsupported`] for another codec or more than two channels, [`BadVoice::Damaged`].
    pub(super) fn open(file: Bytes) -> Result<Self, BadVoice> {
        let mut packets = PacketReader::new(file);
        let head = Head::read(&packets.next()?.ok_or(BadVoice::Damaged)?.data)?;
        match packets.next()? {
            Some(packet) if packet.data.starts_with(b"OpusTags") => Ok(Self { packets, head }),
            Some(_) | None => Err(BadVoice::Damaged),
        }
    }

    /// What the first header says.
    pub(super) const fn head(&self) -> Head {
        self.head
    }

    /// The next packet; `None` after the last one.
    ///
    /// # Errors
    /// [`BadVoice::Damaged`].
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, BadVoice> {
        Ok(self.packets.next()?.map(|packet| packet.data))
    }

    /// Looks through a whole file and answers how many samples are to be heard, at 48 kHz. The last granule position
    /// may cut off the end of the last packet (section 4.4).
    ///
    /// # Errors
    /// As [`Self::open`]; [`BadVoice::Damaged`] also for what is not an Opus packet.
    pub(super) fn samples(file: Bytes) -> Result<u64, BadVoice> {
        let mut reader = Self::open(file)?;
        let (mut coded, mut last) = (0, None);
        while let Some(packet) = reader.packets.next()? {
            coded += codec::duration(&packet.data).ok_or(BadVoice::Damaged)? as u64;
            last = packet.granule.or(last);
        }
        let end = last.map_or(coded, |last| last.min(coded));
        Ok(end.saturating_sub(u64::from(reader.head.pre_skip)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libopus_is_late_by_what_is_skipped() {
        let mut opus =
            opus::Encoder::new(SAMPLE_RATE, opus::Channels::Mono, opus::Application::Voip).unwrap();
        assert_eq!(opus.get_lookahead().unwrap(), i32::from(PRE_SKIP));
    }

    #[test]
    fn a_file_of_ours_is_as_long_as_its_packets_and_says_nothing_of_anybody() {
        // A whole packet of 20 ms without sound (RFC 6716, section 3.1: SILK, wideband, one frame).
        let packet = [0x48, 0, 0];
        let mut writer = OpusWriter::new(1);
        (0..120).for_each(|_| writer.push(&packet));
        let file = Bytes::from(writer.finish());
        assert_eq!(OpusReader::samples(file.clone()), Ok(120 * 960 - 312));
        let reader = OpusReader::open(file).unwrap();
        assert_eq!(reader.head(), Head { pre_skip: 312, gain: 1.0 });
        assert_eq!(tags().len(), 8 + 4 + 9 + 4);
    }

    #[test]
    fn other_codecs_and_surround_are_not_supported() {
        let mut surround = head();
        surround[18] = 1;
        let mut six = head();
        six[9] = 6;
        for first in [b"\x01vorbis".to_vec(), surround, six] {
            let mut pages = PageWriter::new(1);
            pages.push(&first, 0);
            assert_eq!(OpusReader::samples(pages.finish().into()), Err(BadVoice::Unsupported));
        }
    }
}
