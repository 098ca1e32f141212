//! The transport over WebRTC (`webrtc` and `rtc` 0.21.1, pinned: minor versions break).
//!
//! What is known of that version and kept to here: NACKs and key-frame requests for what is received come from our
//! own receiver, not from the built-in generator, and RTX is left out; pacing and the estimate of the line are ours
//! ([`crate::core::uplink`]), because the built-in pacer lets latency grow without bound; mDNS stays off, because it fails without a default route and a connection
//! between a native participant and a browser does not need it (the browser finds our addresses, we find its
//! address from its checks); TURN over TCP and TLS is not there, but in [`turn`]; a local offer is
//! rolled back explicitly. Its own logs carry addresses: see [`crate::QUIET_LOG_TARGETS`].

mod border;
mod certificate;
mod connect;
mod feedback;
mod handler;
mod repeats;
mod transport;
mod turn;

pub use certificate::{Certificate, CertificateError};
pub(super) use connect::{RtcConfig, connect};
pub(super) use turn::Trust;
