//! The application's TURN client, over UDP or TCP.

use bytes::BytesMut;
use consilium_wire::room::IceServer;
use rtc_shared::{TransportContext, TransportMessage, TransportProtocol};
use rtc_turn::client::{ClientConfig, Event};
use sansio::Protocol as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

/// Long enough for a slow machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the client looks at its clock.
const TICK: Duration = Duration::from_millis(50);

enum Wire {
    Udp(UdpSocket),
    Tcp(TcpStream, BytesMut),
}

/// Why the server refused, as the client says it.
pub(crate) type Refusal = String;

/// A client with a relay.
pub(crate) struct Client {
    turn: rtc_turn::client::Client,
    wire: Wire,
    server: SocketAddr,
    local: SocketAddr,
    /// Its relayed address.
    pub(crate) relay: SocketAddr,
}

impl Client {
    /// Allocates a relay at the server of a welcome, over `udp` or `tcp`.
    pub(crate) async fn allocate(ice: &IceServer, transport: &str) -> Result<Self, Refusal> {
        let url = ice.urls.iter().find(|url| url.starts_with("turn:") && url.ends_with(transport));
        let place = url.expect("the server has it").trim_start_matches("turn:").split('?').next();
        let server = place.expect("an address").parse().expect("an address");
        let secret = |value: &Option<consilium_model::Secret>| value.as_ref().unwrap().expose().clone();
        Self::sign_in(server, transport, secret(&ice.username), secret(&ice.credential)).await
    }

    /// Allocates a relay at this server with this credential.
    pub(crate) async fn sign_in(
        server: SocketAddr,
        transport: &str,
        username: String,
        password: String,
    ) -> Result<Self, Refusal> {
        let (wire, local) = match transport {
            "udp" => {
                let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                let local = socket.local_addr().unwrap();
                (Wire::Udp(socket), local)
            }
            _ => {
                let stream = TcpStream::connect(server).await.unwrap();
                let local = stream.local_addr().unwrap();
                (Wire::Tcp(stream, BytesMut::new()), local)
            }
        };
        let config = ClientConfig {
            turn_serv_addr: server.to_string(),
            local_addr: local,
            transport_protocol: TransportProtocol::UDP,
            username,
            password,
            ..ClientConfig::default()
        };
        let provider = rtc_crypto::default_provider().unwrap();
        let turn = rtc_turn::client::Client::new(config, provider).unwrap();
        let mut client = Self { turn, wire, server, local, relay: local };
        client.turn.allocate(Instant::now()).unwrap();
        client.relay = client
            .until(|event| match event {
                Event::AllocateResponse(_, relay) => Some(Ok(relay)),
                Event::AllocateError(_, error) => Some(Err(error.to_string())),
                Event::TransactionTimeout(_) => Some(Err("no answer".to_owned())),
                _ => None,
            })
            .await
            .expect("an answer")?;
        Ok(client)
    }

    /// Asks to reach a peer; false when the server says nothing to it.
    pub(crate) async fn may_reach(&mut self, peer: SocketAddr) -> bool {
        self.turn.relay(self.relay).unwrap().create_permission(Instant::now(), peer).unwrap();
        let answered = self.until(|event| matches!(event, Event::CreatePermissionResponse(..)).then_some(()));
        tokio::time::timeout(Duration::from_secs(2), answered).await.is_ok_and(|answer| answer.is_some())
    }

    pub(crate) async fn send(&mut self, peer: SocketAddr, data: &[u8]) {
        self.turn.relay(self.relay).unwrap().send_to(Instant::now(), data, peer).unwrap();
        self.flush().await;
    }

    /// The next datagram of a peer.
    pub(crate) async fn hear(&mut self) -> (SocketAddr, Vec<u8>) {
        let heard = self.until(|event| match event {
            Event::DataIndicationOrChannelData(_, peer, data) => Some((peer, data.to_vec())),
            _ => None,
        });
        heard.await.expect("a datagram")
    }

    /// Runs the client until an event is the one; `None` when it takes too long or the line is closed.
    async fn until<T>(&mut self, mut is: impl FnMut(Event) -> Option<T>) -> Option<T> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            self.flush().await;
            while let Some(event) = self.turn.poll_event() {
                if let Some(found) = is(event) {
                    return Some(found);
                }
            }
            if let Ok(message) = tokio::time::timeout(TICK, self.wire.receive()).await {
                let message = TransportMessage {
                    now: Instant::now(),
                    transport: TransportContext {
                        local_addr: self.local,
                        peer_addr: self.server,
                        transport_protocol: TransportProtocol::UDP,
                        ecn: None,
                    },
                    message: message?,
                };
                self.turn.handle_read(message).unwrap();
            }
            self.turn.handle_timeout(Instant::now()).unwrap();
        }
        None
    }

    async fn flush(&mut self) {
        while let Some(message) = self.turn.poll_write() {
            match &mut self.wire {
                Wire::Udp(socket) => drop(socket.send_to(&message.message, self.server).await.unwrap()),
                Wire::Tcp(stream, _) => {
                    let mut bytes = message.message.to_vec();
                    bytes.resize(bytes.len().next_multiple_of(4), 0);
                    // A closed line shows when it is read.
                    let _ = stream.write_all(&bytes).await;
                }
            }
        }
    }
}

impl Wire {
    async fn receive(&mut self) -> Option<BytesMut> {
        match self {
            Self::Udp(socket) => {
                let mut buffer = vec![0; 2048];
                let (length, _) = socket.recv_from(&mut buffer).await.unwrap();
                Some(BytesMut::from(&buffer[..length]))
            }
            Self::Tcp(stream, read) => loop {
                if read.len() >= 4 {
                    let header = if read[0] >> 6 == 0 { 20 } else { 4 };
                    let length = header + usize::from(u16::from_be_bytes([read[2], read[3]]));
                    if read.len() >= length.next_multiple_of(4) {
                        let mut message = read.split_to(length.next_multiple_of(4));
                        message.truncate(length);
                        return Some(message);
                    }
                }
                if stream.read_buf(read).await.unwrap_or(0) == 0 {
                    return None;
                }
            },
        }
    }
}
