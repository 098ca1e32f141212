//! The call of a visit: room socket, mesh, devices, playback and the sink of frames, run by one task.
//!
//! The Controller holds a [`CallSession`]: it sends commands and reads one [`Snapshot`]. Frames and sound never pass
//! through it.

mod capture;
mod device;
mod handle;
mod playback;
mod session;
mod sink;
mod snapshot;
mod streak;
mod streams;

pub(crate) use handle::{CallSession, Entrance};
pub(crate) use snapshot::CallNews;
