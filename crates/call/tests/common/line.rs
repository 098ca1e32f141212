//! A simulated line and a simulated sender on it: no sockets, no clock, the same every time.

use consilium_call::core::estimate::PacketReport;
use consilium_call::core::pacing::Frame;
use consilium_call::core::uplink::{Departure, PADDING_PAYLOAD, Uplink};
use consilium_call::core::{Ladder, LayerRates, PACKET_OVERHEAD, Rung};
use consilium_model::Content;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What a line does to packets.
#[derive(Clone, Copy)]
pub struct Line {
    /// In bits per second.
    pub rate: f64,
    /// One way, in milliseconds.
    pub delay_ms: f64,
    /// Packets are up to so much later than that, in milliseconds; they do not overtake each other.
    pub jitter_ms: f64,
    /// Of a thousand packets, so many are lost.
    pub lost_per_mille: u64,
    /// So much waits at most, in milliseconds; more is lost.
    pub buffer_ms: f64,
    /// Once a second the receiver sleeps for so long and then reads everything at once, in milliseconds.
    pub pause_ms: f64,
}

impl Line {
    pub const GOOD: Self = Self {
        rate: 2_000_000.0,
        delay_ms: 20.0,
        jitter_ms: 2.0,
        lost_per_mille: 0,
        buffer_ms: 2000.0,
        pause_ms: 0.0,
    };
}

struct Flying {
    sent: Instant,
    bytes: u32,
    /// In milliseconds since the beginning; `None` if it was lost.
    arrives: Option<f64>,
}

/// A peer at the other end of a line, and everything that sends to it.
pub struct Simulation {
    pub line: Line,
    start: Instant,
    pub now_ms: u64,
    uplink: Uplink<u32>,
    ladder: Ladder,
    pub rung: Rung,
    /// The line is busy until then.
    busy_ms: f64,
    last_arrival: f64,
    flying: VecDeque<Flying>,
    reports: VecDeque<(u64, Vec<PacketReport>)>,
    random: u64,
    frames: u64,
    awaiting_key: bool,
    pub worst_queue_ms: f64,
    pub dropped: u32,
    pub padding: u32,
    pub climbs: u32,
    pub sent_bytes: u64,
}

impl Simulation {
    pub fn new(line: Line, seed: u64) -> Self {
        Self {
            line,
            start: Instant::now(),
            now_ms: 0,
            uplink: Uplink::default(),
            ladder: Ladder::new(3, LayerRates::default()),
            rung: Rung::Full { layer: 0 },
            busy_ms: 0.0,
            last_arrival: 0.0,
            flying: VecDeque::new(),
            reports: VecDeque::new(),
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            frames: 0,
            awaiting_key: true,
            worst_queue_ms: 0.0,
            dropped: 0,
            padding: 0,
            climbs: 0,
            sent_bytes: 0,
        }
    }

    pub fn estimate(&self) -> u32 {
        self.uplink.estimate().unwrap_or(0)
    }

    pub fn need(&self) -> u32 {
        LayerRates::default().need(self.rung)
    }

    /// What waits on the line now, in milliseconds.
    pub fn queue_ms(&self) -> f64 {
        (self.busy_ms - self.now_ms as f64).max(0.0)
    }

    pub fn run(&mut self, seconds: f64) {
        for _ in 0..(seconds * 1000.0) as u64 {
            self.step();
        }
    }

    /// Runs until something is so, and says after how many milliseconds; `None` if not within the time.
    pub fn run_until(&mut self, seconds: u64, so: impl Fn(&Self) -> bool) -> Option<u64> {
        (0..seconds * 1000).find(|_| {
            self.step();
            so(self)
        })
    }

    fn step(&mut self) {
        self.now_ms += 1;
        let now = self.now();
        if self.now_ms.is_multiple_of(20) {
            self.uplink.sound(now, 80);
            self.fly(now, 80 + PACKET_OVERHEAD);
        }
        if self.now_ms.is_multiple_of(33) {
            self.picture(now);
        }
        self.depart(now);
        if self.now_ms.is_multiple_of(100) {
            self.peer_reports();
        }
        while self.reports.front().is_some_and(|(at, _)| *at <= self.now_ms) {
            let (_, packets) = self.reports.pop_front().unwrap();
            self.uplink.report(now, &packets);
            self.decide(now);
        }
        if self.now_ms.is_multiple_of(1000) {
            self.uplink.check(now);
            self.decide(now);
        }
        self.worst_queue_ms = self.worst_queue_ms.max(self.queue_ms());
    }

    fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.now_ms)
    }

    fn decide(&mut self, now: Instant) {
        let before = self.rung;
        self.rung = self.ladder.decide(now, 0, self.uplink.estimate());
        self.uplink.set_goal(self.ladder.goal());
        if before.layer() != self.rung.layer() {
            self.climbs +=
                u32::from(LayerRates::default().need(self.rung) > LayerRates::default().need(before));
            self.awaiting_key = true;
            self.dropped += self.uplink.clear(now, Content::Camera);
        }
    }

    /// A picture as the encoder of the rung's layer would make it.
    fn picture(&mut self, now: Instant) {
        self.frames += 1;
        let rates = LayerRates::default();
        let (rate, per_second) = match self.rung {
            Rung::Full { layer } | Rung::Base { layer } => (rates.layers[usize::from(layer)], 30),
            Rung::Slides if self.frames.is_multiple_of(30) || self.awaiting_key => (rates.slides, 1),
            Rung::Slides | Rung::AudioOnly => return,
        };
        let upper = per_second == 30 && self.frames % 2 == 1 && !self.awaiting_key;
        if upper && !self.rung.takes_upper() {
            return;
        }
        let average = f64::from(rate) / 8.0 / f64::from(per_second);
        let key = std::mem::take(&mut self.awaiting_key);
        let share = if key && per_second > 1 {
            5.0
        } else if per_second == 1 {
            1.0
        } else if upper {
            0.8
        } else {
            1.2
        };
        let bytes = (average * share * (0.8 + self.draw() * 0.4)) as u32;
        let packets = bytes.div_ceil(1160).max(1);
        let frame = Frame {
            content: Content::Camera,
            key,
            droppable: upper,
            sizes: vec![bytes / packets; packets as usize],
            picture: bytes / packets,
        };
        let pushed = self.uplink.picture(now, frame);
        self.dropped += pushed.dropped;
        self.awaiting_key |= pushed.key_frame_needed;
    }

    fn depart(&mut self, now: Instant) {
        loop {
            let bytes = match self.uplink.poll(now) {
                Some(Departure::Packet { picture, .. }) => *picture + PACKET_OVERHEAD,
                Some(Departure::Padding) => {
                    self.padding += 1;
                    PADDING_PAYLOAD + PACKET_OVERHEAD
                }
                None => return,
            };
            self.fly(now, bytes);
        }
    }

    fn fly(&mut self, now: Instant, bytes: u32) {
        self.sent_bytes += u64::from(bytes);
        let at = self.now_ms as f64;
        let begins = self.busy_ms.max(at);
        let lost = self.draw() * 1000.0 < self.line.lost_per_mille as f64;
        let full = begins - at > self.line.buffer_ms;
        if !full {
            self.busy_ms = begins + f64::from(bytes) * 8000.0 / self.line.rate;
        }
        let jitter = self.draw() * self.line.jitter_ms;
        let mut arrives = (self.busy_ms + self.line.delay_ms + jitter).max(self.last_arrival);
        let within = arrives % 1000.0;
        if within < self.line.pause_ms {
            arrives += self.line.pause_ms - within;
        }
        if !full && !lost {
            self.last_arrival = arrives;
        }
        self.flying.push_back(Flying { sent: now, bytes, arrives: (!full && !lost).then_some(arrives) });
    }

    /// The peer says what has come up to the last packet that has.
    fn peer_reports(&mut self) {
        let now = self.now_ms as f64;
        let come = |packet: &Flying| packet.arrives.is_some_and(|at| at <= now);
        let Some(last) = self.flying.iter().rposition(come) else { return };
        let report = |packet: Flying| PacketReport {
            sent: packet.sent,
            bytes: packet.bytes,
            arrived: packet.arrives.map(|at| Duration::from_secs_f64(5000.0 + at / 1000.0)),
        };
        let packets = self.flying.drain(..=last).map(report).collect();
        self.reports.push_back((self.now_ms + self.line.delay_ms as u64, packets));
    }

    fn draw(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1u64 << 53) as f64
    }
}
