//! Where sound comes from.

mod microphone;
mod tone;
mod wav;

pub use microphone::Microphone;
pub use tone::Tone;
pub use wav::WavFile;
pub(super) use wav::read_mono;

use super::{AudioSpec, Frame};
use crate::DeviceError;

/// Gives 10 ms frames, paced by its device or by a clock.
pub trait AudioSource: Send {
    /// Waits for the next frame, at most about 100 ms; `None` when there was none in that time.
    ///
    /// # Errors
    /// The source is gone for good: [`DeviceError`] says why. Further calls give the same error.
    fn next_frame(&mut self) -> Result<Option<Frame>, DeviceError>;
}

/// Opens the source. May take as long as the system takes to open a device.
pub(super) fn open(spec: &AudioSpec) -> Result<Box<dyn AudioSource>, DeviceError> {
    Ok(match spec {
        AudioSpec::Synthetic { seed } => Box::new(Tone::new(*seed)),
        AudioSpec::File(path) => Box::new(WavFile::open(path)?),
        AudioSpec::Device(id) => Box::new(Microphone::open(id.as_deref())?),
    })
}
