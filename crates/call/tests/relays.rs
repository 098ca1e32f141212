//! Calls through a foreign TURN server that is reached over TCP and TLS only, as from a hospital's network.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::load::Load;
use common::person::{ON, Person, all_connected, eventually, local_config};
use common::room::TestRoom;
use common::turn::{PASSWORD, TurnServer, USER};
use consilium_call::{CallConfig, RelayError, probe_relay};
use consilium_wire::room::{DescriptionKind, IceServer, Signal};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

fn offered(urls: &[String]) -> Vec<IceServer> {
    let (username, credential) = (Some(USER.into()), Some(PASSWORD.into()));
    vec![IceServer { urls: urls.to_vec(), username, credential }]
}

async fn flows(from: &Person, to: &Person) {
    let before = (to.frames_from(from), to.sounds_from(from));
    eventually("pictures and sounds arrive", || {
        to.frames_from(from) >= before.0 + 10 && to.sounds_from(from) >= before.1 + 10
    })
    .await;
}

/// Two talk through the relay, and go on after both were on another network.
async fn talk_over(server: &TurnServer, urls: &[String]) {
    let room = TestRoom::new().relay_only().with_ice_servers(offered(urls));
    let config = || CallConfig { turn_tls: Some(server.trust()), ..local_config() };
    let people = [Person::join_with(&room, "a", config()), Person::join_with(&room, "b", config())];
    let [a, b] = &people;
    let loads = [a, b].map(|person| Load::open(Arc::clone(&person.call), Arc::clone(&person.seen)));
    a.call.set_intent(ON);
    b.call.set_intent(ON);
    all_connected(&[a, b]).await;
    println!("connected after {:?}", a.stats_of(b).connected_after);
    flows(a, b).await;
    flows(b, a).await;
    let before = server.allocations();
    assert!(before >= 2, "one for each");
    a.call.network_changed();
    eventually("there are new allocations", || server.allocations() >= before + 2).await;
    all_connected(&[a, b]).await;
    flows(a, b).await;
    flows(b, a).await;
    assert_eq!((a.stats_of(b).transports, b.stats_of(a).transports), (1, 1));
    let told = |signal: &Signal| matches!(signal, Signal::Candidate { candidate, .. } if candidate.expose().contains("typ host"));
    assert!(!room.signals().iter().any(told), "relays only");
    for load in loads {
        load.stop().await;
    }
    for person in people {
        person.close().await;
    }
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    eventually("no task is left", || tasks() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn media_flows_over_tcp() {
    let Some(server) = TurnServer::start(Ipv4Addr::LOCALHOST.into()) else { return };
    talk_over(&server, &[format!("turn:127.0.0.1:{}?transport=tcp", server.tcp)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn media_flows_over_tls() {
    let Some(server) = TurnServer::start(Ipv4Addr::LOCALHOST.into()) else { return };
    talk_over(&server, &[format!("turns:localhost:{}", server.tls)]).await;
}

/// UDP does not pass: nobody answers there.
#[tokio::test(flavor = "multi_thread")]
async fn media_flows_over_whatever_gets_through() {
    let Some(server) = TurnServer::start(Ipv4Addr::LOCALHOST.into()) else { return };
    let (tcp, tls) = (server.tcp, server.tls);
    let urls = [
        format!("turns:127.0.0.1:{tls}?transport=tcp"),
        format!("turn:127.0.0.1:{tcp}?transport=tcp"),
        format!("turn:127.0.0.1:{tcp}"),
    ];
    talk_over(&server, &urls).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_an_ipv6_address_is_reached() {
    let Some(server) = TurnServer::start(Ipv6Addr::LOCALHOST.into()) else { return };
    talk_over(&server, &[format!("turns:[::1]:{}", server.tls)]).await;
}

fn answered(signal: &Signal) -> bool {
    matches!(signal, Signal::Description { kind: DescriptionKind::Answer, .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_relays_nothing() {
    let Some(server) = TurnServer::start(Ipv4Addr::LOCALHOST.into()) else { return };
    let room =
        TestRoom::new().relay_only().with_ice_servers(offered(&[format!("turns:localhost:{}", server.tls)]));
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    eventually("the offer is answered", || room.signals().iter().any(answered)).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(server.allocations(), 0);
    a.close().await;
    b.close().await;
}

/// The socket that talks to the bridge is nobody's business.
#[tokio::test(flavor = "multi_thread")]
async fn the_loopback_address_is_not_told() {
    let Some(server) = TurnServer::start(Ipv4Addr::LOCALHOST.into()) else { return };
    let room = TestRoom::new().with_ice_servers(offered(&[format!("turns:localhost:{}", server.tls)]));
    let config = || CallConfig {
        turn_tls: Some(server.trust()),
        include_loopback: false,
        bind: CallConfig::default().bind,
        ..local_config()
    };
    let (a, b) = (Person::join_with(&room, "a", config()), Person::join_with(&room, "b", config()));
    eventually("the offer is answered", || room.signals().iter().any(answered)).await;
    eventually("both have a relay", || server.allocations() >= 2).await;
    for signal in room.signals() {
        match signal {
            Signal::Description { sdp, .. } => assert!(!sdp.expose().contains(" 127.0.0.1 ")),
            Signal::Candidate { candidate, .. } => assert!(!candidate.expose().contains(" 127.0.0.1 ")),
            Signal::Wish { .. } | Signal::Trouble { .. } | Signal::Commit { .. } | Signal::Reveal { .. } => {}
        }
    }
    a.close().await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_gets_a_place_and_gives_it_back() {
    let Some(server) = TurnServer::start(Ipv4Addr::LOCALHOST.into()) else { return };
    let urls = [format!("turn:127.0.0.1:{}?transport=tcp", server.tcp)];
    let within = Duration::from_secs(10);
    let took = probe_relay(local_config(), offered(&urls), within).await.unwrap();
    assert!(took < within && server.allocations() >= 1, "{took:?}");
    let wrong = IceServer { credential: Some("wrong".into()), ..offered(&urls).remove(0) };
    let refused = probe_relay(local_config(), vec![wrong], within).await;
    assert_eq!(refused, Err(RelayError::Unreached));
    let stun =
        vec![IceServer { urls: vec!["stun:127.0.0.1:9".to_owned()], username: None, credential: None }];
    assert_eq!(probe_relay(local_config(), stun, within).await, Err(RelayError::NoRelay));
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    eventually("no task is left", || tasks() == 0).await;
}
