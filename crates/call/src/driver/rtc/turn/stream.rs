//! One connection to a TURN server over TCP or TLS.

use super::framing;
use super::trust::Trust;
use bytes::BytesMut;
use rustls::pki_types::ServerName;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, UdpSocket, lookup_host};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// For one address of the server.
const TCP_PATIENCE: Duration = Duration::from_secs(4);
const TLS_PATIENCE: Duration = Duration::from_secs(6);
/// A stream that takes nothing for this long leads nowhere.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// What the system may keep unsent, in bytes. More would only grow old there, out of the pacer's sight: this is one
/// second of the top layer at a long way's round trip.
const SEND_BUFFER: u32 = 128 * 1024;
/// The stack repeats a request until it is answered, as on a path that loses packets. A stream loses none (RFC 8489,
/// section 6.2.2), so repetitions of this many requests are left out.
const REMEMBERED: usize = 16;

/// A TURN server that is reached over a stream.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: bool,
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

impl Endpoint {
    async fn connect(&self, trust: &Trust) -> io::Result<Box<dyn Duplex>> {
        let stream = self.connect_tcp().await?;
        if !self.tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(self.host.clone()).map_err(|_| io::ErrorKind::InvalidInput)?;
        let connector = TlsConnector::from(trust.config());
        let stream = timeout(TLS_PATIENCE, connector.connect(name, stream)).await??;
        Ok(Box::new(stream))
    }

    async fn connect_tcp(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in lookup_host((self.host.as_str(), self.port)).await? {
            match timeout(TCP_PATIENCE, connect_to(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = error,
                Err(late) => last = late.into(),
            }
        }
        Err(last)
    }
}

async fn connect_to(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.set_nodelay(true)?;
    socket.connect(address).await
}

/// Who talks to the server from this machine, and the messages it sends, framed already.
pub(super) struct Local {
    pub(super) socket: Arc<UdpSocket>,
    pub(super) peer: SocketAddr,
    pub(super) queue: mpsc::Receiver<Vec<u8>>,
}

/// Carries messages in both directions until the stream ends or nothing more is to be sent.
pub(super) async fn run(endpoint: Endpoint, trust: Trust, head_start: Duration, local: Local) {
    tokio::time::sleep(head_start).await;
    let stream = match endpoint.connect(&trust).await {
        Ok(stream) => stream,
        Err(error) => {
            // The kind says nothing about where.
            tracing::info!(kind = ?error.kind(), tls = endpoint.tls, "a relay was not reached over a stream");
            return;
        }
    };
    let Local { socket, peer, queue } = local;
    let (reader, writer) = tokio::io::split(stream);
    let ended = tokio::select! {
        ended = send(writer, queue) => ended,
        ended = receive(reader, &socket, peer) => ended,
    };
    if let Err(error) = ended {
        tracing::debug!(kind = ?error.kind(), "the stream to a relay has broken");
    }
}

async fn send(mut stream: impl AsyncWrite + Unpin, mut queue: mpsc::Receiver<Vec<u8>>) -> io::Result<()> {
    let mut requests = VecDeque::with_capacity(REMEMBERED);
    while let Some(message) = queue.recv().await {
        if let Some(transaction) = framing::transaction(&message) {
            if requests.contains(&transaction) {
                continue;
            }
            requests.truncate(REMEMBERED - 1);
            requests.push_front(transaction);
        }
        timeout(WRITE_PATIENCE, stream.write_all(&message)).await??;
        timeout(WRITE_PATIENCE, stream.flush()).await??;
    }
    timeout(WRITE_PATIENCE, stream.shutdown()).await?
}

async fn receive(mut stream: impl AsyncRead + Unpin, socket: &UdpSocket, peer: SocketAddr) -> io::Result<()> {
    let mut come = BytesMut::with_capacity(16 * 1024);
    while stream.read_buf(&mut come).await? > 0 {
        while let Some(message) =
            framing::read(&mut come).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?
        {
            // What does not fit in is lost, as on any network.
            let _ = socket.send_to(&message, peer).await;
        }
    }
    Ok(())
}
