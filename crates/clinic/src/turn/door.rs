//! Where clients of the TURN server come in: UDP and TCP at the same port.
//!
//! Datagrams are sorted by their source, one session each. A question for one's own address (STUN) is answered at the
//! door and leaves nothing behind.

use super::credentials::Credentials;
use super::line::Line;
use super::relay::Relays;
use super::session::{REALM, Session};
use crate::clock::Clock;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use turn_server_proto::api::TurnServerApi;
use turn_server_proto::server::TurnServer;
use turn_server_proto::stun::Instant as ProtoInstant;
use turn_server_proto::stun::agent::Transmit;
use turn_server_proto::types::message::ALLOCATE;
use turn_server_proto::types::prelude::DelayedTransmitBuild;
use turn_server_proto::types::stun::TransportType;
use turn_server_proto::types::stun::message::{BINDING, Message, MessageClass};

/// So many clients without a relay at once.
const STRANGERS: usize = 512;
/// So many datagrams wait for a session; more are lost, as in any queue on the way.
const QUEUE: usize = 256;
/// More than any datagram.
const BUFFER: usize = 65_536;
/// So many ports are tried for one that is free for both UDP and TCP.
const TRIES: usize = 16;
/// After a failure of the system, as many open files as there may be.
const REST: Duration = Duration::from_millis(200);

/// What all sessions share.
pub(super) struct Shared {
    /// Where the server listens. To the protocol it is a name.
    pub(super) local: SocketAddr,
    pub(super) credentials: Arc<Credentials>,
    pub(super) clock: Clock,
    pub(super) relays: Arc<Relays>,
    pub(super) stop: CancellationToken,
}

/// The sockets, open.
pub(super) struct Door {
    udp: UdpSocket,
    tcp: TcpListener,
    local: SocketAddr,
}

impl Door {
    /// Listens at the address, or at a free port for port 0.
    pub(super) async fn open(address: SocketAddr) -> io::Result<Self> {
        let mut tries = TRIES;
        loop {
            let udp = UdpSocket::bind(address).await?;
            let local = udp.local_addr()?;
            tries -= 1;
            match TcpListener::bind(local).await {
                Ok(tcp) => return Ok(Self { udp, tcp, local }),
                Err(_) if address.port() == 0 && tries > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Lets clients in until the server stops.
    pub(super) fn serve(self, shared: Arc<Shared>, tasks: &TaskTracker) {
        let strangers = Arc::new(Semaphore::new(STRANGERS));
        let udp = Datagrams {
            socket: Arc::new(self.udp),
            sessions: HashMap::new(),
            stun: TurnServer::new(TransportType::Udp, self.local, REALM.to_owned()),
            started: Instant::now(),
            strangers: Arc::clone(&strangers),
            shared: Arc::clone(&shared),
            tasks: tasks.clone(),
        };
        tasks.spawn(udp.run());
        tasks.spawn(accept(self.tcp, shared, strangers, tasks.clone()));
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, strangers: Arc<Semaphore>, tasks: TaskTracker) {
    loop {
        let stream: io::Result<(TcpStream, SocketAddr)> = tokio::select! {
            () = shared.stop.cancelled() => return,
            stream = listener.accept() => stream,
        };
        let Ok((stream, client)) = stream else {
            tokio::time::sleep(REST).await;
            continue;
        };
        let Ok(stranger) = Arc::clone(&strangers).try_acquire_owned() else { continue };
        // Media waits for nothing; without it it only comes later.
        let _ = stream.set_nodelay(true);
        tasks.spawn(Session::new(Line::tcp(stream), client, Arc::clone(&shared), stranger).run());
    }
}

/// The UDP socket, and who is behind which address.
struct Datagrams {
    socket: Arc<UdpSocket>,
    sessions: HashMap<SocketAddr, mpsc::Sender<Vec<u8>>>,
    /// Answers who asks for its own address; keeps nothing of it.
    stun: TurnServer,
    started: Instant,
    strangers: Arc<Semaphore>,
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

/// What a stranger's first message is.
enum Greeting {
    Binding,
    Allocate,
    Nothing,
}

impl Datagrams {
    async fn run(mut self) {
        let mut buffer = vec![0; BUFFER];
        loop {
            let heard = tokio::select! {
                () = self.shared.stop.cancelled() => return,
                heard = self.socket.recv_from(&mut buffer) => heard,
            };
            // Some systems tell here that an earlier datagram found nobody.
            let Ok((length, client)) = heard else {
                tokio::task::yield_now().await;
                continue;
            };
            self.take(client, &buffer[..length]).await;
        }
    }

    async fn take(&mut self, client: SocketAddr, datagram: &[u8]) {
        if let Some(session) = self.sessions.get(&client).filter(|session| !session.is_closed()) {
            // A full queue loses it.
            return drop(session.try_send(datagram.to_vec()));
        }
        match greeting(datagram) {
            Greeting::Binding => self.answer(client, datagram).await,
            Greeting::Allocate => self.welcome(client, datagram),
            Greeting::Nothing => {}
        }
    }

    async fn answer(&mut self, client: SocketAddr, question: &[u8]) {
        let question = Transmit::new(question, TransportType::Udp, client, self.shared.local);
        if let Some(answer) = self.stun.recv(question, ProtoInstant::from_std(self.started)) {
            // What is lost is asked for again.
            let _ = self.socket.send_to(&answer.data.build(), client).await;
        }
    }

    fn welcome(&mut self, client: SocketAddr, datagram: &[u8]) {
        self.sessions.retain(|_, session| !session.is_closed());
        let Ok(stranger) = Arc::clone(&self.strangers).try_acquire_owned() else { return };
        let (session, inbox) = mpsc::channel(QUEUE);
        let line = Line::Udp { socket: Arc::clone(&self.socket), client, inbox };
        self.tasks.spawn(Session::new(line, client, Arc::clone(&self.shared), stranger).run());
        // A new queue has room.
        let _ = session.try_send(datagram.to_vec());
        self.sessions.insert(client, session);
    }
}

fn greeting(datagram: &[u8]) -> Greeting {
    let message = Message::from_bytes(datagram).ok();
    match message.filter(|message| message.has_class(MessageClass::Request)).map(|message| message.method()) {
        Some(BINDING) => Greeting::Binding,
        Some(ALLOCATE) => Greeting::Allocate,
        _ => Greeting::Nothing,
    }
}
