//! The receiving side of one stream: order, delay, decoding, concealment. It reads no clock and owns no thread; whoever
//! plays asks for 10 ms at a time and says what time it is.
//!
//! Time is counted in samples at 48 kHz, on two axes: *now* (since this receiver was made) and the sender's RTP
//! timestamps. The receiver is either waiting for enough packets or playing at a known RTP timestamp.

mod delay;
mod play;
mod queue;
mod stretch;

use super::{Frame, OpusDecoder};
use crate::ReceivedRtp;
use delay::DelayEstimator;
use play::{Playing, State};
use queue::{Arrival, PacketQueue};
use std::time::{Duration, Instant};

/// Where a frame comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// From packets that came in time.
    Decoded,
    /// From the forward error correction of the packet after a lost one.
    Recovered,
    /// Extrapolated from what was heard before.
    Concealed,
    /// There is nothing to play.
    Silence,
}

/// Ten milliseconds to play.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PulledFrame {
    /// The sound.
    pub samples: Frame,
    /// Where the last of it comes from.
    pub kind: FrameKind,
}

/// The figures of one stream since its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceiverStats {
    /// Packets that came, whatever became of them.
    pub packets: u64,
    /// Packets that were not there when their time came, recovered ones included.
    pub lost: u64,
    /// Packets that came after their time.
    pub late: u64,
    /// Packets that came twice.
    pub duplicate: u64,
    /// Packets that were not Opus.
    pub malformed: u64,
    /// Packets thrown away because playing them would have meant too much delay, or lack of room.
    pub discarded: u64,
    /// Lost packets that forward error correction brought back.
    pub recovered: u64,
    /// Samples that were extrapolated in place of sound that was sent. What follows a pause of the sender is none.
    pub concealed_samples: u64,
    /// Samples that were played, silence between packets included.
    pub total_samples: u64,
    /// Samples taken out to shorten the delay.
    pub removed_samples: u64,
    /// Samples put in to lengthen it.
    pub inserted_samples: u64,
    /// How long packets are held back now.
    pub delay: Duration,
    /// How long they should be.
    pub target_delay: Duration,
}

/// Adaptive jitter buffer and decoder of one stream.
#[derive(Debug)]
pub struct AudioReceiver {
    decoder: OpusDecoder,
    queue: PacketQueue,
    delay: DelayEstimator,
    /// Decoded and not yet played.
    pcm: Vec<f32>,
    state: State,
    epoch: Option<Instant>,
    stats: ReceiverStats,
}

impl AudioReceiver {
    /// A receiver that waits for its first packet.
    pub fn new() -> Self {
        Self {
            decoder: OpusDecoder::new().expect("libopus has memory for a mono decoder"),
            queue: PacketQueue::default(),
            delay: DelayEstimator::default(),
            pcm: Vec::new(),
            state: State::NEW,
            epoch: None,
            stats: ReceiverStats::default(),
        }
    }

    /// Takes a packet in, in any order, any number of times, whatever it contains.
    pub fn push(&mut self, packet: ReceivedRtp) {
        self.stats.packets += 1;
        let arrived = self.samples_at(packet.arrived);
        let (arrival, crowded_out) = self.queue.insert(&packet);
        self.stats.discarded += crowded_out;
        match arrival {
            Arrival::Queued { timestamp } => {
                if self.delay.observe(arrived - timestamp) {
                    self.state = State::NEW;
                }
            }
            Arrival::Restarted { timestamp } => {
                self.delay.observe(arrived - timestamp);
                self.state = State::NEW;
            }
            Arrival::Duplicate => self.stats.duplicate += 1,
            Arrival::Astray => self.stats.discarded += 1,
        }
    }

    /// The next 10 ms. `now` is when they are asked for; it may be called in bursts.
    pub fn pull_10ms(&mut self, now: Instant) -> PulledFrame {
        let now = self.samples_at(now);
        let (samples, kind) = self.play(now);
        self.stats.total_samples += samples.len() as u64;
        self.stats.target_delay = duration(self.delay.target());
        self.stats.delay = match &self.state {
            State::Waiting { .. } => Duration::ZERO,
            State::Playing(playing) => duration(self.delay_at(now + samples.len() as i64, playing)),
        };
        PulledFrame { samples, kind }
    }

    /// Holds the sound back for at least so long, so that it does not run ahead of the pictures; at most 300 ms.
    pub fn set_least_delay(&mut self, delay: Duration) {
        self.delay.set_least(i64::try_from(delay.as_micros()).unwrap_or(i64::MAX / 48) * 48 / 1000);
    }

    /// The figures so far.
    pub fn stats(&self) -> ReceiverStats {
        self.stats
    }

    /// How long after the fastest packet the next sample is played. What was concealed counts as time that passed, as far
    /// as packets are really missing; if they come after all, it was a wait.
    fn delay_at(&self, now: i64, playing: &Playing) -> i64 {
        let missing = self.queue.first().map_or(playing.concealed, |first| first.timestamp - playing.next);
        let position = playing.next + missing.clamp(0, playing.concealed) - self.pcm.len() as i64;
        now - position - self.delay.base()
    }

    fn samples_at(&mut self, at: Instant) -> i64 {
        let epoch = *self.epoch.get_or_insert(at);
        let micros = |d: Duration| d.as_micros() as i64;
        let since = at
            .checked_duration_since(epoch)
            .map_or_else(|| -micros(epoch.saturating_duration_since(at)), micros);
        since * 48 / 1000
    }
}

impl Default for AudioReceiver {
    fn default() -> Self {
        Self::new()
    }
}

fn duration(samples: i64) -> Duration {
    Duration::from_micros(samples.max(0) as u64 * 1000 / 48)
}
