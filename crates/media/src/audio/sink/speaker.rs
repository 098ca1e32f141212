//! A speaker or headset of the system.

use super::AudioSink;
use crate::DeviceError;
use crate::audio::Frame;
use crate::audio::device::{self, Direction};
use crate::audio::resample::MonoResampler;
use crate::audio::stream::{CallbackSignal, OpenStream};
use cpal::traits::DeviceTrait;
use cpal::{FromSample, SampleFormat, SizedSample, StreamConfig};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// One call of [`AudioSink::wait`] waits this long at most.
const PATIENCE: Duration = Duration::from_millis(100);

/// A device through cpal. Its callback only copies out of a ring, which the mixing thread keeps just full enough.
pub struct Speaker {
    // Dropped first: the device closes before the rest goes.
    _stream: OpenStream,
    samples: rtrb::Producer<f32>,
    shared: Arc<Shared>,
    resampler: MonoResampler,
    capacity: usize,
    frame: usize,
    wanted: Instant,
}

#[derive(Default)]
struct Shared {
    signal: Arc<CallbackSignal>,
    /// The most the device ever asked for at once, in samples of its rate.
    burst: AtomicUsize,
}

impl Speaker {
    /// Opens the speaker with this [`crate::DeviceInfo::id`], or the default one, and starts it.
    ///
    /// # Errors
    /// [`DeviceError`] as the system has it.
    pub fn open(id: Option<&str>) -> Result<Self, DeviceError> {
        let device = device::find(id, Direction::Output)?;
        let config = device::best_config(&device, Direction::Output)?;
        let rate = config.sample_rate();
        let capacity = rate as usize;
        let shared = Arc::new(Shared::default());
        let build = match config.sample_format() {
            SampleFormat::F32 => build::<f32>,
            SampleFormat::I16 => build::<i16>,
            SampleFormat::I32 => build::<i32>,
            SampleFormat::U8 => build::<u8>,
            _ => return Err(DeviceError::Failed("sample format".into())),
        };
        let (stream, samples) = device::build_short(&config, |config| {
            let (samples, consumer) = rtrb::RingBuffer::new(capacity);
            Ok((build(&device, config, consumer, shared.clone())?, samples))
        })?;
        Ok(Self {
            _stream: OpenStream::start(stream, shared.signal.clone())?,
            samples,
            shared,
            resampler: MonoResampler::from_frames(rate)?,
            capacity,
            frame: rate.div_ceil(100) as usize,
            wanted: Instant::now(),
        })
    }

    /// Whether the ring holds less than one callback takes, plus one frame for the mixer's own delay.
    fn is_hungry(&self) -> bool {
        let queued = self.capacity - self.samples.slots();
        let burst = self.shared.burst.load(Ordering::Relaxed).min(self.capacity / 2);
        queued < burst + self.frame
    }
}

impl AudioSink for Speaker {
    fn wait(&mut self) -> Result<bool, DeviceError> {
        let started = Instant::now();
        loop {
            if self.is_hungry() {
                self.wanted = Instant::now();
                return Ok(true);
            }
            self.shared.signal.check(self.wanted)?;
            let Some(left) = PATIENCE.checked_sub(started.elapsed()) else { return Ok(false) };
            self.shared.signal.wait(left);
        }
    }

    fn play(&mut self, frame: &Frame) {
        let samples = self.resampler.process(frame);
        let room = self.samples.slots().min(samples.len());
        if let Ok(chunk) = self.samples.write_chunk_uninit(room) {
            chunk.fill_from_iter(samples.iter().copied());
        }
    }
}

impl std::fmt::Debug for Speaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Speaker")
    }
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut ring: rtrb::Consumer<f32>,
    shared: Arc<Shared>,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let channels = usize::from(config.channels).max(1);
    let failed = shared.clone();
    device.build_output_stream(
        config,
        move |data: &mut [T], _: &cpal::OutputCallbackInfo| {
            shared.burst.fetch_max(data.len() / channels, Ordering::Relaxed);
            for frame in data.chunks_mut(channels) {
                frame.fill(T::from_sample(ring.pop().unwrap_or(0.0)));
            }
            shared.signal.moved();
        },
        move |error| failed.signal.failed(error),
        None,
    )
}
