//! The line between a client and the server: whole messages over UDP or TCP, without their transport's framing
//! (RFC 8656, section 12.5: ChannelData is padded to four bytes over TCP and need not be over UDP).

use bytes::{Buf, BytesMut};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;

/// A STUN header; a ChannelData header has the length at the same place.
const STUN_HEADER: usize = 20;
const CHANNEL_HEADER: usize = 4;
/// A client that takes nothing for so long is gone.
const SEND_WAIT: Duration = Duration::from_secs(5);

/// The line to one client.
pub(super) enum Line {
    /// Datagrams of one source address, sorted out by whoever reads the socket.
    Udp { socket: Arc<UdpSocket>, client: SocketAddr, inbox: mpsc::Receiver<Vec<u8>> },
    /// A connection; a TLS proxy may stand before it.
    Tcp { stream: TcpStream, read: BytesMut },
}

/// The client is gone, or does not speak the protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl Line {
    pub(super) fn tcp(stream: TcpStream) -> Self {
        Self::Tcp { stream, read: BytesMut::new() }
    }

    /// The next message. May be dropped at any time and called again.
    pub(super) async fn receive(&mut self) -> Result<Vec<u8>, Gone> {
        match self {
            Self::Udp { inbox, .. } => inbox.recv().await.ok_or(Gone),
            Self::Tcp { stream, read } => loop {
                if let Some(message) = next_message(read)? {
                    return Ok(message);
                }
                match stream.read_buf(read).await {
                    Ok(1..) => {}
                    Ok(0) | Err(_) => return Err(Gone),
                }
            },
        }
    }

    /// Sends a message.
    pub(super) async fn send(&mut self, mut message: Vec<u8>) -> Result<(), Gone> {
        match self {
            Self::Udp { socket, client, .. } => {
                // What the system does not take is lost, like any datagram.
                let _ = socket.send_to(&message, *client).await;
                Ok(())
            }
            Self::Tcp { stream, .. } => {
                message.resize(message.len().next_multiple_of(4), 0);
                let sent = tokio::time::timeout(SEND_WAIT, stream.write_all(&message)).await;
                sent.map_err(|_| Gone)?.map_err(|_| Gone)
            }
        }
    }
}

/// Takes a whole message out of a stream. STUN begins with the bits 00, ChannelData with 01.
fn next_message(read: &mut BytesMut) -> Result<Option<Vec<u8>>, Gone> {
    let Some(header) = read.first_chunk::<CHANNEL_HEADER>() else { return Ok(None) };
    let body = usize::from(u16::from_be_bytes([header[2], header[3]]));
    let length = match header[0] >> 6 {
        0 if body.is_multiple_of(4) => STUN_HEADER + body,
        1 => CHANNEL_HEADER + body,
        _ => return Err(Gone),
    };
    let padded = length.next_multiple_of(4);
    if read.len() < padded {
        read.reserve(padded - read.len());
        return Ok(None);
    }
    let message = read[..length].to_vec();
    read.advance(padded);
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stun(body: usize) -> Vec<u8> {
        let mut message = vec![0; STUN_HEADER + body * 4];
        message[2..4].copy_from_slice(&(body as u16 * 4).to_be_bytes());
        message
    }

    fn channel(body: usize) -> Vec<u8> {
        let mut message = vec![0x40; CHANNEL_HEADER + body];
        message[2..4].copy_from_slice(&(body as u16).to_be_bytes());
        message
    }

    proptest! {
        #[test]
        fn a_stream_gives_its_messages_however_it_is_cut(
            messages in prop::collection::vec((any::<bool>(), 0usize..200), 0..10),
            piece in 1usize..100,
        ) {
            let make = |(is_stun, body): &(bool, usize)| if *is_stun { stun(*body) } else { channel(*body) };
            let messages: Vec<_> = messages.iter().map(make).collect();
            let mut sent = Vec::new();
            for message in &messages {
                sent.extend_from_slice(message);
                sent.resize(sent.len().next_multiple_of(4), 0);
            }
            let (mut read, mut got) = (BytesMut::new(), Vec::new());
            for piece in sent.chunks(piece) {
                read.extend_from_slice(piece);
                while let Some(message) = next_message(&mut read).unwrap() {
                    got.push(message);
                }
            }
            prop_assert_eq!(got, messages);
            prop_assert!(read.is_empty());
        }

        #[test]
        fn anything_else_ends_the_line(first in 0x80u8..) {
            let mut read = BytesMut::from(&[first, 1, 2, 3][..]);
            prop_assert_eq!(next_message(&mut read), Err(Gone));
        }
    }
}
