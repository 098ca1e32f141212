//! Takes the callbacks of a peer connection. They run on the connection's own task, so nothing here ever waits.

use crate::core::{Candidate, Health};
use async_trait::async_trait;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    PeerConnectionEventHandler, RTCIceGatheringState, RTCPeerConnectionIceEvent, RTCPeerConnectionState,
};

/// Candidates and tracks that wait; a machine with more interfaces than this loses the last of them.
pub(super) const NEWS: usize = 128;

/// What a peer connection found.
pub(super) enum News {
    Candidate(Candidate),
    Track(Arc<dyn TrackRemote>),
}

pub(super) struct Handler {
    pub(super) news: mpsc::Sender<News>,
    pub(super) health: watch::Sender<Health>,
}

impl Handler {
    fn tell(&self, news: News) {
        if self.news.try_send(news).is_err() {
            tracing::debug!("a candidate or track came too late or was one too many");
        }
    }

    /// All sections are bundled, so the first one stands for all (RFC 9143); a `mid` would have to be the right one.
    fn candidate(&self, line: String) {
        self.tell(News::Candidate(Candidate { line: line.into(), mid: None, index: Some(0) }));
    }
}

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        if let Ok(candidate) = event.candidate.to_json() {
            self.candidate(candidate.candidate);
        }
    }

    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            self.candidate(String::new());
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let health = match state {
            RTCPeerConnectionState::Connected => Health::Connected,
            RTCPeerConnectionState::Disconnected => Health::Disconnected,
            RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => Health::Failed,
            _ => Health::Connecting,
        };
        self.health.send_replace(health);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        self.tell(News::Track(track));
    }
}

/// The address of a candidate (RFC 8839, section 5.1) is one that nobody else can reach. The socket that talks to the
/// bridges has such an address.
pub(super) fn is_loopback(candidate: &str) -> bool {
    let address = candidate.split_ascii_whitespace().nth(4).map(str::parse::<IpAddr>);
    matches!(address, Some(Ok(address)) if address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_itself_counts() {
        assert!(is_loopback("candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host"));
        assert!(is_loopback("a=candidate:1 1 udp 2130706431 ::1 5000 typ host"));
        assert!(!is_loopback(
            "candidate:1 1 udp 16777215 192.0.2.7 5000 typ relay raddr 127.0.0.1 rport 4000"
        ));
        assert!(!is_loopback(""));
    }
}
