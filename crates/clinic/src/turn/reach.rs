//! Where relayed datagrams may go. A relay stands inside the clinic's network: without a fence it would carry a
//! participant's datagrams to services that the network's edge keeps from strangers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// Which peers a relay reaches. Relays of this server reach each other besides that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of them: everyone of a demo is on one machine.
    Anywhere,
    /// Addresses that can be a participant's, and none of this machine's own.
    Abroad {
        /// Addresses of private networks too. Only where the relay's own address is such a one: then the
        /// participants are in that network.
        private: bool,
    },
}

impl Reach {
    /// Of a relay that is known to others by this address.
    pub(super) fn of(relay: IpAddr, is_demo: bool) -> Self {
        match is_demo {
            true => Self::Anywhere,
            false => Self::Abroad { private: is_private(relay) },
        }
    }

    /// Whether a relay sends to this address, and hears it. Asks the system: to be remembered by the caller.
    pub(super) fn allows(&self, peer: IpAddr) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Abroad { private } => is_fit(peer.to_canonical(), *private) && !is_ours(peer),
        }
    }
}

fn is_fit(peer: IpAddr, private: bool) -> bool {
    is_public(peer) || (private && is_private(peer))
}

/// Only an address of this machine can be bound.
fn is_ours(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// RFC 1918, RFC 6598 and RFC 4193.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || is_shared(v4),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let first = v4.octets()[0];
            let is_special = first == 0 || first == 127 || first >= 224 || v4.is_link_local();
            !is_special && !v4.is_private() && !is_shared(v4)
        }
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Carrier-grade NAT.
const fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0xC0 == 64
}

/// Global unicast (RFC 4291), without 6to4 and Teredo, which hide an IPv4 address.
const fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    first & 0xE000 == 0x2000 && first != 0x2002 && !(first == 0x2001 && second == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(reach: &Reach, addresses: &[&str]) -> Vec<bool> {
        addresses.iter().map(|address| reach.allows(address.parse().unwrap())).collect()
    }

    #[test]
    fn a_relay_never_reaches_the_machine_it_is_on() {
        let inside = [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "2002:7f00:1::1",
            "64:ff9b::7f00:1",
        ];
        for relay in ["203.0.113.9", "10.0.0.9"] {
            let reach = Reach::of(relay.parse().unwrap(), false);
            assert_eq!(allowed(&reach, &inside), [false; 14], "{relay}");
        }
        assert_eq!(allowed(&Reach::of(Ipv4Addr::LOCALHOST.into(), true), &inside[..1]), [true], "a demo");
    }

    #[test]
    fn a_private_relay_reaches_its_network_and_a_public_one_does_not() {
        let lan = ["10.99.99.98", "172.16.99.98", "192.168.99.98", "100.64.99.98", "fd00::98"];
        assert_eq!(allowed(&Reach::of([192, 168, 99, 1].into(), false), &lan), [true; 5]);
        assert_eq!(allowed(&Reach::of([203, 0, 113, 9].into(), false), &lan), [false; 5]);
        let world = ["198.51.100.7", "2001:db8::7", "100.128.0.1", "172.32.0.1"];
        assert_eq!(allowed(&Reach::of([203, 0, 113, 9].into(), false), &world), [true; 4]);
    }
}
