//! Where mixed sound goes.

mod null;
mod speaker;

pub use null::NullSpeaker;
pub use speaker::Speaker;

use super::{Frame, SpeakerSpec};
use crate::DeviceError;

/// Takes 10 ms frames at its own pace: first [`Self::wait`] until one is wanted, then [`Self::play`] it.
///
/// The two are apart so that the mixer mixes as late as possible.
pub trait AudioSink: Send {
    /// Waits until a frame is wanted, at most about 100 ms; `false` when none was in that time.
    ///
    /// # Errors
    /// The device is gone for good: [`DeviceError`] says why.
    fn wait(&mut self) -> Result<bool, DeviceError>;

    /// Hands over a frame. Never blocks.
    fn play(&mut self, frame: &Frame);
}

/// Opens the speaker. May take as long as the system takes to open a device.
pub(super) fn open(spec: &SpeakerSpec) -> Result<Box<dyn AudioSink>, DeviceError> {
    Ok(match spec {
        SpeakerSpec::Null => Box::new(NullSpeaker::new()),
        SpeakerSpec::Device(id) => Box::new(Speaker::open(id.as_deref())?),
    })
}
