//! Notices that the machine is on another network, or has slept: then every way to the others is looked for anew.
//!
//! What counts is from where packets to the internet would leave. The system says that without one being sent, and
//! interfaces of containers and virtual machines, which come and go, do not matter.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime};
use tokio::time::{Interval, MissedTickBehavior, interval};

const LOOK: Duration = Duration::from_secs(1);
/// Nobody looked for this long: the machine was asleep.
const SLEEP: Duration = Duration::from_secs(10);
/// Addresses for documentation (RFC 5737, RFC 3849). Nothing is sent to them.
const FAR: [&str; 2] = ["192.0.2.1:9", "[2001:db8::1]:9"];

/// Looks once a second.
pub(super) struct Network {
    ticks: Interval,
    watch: Watch,
}

impl Network {
    pub(super) fn new() -> Self {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks, watch: Watch::new(SystemTime::now(), Routes::look()) }
    }

    /// Returns at the next change. Dropping the future loses nothing.
    pub(super) async fn changed(&mut self) {
        loop {
            self.ticks.tick().await;
            if self.watch.see(SystemTime::now(), Routes::look()) {
                return;
            }
        }
    }
}

/// From where packets to the internet leave, for IPv4 and IPv6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Routes([Option<IpAddr>; 2]);

impl Routes {
    fn look() -> Self {
        Self(FAR.map(|far| far.parse().ok().and_then(source)))
    }

    /// The machine reaches nothing.
    fn is_empty(self) -> bool {
        self == Self::default()
    }
}

fn source(far: SocketAddr) -> Option<IpAddr> {
    let any = if far.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).ok()?;
    // Connecting a UDP socket chooses a route and sends nothing.
    socket.connect(far).ok()?;
    let source = socket.local_addr().ok()?.ip();
    (!source.is_unspecified()).then(|| network(source))
}

/// A machine changes its IPv6 address within the same network for privacy (RFC 8981), and keeps the old one a while.
fn network(address: IpAddr) -> IpAddr {
    const PREFIX: u128 = !0 << 64;
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & PREFIX).into()),
    }
}

/// What was seen last.
#[derive(Debug)]
struct Watch {
    at: SystemTime,
    routes: Routes,
}

impl Watch {
    fn new(at: SystemTime, routes: Routes) -> Self {
        Self { at, routes }
    }

    /// True when the ways that were found may lead nowhere now. While nothing can be reached, there is nothing to look
    /// for; and a family of addresses that comes on top takes nothing away.
    fn see(&mut self, now: SystemTime, routes: Routes) -> bool {
        let slept = now.duration_since(self.at).is_ok_and(|passed| passed >= SLEEP);
        let before = std::mem::replace(&mut self.routes, routes);
        let lost = before.0.iter().zip(routes.0).any(|(before, now)| before.is_some() && *before != now);
        self.at = now;
        !routes.is_empty() && (slept || lost || before.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn routes() -> impl Strategy<Value = Routes> {
        let v4 = proptest::option::of((1u8..4).prop_map(|n| IpAddr::from([192, 0, 2, n])));
        let v6 =
            proptest::option::of((1u16..4).prop_map(|n| IpAddr::from([0x2001, 0xdb8, 0, n, 0, 0, 0, 0])));
        (v4, v6).prop_map(|(v4, v6)| Routes([v4, v6]))
    }

    proptest! {
        #[test]
        fn a_network_is_told_once_and_a_lost_one_always(seen in proptest::collection::vec(routes(), 1..30)) {
            let mut now = SystemTime::now();
            let mut watch = Watch::new(now, seen[0]);
            // The ways that were looked for last went over these.
            let mut over = seen[0];
            for routes in seen {
                now += LOOK;
                let told = watch.see(now, routes);
                prop_assert!(!told || !routes.is_empty());
                if told {
                    over = routes;
                } else if !routes.is_empty() {
                    let kept = over.0.iter().zip(routes.0).all(|(over, now)| over.is_none() || *over == now);
                    prop_assert!(kept, "{over:?} is lost: {routes:?}");
                }
                now += LOOK;
                prop_assert!(!watch.see(now, routes), "told twice");
            }
        }
    }

    #[test]
    fn a_machine_that_slept_looks_again_when_it_is_on_a_network() {
        let now = SystemTime::now();
        let home = Routes([Some([192, 0, 2, 1].into()), None]);
        let mut watch = Watch::new(now, home);
        assert!(watch.see(now + SLEEP, home));
        assert!(!watch.see(now + SLEEP + LOOK, home));
        assert!(!watch.see(now + SLEEP * 2 + LOOK, Routes::default()), "no network yet");
        assert!(watch.see(now + SLEEP * 2 + LOOK * 2, home));
        assert!(!watch.see(now, home), "a clock that was put back");
    }

    #[test]
    fn an_address_for_privacy_is_the_same_network() {
        let [old, new]: [IpAddr; 2] =
            ["2001:db8:1:2::7".parse().unwrap(), "2001:db8:1:2:aa::9".parse().unwrap()];
        assert_eq!(network(old), network(new));
        assert_ne!(network(old), network("2001:db8:1:3::7".parse().unwrap()));
    }
}
