//! A WAV file as a microphone.

use super::AudioSource;
use crate::DeviceError;
use crate::audio::clock::Pacer;
use crate::audio::resample::MonoResampler;
use crate::audio::{Frame, SILENCE};
use hound::{SampleFormat, WavReader, WavSpec};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Reads a file from the disk as it plays and starts again at its end.
///
/// 8 to 32 bit integers and 32 bit floats, any rate, any number of channels (they are averaged).
pub struct WavFile {
    pacer: Pacer,
    reader: WavReader<BufReader<File>>,
    resampler: MonoResampler,
    input: Vec<f32>,
}

impl WavFile {
    /// Opens the file and checks that it can be played.
    ///
    /// # Errors
    /// [`DeviceError::Missing`] when there is no such file, [`DeviceError::NotAllowed`] when it may not be read,
    /// [`DeviceError::BadFile`] when it is not a WAV file or empty.
    pub fn open(path: &Path) -> Result<Self, DeviceError> {
        let reader = WavReader::open(path).map_err(|error| match error {
            hound::Error::IoError(io) => match io.kind() {
                std::io::ErrorKind::NotFound => DeviceError::Missing,
                std::io::ErrorKind::PermissionDenied => DeviceError::NotAllowed,
                _ => DeviceError::BadFile,
            },
            _ => DeviceError::BadFile,
        })?;
        let spec = reader.spec();
        if reader.duration() == 0 || spec.channels == 0 || spec.sample_rate == 0 {
            return Err(DeviceError::BadFile);
        }
        let resampler = MonoResampler::into_frames(spec.sample_rate)?;
        Ok(Self { pacer: Pacer::new(), reader, resampler, input: Vec::new() })
    }

    fn render(&mut self) -> Result<Frame, DeviceError> {
        self.input.clear();
        let mut rewound = false;
        while self.input.len() < self.resampler.needed() {
            let before = self.input.len();
            let wanted = self.resampler.needed() - before;
            read_mono(&mut self.reader, wanted, &mut self.input)?;
            match self.input.len() - before {
                // A file that was cut short behind our back would otherwise be rewound for ever.
                0 if rewound => return Err(DeviceError::BadFile),
                read if read < wanted => self.reader.seek(0).map_err(|_| DeviceError::BadFile)?,
                _ => {}
            }
            rewound = true;
        }
        let mut frame = SILENCE;
        frame.copy_from_slice(self.resampler.process(&self.input));
        Ok(frame)
    }
}

impl AudioSource for WavFile {
    fn next_frame(&mut self) -> Result<Option<Frame>, DeviceError> {
        self.pacer.tick();
        self.render().map(Some)
    }
}

impl std::fmt::Debug for WavFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WavFile").field("spec", &self.reader.spec()).finish_non_exhaustive()
    }
}

/// Appends up to `wanted` samples, fewer at the end of the file.
pub(in crate::audio) fn read_mono<R: Read>(
    reader: &mut WavReader<R>,
    wanted: usize,
    out: &mut Vec<f32>,
) -> Result<(), DeviceError> {
    let spec = reader.spec();
    let samples = wanted * usize::from(spec.channels);
    match spec.sample_format {
        SampleFormat::Float => average(reader.samples::<f32>().take(samples), spec, 1.0, out),
        SampleFormat::Int => {
            let full_scale = (1_i64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            let scaled = reader.samples::<i32>().take(samples).map(|s| s.map(|s| s as f32));
            average(scaled, spec, full_scale, out)
        }
    }
}

fn average(
    samples: impl Iterator<Item = Result<f32, hound::Error>>,
    spec: WavSpec,
    full_scale: f32,
    out: &mut Vec<f32>,
) -> Result<(), DeviceError> {
    let channels = spec.channels;
    let (mut sum, mut count) = (0.0, 0);
    for sample in samples {
        sum += sample.map_err(|_| DeviceError::BadFile)?;
        count += 1;
        if count == channels {
            out.push(sum / (full_scale * f32::from(channels)));
            (sum, count) = (0.0, 0);
        }
    }
    Ok(())
}
