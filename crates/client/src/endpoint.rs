//! Where the faces of a clinic server are, seen from its base URL.

use std::fmt;
use url::Url;

/// The base path of MedMe (`medme.md`, "Ground rules").
const MEDME: &str = "/meets/v1";

/// The addresses under one base URL, `http(s)://host[:port][/path]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
}

impl Endpoint {
    /// `None` unless `base` is an `http` or `https` URL with a host and without credentials. Query and fragment
    /// are left out, and so is the end of a MedMe base path, `…/meets/v1`: it names the same server.
    pub fn new(base: &Url) -> Option<Self> {
        let mut base = consilium_wire::link::server_url(base.as_str())?;
        base.set_query(None);
        base.set_fragment(None);
        let path = base.path().trim_end_matches('/');
        let path = path.strip_suffix(MEDME).unwrap_or(path).trim_end_matches('/').to_owned();
        base.set_path(&path);
        Some(Self { base })
    }

    /// The base URL, without a slash at its end: the name under which a sign-in is kept.
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The server runs on this machine: `localhost`, `127.0.0.0/8` or `::1`.
    pub fn is_this_machine(&self) -> bool {
        match self.base.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        }
    }

    /// `…/meets/v1/{method}`.
    pub fn medme(&self, method: &str) -> Url {
        self.under(&format!("meets/v1/{method}"))
    }

    /// `ws(s)://…/meets/v1/ws`.
    pub fn medme_socket(&self) -> Url {
        socket(self.under("meets/v1/ws"))
    }

    /// `…/home/v1/{route}`.
    pub fn home(&self, route: &str) -> Url {
        self.under(&format!("home/v1/{route}"))
    }

    /// `…/home/v1/{segments}`, each segment escaped.
    pub fn home_at(&self, segments: &[&str]) -> Url {
        let mut url = self.under("home/v1");
        url.path_segments_mut().expect("http has a path").extend(segments);
        url
    }

    /// Where a specialist hears who knocks.
    pub fn home_socket(&self) -> Url {
        socket(self.under("home/v1/events"))
    }

    /// `ws(s)://…/room/v1`.
    pub fn room_socket(&self) -> Url {
        socket(self.under("room/v1"))
    }

    /// `…/api/v2/{segments}`, each segment escaped.
    pub fn messenger(&self, segments: &[&str]) -> Url {
        let mut url = self.under("api/v2");
        url.path_segments_mut().expect("http has a path").extend(segments);
        url
    }

    /// `ws(s)://…/api/v2/ws`.
    pub fn messenger_socket(&self) -> Url {
        socket(self.under("api/v2/ws"))
    }

    fn under(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        url
    }
}

fn socket(mut url: Url) -> Url {
    let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
    url.set_scheme(scheme).expect("ws and http are both special schemes");
    url
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoint")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_server() {
        for text in ["ftp://a", "file:///etc", "http://user:word@host", "data:,x", "ws://host"] {
            assert_eq!(Endpoint::new(&Url::parse(text).unwrap()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn keeps_host_port_and_path(tls: bool, port in 1u16.., path in "(/[a-z]{1,8}){0,3}", slash: bool) {
            let (http, ws) = if tls { ("https", "wss") } else { ("http", "ws") };
            let tail = if slash { "/" } else { "" };
            let base = Url::parse(&format!("{http}://clinic.example:{port}{path}{tail}?x=1#y")).unwrap();
            let endpoint = Endpoint::new(&base).unwrap();
            let place = base.authority();
            prop_assert_eq!(endpoint.base(), format!("{http}://{place}{path}"));
            prop_assert_eq!(String::from(endpoint.medme("join")), format!("{http}://{place}{path}/meets/v1/join"));
            prop_assert_eq!(String::from(endpoint.medme_socket()), format!("{ws}://{place}{path}/meets/v1/ws"));
            prop_assert_eq!(String::from(endpoint.home("visits")), format!("{http}://{place}{path}/home/v1/visits"));
            prop_assert_eq!(String::from(endpoint.room_socket()), format!("{ws}://{place}{path}/room/v1"));
            let pinned = endpoint.messenger(&["sessions", "a/b", "sticky"]);
            prop_assert_eq!(String::from(pinned), format!("{http}://{place}{path}/api/v2/sessions/a%2Fb/sticky"));
            let knock = endpoint.home_at(&["visits", "a/b", "ring"]);
            prop_assert_eq!(String::from(knock), format!("{http}://{place}{path}/home/v1/visits/a%2Fb/ring"));
            prop_assert_eq!(
                String::from(endpoint.messenger_socket()),
                format!("{ws}://{place}{path}/api/v2/ws")
            );
            let medme = Url::parse(&format!("{http}://{place}{path}/meets/v1{tail}")).unwrap();
            prop_assert_eq!(Endpoint::new(&medme).unwrap(), endpoint);
        }
    }
}
