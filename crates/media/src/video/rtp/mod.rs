//! VP8 in RTP payloads (RFC 7741).
//!
//! A picture is packetized once ([`Packetizer`]) and sent to every peer. A peer that is switched between layers needs
//! picture ids without jumps: [`PayloadRewriter`] gives it its own. Sequence numbers, SSRC and payload type belong to
//! the transport.

mod descriptor;
mod packetizer;
mod rewriter;

pub use descriptor::{Descriptor, PayloadError, PictureId, TemporalInfo, depacketize};
pub use packetizer::{MAX_PAYLOAD, Packetizer};
pub use rewriter::PayloadRewriter;
