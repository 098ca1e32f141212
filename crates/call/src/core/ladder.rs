//! What a peer gets on a line that does not carry all it wishes: resolution falls before frame rate, frame rate before
//! sound. Down at once, up with patience. Each peer has its own ladder and its own line; none knows of another.

use std::time::{Duration, Instant};

/// The number under which single pictures are captured and sent, above those of the layers.
pub const SLIDES_LAYER: u8 = consilium_media::video::SLIDES_LAYER;

/// The line has to carry so much more than the next rung needs.
const MARGIN: f64 = 1.15;
/// And for so long.
const CLIMB_AFTER: Duration = Duration::from_millis(1500);
/// At least so long after a step down, and twice as long after each climb that did not last.
const PATIENCE: Duration = Duration::from_secs(4);
const LONGEST_PATIENCE: Duration = Duration::from_secs(32);
/// A climb that lasted so long was right.
const LASTED: Duration = Duration::from_secs(10);

/// The number under which pictures of the screen are captured and sent.
pub const SCREEN_LAYER: u8 = consilium_media::video::SCREEN_LAYER;

/// What a peer gets of a stream of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// Every picture of a layer.
    Full {
        /// Which.
        layer: u8,
    },
    /// The pictures of a layer that others depend on: half of them.
    Base {
        /// Which.
        layer: u8,
    },
    /// One picture a second.
    Slides,
    /// No picture: the line carries sound alone.
    AudioOnly,
}

impl Rung {
    /// The layer of the capture that it is made of.
    pub const fn layer(self) -> Option<u8> {
        match self {
            Self::Full { layer } | Self::Base { layer } => Some(layer),
            Self::Slides => Some(SLIDES_LAYER),
            Self::AudioOnly => None,
        }
    }

    /// Pictures of upper temporal layers are part of it.
    pub const fn takes_upper(self) -> bool {
        matches!(self, Self::Full { .. } | Self::Slides)
    }
}

/// What the encoders of the capture are set to, in bits per second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRates {
    /// Each layer, the largest first.
    pub layers: Vec<u32>,
    /// Single pictures.
    pub slides: u32,
    /// The screen, on average while little of it moves.
    pub screen: u32,
    /// Sound.
    pub audio: u32,
}

impl Default for LayerRates {
    /// As a capture is set up by default.
    fn default() -> Self {
        let layers = consilium_media::video::LocalVideoConfig::default().bitrates.to_vec();
        let slides = consilium_media::video::SLIDES_BITRATE;
        Self { layers, slides, screen: consilium_media::video::SCREEN_BITRATE, audio: 32_000 }
    }
}

impl LayerRates {
    /// Headers of RTP with one extension, SRTP, UDP and IP.
    const OVERHEAD_BITS: u32 = 8 * super::PACKET_OVERHEAD;
    /// Payload of a video packet.
    const PAYLOAD_BITS: u32 = 8 * 1100;
    /// The share of the pictures that others depend on.
    const BASE_PERCENT: u32 = 60;
    /// With less than this the next page of a screen takes longer than a person waits for it.
    const LEAST_SCREEN: u32 = 60_000;

    fn video(rate: u32, pictures: u32) -> u32 {
        rate + (rate / Self::PAYLOAD_BITS + pictures) * Self::OVERHEAD_BITS
    }

    /// What the screen takes on the wire while the line carries all of it, without the sound, in bits per second.
    pub fn screen_alone(&self) -> u32 {
        Self::video(self.screen, 15)
    }

    /// What a rung takes on the wire, sound included, in bits per second.
    pub fn need(&self, rung: Rung) -> u32 {
        let of = |layer: u8| self.layers.get(usize::from(layer)).or(self.layers.last()).copied().unwrap_or(0);
        let video = match rung {
            Rung::Full { layer: SCREEN_LAYER } => self.screen_alone(),
            Rung::Base { layer: SCREEN_LAYER } => Self::video(Self::LEAST_SCREEN, 1),
            Rung::Full { layer } => Self::video(of(layer), 15),
            Rung::Base { layer } => Self::video(of(layer) / 100 * Self::BASE_PERCENT, 8),
            Rung::Slides => Self::video(self.slides, 1),
            Rung::AudioOnly => 0,
        };
        video + self.audio + 50 * Self::OVERHEAD_BITS
    }
}

