//! The call, in which everybody sends to everybody.
//!
//! [`core`] decides: who is in, how links are negotiated and repaired, what may leave. The driver carries it out
//! over a transport and forwards media: a frame is packetized once, however many peers get it. This crate opens
//! no device, encodes and decodes nothing, and never logs a description, a candidate or an address.

pub mod core;
mod driver;

pub use core::{Capture, Fingerprint, LayerHeights, LayerRates, PeerState, PeerView, Rung, SafetyView};
pub use driver::{
    Call, CallConfig, CallEvent, CallStats, Certificate, CertificateError, PeerStats, RelayError,
    probe_relay, start,
};

/// Log targets of the WebRTC stack, which writes addresses and candidates at several levels. A program that collects
/// logs of the `log` crate has to switch these off.
pub const QUIET_LOG_TARGETS: [&str; 14] = [
    "webrtc",
    "rtc",
    "rtc_ice",
    "rtc_dtls",
    "rtc_stun",
    "rtc_turn",
    "rtc_mdns",
    "rtc_srtp",
    "rtc_sctp",
    "rtc_sdp",
    "rtc_rtp",
    "rtc_rtcp",
    "rtc_interceptor",
    "rtc_shared",
];
