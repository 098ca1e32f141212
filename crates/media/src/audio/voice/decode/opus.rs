//! Ogg with Opus.

use super::Samples;
use crate::audio::voice::BadVoice;
use crate::audio::voice::opus_file::OpusReader;
use crate::audio::{OpusDecoder, SAMPLE_RATE};
use bytes::Bytes;

/// Decodes a file; two channels become one in libopus.
struct OpusSamples {
    packets: OpusReader,
    decoder: OpusDecoder,
    gain: f32,
    /// Still to be skipped.
    skip: usize,
    /// Still to be heard.
    left: u64,
    decoded: Vec<f32>,
}

pub(super) fn open(file: Bytes) -> Result<(Box<dyn Samples>, u32), BadVoice> {
    let left = OpusReader::samples(file.clone())?;
    let packets = OpusReader::open(file)?;
    let head = packets.head();
    let samples = OpusSamples {
        packets,
        decoder: OpusDecoder::new().map_err(|_| BadVoice::Unsupported)?,
        gain: head.gain,
        skip: head.pre_skip.into(),
        left,
        decoded: Vec::new(),
    };
    Ok((Box::new(samples), SAMPLE_RATE))
}

impl Samples for OpusSamples {
    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, BadVoice> {
        let Some(packet) = self.packets.next()? else { return Ok(false) };
        self.decoded.clear();
        self.decoder.decode(&packet, &mut self.decoded).map_err(|_| BadVoice::Damaged)?;
        let skipped = self.skip.min(self.decoded.len());
        self.skip -= skipped;
        let heard = &self.decoded[skipped..];
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let heard = &heard[..heard.len().min(most)];
        self.left -= heard.len() as u64;
        out.extend(heard.iter().map(|sample| sample * self.gain));
        Ok(self.left > 0)
    }
}