/// Where one peer stands.
#[derive(Clone, Debug)]
pub struct Ladder {
    rates: LayerRates,
    /// From the best to the last.
    rungs: Vec<Rung>,
    at: usize,
    /// The best that the wish allows.
    top: usize,
    better_since: Option<Instant>,
    stepped_down: Option<Instant>,
    climbed: Option<Instant>,
    patience: Duration,
}

impl Ladder {
    /// A ladder for a capture with so many layers.
    pub fn new(layers: u8, rates: LayerRates) -> Self {
        let last = layers.max(1) - 1;
        let mut rungs: Vec<Rung> = (0..=last).map(|layer| Rung::Full { layer }).collect();
        rungs.extend([Rung::Base { layer: last }, Rung::Slides, Rung::AudioOnly]);
        Self::of(rungs, rates)
    }

    /// A ladder for a screen: all of its pictures, fewer of them, none.
    pub fn for_screen(rates: LayerRates) -> Self {
        let layer = SCREEN_LAYER;
        Self::of(vec![Rung::Full { layer }, Rung::Base { layer }, Rung::AudioOnly], rates)
    }

    fn of(rungs: Vec<Rung>, rates: LayerRates) -> Self {
        Self {
            rates,
            rungs,
            at: 0,
            top: 0,
            better_since: None,
            stepped_down: None,
            climbed: None,
            patience: PATIENCE,
        }
    }

    /// The encoders are set to other rates from now on.
    pub fn set_rates(&mut self, rates: LayerRates) {
        self.rates = rates;
    }

    /// What a peer gets that would like `layer`, over a line that carries `estimate`; `None` when that is not known.
    pub fn decide(&mut self, now: Instant, layer: u8, estimate: Option<u32>) -> Rung {
        let limited = self.at > self.top;
        self.top = usize::from(layer).min(self.rungs.len().saturating_sub(4));
        let fits = |rung: &Rung| estimate.is_none_or(|estimate| self.rates.need(*rung) <= estimate);
        let last = self.rungs.len() - 1;
        let best = (self.top..last).find(|&index| fits(&self.rungs[index])).unwrap_or(last);
        if !limited || estimate.is_none() {
            self.follow(now, best);
        } else if best > self.at {
            self.step_down(now, best);
        } else {
            self.at = self.at.max(self.top);
            self.consider_climbing(now, estimate.unwrap_or(u32::MAX));
        }
        self.rungs[self.at]
    }

    /// What the line has to carry for something better, in bits per second; 0 when there is nothing better to get.
    pub fn goal(&self) -> u32 {
        if self.at <= self.top { 0 } else { with_margin(self.rates.need(self.rungs[self.at - 1])) }
    }

    /// The wish was fulfilled so far.
    fn follow(&mut self, now: Instant, best: usize) {
        if best > self.top {
            self.step_down(now, best);
        }
        self.at = best;
        self.better_since = None;
    }

    fn step_down(&mut self, now: Instant, to: usize) {
        let too_soon = |climbed: Instant| now.saturating_duration_since(climbed) < LASTED;
        self.patience = if self.climbed.is_some_and(too_soon) {
            (self.patience * 2).min(LONGEST_PATIENCE)
        } else {
            PATIENCE
        };
        self.at = to;
        self.stepped_down = Some(now);
        self.better_since = None;
    }

