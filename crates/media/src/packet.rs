//! RTP without the parts that belong to a peer: sequence numbers, SSRC and payload type are the transport's.

use bytes::Bytes;
use std::time::Instant;

/// A payload that was packetized once and is sent to every peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpPayload {
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP marker: for video, the last packet of a picture.
    pub marker: bool,
    /// The payload with its descriptor.
    pub payload: Bytes,
}

/// A packet as it came from one peer's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRtp {
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP marker.
    pub marker: bool,
    /// The payload with its descriptor.
    pub payload: Bytes,
    /// When it arrived here.
    pub arrived: Instant,
}
