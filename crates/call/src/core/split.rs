//! How one line is shared out: sound first, then the screen, then the camera with what remains. Each peer has its own;
//! none knows of another.

use super::{Ladder, LayerRates, PerContent, Rung};
use std::time::Instant;

/// Where one peer stands with both streams of pictures.
#[derive(Clone, Debug)]
pub(super) struct Split {
    rates: LayerRates,
    ladders: PerContent<Ladder>,
}

/// What a peer would like of each stream, and of the camera which layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) camera: Option<u8>,
    pub(super) screen: bool,
}

/// What it gets of each, and what the line should carry for more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shares {
    pub(super) rungs: PerContent<Option<Rung>>,
    pub(super) goal: u32,
}

impl Split {
    /// For a capture with so many layers.
    pub(super) fn new(layers: u8, rates: LayerRates) -> Self {
        let camera = Ladder::new(layers, rates.clone());
        Self { ladders: PerContent { camera, screen: Ladder::for_screen(rates.clone()) }, rates }
    }

    /// The encoders are set to other rates from now on.
    pub(super) fn set_rates(&mut self, rates: &LayerRates) {
        self.ladders.camera.set_rates(rates.clone());
        self.ladders.screen.set_rates(rates.clone());
        self.rates = rates.clone();
    }

    /// What a peer gets over a line that carries `estimate`; `None` when that is not known.
    pub(super) fn decide(&mut self, now: Instant, wanted: Wanted, estimate: Option<u32>) -> Shares {
        let PerContent { camera, screen } = &mut self.ladders;
        let shown = wanted.screen.then(|| screen.decide(now, 0, estimate));
        let taken = shown.map_or(0, |_| self.rates.screen_alone());
        let left = estimate.map(|estimate| estimate.saturating_sub(taken));
        let seen = wanted.camera.map(|layer| camera.decide(now, layer, left));
        let goal = match (shown.map_or(0, |_| screen.goal()), seen.map_or(0, |_| camera.goal())) {
            (0, 0) => 0,
            (0, camera) => camera.saturating_add(taken),
            (screen, _) => screen,
        };
        Shares { rungs: PerContent { camera: seen, screen: shown }, goal }
    }

    /// The peer would like more of the camera than its line carries.
    pub(super) fn is_camera_limited(&self) -> bool {
        self.ladders.camera.goal() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::SCREEN_LAYER;
    use proptest::prelude::*;
    use std::time::Duration;

    const BOTH: Wanted = Wanted { camera: Some(0), screen: true };
    const SHARP: Option<Rung> = Some(Rung::Full { layer: SCREEN_LAYER });

    fn split() -> Split {
        Split::new(3, LayerRates::default())
    }

    #[test]
    fn the_screen_goes_first_and_the_camera_steps_down_with_what_remains() {
        let at = |estimate| split().decide(Instant::now(), BOTH, estimate).rungs;
        let camera = |layer| Some(Rung::Full { layer });
        let (fewer, none) = (Some(Rung::Base { layer: SCREEN_LAYER }), Some(Rung::AudioOnly));
        let expected = [
            (None, camera(0), SHARP),
            (Some(1_500_000), camera(0), SHARP),
            (Some(900_000), camera(1), SHARP),
            (Some(650_000), camera(2), SHARP),
            (Some(500_000), none, SHARP),
            (Some(300_000), none, fewer),
            (Some(80_000), none, none),
        ];
        for (estimate, camera, screen) in expected {
            assert_eq!(at(estimate), PerContent { camera, screen }, "{estimate:?}");
        }
    }

    #[test]
    fn without_a_screen_nothing_is_kept_for_one() {
        let wanted = Wanted { screen: false, ..BOTH };
        let shares = split().decide(Instant::now(), wanted, Some(1_000_000));
        assert_eq!(shares.rungs, PerContent { camera: Some(Rung::Full { layer: 0 }), screen: None });
        assert_eq!(shares.goal, 0);
    }

    proptest! {
        /// Both together never need more than the line carries, and a line that carries both gives both in the end.
        #[test]
        fn both_together_obey_the_line(
            estimates in prop::collection::vec((70_000u32..2_500_000, 1u64..40, any::<bool>()), 1..40),
        ) {
            let (start, rates) = (Instant::now(), LayerRates::default());
            let (mut split, mut at) = (split(), 0);
            for (estimate, tenths, screen) in estimates {
                for _ in 0..tenths {
                    at += 100;
                    let now = start + Duration::from_millis(at);
                    let PerContent { camera, screen } =
                        split.decide(now, Wanted { screen, ..BOTH }, Some(estimate)).rungs;
                    let beside = screen.filter(|rung| rung.layer().is_some()).map_or(0, |_| rates.screen_alone());
                    if let Some(camera) = camera.filter(|rung| rung.layer().is_some()) {
                        prop_assert!(rates.need(camera) + beside <= estimate);
                    } else if let Some(screen) = screen.filter(|rung| rung.layer().is_some()) {
                        prop_assert!(rates.need(screen) <= estimate);
                    }
                }
            }
            for _ in 0..500 {
                at += 100;
                split.decide(start + Duration::from_millis(at), BOTH, Some(5_000_000));
            }
            let shares = split.decide(start + Duration::from_millis(at), BOTH, Some(5_000_000));
            prop_assert_eq!(shares.rungs, PerContent { camera: Some(Rung::Full { layer: 0 }), screen: SHARP });
            prop_assert_eq!(shares.goal, 0);
        }
    }
}
