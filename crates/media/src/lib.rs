//! Devices, capture, codecs, echo cancellation, mixing, jitter buffers, frames for the window, synthetic sources.
//!
//! Every path a frame takes is a trait with two real ends: a source is a device or synthetic, a sink is the
//! window, the native decoder or a file. This crate opens devices and loopback sockets; it never talks to another
//! machine and knows neither rooms nor peers.

pub mod audio;
mod device;
mod frame;
pub mod lip_sync;
mod packet;
pub mod video;

pub use device::{DeviceError, DeviceInfo};
pub use frame::{EncodedAudio, EncodedVideo};
pub use packet::{ReceivedRtp, RtpPayload};
