//! One remote stream: the network's end and the mixer's end.

use super::gain::Gain;
use super::lock;
use crate::ReceivedRtp;
use crate::audio::level::{Meter, mean_square};
use crate::audio::{AudioReceiver, Frame, ReceiverStats};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// Packets that may wait for the mixing thread: more than a second of 20 ms packets.
const QUEUE: usize = 64;

/// How a stream does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StreamReport {
    /// How loud it is now, 0 to 100.
    pub level: u8,
    /// Sum of mean squares over time in seconds, as `totalAudioEnergy` of the W3C statistics.
    pub total_energy: f64,
    /// How much was played, silence included.
    pub total_duration: Duration,
    /// Packets that came faster than they could be taken.
    pub overflowed: u64,
    /// The figures of the jitter buffer.
    pub receiver: ReceiverStats,
}

/// The network's end of a stream. Dropping it takes the stream out of the mix.
#[derive(Debug)]
pub struct AudioInput {
    packets: mpsc::SyncSender<ReceivedRtp>,
    shared: Arc<InputShared>,
}

impl AudioInput {
    pub(super) fn new(id: String) -> (Self, Stream) {
        let (packets, inbox) = mpsc::sync_channel(QUEUE);
        let shared = Arc::new(InputShared {
            id,
            open: AtomicBool::new(true),
            volume: AtomicU32::new(1.0_f32.to_bits()),
            least_delay: AtomicU32::new(0),
            overflowed: AtomicU64::new(0),
            report: Mutex::default(),
        });
        let stream = Stream {
            inbox,
            receiver: AudioReceiver::new(),
            meter: Meter::default(),
            gain: Gain::new(),
            report: StreamReport::default(),
            shared: shared.clone(),
        };
        (Self { packets, shared }, stream)
    }

    /// Hands over a packet as it came. Never blocks; when the mixing thread is stuck the packet is lost.
    pub fn push(&self, packet: ReceivedRtp) {
        if self.packets.try_send(packet).is_err() {
            self.shared.overflowed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The id it was added with.
    pub fn id(&self) -> &str {
        &self.shared.id
    }

    /// How loud it is now, 0 to 100.
    pub fn level(&self) -> u8 {
        lock(&self.shared.report).level
    }

    /// Makes it louder (at most 2) or softer; 1 is as it came, 0 is mute. Its level stays that of how it came.
    pub fn set_volume(&self, volume: f32) {
        let volume = if volume.is_finite() { volume.clamp(0.0, Gain::MAX) } else { 1.0 };
        self.shared.volume.store(volume.to_bits(), Ordering::Relaxed);
    }

    /// Holds the sound back for at least so long ([`AudioReceiver::set_least_delay`]).
    pub fn set_least_delay(&self, delay: Duration) {
        let millis = u32::try_from(delay.as_millis()).unwrap_or(u32::MAX);
        self.shared.least_delay.store(millis, Ordering::Relaxed);
    }

    /// How it does.
    pub fn report(&self) -> StreamReport {
        self.shared.report()
    }
}

impl Drop for AudioInput {
    fn drop(&mut self) {
        self.shared.open.store(false, Ordering::Relaxed);
    }
}

/// What both ends see.
#[derive(Debug)]
pub(super) struct InputShared {
    pub(super) id: String,
    open: AtomicBool,
    volume: AtomicU32,
    /// In milliseconds.
    least_delay: AtomicU32,
    overflowed: AtomicU64,
    report: Mutex<StreamReport>,
}

impl InputShared {
    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    pub(super) fn report(&self) -> StreamReport {
        let overflowed = self.overflowed.load(Ordering::Relaxed);
        StreamReport { overflowed, ..*lock(&self.report) }
    }
}

/// The mixer's end of a stream.
pub(super) struct Stream {
    inbox: mpsc::Receiver<ReceivedRtp>,
    receiver: AudioReceiver,
    meter: Meter,
    gain: Gain,
    report: StreamReport,
    pub(super) shared: Arc<InputShared>,
}

impl Stream {
    /// Takes over what arrived; `false` when the other end is gone.
    pub(super) fn receive(&mut self) -> bool {
        loop {
            match self.inbox.try_recv() {
                Ok(packet) => self.receiver.push(packet),
                Err(mpsc::TryRecvError::Empty) => return true,
                Err(mpsc::TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// The next 10 ms, as loud as they are wanted.
    pub(super) fn pull(&mut self, now: Instant) -> Frame {
        let least = self.shared.least_delay.load(Ordering::Relaxed);
        self.receiver.set_least_delay(Duration::from_millis(least.into()));
        let mut samples = self.receiver.pull_10ms(now).samples;
        self.report.level = self.meter.update(&samples);
        self.report.total_energy += f64::from(mean_square(&samples)) * 0.01;
        self.report.total_duration += Duration::from_millis(10);
        self.report.receiver = self.receiver.stats();
        *lock(&self.shared.report) = self.report;
        self.gain.apply(&mut samples, f32::from_bits(self.shared.volume.load(Ordering::Relaxed)));
        samples
    }
}
