//! The latch once more, at the last step before a packet leaves.

use consilium_model::Intent;
use std::sync::atomic::{AtomicU8, Ordering};

const AUDIO: u8 = 1;
const VIDEO: u8 = 2;

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
        self.intent.store(bits(intent.mic, intent.camera), Ordering::SeqCst);
    }

    pub(super) fn set_latch(&self, audio: bool, video: bool) {
        self.latch.store(bits(audio, video), Ordering::SeqCst);
    }

    pub(super) fn audio(&self) -> bool {
        self.open() & AUDIO != 0
    }

    pub(super) fn video(&self) -> bool {
        self.open() & VIDEO != 0
    }

    fn open(&self) -> u8 {
        self.intent.load(Ordering::SeqCst) & self.latch.load(Ordering::SeqCst)
    }
}

const fn bits(audio: bool, video: bool) -> u8 {
    (if audio { AUDIO } else { 0 }) | (if video { VIDEO } else { 0 })
}
