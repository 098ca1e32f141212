//! The call as a pure state machine, in which everybody sends to everybody: who is in the room, how each link is negotiated and repaired, what may
//! leave this machine and which layers are worth encoding.
//!
//! Nothing here does IO, reads a clock or spawns: [`Mesh::handle`] takes the time and one input, [`Mesh::poll`]
//! gives the effects, [`Mesh::next_timeout`] says when to come back. The driver obeys and decides nothing.

mod content;
mod crowd;
pub mod estimate;
mod hearing;
mod keyframes;
mod ladder;
mod latch;
mod layers;
mod link;
mod mesh;
pub mod pacing;
mod peer;
mod recovery;
mod safety;
mod sdp;
mod settling;
mod split;
pub mod uplink;

pub use content::{PerContent, content_of};
pub use ladder::{Ladder, LayerRates, Rung, SCREEN_LAYER, SLIDES_LAYER};
pub use latch::{Capture, Sending};
pub use layers::LayerHeights;
pub use mesh::Mesh;
pub use peer::{PeerState, PeerView};
pub use safety::{Ends, Fingerprint, SafetyView};

use consilium_model::{Content, Intent, PeerId, Secret};
use consilium_wire::room::{DescriptionKind, FromClient, FromServer, IceServer, Trouble};

/// What a packet takes on the wire beside its payload, in bytes: RTP with one extension, the tag of SRTP, UDP and IPv4.
pub const PACKET_OVERHEAD: u32 = 12 + 8 + 10 + 8 + 20;

/// One transport to one peer. A transport that was torn down is never reused: its successor has a new number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The room says something.
    Room(FromServer),
    /// The room's socket is lost; the seat is kept for a while.
    RoomLost,
    /// The user has moved a switch. The only input that changes the intent.
    Intent(Intent),
    /// The tile of a peer's camera or screen has this height now, in physical pixels; 0 when it is not seen.
    Wish {
        /// Whose tile.
        peer: PeerId,
        /// Of which of its streams.
        content: Content,
        /// Its height.
        height: u16,
    },
    /// What this participant suffers from at its own end, or nothing any more. The others are told.
    Trouble(Option<Trouble>),
    /// The camera's capture has turned out to have layers of these sizes, at these rates, from now on.
    Layers {
        /// As many as before.
        heights: LayerHeights,
        /// What the encoders are set to.
        rates: LayerRates,
    },
    /// The machine has other network addresses now, or woke up.
    NetworkChanged,
    /// A peer missed pictures on their way out and needs a key frame.
    KeyFrameWanted {
        /// Who.
        peer: PeerId,
        /// Of which stream.
        content: Content,
    },
    /// A transport reports. Reports of a transport that is gone are ignored.
    Link {
        /// To whom it leads.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
        /// What it reports.
        event: LinkEvent,
    },
    /// The time of [`Mesh::next_timeout`] has come.
    Timeout,
}

/// What a transport reports.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkEvent {
    /// A local description is made and in effect; the peer has to learn it.
    Described {
        /// Offer or answer.
        kind: DescriptionKind,
        /// The SDP.
        sdp: Secret,
    },
    /// The peer's description was refused, and nothing has changed.
    Rejected,
    /// The transport is beyond repair.
    Broken,
    /// A local candidate was found.
    Candidate(Candidate),
    /// The handshake has proved who is at the ends. Comes before [`Health::Connected`].
    Secured {
        /// The two certificates.
        ends: Ends,
        /// Random bytes for the safety words.
        seed: Secret<[u8; 32]>,
    },
    /// Packets can pass, or cannot.
    Health(Health),
    /// The peer asks for a key frame (PLI or FIR) of this stream.
    KeyFrameWanted(Content),
    /// The line carries so much, in bits per second.
    Carries(u32),
}

/// Whether packets can pass (the `connectionState` of W3C WebRTC, without the end).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Looking for a way.
    Connecting,
    /// They can.
    Connected,
    /// No sign of life for a moment.
    Disconnected,
    /// No way was found, or it is lost.
    Failed,
}

/// An ICE candidate (RFC 8839, section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The candidate line; empty at the end of candidates.
    pub line: Secret,
    /// The media section's `mid`.
    pub mid: Option<String>,
    /// The media section's index.
    pub index: Option<u16>,
}

/// How a transport may find its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IceConfig {
    /// STUN and TURN servers.
    pub servers: Vec<IceServer>,
    /// Through a relay only.
    pub relay_only: bool,
}

/// What the driver has to do, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Tell the room.
    Send(FromClient),
    /// Make a transport.
    Connect {
        /// To whom.
        peer: PeerId,
        /// Its number.
        link: LinkId,
        /// How it may find its way.
        ice: IceConfig,
    },
    /// Use other servers from the next ICE restart on.
    Configure {
        /// To whom.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
        /// The new configuration.
        ice: IceConfig,
    },
    /// Make an offer and put it in effect; report it as [`LinkEvent::Described`].
    CreateOffer {
        /// To whom.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
        /// With new ICE credentials (RFC 8445, section 9).
        ice_restart: bool,
    },
    /// Take back the local offer (RFC 9429, section 5.7).
    Rollback {
        /// To whom.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
    },
    /// Put the peer's description in effect; answer an offer and report the answer as [`LinkEvent::Described`].
    ApplyRemote {
        /// From whom.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
        /// Offer or answer.
        kind: DescriptionKind,
        /// The SDP.
        sdp: Secret,
    },
    /// Try the peer's candidate.
    AddCandidate {
        /// From whom.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
        /// The candidate.
        candidate: Candidate,
    },
    /// Close a transport. The peer gets nothing until the next [`Effect::Sending`].
    Close {
        /// To whom.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
    },
    /// What a peer gets from now on.
    Sending {
        /// Who.
        peer: PeerId,
        /// What.
        sending: Sending,
    },
    /// What is taken from a peer from now on; everything else that comes is dropped. Nothing before the first of
    /// these for a transport.
    Taking {
        /// From whom.
        peer: PeerId,
        /// Which transport.
        link: LinkId,
        /// What.
        taking: Intent,
    },
    /// There are too many in the call for cameras and screens, or no longer: nothing of the own ones leaves, whatever
    /// the intent says. False until the first.
    AudioOnly(bool),
    /// What is worth capturing and encoding from now on.
    Capture(Capture),
    /// The next picture of a layer has to be a key frame.
    KeyFrame {
        /// Which layer.
        layer: u8,
    },
    /// The others as they are now.
    Peers(Vec<PeerView>),
}
