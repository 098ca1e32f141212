//! What other threads tell the capture thread. It looks once per picture, so nothing ever waits for it.

use super::{LocalVideoConfig, MAX_LAYERS, SLIDES_BITRATE, STREAMS};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed};

/// A set of layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerSet(u8);

impl LayerSet {
    /// No layer.
    pub const NONE: Self = Self(0);
    /// Every layer, without the slides.
    pub const ALL: Self = Self((1 << MAX_LAYERS) - 1);

    /// One layer, or the slides; none if there is no such layer.
    pub const fn only(layer: u8) -> Self {
        if (layer as usize) < STREAMS { Self(1 << layer) } else { Self::NONE }
    }

    /// This set and one more layer.
    #[must_use]
    pub const fn with(self, layer: u8) -> Self {
        Self(self.0 | Self::only(layer).0)
    }

    /// This set and another.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the layer is in the set.
    pub const fn contains(self, layer: u8) -> bool {
        self.0 & Self::only(layer).0 != 0
    }

    /// Whether there is no layer in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<u8> for LayerSet {
    fn from_iter<I: IntoIterator<Item = u8>>(layers: I) -> Self {
        layers.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Independent values, none of which guards other memory: relaxed order is enough.
#[derive(Debug)]
pub(super) struct Control {
    stopped: AtomicBool,
    wanted: AtomicU8,
    key_requests: [AtomicBool; STREAMS],
    bitrates: [AtomicU32; STREAMS],
}

impl Control {
    pub(super) fn new(config: &LocalVideoConfig) -> Self {
        let rate = |stream: usize| config.bitrates.get(stream).copied().unwrap_or(SLIDES_BITRATE);
        Self {
            stopped: AtomicBool::new(false),
            wanted: AtomicU8::new(config.wanted.0),
            key_requests: Default::default(),
            bitrates: std::array::from_fn(|stream| AtomicU32::new(rate(stream))),
        }
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    pub(super) fn set_wanted(&self, layers: LayerSet) {
        self.wanted.store(layers.0, Relaxed);
    }

    pub(super) fn wanted(&self) -> LayerSet {
        LayerSet(self.wanted.load(Relaxed))
    }

    pub(super) fn request_key_frame(&self, layer: u8) {
        if let Some(request) = self.key_requests.get(usize::from(layer)) {
            request.store(true, Relaxed);
        }
    }

    pub(super) fn key_frame_requested(&self, layer: usize) -> bool {
        self.key_requests[layer].load(Relaxed)
    }

    pub(super) fn key_frame_given(&self, layer: usize) {
        self.key_requests[layer].store(false, Relaxed);
    }

    pub(super) fn set_bitrate(&self, layer: u8, bits_per_second: u32) {
        if let Some(bitrate) = self.bitrates.get(usize::from(layer)) {
            bitrate.store(bits_per_second, Relaxed);
        }
    }

    pub(super) fn bitrate(&self, layer: usize) -> u32 {
        self.bitrates[layer].load(Relaxed)
    }
}
