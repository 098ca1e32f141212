//! `/room/v1`: the room protocol. Ours. WebSocket, one JSON object a text frame, told apart by `type`.
//!
//! A client opens the socket and sends [`FromClient::Hello`]. The server answers [`FromServer::Welcome`], or
//! [`FromServer::Lobby`] while somebody has to admit it first, or [`FromServer::Error`] and closes. Signals are
//! relayed unread between the peers of a room. A lost socket keeps its seat for [`SEAT_SECONDS`]; `hello` with the
//! `resume` key of the welcome takes the seat again, and nobody sees a leave.
//!
//! Whoever is in the lobby sends [`FromClient::Knock`] after every [`FromServer::Lobby`], also after a loss: its place in
//! the queue is kept for the same time and taken again by whoever has the token. Nothing of its media or signals goes
//! anywhere. After every welcome those who may admit hear each [`FromServer::Knocking`] that holds; one that is not told
//! again is over. `docs/room.md` tells the whole of it.
//!
//! Unknown types are ignored by both sides ([`decode`] answers `Ok(None)`). A message that is too large or is not
//! of the protocol closes that socket with a reason and hurts nobody else.

mod lobby;
mod rights;

pub use lobby::{Check, MAX_NOTE, Readiness, Waits, has_lobby};
pub use rights::Rights;

use consilium_model::{Content, MediaState, PeerId, Role, Secret, Status, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version in [`FromClient::Hello`].
pub const PROTOCOL: u32 = 1;
/// The largest message, in bytes. A session description has a tenth of it, and a welcome with a full room a fifth.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// How long the seat of a lost socket is kept, in seconds.
pub const SEAT_SECONDS: u64 = 60;
/// So many have a seat in a room at once: as many as everybody's line carries the sound of, sent to each of the others.
pub const MAX_PARTICIPANTS: usize = 16;
/// So many of them are seen; see [`Policy::max_with_video`].
pub const MAX_WITH_VIDEO: u32 = 8;

/// What a participant sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromClient {
    /// First message on every socket.
    Hello {
        /// [`PROTOCOL`].
        protocol: u32,
        /// The conference token.
        token: Secret,
        /// The key of an earlier welcome, to take that seat again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<Secret>,
    },
    /// Asks those inside to be let in. Again while it waits: what its check has found meanwhile.
    Knock {
        /// How ready it is.
        #[serde(default)]
        ready: Readiness,
    },
    /// Whoever waits steps away from its screen, or is back.
    StepAway {
        /// It is away.
        on: bool,
    },
    /// Rings for somebody who waits and has stepped away.
    Ring {
        /// Who.
        peer: PeerId,
    },
    /// A word to somebody who waits.
    Note {
        /// Who.
        peer: PeerId,
        /// At most [`MAX_NOTE`] characters.
        text: Secret,
    },
    /// Lets a knocking participant in.
    Admit {
        /// Who.
        peer: PeerId,
    },
    /// Turns a knocking participant away.
    Deny {
        /// Who.
        peer: PeerId,
        /// Words for them, at most [`MAX_NOTE`] characters.
        #[serde(default)]
        reason: Option<Secret>,
    },
    /// To one peer, relayed unread.
    Signal {
        /// The receiver.
        to: PeerId,
        /// What it is told.
        #[serde(flatten)]
        signal: Signal,
    },
    /// What this participant sends from now on.
    Media(MediaState),
    /// Asks the specialists for something.
    Ask {
        /// What.
        ask: Ask,
    },
    /// Leaves for good; the seat is given up at once.
    Bye,
}

