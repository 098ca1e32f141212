//! The end of a frame's path towards a peer. One real end so far: `rtc`, a WebRTC peer connection.

use crate::core::estimate::PacketReport;
use crate::core::{Candidate, Ends, Health, IceConfig};
use async_trait::async_trait;
use consilium_media::{ReceivedRtp, RtpPayload};
use consilium_model::{Content, Secret};
use consilium_wire::room::DescriptionKind;
use std::time::Duration;

/// Which of the three streams, and what of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Audio,
    Pictures(Content),
    /// Packets of a stream of pictures without a picture.
    Padding(Content),
}

/// Why a transport did not do as it was told. Never carries the description: it is not for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TransportError {
    /// The peer's description was refused and nothing has changed.
    #[error("the description was refused")]
    Rejected,
    /// The transport is beyond repair.
    #[error("the transport is broken")]
    Broken,
}

/// What a transport reports.
#[derive(Debug)]
pub(super) enum TransportEvent {
    Candidate(Candidate),
    Health(Health),
    Packet(Stream, ReceivedRtp),
    /// The peer asks for a key frame (RFC 4585, section 6.3.1; RFC 5104, section 4.3.1).
    KeyFrameWanted(Content),
    /// The peer says what has arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    Feedback(Vec<PacketReport>),
    /// It has stopped by itself.
    Stopped,
}

/// What is asked of the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// These packets again (RFC 4585, section 6.2.1).
    Packets(Vec<u16>),
    /// A key frame (RFC 4585, section 6.3.1).
    KeyFrame,
}

/// A way to one peer: sound, camera and screen in both directions from the start, so that no switch renegotiates.
#[async_trait]
pub(super) trait Transport: Send {
    /// Makes an offer and puts it in effect.
    async fn offer(&mut self, ice_restart: bool) -> Result<Secret, TransportError>;

    /// Takes back the local offer.
    async fn rollback(&mut self) -> Result<(), TransportError>;

    /// Puts the peer's description in effect, and for an offer gives the answer, in effect too.
    async fn apply(&mut self, kind: DescriptionKind, sdp: Secret) -> Result<Option<Secret>, TransportError>;

    /// Tries a way. A candidate that cannot be read is left out.
    async fn add_candidate(&mut self, candidate: Candidate);

    /// Uses other servers from the next ICE restart on.
    async fn configure(&mut self, ice: &IceConfig);

    /// Sends one packet. What cannot be sent is lost, as on any network.
    async fn send(&mut self, stream: Stream, payload: RtpPayload);

    /// Sends one packet of padding.
    async fn pad(&mut self, content: Content);

    /// Asks the peer for something of one of its streams.
    async fn request(&mut self, content: Content, request: Request);

    /// Who is at the ends, once the handshake has proved it.
    async fn ends(&mut self) -> Option<Ends>;

    /// The last measured round trip.
    async fn rtt(&mut self) -> Option<Duration>;

    /// What comes next. Dropping the future loses nothing.
    async fn next(&mut self) -> TransportEvent;

    /// Closes it and waits for its sockets.
    async fn close(self: Box<Self>);
}
