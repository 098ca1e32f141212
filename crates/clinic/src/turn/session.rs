//! One client of the TURN server, from its first message until its relay is closed.
//!
//! Each has a protocol machine of its own: it knows one client and one credential, so what a client can fill up is
//! its own, and all of it goes when the client goes.

use super::door::Shared;
use super::line::{Gone, Line};
use super::relay::Relay;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;
use turn_server_proto::api::{SocketAllocateError, TcpConnectError, TurnServerApi, TurnServerPollRet};
use turn_server_proto::server::TurnServer;
use turn_server_proto::stun::Instant as ProtoInstant;
use turn_server_proto::stun::agent::Transmit;
use turn_server_proto::types::AddressFamily;
use turn_server_proto::types::attribute::XorPeerAddress;
use turn_server_proto::types::message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, REFRESH, SEND};
use turn_server_proto::types::prelude::DelayedTransmitBuild;
use turn_server_proto::types::stun::TransportType;
use turn_server_proto::types::stun::attribute::Username;
use turn_server_proto::types::stun::message::{BINDING, Message};
use turn_server_proto::types::stun::prelude::{Attribute, AttributeFromRaw, AttributeStaticType};

/// What the server calls itself to those who sign in.
pub(super) const REALM: &str = "consilium";
/// A client has so long to show a credential.
const GREETING: Duration = Duration::from_secs(10);
/// So many credentials may be tried on one line.
const NAMES: usize = 4;
/// So many peers' addresses may be asked for; a call of sixteen with many interfaces has less.
const PEERS: usize = 256;
/// What one relay carries in both directions together, in bytes: a burst, and each second in the long run.
const BURST: f64 = 2_000_000.0;
const PER_SECOND: f64 = 2_000_000.0;

/// One client.
pub(super) struct Session {
    turn: TurnServer,
    line: Line,
    client: SocketAddr,
    shared: Arc<Shared>,
    started: Instant,
    /// The session ends then whatever happens: the greeting is over, or the credential.
    until: Instant,
    names: HashSet<String>,
    peers: HashSet<SocketAddr>,
    /// The credential of the newest message, not yet proven by it, and until when it is good.
    shown: Option<(String, Instant)>,
    relay: Option<Relay>,
    allowance: Allowance,
    /// Strangers are few; whoever has a relay is none.
    stranger: Option<OwnedSemaphorePermit>,
}

enum Event {
    Client(Vec<u8>),
    Peer(SocketAddr, Vec<u8>),
    Time,
}

impl Session {
    pub(super) fn new(
        line: Line,
        client: SocketAddr,
        shared: Arc<Shared>,
        stranger: OwnedSemaphorePermit,
    ) -> Self {
        let started = Instant::now();
        Self {
            // Lines hand over whole messages, so all of them are like UDP to the protocol.
            turn: TurnServer::new(TransportType::Udp, shared.local, REALM.to_owned()),
            line,
            client,
            shared,
            started,
            until: started + GREETING,
            names: HashSet::new(),
            peers: HashSet::new(),
            shown: None,
            relay: None,
            allowance: Allowance { bytes: BURST, at: started },
            stranger: Some(stranger),
        }
    }

