//! The way through NATs: which STUN and TURN servers participants are told of, and the embedded one.
//!
//! The embedded server relays datagrams of whoever shows a credential of [`IceDesk`], to where [`reach`] lets it. The
//! protocol is `turn-server-proto`'s, the sockets and limits are ours. It never reads what it relays (SRTP and DTLS),
//! and never logs who talks to whom.

mod credentials;
mod door;
mod line;
mod reach;
mod relay;
mod session;
mod url;

pub use url::{IceUrl, NotAnIceUrl};

use crate::config::{Config, TurnListen};
use crate::keys::random_token;
use crate::server::ServeError;
use consilium_model::PeerId;
use consilium_wire::room::IceServer;
use credentials::Credentials;
use door::{Door, Shared};
use reach::Reach;
use relay::Relays;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Tells participants of the servers that lead them to each other.
pub(crate) struct IceDesk {
    urls: Vec<IceUrl>,
    credentials: Arc<Credentials>,
    clock: crate::clock::Clock,
    relay_only: bool,
}

/// The embedded server, in service.
pub(crate) struct Embedded {
    /// Where it listens, with the real port.
    pub(crate) local: SocketAddr,
    relays: Arc<Relays>,
}

impl Embedded {
    /// How many relays are open.
    pub(crate) fn relays(&self) -> usize {
        self.relays.count()
    }
}

/// What a welcome says of the way to the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ice {
    pub(crate) servers: Vec<IceServer>,
    pub(crate) relay_only: bool,
}

impl IceDesk {
    /// For one participant, with credentials for it.
    pub(crate) fn ice(&self, seat: &PeerId) -> Ice {
        let of = |is_relay| {
            let urls = self.urls.iter().filter(move |url| url.scheme().is_relay() == is_relay);
            urls.map(ToString::to_string).collect::<Vec<_>>()
        };
        let (stun, turn) = (of(false), of(true));
        let issued = self.credentials.issue(seat, self.clock.now());
        let stun = IceServer { urls: stun, username: None, credential: None };
        let turn =
            IceServer { urls: turn, username: Some(issued.username), credential: Some(issued.password) };
        let servers = [stun, turn].into_iter().filter(|server| !server.urls.is_empty()).collect();
        Ice { servers, relay_only: self.relay_only }
    }
}

/// Starts the embedded server, if there is to be one. It runs until `stop`.
pub(crate) async fn start(
    config: &Config,
    stop: &CancellationToken,
    tasks: &TaskTracker,
) -> Result<(IceDesk, Option<Embedded>), ServeError> {
    let turn = &config.turn;
    let door = open(config).await?;
    let names_relay = turn.urls.iter().any(|url| url.scheme().is_relay());
    if names_relay && turn.secret.is_none() && door.is_none() {
        return Err(ServeError::NoTurnSecret);
    }
    if turn.relay_only && !names_relay && (door.is_none() || !turn.urls.is_empty()) {
        return Err(ServeError::NoRelay);
    }
    let credentials = Arc::new(Credentials::new(turn.secret.clone().unwrap_or_else(random_token)));
    let (mut urls, mut embedded) = (turn.urls.clone(), None);
    if let Some((door, public)) = door {
        let local = door.local();
        if urls.is_empty() {
            urls = IceUrl::all_of(SocketAddr::new(public, local.port()));
        }
        tracing::info!(port = local.port(), "relaying");
        let reach = Reach::of(public, config.demo.is_some());
        let relays = Arc::new(Relays::new(local.ip(), public, turn.relay_ports.clone(), reach));
        embedded = Some(Embedded { local, relays: Arc::clone(&relays) });
        let (credentials, clock, stop) = (Arc::clone(&credentials), config.clock.clone(), stop.clone());
        door.serve(Arc::new(Shared { local, credentials, clock, relays, stop }), tasks);
    }
    let desk = IceDesk { urls, credentials, clock: config.clock.clone(), relay_only: turn.relay_only };
    Ok((desk, embedded))
}

/// The open sockets, and the address that others know them by.
async fn open(config: &Config) -> Result<Option<(Door, IpAddr)>, ServeError> {
    let (address, is_asked) = match config.turn.listen {
        TurnListen::Off => return Ok(None),
        TurnListen::At(address) => (address, true),
        TurnListen::BesideHttp if config.demo.is_some() => (SocketAddr::new(config.listen.ip(), 0), true),
        // Behind a proxy on the same machine: nobody would get to it.
        TurnListen::BesideHttp if config.listen.ip().is_loopback() => return Ok(None),
        TurnListen::BesideHttp => (SocketAddr::new(config.listen.ip(), crate::config::TURN_PORT), false),
    };
    let public = config.turn.public_ip.or_else(|| outward(address.ip()));
    match (Door::open(address).await, public) {
        (Ok(door), Some(public)) => Ok(Some((door, public))),
        (Err(source), _) if is_asked => Err(ServeError::Listen { address, source }),
        (Ok(_), None) if is_asked => Err(ServeError::NoTurnAddress),
        _ => {
            tracing::warn!("nothing is relayed: the TURN port or the machine's address cannot be had");
            Ok(None)
        }
    }
}

/// The address itself, or for all interfaces that of the default route. Nothing is sent.
fn outward(address: IpAddr) -> Option<IpAddr> {
    if !address.is_unspecified() {
        return Some(address);
    }
    let (any, far): (IpAddr, IpAddr) = match address {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
        IpAddr::V6(_) => {
            (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into())
        }
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((far, 9)).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}
