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
        rights: rights(),
    }
}

pub fn rights() -> Rights {
    Rights::GUEST
}

pub fn welcome(you: &str, peers: Vec<Peer>, resumed: bool, status: Status) -> FromServer {
    FromServer::Welcome {
        you: PeerId::from(you),
        resume: "resume-key".into(),
        resumed,
        peers,
        ice_servers: Vec::new(),
        rights: rights(),
        policy: Policy { max_participants: 16, max_with_video: 8, relay_only: false, phone: None },
        status,
    }
}

/// A welcome to a room in which nobody is seen with more than so many.
pub fn with_video_up_to(most: u32, mut welcome: FromServer) -> FromServer {
    if let FromServer::Welcome { policy, .. } = &mut welcome {
        policy.max_with_video = most;
    }
    welcome
}

/// A description of the transport of that name; `version` tells two of one transport apart. The certificate is the same
/// in all of them, as it is in all transports of a participant. It has a place
/// for sound, camera and screen.
pub fn sdp(name: &str, version: u64) -> String {
    let section = |kind: &str, mid: u8| {
        format!("m={kind} 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{mid}\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n")
    };
    format!(
        "v=0\r\no=- {name} {version} IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AB:CD\r\n{}{}{}",
        section("audio", 0),
        section("video", 1),
        section("video", 2)
    )
}
