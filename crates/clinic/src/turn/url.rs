//! Addresses of STUN and TURN servers (RFC 7064, RFC 7065).

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// The address of a STUN or TURN server, such as `turns:turn.example.org:443?transport=tcp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceUrl {
    scheme: Scheme,
    /// The host with its port, as in the text.
    place: String,
    transport: Option<Transport>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Stun,
    Turn,
    Turns,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Udp,
    Tcp,
}

impl Scheme {
    /// Whether there are relays behind it.
    pub(super) const fn is_relay(self) -> bool {
        matches!(self, Self::Turn | Self::Turns)
    }
}

impl IceUrl {
    /// The embedded server's, at this address.
    pub(super) fn all_of(address: SocketAddr) -> Vec<Self> {
        let of = |scheme, transport| Self { scheme, place: address.to_string(), transport };
        vec![
            of(Scheme::Stun, None),
            of(Scheme::Turn, Some(Transport::Udp)),
            of(Scheme::Turn, Some(Transport::Tcp)),
        ]
    }

    pub(super) const fn scheme(&self) -> Scheme {
        self.scheme
    }
}

impl fmt::Display for IceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Stun => "stun",
            Scheme::Turn => "turn",
            Scheme::Turns => "turns",
        };
        let transport = match self.transport {
            None => "",
            Some(Transport::Udp) => "?transport=udp",
            Some(Transport::Tcp) => "?transport=tcp",
        };
        write!(f, "{scheme}:{}{transport}", self.place)
    }
}

/// The text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address such as turn:turn.example.org:3478?transport=udp")]
pub struct NotAnIceUrl;

impl FromStr for IceUrl {
    type Err = NotAnIceUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once(':').ok_or(NotAnIceUrl)?;
        let scheme = match scheme {
            "stun" => Scheme::Stun,
            "turn" => Scheme::Turn,
            "turns" => Scheme::Turns,
            _ => return Err(NotAnIceUrl),
        };
        let (place, transport) = match rest.split_once('?') {
            None => (rest, None),
            Some((place, "transport=udp")) if scheme == Scheme::Turn => (place, Some(Transport::Udp)),
            Some((place, "transport=tcp")) if scheme.is_relay() => (place, Some(Transport::Tcp)),
            Some(_) => return Err(NotAnIceUrl),
        };
        // The rules for a host and a port are those of any address; a path or a user is none of them.
        let whole = ::url::Url::parse(&format!("https://{place}")).map_err(|_| NotAnIceUrl)?;
        let is_plain = place.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
        if !is_plain || !whole.has_host() {
            return Err(NotAnIceUrl);
        }
        Ok(Self { scheme, place: place.to_owned(), transport })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_alike() {
        for text in [
            "stun:stun.example.org",
            "turn:turn.example.org:3478?transport=udp",
            "turn:192.0.2.7?transport=tcp",
            "turns:turn.example.org:443?transport=tcp",
            "turn:[2001:db8::7]:3478",
        ] {
            assert_eq!(text.parse::<IceUrl>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "turn:",
            "turn.example.org",
            "https://turn.example.org",
            "turn://turn.example.org",
            "turn:me@turn.example.org",
            "turn:turn.example.org/x",
            "turn:turn.example.org:99999",
            "stun:turn.example.org?transport=udp",
            "turns:turn.example.org?transport=udp",
            "turn:a?transport=sctp",
            "turn:2001:db8::7",
            "turn:two words",
        ] {
            assert_eq!(text.parse::<IceUrl>(), Err(NotAnIceUrl), "{text}");
        }
    }
}
