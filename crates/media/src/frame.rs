//! Encoded media, as it passes between capture, network and sinks.

use bytes::Bytes;

/// One encoded picture (VP8, RFC 6386).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedVideo {
    /// Which layer of the capture: 0 is the largest, each further one half as wide and high.
    pub layer: u8,
    /// Decodable by itself.
    pub key: bool,
    /// Temporal layer (RFC 7741 `TID`): pictures above 0 may be dropped without harm to the others.
    pub temporal: u8,
    /// Nothing after it depends on a picture before it within its temporal layer (RFC 7741 `Y`).
    pub layer_sync: bool,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Capture time on the 90 kHz RTP clock. The same for every layer of one capture.
    pub rtp_timestamp: u32,
    /// The VP8 frame.
    pub data: Bytes,
}

/// One encoded stretch of sound (Opus, RFC 6716; 20 ms, 48 kHz).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedAudio {
    /// Capture time on the 48 kHz RTP clock.
    pub rtp_timestamp: u32,
    /// Loudness in -dBov, 0 (loudest) to 127 (silence), as in RFC 6464.
    pub level: u8,
    /// The Opus packet.
    pub data: Bytes,
}
