//! What was played, on its way to the echo canceller.

use crate::audio::Frame;

/// Frames that wait for the capture side: 500 ms. When it is held up for longer, the newest are lost and the echo
/// canceller finds its alignment again.
const FRAMES: usize = 50;

/// The far end for one echo canceller: exactly the frames the mixer gave to the speaker, in order.
#[derive(Debug)]
pub struct EchoReference {
    frames: rtrb::Consumer<Frame>,
}

impl EchoReference {
    pub(super) fn new() -> (Self, Tap) {
        let (producer, frames) = rtrb::RingBuffer::new(FRAMES);
        (Self { frames }, Tap { frames: producer })
    }

    /// The next frame that was played, if one was since the last call.
    pub fn take(&mut self) -> Option<Frame> {
        self.frames.pop().ok()
    }
}

/// The mixer's end.
#[derive(Debug)]
pub(super) struct Tap {
    frames: rtrb::Producer<Frame>,
}

impl Tap {
    /// Passes a frame on; `false` when nobody listens any more.
    pub(super) fn offer(&mut self, frame: &Frame) -> bool {
        // A full ring means that the capture side sleeps; the frame is then of no use to it.
        let _ = self.frames.push(*frame);
        !self.frames.is_abandoned()
    }
}
