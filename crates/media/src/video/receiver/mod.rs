//! Receives one VP8 stream: puts packets in order, asks again for lost ones, and gives out pictures that can be
//! decoded.
//!
//! Sans IO: it reads no clock and sends nothing. Feed it packets ([`VideoReceiver::push`], whatever path they came),
//! then take events ([`VideoReceiver::poll`]) until there are none, and poll again at the latest at
//! [`VideoReceiver::next_timeout`].
//!
//! A picture is given out when it is complete, everything it depends on was given out, and it is due. On a clean line
//! that is at once. On a line that loses packets or is unsteady, pictures are held back (`playout`) for about as long
//! as it takes to get what was lost, so that the picture goes on moving meanwhile. A gap is asked for with NACKs (RFC 4585 section 6.2.1) for a bounded time; then everything up to the next key frame is dropped and a
//! key frame is asked for. A gap that hides no picture of temporal layer 0 is skipped without that as soon as the picture
//! behind it is due.

mod assembly;
mod intake;
mod nack;
mod order;
mod playout;
mod sequence;

use crate::video::picture::VideoSize;
use crate::{EncodedVideo, ReceivedRtp};
use assembly::{Assembly, Slot};
use nack::{Arrival, NackList};
use order::Shown;
use playout::Playout;
use sequence::Unwrapper;
use std::time::{Duration, Instant};

/// Limits of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiverConfig {
    /// Round trip to the sender as long as nothing is known.
    pub initial_rtt: Duration,
    /// Packets that wait at most; with more, the receiver starts over at the next key frame.
    pub max_packets: usize,
    /// Missing packets that are waited for at most.
    pub max_missing: usize,
    /// Key frames are not asked for more often than this, nor than every one and a half round trips.
    pub key_frame_interval: Duration,
}

impl Default for ReceiverConfig {
    fn default() -> Self {
        Self {
            initial_rtt: Duration::from_millis(100),
            max_packets: 1024,
            max_missing: 450,
            key_frame_interval: Duration::from_millis(500),
        }
    }
}

/// What a receiver gives out or wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoEvent {
    /// The next picture; everything it depends on was given out before. Its layer is always 0.
    Frame(EncodedVideo),
    /// Ask the sender for these sequence numbers again.
    Nack(Vec<u16>),
    /// Ask the sender for a key frame.
    KeyFrameNeeded,
}

/// Counters since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VideoReceiverStats {
    /// Packets that were of use.
    pub packets: u64,
    /// Payload bytes of those.
    pub bytes: u64,
    /// Packets that came twice or too late.
    pub ignored: u64,
    /// Packets whose payload is not VP8.
    pub malformed: u64,
    /// Packets that never came, or not in time.
    pub lost: u64,
    /// Packets asked for, repeated requests counted.
    pub nacks_sent: u64,
    /// Packets that came after they were asked for.
    pub recovered: u64,
    /// Pictures given out.
    pub frames: u64,
    /// Key frames among them.
    pub key_frames: u64,
    /// Key frames asked for.
    pub key_requests: u64,
    /// How long pictures stood still in all, each for more than 200 ms and because packets were missing, in
    /// milliseconds.
    pub frozen_ms: u64,
}

/// How far the stream got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nothing can be decoded before a key frame; packets before `from` are of no use.
    AwaitingKey { from: u64 },
    /// The next picture begins at `next`. `tl0` is the layer-0 index of the last picture of temporal layer 0.
    Flowing { next: u64, tl0: Option<u8>, size: VideoSize },
}

/// The receiver of one stream.
#[derive(Debug)]
pub struct VideoReceiver {
    config: ReceiverConfig,
    unwrapper: Unwrapper,
    assembly: Assembly,
    nacks: NackList,
    rtt: Duration,
    progress: Progress,
    old_in_a_row: u32,
    key_requested: Option<Instant>,
    playout: Playout,
    /// When the next picture is due that could be given out but for that.
    held: Option<Instant>,
    shown: Option<Shown>,
    stats: VideoReceiverStats,
}

impl VideoReceiver {
    /// A receiver that waits for the first packet.
    pub fn new(config: ReceiverConfig) -> Self {
        Self {
            config,
            unwrapper: Unwrapper::default(),
            assembly: Assembly::default(),
            nacks: NackList::new(config.initial_rtt),
            rtt: config.initial_rtt,
            progress: Progress::AwaitingKey { from: 0 },
            old_in_a_row: 0,
            key_requested: None,
            playout: Playout::default(),
            held: None,
            shown: None,
            stats: VideoReceiverStats::default(),
        }
    }

    /// Says how long a request and its answer take.
    pub fn set_rtt(&mut self, rtt: Duration) {
        self.rtt = rtt;
        self.nacks.set_rtt(rtt);
    }

    /// Holds pictures back for at least so long, so that they do not run ahead of the sound; at most 350 ms.
    pub fn set_least_delay(&mut self, delay: Duration) {
        self.playout.set_least(delay);
    }

    /// How long pictures are held back now: how much later than the quickest one of late each is given out.
    pub fn delay(&self) -> Duration {
        self.playout.delay()
    }

    /// Counters since the beginning.
    pub fn stats(&self) -> VideoReceiverStats {
        self.stats
    }

    /// Takes a packet of the stream, first sent or sent again.
    pub fn push(&mut self, packet: ReceivedRtp) {
        let Ok(slot) = Slot::read(&packet) else {
            self.stats.malformed += 1;
            return;
        };
        let Some(sequence) = self.place(packet.sequence, packet.arrived) else {
            self.stats.ignored += 1;
            return;
        };
        if self.nacks.arrived(sequence, packet.arrived) == Arrival::Recovered {
            self.stats.recovered += 1;
        }
        self.stats.packets += 1;
        self.stats.bytes += packet.payload.len() as u64;
        self.assembly.insert(sequence, slot);
        self.bound(sequence);
    }

    /// The next event, if there is one now.
    pub fn poll(&mut self, now: Instant) -> Option<VideoEvent> {
        if let Some(frame) = self.next_frame(now) {
            return Some(VideoEvent::Frame(frame));
        }
        if let Some(sequence) = self.nacks.given_up(now) {
            self.give_up(sequence);
            if let Some(frame) = self.next_frame(now) {
                return Some(VideoEvent::Frame(frame));
            }
        }
        let due = self.nacks.take_due(now);
        if !due.is_empty() {
            self.stats.nacks_sent += due.len() as u64;
            return Some(VideoEvent::Nack(due.into_iter().map(|sequence| sequence as u16).collect()));
        }
        if self.key_frame_due().is_some_and(|due| due.is_none_or(|due| due <= now)) {
            self.key_requested = Some(now);
            self.stats.key_requests += 1;
            return Some(VideoEvent::KeyFrameNeeded);
        }
        None
    }

    /// When to poll again even if no packet comes; a moment that has passed means at once. Meaningful after `poll`
    /// gave `None`.
    pub fn next_timeout(&self) -> Option<Instant> {
        let key_frame = self.key_frame_due().flatten();
        [self.nacks.next_timeout(), key_frame, self.held].into_iter().flatten().min()
    }

    /// Whether a key frame is to be asked for, and not before when.
    fn key_frame_due(&self) -> Option<Option<Instant>> {
        let Progress::AwaitingKey { from } = self.progress else { return None };
        self.unwrapper.newest()?;
        if self.assembly.first_key_start(from).is_some() {
            return None;
        }
        let interval = self.config.key_frame_interval.max(self.rtt * 3 / 2);
        Some(self.key_requested.map(|last| last + interval))
    }
}
