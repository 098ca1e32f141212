//! What capture and playback devices have in common.

/// A device to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Stable while the device is plugged in; `synthetic` for the built-in test picture or tone.
    pub id: String,
    /// The system's name for it; `None` for the synthetic one.
    pub name: Option<String>,
}

/// Why a device gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// There is no such device, or none at all.
    #[error("no such device")]
    Missing,
    /// Another program uses it.
    #[error("the device is in use")]
    InUse,
    /// The system does not allow it.
    #[error("the system does not allow the device")]
    NotAllowed,
    /// A media file could not be read.
    #[error("the media file cannot be read")]
    BadFile,
    /// The device failed; the detail is the system's.
    #[error("the device failed: {0}")]
    Failed(String),
}