    /// Serves the client until it is gone, its relay is closed, its time is over or the server stops.
    pub(super) async fn run(mut self) {
        let stop = self.shared.stop.clone();
        let mut wake = self.until;
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => return,
                message = self.line.receive() => match message {
                    Ok(message) => Event::Client(message),
                    Err(Gone) => return,
                },
                (peer, datagram) = heard(&mut self.relay) => Event::Peer(peer, datagram),
                () = tokio::time::sleep_until(wake.into()) => Event::Time,
            };
            if self.take(event).await.is_err() {
                return;
            }
            match self.settle().await {
                Ok(next) if Instant::now() < self.until => wake = next.min(self.until),
                Ok(_) | Err(Gone) => return,
            }
        }
    }

    async fn take(&mut self, event: Event) -> Result<(), Gone> {
        let (from, to, data) = match event {
            Event::Client(message) if self.admits(&message) => (self.client, self.shared.local, message),
            Event::Peer(peer, datagram) => match &self.relay {
                Some(relay) => (peer, relay.address(), datagram),
                None => return Ok(()),
            },
            Event::Client(_) | Event::Time => return Ok(()),
        };
        if self.relay.is_some() && !self.allowance.take(data.len(), Instant::now()) {
            return Ok(());
        }
        let now = self.now();
        let Some(answer) = self.turn.recv(Transmit::new(data, TransportType::Udp, from, to), now) else {
            return Ok(());
        };
        let (from, to, data) = (answer.from, answer.to, answer.data.build());
        match &mut self.relay {
            Some(relay) if from == relay.address() => {
                relay.send(to, data).await;
                Ok(())
            }
            _ => self.line.send(data).await,
        }
    }

    /// Does what the protocol wants done; answers when it wants to be asked again.
    async fn settle(&mut self) -> Result<Instant, Gone> {
        loop {
            let now = self.now();
            while let Some(message) = self.turn.poll_transmit(now) {
                self.line.send(message.data).await?;
            }
            match self.turn.poll(now) {
                TurnServerPollRet::WaitUntil(at) => return Ok(at.to_std(self.started)),
                TurnServerPollRet::AllocateSocket { family, allocation_transport, .. } => {
                    self.allocate(family, allocation_transport).await;
                }
                // Relays are for datagrams.
                TurnServerPollRet::TcpConnect { relayed_addr, peer_addr, listen_addr, client_addr } => {
                    let refusal = Err(TcpConnectError::Forbidden);
                    self.turn.tcp_connected(relayed_addr, peer_addr, listen_addr, client_addr, refusal, now);
                }
                TurnServerPollRet::TcpClose { .. } => {}
                // What the client is told of it has been sent.
                TurnServerPollRet::SocketClose { .. } => return Err(Gone),
            }
        }
    }

    async fn allocate(&mut self, family: AddressFamily, transport: TransportType) {
        let outcome = self.open(family, transport).await;
        let (local, client, now) = (self.shared.local, self.client, self.now());
        self.turn.allocated_socket(TransportType::Udp, local, client, transport, family, outcome, now);
    }

    async fn open(
        &mut self,
        family: AddressFamily,
        transport: TransportType,
    ) -> Result<SocketAddr, SocketAllocateError> {
        let is_v4 = self.shared.relays.public().is_ipv4();
        if transport != TransportType::Udp || (family == AddressFamily::IPV4) != is_v4 {
            return Err(SocketAllocateError::AddressFamilyNotSupported);
        }
        // The protocol asks only for whoever has proven the credential with the newest message.
        let (name, until) = self.shown.clone().ok_or(SocketAllocateError::InsufficientCapacity)?;
        let relay = self.shared.relays.open(&name).await;
        let relay = relay.map_err(|_| SocketAllocateError::InsufficientCapacity)?;
        let address = relay.address();
        (self.relay, self.until, self.stranger) = (Some(relay), until, None);
        Ok(address)
    }

    /// Whether the protocol shall hear a message. Makes it know the credential, if that is good now.
    fn admits(&mut self, message: &[u8]) -> bool {
        let Ok(message) = Message::from_bytes(message) else {
            // ChannelData means nothing before there is a relay.
            return self.relay.is_some();
        };
        match message.method() {
            SEND => true,
            BINDING | ALLOCATE | REFRESH => {
                self.meet(&message);
                true
            }
            CREATE_PERMISSION | CHANNEL_BIND => {
                self.meet(&message);
                self.may_name_peers(&message)
            }
            // Relays over TCP (RFC 6062) are not offered.
            _ => false,
        }
    }

    fn meet(&mut self, message: &Message<'_>) {
        self.shown = None;
        let Ok(username) = message.attribute::<Username>() else { return };
        let name = username.username();
        let Some(accepted) = self.shared.credentials.check(name, self.shared.clock.now()) else { return };
        if !self.names.contains(name) {
            if self.names.len() >= NAMES {
                return;
            }
            self.names.insert(name.to_owned());
            self.turn.add_user(name.to_owned(), accepted.password.into_inner());
        }
        self.shown = Some((name.to_owned(), Instant::now() + accepted.left));
    }

    /// A permission for an address that must not be reached is never given.
    fn may_name_peers(&mut self, message: &Message<'_>) -> bool {
        let id = message.transaction_id();
        let peers =
            message.iter_attributes().filter(|(_, attribute)| attribute.get_type() == XorPeerAddress::TYPE);
        for (_, attribute) in peers {
            let Ok(peer) = XorPeerAddress::from_raw(attribute) else { return false };
            let peer = peer.addr(id);
            if !self.peers.contains(&peer) {
                let relays = &self.shared.relays;
                // At the relays' own address only other relays are reached, which the relay sees to.
                let allowed = peer.ip() == relays.public() || relays.reach().allows(peer.ip());
                if !allowed || self.peers.len() >= PEERS {
                    return false;
                }
                self.peers.insert(peer);
            }
        }
        true
    }

    fn now(&self) -> ProtoInstant {
        ProtoInstant::from_std(self.started)
    }
}

async fn heard(relay: &mut Option<Relay>) -> (SocketAddr, Vec<u8>) {
    match relay {
        Some(relay) => relay.receive().await,
        None => std::future::pending().await,
    }
}

/// How much a relay may carry.
struct Allowance {
    bytes: f64,
    at: Instant,
}

impl Allowance {
    fn take(&mut self, bytes: usize, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.bytes, self.at) = ((self.bytes + passed * PER_SECOND).min(BURST), now);
        let allowed = self.bytes >= bytes as f64;
        if allowed {
            self.bytes -= bytes as f64;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_carries_a_burst_and_then_the_rate() {
        let start = Instant::now();
        let mut allowance = Allowance { bytes: BURST, at: start };
        let mut carried = |at: Instant| (0..4000).filter(|_| allowance.take(1000, at)).count();
        assert_eq!(
            [carried(start), carried(start), carried(start + Duration::from_secs(1))],
            [2000, 0, 2000]
        );
    }
}
