//! What to play next.

use super::queue::Queued;
use super::stretch::{self, Urgency};
use super::{AudioReceiver, FrameKind};
use crate::audio::codec::{self, PACKET_SAMPLES};
use crate::audio::{FRAME_SAMPLES, Frame, SILENCE};

const MILLISECOND: i64 = 48;

/// Extrapolation is believable for this long; then comes silence.
const MAX_CONCEALED: i64 = 120 * MILLISECOND;

/// A pause of the sender longer than this is not bridged.
const MAX_BRIDGED: i64 = 500 * MILLISECOND;

/// Sound this much above the target is shortened, this much below it lengthened.
const TOO_LONG: i64 = 20 * MILLISECOND;
const TOO_SHORT: i64 = 10 * MILLISECOND;

/// Sound this much above the target is shortened whatever it is.
const FAR_TOO_LONG: i64 = 80 * MILLISECOND;

/// Sound this much above the largest target there can be is skipped.
const SKIP: i64 = 60 * MILLISECOND;

/// Frames between two changes of length, so that each stays unheard.
const REST: u32 = 5;

/// Samples of a fade that hides a jump: 5 ms.
const FADE: usize = 240;

/// Whether there is something to play.
#[derive(Debug)]
pub(super) enum State {
    /// Nothing, or not yet enough.
    Waiting {
        /// Where the playout was when there was nothing more to play, unless it is a new stream.
        ended: Option<Ended>,
    },
    /// In the middle of it.
    Playing(Playing),
}

impl State {
    /// A stream of which nothing is known.
    pub(super) const NEW: Self = Self::Waiting { ended: None };
}

/// Where the playout was when there was nothing more to play.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    /// Timestamp of the sample that should come next.
    next: i64,
    /// Sequence number of the packet that should come next.
    sequence: i64,
    /// Samples extrapolated since then.
    concealed: i64,
}

/// Where in the stream the playout is.
#[derive(Clone, Debug)]
pub(super) struct Playing {
    /// Timestamp of the next sample to decode.
    pub(super) next: i64,
    /// Sequence number of the packet that should contain it.
    sequence: i64,
    /// Samples extrapolated in place of `next` and what follows it.
    pub(super) concealed: i64,
    /// Smoothed delay.
    delay: i64,
    /// Frames until the length may be changed again.
    rest: u32,
    /// Where the newest decoded samples come from.
    kind: FrameKind,
}

/// What the head of the queue means for what is to be played next.
enum Step {
    /// There is nothing.
    Empty,
    /// Its time is over.
    Late,
    /// It is what is wanted.
    Next,
    /// Something is missing before it, for this many samples that are not yet concealed.
    Gap {
        /// Samples still to fill.
        samples: i64,
        /// Whether packets are missing, or the sender just paused.
        lost: bool,
    },
    /// What was missing before it has been concealed long enough.
    Bridged,
}

impl AudioReceiver {
    pub(super) fn play(&mut self, now: i64) -> (Frame, FrameKind) {
        let mut playing = match std::mem::replace(&mut self.state, State::NEW) {
            State::Playing(playing) => playing,
            State::Waiting { ended } => match self.begin(now, ended) {
                Some(playing) => playing,
                None => {
                    self.state = State::Waiting { ended };
                    return (SILENCE, FrameKind::Silence);
                }
            },
        };
        self.skip_ahead(now, &mut playing);
        self.decode_until(FRAME_SAMPLES, &mut playing);
        self.adjust(now, &mut playing);
        let gave_up = playing.concealed > MAX_CONCEALED;
        let mut frame = SILENCE;
        frame.copy_from_slice(&self.pcm[..FRAME_SAMPLES]);
        self.pcm.drain(..FRAME_SAMPLES);
        let kind = playing.kind;
        if gave_up {
            fade_out(&mut frame);
            self.pcm.clear();
            let Playing { next, sequence, concealed, .. } = playing;
            self.state = State::Waiting { ended: Some(Ended { next, sequence, concealed }) };
        } else {
            self.state = State::Playing(playing);
        }
        (frame, kind)
    }

