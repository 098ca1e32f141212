//! The rate that losses allow (after draft-ietf-rmcat-gcc-02, section 6): a short queue drops packets without delaying
//! any.
//!
//! Too many losses lower the rate, as in the draft, but never below what the line delivers meanwhile: a queue that is
//! full lets through what the line carries. And when as many are lost although less is sent than was delivered before,
//! the losses are not of our making: sending still less helps nobody, and once they end, so does the limit. So it is
//! when they end by themselves.

use super::{LOWEST, PacketReport};
use std::time::{Duration, Instant};

/// Losses up to this are the line's own and say nothing.
const TOLERATED: f64 = 0.02;
/// Losses from this on mean that less has to be sent.
const TOO_MANY: f64 = 0.10;
/// A share of fewer packets than this is no share.
const ENOUGH: u32 = 20;
const SHORTEST: Duration = Duration::from_millis(500);
/// Growth of the limit while losses are tolerated, per judgement.
const GROWTH: f64 = 1.05;
/// A limit so far above what the delay allows is none.
const CLEAR: f64 = 1.3;
/// Sending less than this share of what was delivered has to show, if it is too much that is lost.
const LESS: f64 = 0.9;
/// The share of losses is still the same down to this part of it, and up to this part and a little.
const SAME_DOWN: f64 = 0.7;
const SAME_UP: f64 = 1.3;
const A_LITTLE: f64 = 0.05;
/// They have ended when no more than this part of them is left: a few packets that happen to come are no end.
const ENDED: f64 = 0.25;
/// A rate is known from packets that left over at least this time.
const SPAN: Duration = Duration::from_millis(200);

/// What a judgement has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// Too many are lost; the limit may be lower.
    Lowered,
    /// A time of too many losses has ended; what was not of our making has no limit left behind.
    Ended,
}

#[derive(Debug, Default)]
pub(super) struct LossControl {
    limit: Option<f64>,
    window: Window,
    verdict: Verdict,
}

/// What the last judgement was. One of too many losses is a mishap, two in a row are the line.
#[derive(Clone, Copy, Debug, Default)]
enum Verdict {
    #[default]
    Tolerable,
    Suspected,
    TooMany(Episode),
}

/// A time of too many losses.
#[derive(Clone, Copy, Debug)]
struct Episode {
    /// The limit before.
    before: Option<f64>,
    /// The most that was delivered meanwhile, in bits per second.
    delivered: f64,
    /// The share that was lost at that time.
    share: f64,
    /// What was sent when too many were lost last.
    sent: f64,
    /// As many are lost when less is sent.
    own: bool,
}

/// The packets since the last judgement.
#[derive(Debug, Default)]
struct Window {
    since: Option<Instant>,
    packets: u32,
    lost: u32,
    sent_bytes: u64,
    delivered_bytes: u64,
    /// When the first and the last of them left.
    left: Option<(Instant, Instant)>,
}

/// What the packets of a window say.
#[derive(Clone, Copy, Debug)]
struct Measured {
    share: f64,
    /// How far chance alone moves the share.
    chance: f64,
    too_many: bool,
    /// In bits per second; `None` if the window is too short for rates.
    rates: Option<Rates>,
}

#[derive(Clone, Copy, Debug)]
struct Rates {
    sent: f64,
    delivered: f64,
}

impl Window {
    fn add(&mut self, packet: &PacketReport) {
        self.packets += 1;
        self.sent_bytes += u64::from(packet.bytes);
        match packet.arrived {
            Some(_) => self.delivered_bytes += u64::from(packet.bytes),
            None => self.lost += 1,
        }
        let (first, last) = self.left.get_or_insert((packet.sent, packet.sent));
        (*first, *last) = ((*first).min(packet.sent), (*last).max(packet.sent));
    }

    /// What it says once there is enough in it; it begins anew then.
    fn close(&mut self, now: Instant, rtt: Duration) -> Option<Measured> {
        let since = *self.since.get_or_insert(now);
        if self.packets < ENOUGH || now.saturating_duration_since(since) < SHORTEST.max(rtt) {
            return None;
        }
        let (packets, lost) = (f64::from(self.packets), f64::from(self.lost));
        // Few packets say little: chance alone makes one in ten of one in twenty.
        let chance = 2.0 * (packets * TOO_MANY * (1.0 - TOO_MANY)).sqrt();
        let span = self.left.map(|(first, last)| last - first).filter(|span| *span >= SPAN);
        let rate = |bytes: u64, span: Duration| bytes as f64 * 8.0 / span.as_secs_f64();
        let measured = Measured {
            share: lost / packets,
            chance: 2.0 * (lost * (1.0 - lost / packets)).sqrt() / packets,
            too_many: lost > packets * TOO_MANY + chance,
            rates: span.map(|span| Rates {
                sent: rate(self.sent_bytes, span),
                delivered: rate(self.delivered_bytes, span),
            }),
        };
        *self = Self { since: Some(now), ..Self::default() };
        Some(measured)
    }
}

impl Episode {
    fn new(before: Option<f64>, measured: Measured) -> Self {
        let Rates { sent, delivered } =
            measured.rates.unwrap_or(Rates { sent: f64::INFINITY, delivered: 0.0 });
        Self { before, delivered, share: measured.share, sent, own: false }
    }

