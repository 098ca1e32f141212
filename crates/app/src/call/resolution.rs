//! How large the own camera is captured, and at which rates its layers are encoded.

use consilium_call::{LayerHeights, LayerRates};
use consilium_media::video::{LocalVideoConfig, MAX_LAYERS, VideoSize};
use std::num::NonZero;
use std::thread::available_parallelism;

/// So many cores encode 720p beside everything else: it takes a quarter of one, and a machine that has fewer is an old
/// one.
const CORES_FOR_720P: usize = 4;
/// The self-view is no higher than this: it is small, and such a layer is often wanted by a peer anyway.
const SELF_VIEW: u16 = 180;

/// The size of a capture, by the height of its largest layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resolution {
    height: u16,
}

impl Resolution {
    /// What is asked of the camera of this machine: the only place where that is decided.
    pub(crate) fn for_this_machine() -> Self {
        Self::for_cores(available_parallelism().map_or(1, NonZero::get))
    }

    fn for_cores(cores: usize) -> Self {
        let size = if cores >= CORES_FOR_720P { VideoSize::HD } else { VideoSize::NHD };
        Self::of(size.height)
    }

    /// A capture that gives pictures of this height.
    pub(crate) const fn of(height: u16) -> Self {
        Self { height }
    }

    /// The settings of the capture.
    pub(crate) fn capture(self) -> LocalVideoConfig {
        let size = if self.height > VideoSize::NHD.height { VideoSize::HD } else { VideoSize::NHD };
        LocalVideoConfig { size, bitrates: self.rates(), ..LocalVideoConfig::default() }
    }

    /// The rate of each layer, in bits per second. That of 720p is what a line carries of which nothing is known yet
    /// ([`consilium_call::core::estimate::START`]), sound included.
    pub(crate) fn rates(self) -> [u32; MAX_LAYERS] {
        match self.height {
            0..=400 => LocalVideoConfig::default().bitrates,
            401..=600 => [900_000, 300_000, 100_000],
            601.. => [1_300_000, 450_000, 150_000],
        }
    }

    /// The heights of the layers.
    pub(crate) fn heights(self) -> LayerHeights {
        LayerHeights::halving(self.height, MAX_LAYERS as u8)
    }

    /// The rates, as the call wants them.
    pub(crate) fn layer_rates(self) -> LayerRates {
        LayerRates { layers: self.rates().to_vec(), ..LayerRates::default() }
    }

    /// The layer of the self-view.
    pub(crate) fn own_layer(self) -> u8 {
        let last = MAX_LAYERS as u8 - 1;
        (0..last).find(|layer| self.height >> layer <= SELF_VIEW).unwrap_or(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_call::Rung;
    use consilium_call::core::estimate::START;

    #[test]
    fn a_strong_machine_sends_720p_and_a_weak_one_360p() {
        let [strong, weak] = [8, 2].map(Resolution::for_cores);
        assert_eq!((strong.capture().size, weak.capture().size), (VideoSize::HD, VideoSize::NHD));
        assert_eq!(weak.capture().bitrates, LocalVideoConfig::default().bitrates);
        assert_eq!((strong.own_layer(), weak.own_layer()), (2, 1), "180 lines either way");
        assert_eq!(strong.heights().choose(360), Some(1));
    }

    #[test]
    fn a_line_of_which_nothing_is_known_carries_all_of_it() {
        for height in [360, 480, 720, 1080] {
            let need = Resolution::of(height).layer_rates().need(Rung::Full { layer: 0 });
            assert!(need <= START, "{height}: {need}");
        }
    }
}
