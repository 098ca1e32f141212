//! A microphone of the system.

use super::AudioSource;
use crate::DeviceError;
use crate::audio::device::{self, Direction};
use crate::audio::resample::MonoResampler;
use crate::audio::stream::{CallbackSignal, OpenStream};
use crate::audio::{Frame, SILENCE};
use cpal::traits::DeviceTrait;
use cpal::{FromSample, Sample, SampleFormat, SizedSample, StreamConfig};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One call of [`AudioSource::next_frame`] waits this long at most.
const PATIENCE: Duration = Duration::from_millis(100);

/// A device through cpal. Its callback only copies into a ring; everything else is done by the capture thread.
pub struct Microphone {
    // Dropped first: the device closes before the rest goes.
    _stream: OpenStream,
    samples: rtrb::Consumer<f32>,
    signal: Arc<CallbackSignal>,
    resampler: MonoResampler,
    input: Vec<f32>,
    /// Older samples than this are thrown away: the capture thread was held up.
    backlog: usize,
    heard: Instant,
}

impl Microphone {
    /// Opens the microphone with this [`crate::DeviceInfo::id`], or the default one, and starts it.
    ///
    /// # Errors
    /// [`DeviceError`] as the system has it.
    pub fn open(id: Option<&str>) -> Result<Self, DeviceError> {
        let device = device::find(id, Direction::Input)?;
        let config = device::best_config(&device, Direction::Input)?;
        let rate = config.sample_rate();
        let signal = Arc::new(CallbackSignal::default());
        let build = match config.sample_format() {
            SampleFormat::F32 => build::<f32>,
            SampleFormat::I16 => build::<i16>,
            SampleFormat::I32 => build::<i32>,
            SampleFormat::U8 => build::<u8>,
            _ => return Err(DeviceError::Failed("sample format".into())),
        };
        let (stream, samples) = device::build_short(&config, |config| {
            let (producer, samples) = rtrb::RingBuffer::new(rate as usize);
            Ok((build(&device, config, producer, signal.clone())?, samples))
        })?;
        Ok(Self {
            _stream: OpenStream::start(stream, signal.clone())?,
            samples,
            signal,
            resampler: MonoResampler::into_frames(rate)?,
            input: Vec::new(),
            backlog: rate as usize / 4,
            heard: Instant::now(),
        })
    }

    fn take(&mut self, count: usize) -> Option<Frame> {
        let stale = self.samples.slots().saturating_sub(self.backlog);
        if let Ok(chunk) = self.samples.read_chunk(stale) {
            chunk.commit_all();
        }
        let chunk = self.samples.read_chunk(count).ok()?;
        self.input.clear();
        self.input.extend(chunk);
        let mut frame = SILENCE;
        frame.copy_from_slice(self.resampler.process(&self.input));
        Some(frame)
    }
}

impl AudioSource for Microphone {
    fn next_frame(&mut self) -> Result<Option<Frame>, DeviceError> {
        let started = Instant::now();
        loop {
            let needed = self.resampler.needed();
            if let Some(frame) = self.take(needed) {
                self.heard = Instant::now();
                return Ok(Some(frame));
            }
            self.signal.check(self.heard)?;
            let Some(left) = PATIENCE.checked_sub(started.elapsed()) else { return Ok(None) };
            self.signal.wait(left);
        }
    }
}

impl std::fmt::Debug for Microphone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Microphone")
    }
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut ring: rtrb::Producer<f32>,
    signal: Arc<CallbackSignal>,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels).max(1);
    let failed = signal.clone();
    device.build_input_stream(
        config,
        move |data: &[T], _: &cpal::InputCallbackInfo| {
            // When the ring is full the newest sound is lost; the reader then throws the oldest away and catches up.
            let room = ring.slots().min(data.len() / channels);
            if let Ok(chunk) = ring.write_chunk_uninit(room) {
                chunk.fill_from_iter(data.chunks_exact(channels).map(|frame| mix_down(frame)));
            }
            signal.moved();
        },
        move |error| failed.failed(error),
        None,
    )
}

fn mix_down<T>(frame: &[T]) -> f32
where
    T: SizedSample,
    f32: FromSample<T>,
{
    frame.iter().map(|sample| f32::from_sample(*sample)).sum::<f32>() / frame.len() as f32
}
