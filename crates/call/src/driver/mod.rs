//! Carries out what the core decides.
//!
//! One task per call owns the core; one task per peer owns a transport and its stream of media. Every task has an
//! owner, is cancelled with a token and is waited for. Frames pass by the core: [`Call::video`] packetizes once and
//! puts the packets into each peer's bounded queue.

mod call;
mod event;
mod fanout;
mod gate;
mod lane;
mod link;
mod losses;
mod network;
mod outbox;
mod probe;
mod rtc;
mod sender;
mod stats;
mod task;
mod transport;

pub use call::{Call, CallConfig, start};
pub use event::CallEvent;
pub use probe::{RelayError, probe_relay};
pub use rtc::{Certificate, CertificateError};
pub use stats::{CallStats, PeerStats};
