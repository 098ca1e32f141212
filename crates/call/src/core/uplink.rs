//! The sending side of one line: what it carries, when a packet may leave, when to ask whether it carries more.
//!
//! One for each transport, and none knows of another. Pure: the driver gives it the time, what is to leave and what the
//! peer has reported, and sends what it gives out.

use super::PACKET_OVERHEAD;
use super::estimate::{Estimator, PacketReport};
use super::pacing::{Frame, Pacer, Pushed};
use consilium_model::Content;
use std::time::{Duration, Instant};

/// What stands for the payload of a padding packet, in bytes.
pub const PADDING_PAYLOAD: u32 = 504;
/// Padding that was missed for so long is made good, and no more.
const PADDING_SECONDS: f64 = 0.040;
/// Between two looks at a probe.
const PROBE_STEP: Duration = Duration::from_millis(10);

/// What may leave now.
#[derive(Debug, PartialEq, Eq)]
pub enum Departure<'a, T> {
    /// This packet of this picture.
    Packet {
        /// The picture.
        picture: &'a T,
        /// The number of the packet in it.
        index: usize,
    },
    /// A packet without payload, filled with [`PADDING_PAYLOAD`] bytes.
    Padding,
}

/// The sending side of one line.
#[derive(Debug)]
pub struct Uplink<T> {
    estimator: Estimator,
    pacer: Pacer<T>,
    rtt: Option<Duration>,
    /// What the line should carry so that the peer gets more, in bits per second.
    goal: u32,
    padding: Option<Padding>,
}

/// A probe under way: what may still leave as padding.
#[derive(Clone, Copy, Debug)]
struct Padding {
    rate: f64,
    bits: f64,
    since: Instant,
}

impl<T> Default for Uplink<T> {
    fn default() -> Self {
        Self { estimator: Estimator::default(), pacer: Pacer::default(), rtt: None, goal: 0, padding: None }
    }
}

impl<T> Uplink<T> {
    /// The round trip was measured.
    pub fn set_rtt(&mut self, rtt: Duration) {
        self.rtt = Some(rtt);
    }

    /// Packets take another way from now on.
    pub fn new_route(&mut self) {
        self.estimator.new_route();
    }

    /// What the line should carry so that the peer gets more; 0 when it has all it wants.
    pub fn set_goal(&mut self, goal: u32) {
        self.goal = goal;
    }

    /// What the line carries, in bits per second; `None` as long as the peer has reported nothing.
    pub fn estimate(&self) -> Option<u32> {
        self.estimator.estimate()
    }

    /// How long packets wait on the line.
    pub fn line_queue(&self) -> Duration {
        self.estimator.queue()
    }

    /// How long pictures wait here.
    pub fn wait(&self) -> Duration {
        self.pacer.wait()
    }

    /// Takes what the peer says about packets.
    pub fn report(&mut self, now: Instant, packets: &[PacketReport]) {
        self.estimator.report(now, packets, self.rtt);
        self.follow(now);
    }

    /// Looks whether the peer has gone silent; once a second is enough.
    pub fn check(&mut self, now: Instant) {
        self.estimator.check(now);
        self.follow(now);
    }

    /// Sound of this size leaves, at once.
    pub fn sound(&mut self, now: Instant, bytes: u32) {
        self.passed(now, bytes + PACKET_OVERHEAD);
    }

    /// Something has left past the pacer; it takes its share of the rate all the same. In bytes on the wire.
    pub fn passed(&mut self, now: Instant, bytes: u32) {
        self.pacer.charge(now, bytes);
        self.leaves(now, bytes);
    }

    /// A picture wants to leave; its sizes are those of the payloads.
    pub fn picture(&mut self, now: Instant, mut frame: Frame<T>) -> Pushed {
        frame.sizes.iter_mut().for_each(|size| *size += PACKET_OVERHEAD);
        self.pacer.push(now, frame)
    }

    /// Forgets the pictures of a stream that have not begun to leave.
    pub fn clear(&mut self, now: Instant, content: Content) -> u32 {
        self.pacer.clear(now, content)
    }

    /// Forgets the pictures of a stream, the one that has begun to leave too.
    pub fn end(&mut self, now: Instant, content: Content) -> u32 {
        self.pacer.end(now, content)
    }

    /// The next that may leave now.
    pub fn poll(&mut self, now: Instant) -> Option<Departure<'_, T>> {
        if let Some(size) = self.pacer.next_size(now) {
            self.leaves(now, size);
            return self.pacer.poll(now).map(|(picture, index)| Departure::Packet { picture, index });
        }
        if self.pacer.is_empty() && self.padding_due(now) {
            return Some(Departure::Padding);
        }
        None
    }

    /// When to poll again even if nothing happens.
    pub fn next_timeout(&self) -> Option<Instant> {
        let probe = self.padding.map(|padding| padding.since + PROBE_STEP);
        self.pacer.next_timeout().into_iter().chain(probe).min()
    }

    fn leaves(&mut self, now: Instant, bytes: u32) {
        self.estimator.sent(now);
        if let Some(padding) = &mut self.padding {
            padding.bits -= f64::from(bytes) * 8.0;
        }
    }

    fn padding_due(&mut self, now: Instant) -> bool {
        let size = f64::from(PADDING_PAYLOAD + PACKET_OVERHEAD) * 8.0;
        let Some(mut padding) = self.padding else { return false };
        if self.estimator.probe(now, self.goal).is_none() {
            self.follow(now);
            return false;
        }
        padding.bits += padding.rate * now.saturating_duration_since(padding.since).as_secs_f64();
        padding.bits = padding.bits.min(size + padding.rate * PADDING_SECONDS);
        padding.since = now;
        let due = padding.bits >= size;
        if due {
            padding.bits -= size;
        }
        self.padding = Some(padding);
        due
    }

    /// Sets the pace after the estimate.
    fn follow(&mut self, now: Instant) {
        let probe = self.estimator.probe(now, self.goal);
        self.padding = probe.map(|probe| match self.padding {
            Some(padding) => Padding { rate: f64::from(probe.rate), ..padding },
            None => Padding { rate: f64::from(probe.rate), bits: 0.0, since: now },
        });
        let estimate = self.estimate().map(f64::from);
        let rate = estimate.map(|estimate| match self.line_queue().as_millis() {
            // A picture may leave faster than pictures come, unless packets wait already.
            0..50 => estimate * 2.0,
            50..200 => estimate,
            _ => estimate * 0.7,
        });
        self.pacer.set_rate(now, rate);
    }
}