    fn consider_climbing(&mut self, now: Instant, estimate: u32) {
        let carried = |index: &usize| with_margin(self.rates.need(self.rungs[*index])) <= estimate;
        let Some(better) = (self.top..self.at).find(carried) else {
            self.better_since = None;
            return;
        };
        let since = *self.better_since.get_or_insert(now);
        let long_enough = now.saturating_duration_since(since) >= CLIMB_AFTER;
        let patient = |down: Instant| now.saturating_duration_since(down) >= self.patience;
        if long_enough && self.stepped_down.is_none_or(patient) {
            self.at = better;
            self.climbed = Some(now);
            self.better_since = None;
        }
    }
}

fn with_margin(rate: u32) -> u32 {
    (f64::from(rate) * MARGIN) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ladder() -> Ladder {
        Ladder::new(3, LayerRates::default())
    }

    #[test]
    fn resolution_falls_before_frame_rate_and_that_before_sound() {
        let now = Instant::now();
        let rungs: Vec<_> =
            [None, Some(5_000_000), Some(500_000), Some(200_000), Some(130_000), Some(100_000), Some(50_000)]
                .map(|estimate| ladder().decide(now, 0, estimate))
                .to_vec();
        let full = |layer| Rung::Full { layer };
        let expected =
            [full(0), full(0), full(1), full(2), Rung::Base { layer: 2 }, Rung::Slides, Rung::AudioOnly];
        assert_eq!(rungs, expected);
    }

    #[test]
    fn a_larger_tile_is_followed_at_once_where_the_line_allows() {
        let now = Instant::now();
        let mut ladder = ladder();
        assert_eq!(ladder.decide(now, 2, Some(1_500_000)), Rung::Full { layer: 2 });
        assert_eq!(ladder.decide(now, 0, Some(1_500_000)), Rung::Full { layer: 0 });
        assert_eq!(ladder.goal(), 0);
    }

    proptest! {
        /// Never more than the line carries, the best that fits at once on the way down, seldom up, and up in the end.
        #[test]
        fn the_line_is_obeyed_and_flapping_is_rare(
            estimates in prop::collection::vec((30_000u32..1_500_000, 1u64..50), 1..60),
            layer in 0u8..3,
        ) {
            let start = Instant::now();
            let (mut ladder, mut at) = (ladder(), 0);
            let mut last = ladder.decide(start, layer, None);
            let mut climbs: Vec<u64> = Vec::new();
            for (estimate, tenths) in estimates {
                for _ in 0..tenths {
                    at += 100;
                    let before = ladder.at;
                    let rung = ladder.decide(start + Duration::from_millis(at), layer, Some(estimate));
                    prop_assert!(rung == Rung::AudioOnly || ladder.rates.need(rung) <= estimate);
                    prop_assert!(rung.layer().is_none_or(|got| got >= layer));
                    if ladder.at < before {
                        climbs.push(at);
                    }
                    last = rung;
                }
            }
            let downs = climbs.windows(2).filter(|pair| pair[1] - pair[0] < 1500).count();
            prop_assert_eq!(downs, 0);
            for _ in 0..400 {
                at += 100;
                last = ladder.decide(start + Duration::from_millis(at), layer, Some(5_000_000));
            }
            prop_assert_eq!(last, Rung::Full { layer });
        }

        /// A line that carries now this, now that, in quick turns: down and up again at most once in four seconds.
        #[test]
        fn quick_turns_are_not_followed_up(period in 1u64..30, low in 30_000u32..600_000) {
            let start = Instant::now();
            let mut ladder = ladder();
            let mut downs: Vec<u64> = Vec::new();
            for tick in 0..600u64 {
                let estimate = if (tick / period) % 2 == 0 { 2_000_000 } else { low };
                let before = ladder.at;
                ladder.decide(start + Duration::from_millis(tick * 100), 0, Some(estimate));
                if ladder.at > before && before == 0 {
                    downs.push(tick * 100);
                }
            }
            prop_assert!(downs.windows(2).all(|pair| pair[1] - pair[0] >= 4000), "{:?}", downs);
        }
    }
}
