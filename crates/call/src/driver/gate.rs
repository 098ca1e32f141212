//! The latch once more, at the last step before a packet leaves.

use crate::core::PerContent;
use consilium_model::{Content, Intent};
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

const AUDIO: u8 = 1;
const CAMERA: u8 = 2;
const SCREEN: u8 = 4;

/// Two independent judgements, both of which have to allow a packet: the intent as the user's hand has set it this
/// very moment, and the core's latch.
#[derive(Debug, Default)]
pub(super) struct Gate {
    intent: AtomicU8,
    latch: AtomicU8,
    /// How often each stream of pictures was closed.
    closed: PerContent<AtomicU32>,
}

impl Gate {
    /// In effect when this returns: whatever is queued already does not leave either.
    pub(super) fn set_intent(&self, intent: Intent) {
        self.note(self.intent.swap(bits(intent), Ordering::SeqCst) & !bits(intent));
    }

    pub(super) fn set_latch(&self, allowed: Intent) {
        self.note(self.latch.swap(bits(allowed), Ordering::SeqCst) & !bits(allowed));
    }

    /// How often a stream of pictures was closed: what was taken in before the last time never leaves.
    pub(super) fn closed(&self, content: Content) -> u32 {
        self.closed[content].load(Ordering::SeqCst)
    }

    fn note(&self, closed: u8) {
        let of_pictures = self.closed.iter().filter(|(content, _)| closed & bit(*content) != 0);
        of_pictures.for_each(|(_, count)| {
            count.fetch_add(1, Ordering::SeqCst);
        });
    }

    pub(super) fn audio(&self) -> bool {
        self.open() & AUDIO != 0
    }

    pub(super) fn pictures(&self, content: Content) -> bool {
        self.open() & bit(content) != 0
    }

    fn open(&self) -> u8 {
        self.intent.load(Ordering::SeqCst) & self.latch.load(Ordering::SeqCst)
    }
}

const fn bit(content: Content) -> u8 {
    match content {
        Content::Camera => CAMERA,
        Content::Screen => SCREEN,
    }
}

pub(super) const fn bits(Intent { mic, camera, screen }: Intent) -> u8 {
    (if mic { AUDIO } else { 0 }) | (if camera { CAMERA } else { 0 }) | (if screen { SCREEN } else { 0 })
}
