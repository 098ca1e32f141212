//! Room messages with made-up people.

use consilium_model::{MediaState, PeerId, Role, Status};
use consilium_wire::room::{FromServer, Peer, Policy, Rights};

pub fn peer(id: &str) -> Peer {
    Peer {
        id: id.into(),
        name: "Anna Example".into(),
        role: Role::Client,
        user: None,
        media: MediaState::default(),
        away: false,
    }
}

pub fn rights() -> Rights {
    Rights { audio: true, video: true, screen: false, admit: false }
}

pub fn welcome(you: &str, peers: Vec<Peer>, resumed: bool, status: Status) -> FromServer {
    FromServer::Welcome {
        you: PeerId::from(you),
        resume: "resume-key".into(),
        resumed,
        peers,
        ice_servers: Vec::new(),
        rights: rights(),
        policy: Policy { max_participants: 8, relay_only: false, phone: None },
        status,
    }
}

/// A description that names its transport by `fingerprint`; `version` tells two of one transport apart.
pub fn sdp(fingerprint: &str, version: u64) -> String {
    format!(
        "v=0\r\no=- 1 {version} IN IP4 0.0.0.0\r\na=fingerprint:sha-256 {fingerprint}\r\n\
         m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n"
    )
}
