//! How much a line to one peer carries, from what the peer says about every packet's arrival.
//!
//! After draft-ietf-rmcat-gcc-02: the delay of packets tells a growing queue, losses tell a full one, and the rate goes
//! down at once and up with care. Three things differ from the draft. A growing delay counts only while packets also
//! wait in earnest (`standing`): a busy machine delays single packets without any queue on the line. The start is
//! high, because most lines carry a call and one that does not is found out within half a second. And the rate learns
//! what a line carries above what is sent from padding (`probe`), because a call in layers never fills a line.
//!
//! Reads no clock and sends nothing. Rates are in bits per second on the wire.

mod groups;
mod loss;
mod overuse;
mod probe;
mod rate;
mod received;
mod standing;
mod trend;

pub use probe::Probe;

use groups::Groups;
use loss::{Change, LossControl};
use overuse::{Overuse, Usage};
use probe::Prober;
use rate::RateControl;
use received::Received;
use standing::Standing;
use std::time::{Duration, Instant};
use trend::Trend;

/// The lowest rate that is ever estimated: sound alone.
pub const LOWEST: u32 = 40_000;
/// The highest: more than any call sends.
pub const HIGHEST: u32 = 6_000_000;
/// What a line is thought to carry before anything is known.
pub const START: u32 = 1_500_000;
/// Silence about packets that were sent for this long means that they do not get through.
const NO_FEEDBACK: Duration = Duration::from_millis(1500);

/// A probe has been too much when packets wait so much longer than is usual, in milliseconds.
const PROBE_WAIT_MS: f64 = 20.0;

/// What the peer says about one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketReport {
    /// When it left.
    pub sent: Instant,
    /// Its size on the wire in bytes.
    pub bytes: u32,
    /// When it arrived on the peer's clock; `None` if it has not.
    pub arrived: Option<Duration>,
}

/// The estimator of one line.
#[derive(Debug)]
pub struct Estimator {
    groups: Groups,
    trend: Trend,
    overuse: Overuse,
    standing: Standing,
    received: Received,
    rate: RateControl,
    loss: LossControl,
    prober: Prober,
    /// The send time that others are counted from.
    epoch: Option<Instant>,
    last_update: Option<Instant>,
    feedback: Feedback,
}

/// Whether the peer reports.
#[derive(Clone, Copy, Debug)]
enum Feedback {
    /// It never has; perhaps it cannot.
    Never,
    /// It has said something about everything that was sent.
    Current,
    /// Something has been sent since then and is unanswered.
    Awaited { since: Instant },
}

impl Default for Estimator {
    fn default() -> Self {
        Self::new(START)
    }
}

impl Estimator {
    /// An estimator that begins with `start`.
    pub fn new(start: u32) -> Self {
        Self {
            groups: Groups::default(),
            trend: Trend::default(),
            overuse: Overuse::default(),
            standing: Standing::default(),
            received: Received::default(),
            rate: RateControl::new(start),
            loss: LossControl::default(),
            prober: Prober::default(),
            epoch: None,
            last_update: None,
            feedback: Feedback::Never,
        }
    }

    /// The estimate; `None` as long as the peer has reported nothing.
    pub fn estimate(&self) -> Option<u32> {
        match self.feedback {
            Feedback::Never => None,
            Feedback::Current | Feedback::Awaited { .. } => Some(self.limited()),
        }
    }

    /// How long packets wait on the line now.
    pub fn queue(&self) -> Duration {
        Duration::from_secs_f64(self.standing.queue_ms().max(0.0) / 1000.0)
    }

    /// Says that something has left.
    pub fn sent(&mut self, now: Instant) {
        if matches!(self.feedback, Feedback::Current) {
            self.feedback = Feedback::Awaited { since: now };
        }
    }

    /// Takes what the peer says about packets, in the order they left. `rtt` is the round trip, if it is known.
    pub fn report(&mut self, now: Instant, packets: &[PacketReport], rtt: Option<Duration>) {
        self.feedback = Feedback::Current;
        let rtt = rtt.unwrap_or(Duration::from_millis(100)).min(Duration::from_secs(1));
        let mut usage = None;
        for packet in packets {
            if let Some(arrived) = packet.arrived {
                let sent_ms = self.since_epoch(packet.sent);
                let arrived_ms = arrived.as_secs_f64() * 1000.0;
                self.received.push(arrived_ms, packet.bytes);
                self.standing.push(arrived_ms, arrived_ms - sent_ms);
                if let Some(delta) = self.groups.push(sent_ms, arrived_ms) {
                    let slope = self.trend.push(delta);
                    let judged = self.overuse.judge(now, slope, delta.sent_ms, &self.standing);
                    usage = usage.max(Some(judged));
                }
            }
        }
        let usage = usage.unwrap_or_else(|| self.overuse.usage(&self.standing));
        self.control(now, usage, packets, rtt);
    }

    fn control(&mut self, now: Instant, usage: Usage, packets: &[PacketReport], rtt: Duration) {
        let elapsed = self.last_update.map_or(Duration::ZERO, |last| now.saturating_duration_since(last));
        self.last_update = Some(now);
        let received = self.received.bits_per_second();
        // Padding ends with the first sign of a queue: media is not to wait for it.
        if self.prober.is_probing() && self.standing.newest_ms() > self.overuse.earnest_ms() + PROBE_WAIT_MS {
            self.prober.failed(now);
        }
        let delay_cut = self.rate.update(now, usage, received, elapsed, rtt);
        let losses = self.loss.update(now, packets, self.rate.target(), rtt);
        if delay_cut || losses == Change::Lowered {
            self.prober.failed(now);
        } else if losses == Change::Ended {
            self.prober.ask_now(now);
        } else if usage == Usage::Normal
            && let (Some(probe), Some(received)) = (self.prober.judged(now), received)
        {
            let carried = received.min(f64::from(probe.rate)) as u32;
            if carried > self.limited() {
                self.rate.raise(carried);
                self.loss.raise(carried);
            }
            if f64::from(carried) >= f64::from(probe.rate) * 0.9 {
                self.prober.succeeded(now);
            }
        }
    }

    fn limited(&self) -> u32 {
        self.loss.limit(self.rate.target())
    }

    /// Whether to send padding now, and how much in all, to learn whether the line carries `goal`.
    pub fn probe(&mut self, now: Instant, goal: u32) -> Option<Probe> {
        let estimate = self.estimate()?;
        self.prober.poll(now, estimate, goal)
    }

    /// Notices that the peer has gone silent.
    pub fn check(&mut self, now: Instant) {
        if let Feedback::Awaited { since } = self.feedback
            && now.saturating_duration_since(since) >= NO_FEEDBACK
        {
            self.rate.halve();
            self.prober.failed(now);
            self.feedback = Feedback::Awaited { since: now };
        }
    }

    /// Packets take another way from now on: what is known about delays was known about the old one.
    pub fn new_route(&mut self) {
        self.standing = Standing::default();
        self.groups = Groups::default();
        self.trend = Trend::default();
    }

    fn since_epoch(&mut self, sent: Instant) -> f64 {
        let epoch = *self.epoch.get_or_insert(sent);
        match sent.checked_duration_since(epoch) {
            Some(after) => after.as_secs_f64() * 1000.0,
            None => -epoch.duration_since(sent).as_secs_f64() * 1000.0,
        }
    }
}
