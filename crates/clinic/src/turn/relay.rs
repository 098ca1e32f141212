//! The relayed addresses: one socket each, and who has them.
//!
//! Relays of this server reach each other inside the process. That is the way of a call in which everyone is relayed,
//! and it needs no NAT that leads the server's public address back to it.

use super::reach::Reach;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

/// So many relays at once: some hundred calls of two.
const MOST: usize = 1000;
/// So many of one credential: a call of sixteen with several interfaces.
const MOST_OF_ONE: usize = 72;
/// So many datagrams wait between two relays; more are lost, as in any queue on the way.
const QUEUE: usize = 256;
/// So many ports are tried before there is none.
const TRIES: usize = 64;
/// So many peers' addresses are remembered.
const REMEMBERED: usize = 128;
/// More than any datagram.
const BUFFER: usize = 65_536;

/// No relay can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exhausted;

/// A datagram between two relays: from which, and what.
type Parcel = (SocketAddr, Vec<u8>);

/// All relays of the server.
pub(super) struct Relays {
    bind: IpAddr,
    /// By which others know the relays.
    public: IpAddr,
    ports: RangeInclusive<u16>,
    reach: Reach,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    doors: HashMap<SocketAddr, mpsc::Sender<Parcel>>,
    holders: HashMap<String, usize>,
}

impl Relays {
    pub(super) fn new(bind: IpAddr, public: IpAddr, ports: RangeInclusive<u16>, reach: Reach) -> Self {
        Self { bind, public, ports, reach, open: Mutex::default() }
    }

    /// The one address of all relays.
    pub(super) const fn public(&self) -> IpAddr {
        self.public
    }

    pub(super) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Opens a relay for whoever has this credential.
    pub(super) async fn open(self: &Arc<Self>, holder: &str) -> Result<Relay, Exhausted> {
        let socket = self.bind().await?;
        let port = socket.local_addr().map_err(|_| Exhausted)?.port();
        let address = SocketAddr::new(self.public, port);
        let mut open = self.open.lock().expect("no one panics with this lock");
        let held = open.holders.get(holder).copied().unwrap_or_default();
        if held >= MOST_OF_ONE || open.doors.len() >= MOST {
            return Err(Exhausted);
        }
        let (door, inbox) = mpsc::channel(QUEUE);
        open.doors.insert(address, door);
        open.holders.insert(holder.to_owned(), held + 1);
        let place = Place { address, holder: holder.to_owned(), relays: Arc::clone(self) };
        Ok(Relay { socket, inbox, known: HashMap::new(), buffer: vec![0; BUFFER], place })
    }

    /// At a random port: relays that can be guessed are knocked at (RFC 8656, section 7.2).
    async fn bind(&self) -> Result<UdpSocket, Exhausted> {
        let (first, last) = (u32::from(*self.ports.start()), u32::from(*self.ports.end()));
        for _ in 0..TRIES {
            let random = getrandom::u32().map_err(|_| Exhausted)?;
            let port = first + random % (last.saturating_sub(first) + 1);
            if let Ok(socket) = UdpSocket::bind((self.bind, port as u16)).await {
                return Ok(socket);
            }
        }
        Err(Exhausted)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.open.lock().expect("no one panics with this lock").doors.len()
    }

    fn door(&self, address: SocketAddr) -> Option<mpsc::Sender<Parcel>> {
        self.open.lock().expect("no one panics with this lock").doors.get(&address).cloned()
    }
}

/// An entry of [`Open`], for as long as it lives.
struct Place {
    address: SocketAddr,
    holder: String,
    relays: Arc<Relays>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.relays.open.lock().expect("no one panics with this lock");
        open.doors.remove(&self.address);
        if let Some(held) = open.holders.get_mut(&self.holder) {
            *held -= 1;
            if *held == 0 {
                open.holders.remove(&self.holder);
            }
        }
    }
}

/// A relayed address.
pub(super) struct Relay {
    socket: UdpSocket,
    inbox: mpsc::Receiver<Parcel>,
    /// Whether these addresses may be reached.
    known: HashMap<IpAddr, bool>,
    buffer: Vec<u8>,
    place: Place,
}

impl Relay {
    /// By which others know it.
    pub(super) const fn address(&self) -> SocketAddr {
        self.place.address
    }

    /// Sends a datagram, unless it must not go there.
    pub(super) async fn send(&mut self, peer: SocketAddr, datagram: Vec<u8>) {
        match self.place.relays.door(peer) {
            // A full queue loses datagrams, and so does the network below.
            Some(door) => drop(door.try_send((self.address(), datagram))),
            None if self.may_reach(peer.ip()) => drop(self.socket.send_to(&datagram, peer).await),
            None => {}
        }
    }

    /// The next datagram from a peer that may be heard. May be dropped at any time and called again.
    pub(super) async fn receive(&mut self) -> Parcel {
        loop {
            tokio::select! {
                Some(parcel) = self.inbox.recv() => return parcel,
                heard = self.socket.recv_from(&mut self.buffer) => {
                    // Some systems tell here that an earlier datagram found nobody.
                    let Ok((length, peer)) = heard else { continue };
                    if self.may_reach(peer.ip()) {
                        return (peer, self.buffer[..length].to_vec());
                    }
                }
            }
        }
    }

    fn may_reach(&mut self, peer: IpAddr) -> bool {
        if let Some(allowed) = self.known.get(&peer) {
            return *allowed;
        }
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        let allowed = self.place.relays.reach.allows(peer);
        self.known.insert(peer, allowed);
        allowed
    }
}
