//! A UDP socket on the loopback interface that stands for a TURN server: what is sent to it goes over a stream.
//!
//! Only this machine reaches it. Every local socket that talks to it has a connection of its own, begun by an
//! Allocate request, and gets nothing of another one's: an allocation belongs to its connection (RFC 8656, section
//! 2.1), and a restart of ICE comes with new sockets.

use super::framing;
use super::stream::{self, Endpoint, Local};
use super::trust::Trust;
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinHandle, JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Messages that wait for the stream; more would only grow old.
const QUEUE: usize = 64;
/// An ICE agent talks from one socket, and for a moment around a restart from two.
const MAX_CONNECTIONS: usize = 4;
/// No UDP datagram is longer.
const MAX_DATAGRAM: usize = 65_536;

/// A bridge to one server. Its connections are closed with it.
pub(super) struct Bridge {
    pub(super) endpoint: Endpoint,
    /// On 127.0.0.1.
    pub(super) port: u16,
    task: JoinHandle<()>,
    cancel: DropGuard,
}

impl Bridge {
    /// Connects nowhere before it is talked to, and `head_start` later.
    pub(super) async fn open(endpoint: Endpoint, trust: Trust, head_start: Duration) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = socket.local_addr()?.port();
        let cancel = CancellationToken::new();
        let banks = Banks {
            endpoint: endpoint.clone(),
            trust,
            head_start,
            socket: Arc::new(socket),
            connections: HashMap::new(),
            tasks: JoinSet::new(),
        };
        let task = tokio::spawn(banks.run(cancel.clone()));
        Ok(Self { endpoint, port, task, cancel: cancel.drop_guard() })
    }

    /// Closes every connection, and waits for that.
    pub(super) async fn close(self) {
        drop(self.cancel);
        if self.task.await.is_err() {
            tracing::error!("the task of a bridge to a relay has panicked");
        }
    }
}

struct Banks {
    endpoint: Endpoint,
    trust: Trust,
    head_start: Duration,
    socket: Arc<UdpSocket>,
    connections: HashMap<SocketAddr, Connection>,
    tasks: JoinSet<()>,
}

struct Connection {
    queue: mpsc::Sender<Vec<u8>>,
    task: Id,
    used: Instant,
}

impl Banks {
    async fn run(mut self, cancel: CancellationToken) {
        let socket = Arc::clone(&self.socket);
        let mut buffer = vec![0; MAX_DATAGRAM];
        loop {
            tokio::select! {
                () = cancel.cancelled() => break,
                Some(ended) = self.tasks.join_next_with_id() => {
                    let ended = ended.map_or_else(|error| error.id(), |(id, ())| id);
                    self.connections.retain(|_, connection| connection.task != ended);
                }
                // An error is that of a packet that was sent before (Windows), or passes.
                received = socket.recv_from(&mut buffer) => if let Ok((length, peer)) = received {
                    self.take(&buffer[..length], peer);
                },
            }
        }
        self.connections.clear();
        self.tasks.shutdown().await;
    }

    /// What is no message of TURN, or none of somebody who has begun, goes nowhere.
    fn take(&mut self, datagram: &[u8], peer: SocketAddr) {
        let mut framed = Vec::new();
        if !peer.ip().is_loopback() || framing::write(datagram, &mut framed).is_err() {
            return;
        }
        if !self.connections.contains_key(&peer) && framing::begins(datagram) {
            self.connect(peer);
        }
        let Some(connection) = self.connections.get_mut(&peer) else { return };
        connection.used = Instant::now();
        // A stream that is full drops, as a slow network does.
        let _ = connection.queue.try_send(framed);
        if framing::ends(datagram) {
            self.connections.remove(&peer);
        }
    }

    fn connect(&mut self, peer: SocketAddr) {
        if self.connections.len() >= MAX_CONNECTIONS {
            let silent = self.connections.iter().min_by_key(|(_, connection)| connection.used);
            if let Some(silent) = silent.map(|(peer, _)| *peer) {
                self.connections.remove(&silent);
            }
        }
        let (queue, messages) = mpsc::channel(QUEUE);
        let local = Local { socket: Arc::clone(&self.socket), peer, queue: messages };
        let running = stream::run(self.endpoint.clone(), self.trust.clone(), self.head_start, local);
        let task = self.tasks.spawn(running).id();
        self.connections.insert(peer, Connection { queue, task, used: Instant::now() });
    }
}