    /// Learns from what is lost now.
    fn follow(&mut self, measured: Measured) {
        let Some(Rates { sent, delivered }) = measured.rates else { return };
        self.sent = sent;
        if measured.share > self.share * SAME_UP + A_LITTLE + measured.chance {
            *self = Self { delivered, share: measured.share, own: false, ..*self };
        } else if sent < self.delivered * LESS && measured.share > self.share * SAME_DOWN {
            self.own = true;
        } else if delivered > self.delivered {
            (self.delivered, self.share) = (delivered, measured.share);
        }
    }

    /// They have ended although no less is sent than before, or were known not to be of our making.
    fn was_own(&self, measured: Measured) -> bool {
        let no_less = |rates: Rates| rates.sent >= self.sent * LESS && measured.share < TOLERATED;
        self.own || measured.rates.is_some_and(no_less)
    }
}

impl LossControl {
    pub(super) fn limit(&self, target: u32) -> u32 {
        self.limit.map_or(target, |limit| target.min(limit as u32)).max(LOWEST)
    }

    /// A probe has shown that the line carries this.
    pub(super) fn raise(&mut self, carried: u32) {
        self.limit = self.limit.map(|limit| limit.max(f64::from(carried)));
    }

    /// Counts packets, and judges when there are enough.
    pub(super) fn update(
        &mut self,
        now: Instant,
        packets: &[PacketReport],
        target: u32,
        rtt: Duration,
    ) -> Change {
        packets.iter().for_each(|packet| self.window.add(packet));
        let Some(measured) = self.window.close(now, rtt) else { return Change::None };
        let target = f64::from(target);
        if measured.too_many { self.lose(measured, target) } else { self.carry(measured, target) }
    }

    /// Too many are lost.
    fn lose(&mut self, measured: Measured, target: f64) -> Change {
        let episode = match self.verdict {
            Verdict::Tolerable => {
                self.verdict = Verdict::Suspected;
                return Change::None;
            }
            Verdict::Suspected => Episode::new(self.limit, measured),
            Verdict::TooMany(mut episode) => {
                episode.follow(measured);
                episode
            }
        };
        self.verdict = Verdict::TooMany(episode);
        if !episode.own {
            let limit = self.limit.unwrap_or(target).min(target);
            let lowered = limit * (1.0 - 0.5 * measured.share);
            self.limit = Some(lowered.max(episode.delivered).min(limit).max(f64::from(LOWEST)));
        }
        Change::Lowered
    }

    /// The losses are tolerable.
    fn carry(&mut self, measured: Measured, target: f64) -> Change {
        if let Verdict::TooMany(episode) = self.verdict {
            if measured.share > episode.share * ENDED {
                return Change::None;
            }
            self.verdict = Verdict::Tolerable;
            if episode.was_own(measured) {
                self.limit = episode.before;
            }
            return Change::Ended;
        }
        self.verdict = Verdict::Tolerable;
        let limit = self.limit.map(|limit| limit.min(target * CLEAR));
        if measured.share < TOLERATED {
            self.limit = limit.map(|limit| limit * GROWTH).filter(|limit| *limit < target * CLEAR);
        }
        Change::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: u32 = 1_500_000;

    /// A line that loses some and lets through no more than `carries`; gives the limit after each half second of
    /// sending as much as is allowed and wanted.
    struct Line {
        control: LossControl,
        now: Instant,
        wanted: f64,
    }

    impl Line {
        fn new(wanted: f64) -> Self {
            Self { control: LossControl::default(), now: Instant::now(), wanted }
        }

        fn run(&mut self, halves: u32, lost_percent: u32, carries: f64) -> u32 {
            for _ in 0..halves {
                let rate = self.wanted.min(f64::from(self.control.limit(TARGET)));
                // What is sent beyond what the line carries is lost too.
                let share = 1.0 - (1.0 - f64::from(lost_percent) / 100.0) * (carries / rate).min(1.0);
                let count = (rate / 2.0 / 8000.0) as u32;
                let packets: Vec<_> = (0..count)
                    .map(|index| {
                        let sent = self.now + Duration::from_millis(500) * index / count;
                        let before = (f64::from(index) * share) as u32;
                        let lost = (f64::from(index + 1) * share) as u32 > before;
                        PacketReport { sent, bytes: 1000, arrived: (!lost).then_some(Duration::ZERO) }
                    })
                    .collect();
                self.now += Duration::from_millis(500);
                self.control.update(self.now, &packets, TARGET, Duration::from_millis(50));
            }
            self.control.limit(TARGET)
        }
    }

    #[test]
    fn losses_that_are_not_of_our_making_end_without_a_trace() {
        let mut line = Line::new(600_000.0);
        line.run(4, 0, 2e6);
        let lossy = line.run(20, 30, 2e6);
        assert!(lossy >= 350_000, "what is delivered is never in doubt: {lossy}");
        line.wanted = 300_000.0;
        assert!(line.run(4, 30, 2e6) >= 350_000);
        assert_eq!(line.run(2, 0, 2e6), TARGET);
    }

    #[test]
    fn a_line_that_drops_what_it_does_not_carry_is_obeyed_and_distrusted() {
        let mut line = Line::new(1_200_000.0);
        line.run(4, 0, 2e6);
        let limit = line.run(12, 0, 300_000.0);
        assert!((250_000..=400_000).contains(&limit), "{limit}");
        line.wanted = f64::from(limit) * 0.8;
        let after = line.run(4, 0, 300_000.0);
        assert!(after < 500_000, "no leap: {after}");
    }

    #[test]
    fn one_bad_moment_is_a_mishap() {
        let mut line = Line::new(600_000.0);
        line.run(4, 0, 2e6);
        line.run(1, 40, 2e6);
        assert_eq!(line.run(1, 0, 2e6), TARGET);
    }
}
