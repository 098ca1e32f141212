//! A cheap HTTP/1.1 client: one connection that is kept, one request at a time, requests made in advance.

use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A `GET`, ready to be sent.
pub(super) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: clinic\r\n\r\n").into_bytes()
}

/// A `POST` of JSON, ready to be sent.
pub(super) fn post(path: &str, body: &impl Serialize) -> Result<Vec<u8>> {
    let body = serde_json::to_string(body)?;
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: clinic\r\nContent-Type: application/json\r\n");
    Ok(format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes())
}

/// A request of somebody who has a token, ready to be sent; the body is JSON.
pub(super) fn signed(method: &str, path: &str, token: &str, body: &impl Serialize) -> Result<Vec<u8>> {
    let body = serde_json::to_string(body)?;
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: clinic\r\nAuthorization: Bearer {token}\r\n");
    let fields = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
    Ok(format!("{head}{fields}\r\n{body}").into_bytes())
}

/// A `GET` of somebody who has a token, ready to be sent.
pub(super) fn signed_get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: clinic\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// A connection.
pub(super) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(super) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("the server does not listen")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and gives the body of its answer. Everything but success is an error.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let body = loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server has closed the connection");
            }
            if let Some(end) = end_of_head(&self.answer) {
                break end;
            }
        };
        let head = std::str::from_utf8(&self.answer[..body])?;
        let is_ok = head.starts_with("HTTP/1.1 2");
        let end = body + content_length(head).context("the answer has no length")?;
        while self.answer.len() < end {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server has closed the connection");
            }
        }
        if !is_ok {
            bail!("the server answers {}", String::from_utf8_lossy(&self.answer));
        }
        Ok(&self.answer[body..end])
    }
}

fn end_of_head(answer: &[u8]) -> Option<usize> {
    answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|position| position + 4)
}

fn content_length(head: &str) -> Option<usize> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next()?.1.trim().parse().ok()
}