/// What the server sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromServer {
    /// The participant is in.
    Welcome {
        /// Its own seat.
        you: PeerId,
        /// Takes the seat again after a lost socket.
        resume: Secret,
        /// True when an earlier seat was taken again.
        #[serde(default)]
        resumed: bool,
        /// Everyone else in the room.
        peers: Vec<Peer>,
        /// Where to find a way through NATs.
        ice_servers: Vec<IceServer>,
        /// What it may do.
        rights: Rights,
        /// What the clinic demands.
        policy: Policy,
        /// Where the conference stands.
        status: Status,
    },
    /// The participant may knock and has to wait.
    Lobby {
        /// Its own seat.
        you: PeerId,
        /// To try the way to the clinic's relay while there is time.
        #[serde(default)]
        ice_servers: Vec<IceServer>,
    },
    /// Where whoever waits stands; again when it changes.
    Waiting {
        /// Its place in the queue, from 1.
        position: u32,
        /// Until its turn, as far as the running visits' clocks tell, in seconds.
        #[serde(default)]
        estimate_seconds: Option<u32>,
    },
    /// Those inside ring for whoever has stepped away.
    Rung,
    /// A word from inside to whoever waits.
    Note {
        /// The word.
        text: Secret,
    },
    /// Somebody asks to be let in; again when what is known of it changes. Only those who may admit hear it.
    Knocking {
        /// Who.
        peer: Peer,
        /// For how long, and how ready it is.
        #[serde(default)]
        waits: Waits,
    },
    /// Somebody no longer asks: let in, denied, or gone.
    KnockOver {
        /// Who.
        peer: PeerId,
    },
    /// Not let in.
    Denied {
        /// Words from the one who denied.
        #[serde(default)]
        reason: Option<Secret>,
    },
    /// Somebody came in.
    PeerJoined {
        /// Who.
        peer: Peer,
    },
    /// Somebody left for good.
    PeerLeft {
        /// Who.
        peer: PeerId,
    },
    /// Somebody's socket is lost; the seat is kept.
    PeerAway {
        /// Who.
        peer: PeerId,
    },
    /// Somebody took the seat again.
    PeerBack {
        /// Who.
        peer: PeerId,
    },
    /// From one peer.
    Signal {
        /// The sender.
        from: PeerId,
        /// What it tells.
        #[serde(flatten)]
        signal: Signal,
    },
    /// What a peer sends from now on.
    Media {
        /// Who.
        from: PeerId,
        /// What.
        #[serde(flatten)]
        media: MediaState,
    },
    /// A participant asks; only specialists hear it.
    Asked {
        /// Who.
        from: PeerId,
        /// What.
        ask: Ask,
    },
    /// The conference has a new status.
    Status {
        /// The status now.
        status: Status,
    },
    /// The conversation goes on elsewhere.
    Moved {
        /// Where to.
        to: Topology,
    },
    /// Something was refused. When `fatal`, the socket closes.
    Error {
        /// Why.
        code: RoomError,
        /// The socket closes.
        #[serde(default)]
        fatal: bool,
    },
}

/// What a participant may ask the specialists for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// A longer visit.
    MoreTime,
}

/// What two peers tell each other. The server does not read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// A session description.
    Description {
        /// Offer or answer.
        kind: DescriptionKind,
        /// The SDP.
        sdp: Secret,
    },
    /// An ICE candidate, as soon as it is known (trickle, RFC 8838).
    Candidate {
        /// The candidate line; empty at the end of candidates.
        candidate: Secret,
        /// The media section's `mid`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp_mid: Option<String>,
        /// The media section's index.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp_m_line_index: Option<u16>,
    },
    /// Which picture the sender of this message wants to receive.
    Wish {
        /// The tile's height in physical pixels; 0 when it is not seen.
        height: u16,
        /// Of which of the receiver's streams.
        #[serde(default)]
        content: Content,
    },
    /// What the sender of this message suffers from at its own end.
    Trouble {
        /// What; nothing any more when it is missing.
        #[serde(default)]
        cause: Option<Trouble>,
    },
    /// Binds the sender to its number for the safety words before it has seen the receiver's (as in RFC 6189, section
    /// 4.4.1.1): SHA-256 over its certificate's fingerprint and the number, in hex. The one with the smaller seat begins;
    /// the other's hash is also over the hash that it answers.
    Commit {
        /// The hash.
        hash: Secret,
    },
    /// The number itself, once both sides are bound: first of the one that answers.
    Reveal {
        /// 16 bytes, in hex.
        nonce: Secret,
    },
}

/// What makes somebody's picture or sound worse, at its own end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Its line to the clinic and to everybody is slow or loses much.
    Network,
    /// Its processor does not keep up.
    Processor,
    /// Its camera or microphone gives nothing.
    Device,
}

/// Offer or answer (RFC 8829).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DescriptionKind {
    /// Proposes.
    Offer,
    /// Agrees.
    Answer,
}

/// A participant as the others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// The seat.
    pub id: PeerId,
    /// The name to show.
    pub name: Secret,
    /// The role in the visit.
    pub role: Role,
    /// Who it is in every call of this server; missing with a server that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// What it sends.
    #[serde(default)]
    pub media: MediaState,
    /// The socket is lost at the moment.
    #[serde(default)]
    pub away: bool,
    /// What it may do: the others neither send it nor take from it what it has no right to.
    #[serde(default)]
    pub rights: Rights,
}

/// A STUN or TURN server (RFC 8489, RFC 8656).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// `stun:`, `turn:` or `turns:` URLs.
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Secret>,
    /// For TURN; short-lived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Secret>,
}

/// What the clinic demands of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// At most so many participants.
    pub max_participants: u32,
    /// While more than so many have a seat, nobody sends a camera or a screen: sound alone. [`MAX_WITH_VIDEO`] with a
    /// server that does not say.
    #[serde(default = "max_with_video")]
    pub max_with_video: u32,
    /// Media goes through a relay only, so that participants do not learn each other's addresses.
    #[serde(default)]
    pub relay_only: bool,
    /// The clinic's telephone number, for those whose line carries no call; as it is written for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

