//! WAV.

use super::{Samples, is_played};
use crate::audio::source::read_mono;
use crate::audio::voice::BadVoice;
use bytes::Bytes;
use hound::{SampleFormat, WavReader};
use std::io::Cursor;

/// More channels than this are not from one microphone or a pair.
const MAX_CHANNELS: u16 = 8;
/// Samples that are read at once.
const CHUNK: usize = 960;

struct WavSamples(WavReader<Cursor<Bytes>>);

/// How many samples of one channel a file has, and its rate. The last one is looked at, so that one that was cut off is
/// found out.
pub(in crate::audio::voice) fn samples(file: Bytes) -> Result<(u64, u32), BadVoice> {
    let mut reader = read(file)?;
    let (duration, rate) = (reader.duration(), reader.spec().sample_rate);
    if duration > 0 {
        reader.seek(duration - 1).map_err(|_| BadVoice::Damaged)?;
        let mut last = Vec::new();
        read_mono(&mut reader, 1, &mut last).map_err(|_| BadVoice::Damaged)?;
        if last.is_empty() {
            return Err(BadVoice::Damaged);
        }
    }
    Ok((duration.into(), rate))
}

pub(super) fn open(file: Bytes) -> Result<(Box<dyn Samples>, u32), BadVoice> {
    let reader = read(file)?;
    let rate = reader.spec().sample_rate;
    Ok((Box::new(WavSamples(reader)), rate))
}

fn read(file: Bytes) -> Result<WavReader<Cursor<Bytes>>, BadVoice> {
    let reader = WavReader::new(Cursor::new(file)).map_err(|error| match error {
        hound::Error::Unsupported => BadVoice::Unsupported,
        _ => BadVoice::Damaged,
    })?;
    let spec = reader.spec();
    let whole = match spec.sample_format {
        SampleFormat::Int => (8..=32).contains(&spec.bits_per_sample),
        SampleFormat::Float => spec.bits_per_sample == 32,
    };
    if !whole || !(1..=MAX_CHANNELS).contains(&spec.channels) {
        return Err(BadVoice::Unsupported);
    }
    is_played(spec.sample_rate)?;
    Ok(reader)
}

impl Samples for WavSamples {
    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, BadVoice> {
        let before = out.len();
        read_mono(&mut self.0, CHUNK, out).map_err(|_| BadVoice::Damaged)?;
        // Floats may hold what is no number, or far beyond full scale.
        out[before..]
            .iter_mut()
            .for_each(|sample| *sample = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 });
        Ok(out.len() > before)
    }
}
