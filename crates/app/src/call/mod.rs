//! The call of a visit: room socket, connections, devices, playback and the sink of frames, run by one task.
//!
//! The Controller holds a [`CallSession`]: it sends commands and reads one [`Snapshot`]. Frames and sound never pass
//! through it.

mod capture;
mod check;
mod details;
mod device;
mod handle;
mod phone;
mod playback;
mod processor;
mod quality;
mod resolution;
mod session;
mod share;
mod sink;
mod snapshot;
mod speaker;
mod streak;
mod streams;
mod tally;
mod trust;
mod vitals;

pub(crate) use check::{CheckEntrance, CheckSession, Found, Line as CheckLine};
pub(crate) use handle::{CallSession, Entrance, ShareStep};
pub(crate) use snapshot::CallNews;