    /// Starts when the first packet has waited long enough.
    fn begin(&mut self, now: i64, ended: Option<Ended>) -> Option<Playing> {
        while let Some(ended) = ended
            && self.queue.first().is_some_and(|first| first.sequence < ended.sequence)
        {
            self.queue.pop();
            self.stats.late += 1;
        }
        let first = self.queue.first()?;
        let (next, sequence) = (first.timestamp, first.sequence);
        let delay = now - next - self.delay.base();
        if delay < self.delay.target() {
            return None;
        }
        if let Some(ended) = ended {
            self.count_gap(sequence - ended.sequence, next - ended.next, ended.concealed);
        }
        self.pcm.clear();
        let mut playing = Playing { next, sequence, concealed: 0, delay, rest: 0, kind: FrameKind::Decoded };
        self.skip_ahead(now, &mut playing);
        self.decode_until(FRAME_SAMPLES, &mut playing);
        for (i, sample) in self.pcm.iter_mut().take(FADE).enumerate() {
            *sample *= i as f32 / FADE as f32;
        }
        Some(playing)
    }

    /// After the network stood still a backlog arrives at once. Playing it would keep the delay for ever.
    fn skip_ahead(&mut self, now: i64, playing: &mut Playing) {
        if self.delay_at(now, playing) <= self.delay.limit() + SKIP {
            return;
        }
        let latest = now - self.delay.base() - self.delay.target();
        let mut skipped = false;
        while self.queue.len() > 1 && self.queue.first().is_some_and(|first| first.timestamp < latest) {
            self.queue.pop();
            self.stats.discarded += 1;
            skipped = true;
        }
        if let Some(first) = self.queue.first().filter(|_| skipped) {
            (playing.next, playing.sequence, playing.concealed) = (first.timestamp, first.sequence, 0);
            playing.delay = self.delay.target();
        }
    }

    fn decode_until(&mut self, samples: usize, playing: &mut Playing) {
        while self.pcm.len() < samples {
            match self.step(playing) {
                Step::Empty => self.conceal(FRAME_SAMPLES, playing),
                Step::Late => {
                    self.queue.pop();
                    self.stats.late += 1;
                }
                Step::Next => self.decode_next(playing),
                Step::Gap { samples, lost } => self.fill(samples, lost, playing),
                Step::Bridged => self.cross(playing),
            }
        }
    }

    fn step(&self, playing: &Playing) -> Step {
        let Some(first) = self.queue.first() else { return Step::Empty };
        let gap = first.timestamp - playing.next;
        match gap {
            ..0 => Step::Late,
            0 => Step::Next,
            _ if gap <= playing.concealed || gap > MAX_BRIDGED => Step::Bridged,
            _ => Step::Gap { samples: gap - playing.concealed, lost: first.sequence > playing.sequence },
        }
    }

    fn decode_next(&mut self, playing: &mut Playing) {
        let Some(packet) = self.queue.pop() else { return };
        let before = self.pcm.len();
        let decoded = match self.decoder.decode(&packet.payload, &mut self.pcm) {
            Ok(0) | Err(_) => {
                self.stats.malformed += 1;
                self.conceal(PACKET_SAMPLES, playing);
                PACKET_SAMPLES
            }
            Ok(decoded) => {
                playing.kind = FrameKind::Decoded;
                decoded
            }
        };
        if playing.concealed > 0 && playing.kind == FrameKind::Decoded {
            smooth(&mut self.pcm, before);
        }
        self.delay.observe_outcome(false);
        playing.next = packet.timestamp + decoded as i64;
        playing.sequence = packet.sequence + 1;
        playing.concealed = 0;
    }

    /// Goes on at the head of the queue; whatever is missing before it stays missing.
    fn cross(&mut self, playing: &mut Playing) {
        let Some(Queued { timestamp, sequence, .. }) = self.queue.first() else { return };
        let (missing, gap) = (sequence - playing.sequence, timestamp - playing.next);
        (playing.next, playing.sequence) = (*timestamp, *sequence);
        self.count_gap(missing, gap, playing.concealed);
    }

