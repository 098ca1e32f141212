//! Requests byte by byte, as no client library would send them.

use super::tally::Refusal;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Long enough for a slow machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// A POST with a body of these bytes.
pub fn post(method: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /meets/v1/{method} HTTP/1.1\r\nHost: clinic\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A request without a body.
pub fn bare(verb: &str, target: &str, headers: &str) -> Vec<u8> {
    format!("{verb} {target} HTTP/1.1\r\nHost: clinic\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

/// Sends it, also when the server answers before it has all, and reads the answer.
pub async fn send(address: SocketAddr, request: &[u8]) -> Result<Refusal, String> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        let (mut read, mut write) = stream.split();
        let mut answer = Vec::new();
        // A server that has seen enough may close its side.
        let (_, received) = tokio::join!(write.write_all(request), read.read_to_end(&mut answer));
        match parse(&answer) {
            Some(refusal) => Ok(refusal),
            None => Err(format!("no answer ({} bytes, {received:?})", answer.len())),
        }
    };
    tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| "no answer in time".to_owned())?
}

fn parse(answer: &[u8]) -> Option<Refusal> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let http = head.split(' ').nth(1)?.parse().ok()?;
    Some(Refusal { http, body: answer[end + 4..].to_vec() })
}