const fn max_with_video() -> u32 {
    MAX_WITH_VIDEO
}

/// How media flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topology {
    /// Between the participants.
    Mesh,
    /// Through a media server.
    Sfu,
}

/// Why the room refused something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomError {
    /// Not of the protocol, or of another version.
    BadMessage,
    /// Larger than [`MAX_MESSAGE`].
    TooLarge,
    /// Sent too many messages.
    TooFast,
    /// The token is unknown or its time is over.
    BadToken,
    /// The conference is not in a status in which the room is open to this user.
    NotJoined,
    /// The room is full.
    Full,
    /// The same user came in from another place and took the seat.
    Replaced,
    /// The conference is over.
    Ended,
    /// The receiver of a signal is not in the room.
    UnknownPeer,
    /// The participant has no right to do this.
    NotAllowed,
}

/// Why a frame could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Larger than [`MAX_MESSAGE`].
    #[error("the message is too large")]
    TooLarge,
    /// Not JSON, or a known type with wrong fields.
    #[error("the message is not of the room protocol")]
    BadMessage,
}

/// Reads one text frame. `Ok(None)` is a message of a type that this version does not know.
pub fn decode<T: DeserializeOwned + KnownTypes>(text: &str) -> Result<Option<T>, DecodeError> {
    if text.len() > MAX_MESSAGE {
        return Err(DecodeError::TooLarge);
    }
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| DecodeError::BadMessage)?;
    let kind = value.get("type").and_then(serde_json::Value::as_str).ok_or(DecodeError::BadMessage)?;
    if !T::TYPES.contains(&kind) {
        return Ok(None);
    }
    serde_json::from_value(value).map(Some).map_err(|_| DecodeError::BadMessage)
}

/// Writes one text frame.
pub fn encode<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).expect("room messages have string keys only")
}

/// The values of `type` that a side understands.
pub trait KnownTypes {
    /// In the order of the enum.
    const TYPES: &'static [&'static str];
}

impl KnownTypes for FromClient {
    const TYPES: &'static [&'static str] =
        &["hello", "knock", "step_away", "ring", "note", "admit", "deny", "signal", "media", "ask", "bye"];
}

impl KnownTypes for FromServer {
    const TYPES: &'static [&'static str] = &[
        "welcome",
        "lobby",
        "waiting",
        "rung",
        "note",
        "knocking",
        "knock_over",
        "denied",
        "peer_joined",
        "peer_left",
        "peer_away",
        "peer_back",
        "signal",
        "media",
        "asked",
        "status",
        "moved",
        "error",
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_signal_is_flat_on_the_wire() {
        let text = r#"{"type":"signal","to":"p1","description":{"kind":"offer","sdp":"v=0"}}"#;
        let message: FromClient = decode(text).unwrap().unwrap();
        let signal = Signal::Description { kind: DescriptionKind::Offer, sdp: "v=0".into() };
        assert_eq!(message, FromClient::Signal { to: "p1".into(), signal });
        assert_eq!(encode(&message), text);
    }

    #[test]
    fn a_policy_that_does_not_say_shows_eight() {
        let policy: Policy = serde_json::from_str(r#"{"max_participants":8}"#).unwrap();
        assert_eq!(policy.max_with_video, 8);
        let told = Policy { max_with_video: 4, ..policy };
        assert_eq!(serde_json::from_str::<Policy>(&serde_json::to_string(&told).unwrap()).unwrap(), told);
    }

    #[test]
    fn an_unknown_type_is_ignored_and_a_broken_one_is_not() {
        assert_eq!(decode::<FromServer>(r#"{"type":"weather"}"#), Ok(None));
        assert_eq!(decode::<FromServer>(r#"{"type":"peer_left"}"#), Err(DecodeError::BadMessage));
        assert_eq!(decode::<FromServer>("[]"), Err(DecodeError::BadMessage));
        assert_eq!(decode::<FromServer>(&" ".repeat(MAX_MESSAGE + 1)), Err(DecodeError::TooLarge));
    }

    #[test]
    fn debug_shows_neither_token_nor_sdp() {
        let hello =
            FromClient::Hello { protocol: PROTOCOL, token: "tok-1".into(), resume: Some("res-1".into()) };
        let signal = Signal::Description { kind: DescriptionKind::Answer, sdp: "v=0 a=secret".into() };
        let text = format!("{hello:?} {signal:?}");
        assert!(!text.contains("tok-1") && !text.contains("res-1") && !text.contains("a=secret"), "{text}");
    }

    proptest! {
        #[test]
        fn decoding_never_panics(text in "\\PC{0,300}") {
            let _ = decode::<FromClient>(&text);
            let _ = decode::<FromServer>(&text);
        }
    }
}
