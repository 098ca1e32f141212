//! The speaker of a machine that has none.

use super::AudioSink;
use crate::DeviceError;
use crate::audio::Frame;
use crate::audio::clock::Pacer;

/// Wants a frame every 10 ms and plays it to nobody.
#[derive(Debug)]
pub struct NullSpeaker {
    pacer: Pacer,
}

impl NullSpeaker {
    /// Starts its clock.
    pub fn new() -> Self {
        Self { pacer: Pacer::new() }
    }
}

impl Default for NullSpeaker {
    fn default() -> Self {
        Self::new()
    }
}

impl AudioSink for NullSpeaker {
    fn wait(&mut self) -> Result<bool, DeviceError> {
        self.pacer.tick();
        Ok(true)
    }

    fn play(&mut self, _frame: &Frame) {}
}
