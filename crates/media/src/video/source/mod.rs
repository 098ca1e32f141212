//! Where pictures come from: a camera, a file, a screen, or a test picture. All are real sources behind one trait.

mod camera;
mod convert;
mod pace;
mod pattern;
mod screen;
mod y4m;

pub use camera::{Camera, cameras};
pub use pattern::Pattern;
pub use screen::{Desktop, SCREEN_LIMIT, ScreenInfo, ScreenSpec};
pub use y4m::Y4mFile;

use super::picture::{VideoFrame, VideoSize};
use crate::DeviceError;
use std::path::PathBuf;

/// Gives pictures at its own pace.
pub trait VideoSource: Send {
    /// The size of every picture it gives; of a screen, the size of the next one.
    fn size(&self) -> VideoSize;

    /// Waits for the next picture; belongs on a thread of its own. After an error the source is over.
    fn next_frame(&mut self) -> Result<VideoFrame, DeviceError>;
}

/// Which source to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoSpec {
    /// The moving test picture with the frame clock.
    Synthetic {
        /// Gives the picture its colours, so that participants differ.
        seed: u64,
    },
    /// A YUV4MPEG2 file, played in a loop.
    File(PathBuf),
    /// A camera by its [`DeviceInfo::id`](crate::DeviceInfo); the system's first one for `None`.
    Device(Option<String>),
}

impl VideoSpec {
    /// Opens the source. A device gives the nearest size it has, a file its own size and rate. May take seconds for
    /// a device.
    pub fn open(&self, size: VideoSize, fps: u32) -> Result<Box<dyn VideoSource>, DeviceError> {
        Ok(match self {
            Self::Synthetic { seed } => Box::new(Pattern::new(size, fps, *seed)),
            Self::File(path) => Box::new(Y4mFile::open(path)?),
            Self::Device(id) => Box::new(Camera::open(id.as_deref(), size, fps)?),
        })
    }
}
