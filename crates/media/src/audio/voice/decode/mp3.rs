//! MP3, and what is of its family.

use super::{Samples, is_played};
use crate::audio::voice::BadVoice;
use bytes::Bytes;
use nanomp3::Reader;
use std::io::Cursor;

/// The least bytes of a second: 8 kbit/s. A file that says that it is longer than this allows lies.
const LEAST_RATE: u64 = 1000;

struct Mp3Samples(Reader<Cursor<Bytes>>);

/// How many samples of one channel a file has, and its rate.
pub(in crate::audio::voice) fn samples(file: Bytes) -> Result<(u64, u32), BadVoice> {
    let most = file.len() as u64 / LEAST_RATE + 1;
    let reader = read(file)?;
    let rate = is_played(reader.sample_rate())?;
    let samples = reader.total_samples().unwrap_or(0);
    Ok((samples.min(most * u64::from(rate)), rate))
}

pub(super) fn open(file: Bytes) -> Result<(Box<dyn Samples>, u32), BadVoice> {
    let reader = read(file)?;
    let rate = is_played(reader.sample_rate())?;
    Ok((Box::new(Mp3Samples(reader)), rate))
}

fn read(file: Bytes) -> Result<Reader<Cursor<Bytes>>, BadVoice> {
    let reader = Reader::new(Cursor::new(file)).map_err(|_| BadVoice::Damaged)?;
    if reader.channels().is_none() {
        return Err(BadVoice::Damaged);
    }
    Ok(reader)
}

impl Samples for Mp3Samples {
    fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, BadVoice> {
        let stereo = self.0.channels() == Some(nanomp3::Channels::Stereo);
        let Some(frame) = self.0.read_frame().map_err(|_| BadVoice::Damaged)? else { return Ok(false) };
        if stereo {
            out.extend(frame.chunks_exact(2).map(|pair| f32::midpoint(pair[0], pair[1])));
        } else {
            out.extend_from_slice(frame);
        }
        Ok(true)
    }
}
