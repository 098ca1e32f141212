//! TURN over TCP and TLS (RFC 8656, section 2.1), which the stack lacks: it is given an address on the loopback
//! interface in place of the server's, and a bridge there carries its messages over a stream.
//!
//! All ways to a relay are offered to ICE, which ranks them alike and prefers what came first: so UDP gets a head
//! start over TCP, and TCP over TLS.

mod bridge;
mod framing;
mod stream;
mod trust;

pub(in super::super) use trust::Trust;

use ::rtc::ice::url::{ProtoType, SchemeType, Url};
use ::rtc::peer_connection::configuration::RTCIceServer;
use bridge::Bridge;
use consilium_model::Secret;
use consilium_wire::room::IceServer;
use std::time::Duration;
use stream::Endpoint;

/// Of one way before the next one.
const HEAD_START: Duration = Duration::from_millis(250);
/// More servers over streams than this are not tried at the same time.
const MAX_BRIDGES: usize = 4;

/// How a server is reached.
enum Way {
    Datagrams,
    Stream(Endpoint),
}

/// The bridges of one peer connection.
pub(super) struct Bridges {
    trust: Trust,
    open: Vec<Bridge>,
}

impl Bridges {
    pub(super) fn new(trust: Trust) -> Self {
        Self { trust, open: Vec::new() }
    }

    /// The servers as the stack takes them, the preferred ones first. Bridges that are open already stay, and with
    /// them what the stack has allocated there.
    pub(super) async fn servers(&mut self, offered: &[IceServer]) -> Vec<RTCIceServer> {
        let mut ways: Vec<_> = offered.iter().flat_map(ways).collect();
        let rank = |way: &Way| match way {
            Way::Datagrams => 0,
            Way::Stream(endpoint) => 1 + u32::from(endpoint.tls),
        };
        ways.sort_by_key(|(way, _)| rank(way));
        let relayed = |(way, server): &(Way, RTCIceServer)| match way {
            Way::Datagrams => server.urls.iter().any(|url| url.starts_with("turn:")),
            Way::Stream(_) => true,
        };
        let mut ranks: Vec<u32> = ways.iter().filter(|way| relayed(way)).map(|(way, _)| rank(way)).collect();
        ranks.dedup();
        let mut servers = Vec::new();
        let mut used = Vec::new();
        for (way, mut server) in ways {
            if let Way::Stream(endpoint) = &way {
                let better = ranks.iter().filter(|other| **other < rank(&way)).count();
                let Some(port) = self.bridge(endpoint, HEAD_START * better as u32, &used).await else {
                    continue;
                };
                used.push(port);
                server.urls = vec![format!("turn:127.0.0.1:{port}?transport=udp")];
            }
            servers.push(server);
        }
        servers
    }

    /// There are some, so the stack needs a socket on the loopback interface.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Closes every stream, and waits for that.
    pub(super) async fn close(self) {
        for bridge in self.open {
            bridge.close().await;
        }
    }

    /// The port of the bridge to a server. It replaces one that is not in use when there are too many.
    async fn bridge(&mut self, endpoint: &Endpoint, head_start: Duration, used: &[u16]) -> Option<u16> {
        if let Some(open) = self.open.iter().find(|bridge| bridge.endpoint == *endpoint) {
            return Some(open.port);
        }
        if self.open.len() >= MAX_BRIDGES {
            let unused = self.open.iter().position(|bridge| !used.contains(&bridge.port))?;
            self.open.remove(unused).close().await;
        }
        let bridge = Bridge::open(endpoint.clone(), self.trust.clone(), head_start).await;
        let bridge = bridge.inspect_err(|_| tracing::warn!("no bridge to a relay could be made")).ok()?;
        let port = bridge.port;
        self.open.push(bridge);
        Some(port)
    }
}

/// How each URL of a server is reached, with its credentials. What cannot be used is left out: anything but STUN and
/// TURN with credentials would fail the whole connection, or be skipped with its address in a log.
fn ways(server: &IceServer) -> Vec<(Way, RTCIceServer)> {
    let secret = |value: &Option<Secret>| value.as_ref().map_or("", |value| value.expose()).to_owned();
    let named = server.username.is_some() && server.credential.is_some();
    let found = |url: &String| {
        let server = RTCIceServer {
            urls: vec![url.clone()],
            username: secret(&server.username),
            credential: secret(&server.credential),
        };
        Some((way(url, named)?, server))
    };
    server.urls.iter().filter_map(found).collect()
}

fn way(url: &str, named: bool) -> Option<Way> {
    if url.starts_with("stun:") {
        return Some(Way::Datagrams);
    }
    let url = Url::parse_url(url).ok().filter(|_| named)?;
    let stream = |tls| Way::Stream(Endpoint { host: url.host.clone(), port: url.port, tls });
    match (url.scheme, url.proto) {
        (SchemeType::Turn, ProtoType::Udp) => Some(Way::Datagrams),
        (SchemeType::Turn, ProtoType::Tcp) => Some(stream(false)),
        (SchemeType::Turns, ProtoType::Tcp) => Some(stream(true)),
        // TURN over DTLS, and what is no TURN.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> String {
        match way(url, true) {
            None => "none".into(),
            Some(Way::Datagrams) => "datagrams".into(),
            Some(Way::Stream(Endpoint { host, port, tls })) => format!("{host} {port} {tls}"),
        }
    }

    #[test]
    fn urls_say_how_a_server_is_reached() {
        assert_eq!(read("stun:clinic.example"), "datagrams");
        assert_eq!(read("turn:clinic.example:3478?transport=udp"), "datagrams");
        assert_eq!(read("turn:clinic.example?transport=tcp"), "clinic.example 3478 false");
        assert_eq!(read("turns:clinic.example"), "clinic.example 5349 true");
        assert_eq!(read("turns:[2001:db8::7]:443?transport=tcp"), "2001:db8::7 443 true");
        for unusable in
            ["turns:clinic.example?transport=udp", "stuns:clinic.example", "nonsense", "turn:", ""]
        {
            assert_eq!(read(unusable), "none", "{unusable}");
        }
        assert!(way("turn:clinic.example", false).is_none(), "without credentials");
    }

    #[tokio::test]
    async fn a_bridge_stays_while_credentials_change_and_udp_comes_first() {
        let server = |urls: &[&str], name: &str| IceServer {
            urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            username: Some(name.into()),
            credential: Some("secret".into()),
        };
        let urls = ["turns:clinic.example:443", "turn:clinic.example?transport=tcp", "turn:clinic.example"];
        let mut bridges = Bridges::new(Trust::default());
        assert!(bridges.is_empty());
        let before = bridges.servers(&[server(&urls, "one")]).await;
        let after = bridges.servers(&[server(&urls, "two")]).await;
        let urls =
            |servers: &[RTCIceServer]| -> Vec<_> { servers.iter().flat_map(|s| s.urls.clone()).collect() };
        assert_eq!(urls(&before), urls(&after));
        assert_eq!(urls(&before)[0], "turn:clinic.example");
        assert!(urls(&before)[1..].iter().all(|url| url.starts_with("turn:127.0.0.1:")));
        assert!(before.iter().all(|s| s.username == "one") && after.iter().all(|s| s.username == "two"));
        let many: Vec<_> = (0..9).map(|port| format!("turn:clinic.example:{port}?transport=tcp")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(bridges.servers(&[server(&many, "one")]).await.len(), MAX_BRIDGES);
        bridges.close().await;
    }
}