    /// What was missing turns out to be lost, or to be a pause of the sender: then nothing was concealed.
    fn count_gap(&mut self, missing: i64, gap: i64, concealed: i64) {
        if missing == 0 && gap > 0 {
            let silence = concealed.min(gap).max(0).unsigned_abs();
            self.stats.concealed_samples = self.stats.concealed_samples.saturating_sub(silence);
        }
        self.count_lost(missing);
    }

    fn count_lost(&mut self, packets: i64) {
        self.stats.lost += packets.max(0) as u64;
        for _ in 0..packets.min(8) {
            self.delay.observe_outcome(true);
        }
    }

    /// Fills the gap before the head of the queue, or some of it: from its error correction if that reaches.
    fn fill(&mut self, samples: i64, lost: bool, playing: &mut Playing) {
        let next = self.queue.first().map(|first| first.payload.clone()).unwrap_or_default();
        // The copy in the next packet is of the whole packet before it; libopus does not give a part of it.
        let reachable = lost && codec::carries_fec(&next) && codec::duration(&next) == Some(samples as usize);
        if reachable && self.decoder.recover(&next, samples as usize, &mut self.pcm).is_ok() {
            playing.concealed += samples;
            playing.kind = FrameKind::Recovered;
            self.stats.recovered += 1;
            return;
        }
        self.conceal(FRAME_SAMPLES, playing);
    }

    fn conceal(&mut self, samples: usize, playing: &mut Playing) {
        if self.decoder.conceal(samples, &mut self.pcm).unwrap_or(0) < samples {
            self.pcm.resize(self.pcm.len() + samples, 0.0);
        }
        playing.concealed += samples as i64;
        playing.kind = FrameKind::Concealed;
        self.stats.concealed_samples += samples as u64;
    }

    /// Brings the delay towards its target by playing a little faster or slower.
    fn adjust(&mut self, now: i64, playing: &mut Playing) {
        let delay = self.delay_at(now, playing);
        playing.delay += (delay - playing.delay) / 8;
        playing.rest = playing.rest.saturating_sub(1);
        let excess = playing.delay - self.delay.target();
        let in_place = playing.kind == FrameKind::Decoded && playing.concealed == 0 && playing.rest == 0;
        if !in_place || (-TOO_SHORT..=TOO_LONG).contains(&excess) {
            return;
        }
        let urgency = if excess > FAR_TOO_LONG { Urgency::Now } else { Urgency::Gentle };
        while self.pcm.len() < stretch::WANTED && matches!(self.step(playing), Step::Next) {
            self.decode_next(playing);
        }
        let change = if excess > 0 {
            // What is left must still be a frame.
            if self.pcm.len() < stretch::WANTED {
                return;
            }
            let removed = stretch::compress(&mut self.pcm, urgency);
            self.stats.removed_samples += removed as u64;
            -(removed as i64)
        } else {
            let inserted = stretch::expand(&mut self.pcm, urgency);
            self.stats.inserted_samples += inserted as u64;
            inserted as i64
        };
        if change != 0 {
            playing.delay += change;
            playing.rest = REST;
        }
    }
}

/// Hides the jump from extrapolated to decoded sound at `seam`.
fn smooth(pcm: &mut [f32], seam: usize) {
    let Some(last) = seam.checked_sub(1).and_then(|i| pcm.get(i)).copied() else { return };
    let Some(first) = pcm.get(seam).copied() else { return };
    let step = last - first;
    for (i, sample) in pcm[seam..].iter_mut().take(FADE).enumerate() {
        *sample += step * (1.0 - i as f32 / FADE as f32).powi(2);
    }
}

fn fade_out(frame: &mut Frame) {
    let length = frame.len() as f32;
    for (i, sample) in frame.iter_mut().enumerate() {
        *sample *= 1.0 - (i + 1) as f32 / length;
    }
}
