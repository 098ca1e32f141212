//! The latch once more, at the last step before a packet leaves.

use consilium_model::{Content, Intent};
use std::sync::atomic::{AtomicU8, Ordering};

const AUDIO: u8 = 1;
const CAMERA: u8 = 2;
const SCREEN: u8 = 4;

/// Two independent judgements, both of which have to allow a packet: the intent as the user's hand has set it this
/// very moment, and the core's latch.
#[derive(Debug, Default)]
pub(super) struct Gate {
    intent: AtomicU8,
    latch: AtomicU8,
}

impl Gate {
    /// In effect when this returns: whatever is queued already does not leave either.
    pub(super) fn set_intent(&self, intent: Intent) {
        self.intent.store(bits(intent), Ordering::SeqCst);
    }

    pub(super) fn set_latch(&self, allowed: Intent) {
        self.latch.store(bits(allowed), Ordering::SeqCst);
    }

    pub(super) fn audio(&self) -> bool {
        self.open() & AUDIO != 0
    }

    pub(super) fn pictures(&self, content: Content) -> bool {
        let bit = match content {
            Content::Camera => CAMERA,
            Content::Screen => SCREEN,
        };
        self.open() & bit != 0
    }

    fn open(&self) -> u8 {
        self.intent.load(Ordering::SeqCst) & self.latch.load(Ordering::SeqCst)
    }
}

const fn bits(Intent { mic, camera, screen }: Intent) -> u8 {
    (if mic { AUDIO } else { 0 }) | (if camera { CAMERA } else { 0 }) | (if screen { SCREEN } else { 0 })
}
