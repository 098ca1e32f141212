//! The way through NATs: what a welcome says of it, and the embedded TURN server with the application's own client.

mod client;

use crate::kit::Clinic;
use client::Client;
use consilium_clinic::{Config, Running, ServeError, TurnConfig, TurnListen, serve};
use consilium_wire::room::IceServer;
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::net::UdpSocket;

const HOUR: i64 = 3600;

async fn welcomed(clinic: &Clinic) -> Vec<IceServer> {
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    clinic.enter(&specialist, None).await.welcome().await.ice_servers
}

/// The servers of a welcome: the one for addresses, the one for relays.
fn told(servers: &[IceServer]) -> (&IceServer, &IceServer) {
    let [stun, turn] = servers else { panic!("{servers:?}") };
    assert!(stun.username.is_none() && stun.credential.is_none());
    (stun, turn)
}

#[tokio::test]
async fn a_welcome_and_a_resumed_one_carry_credentials_of_their_own() {
    let clinic = Clinic::adjusted(|config| config.turn.relay_only = true).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut patient = clinic.enter(&client, None).await;
    let first = patient.welcome().await;
    drop(patient);
    clinic.pass(HOUR);
    let again = clinic.enter(&client, Some(first.resume)).await.welcome().await;
    assert!(again.resumed && first.policy.relay_only && again.policy.relay_only);

    let place = clinic.running.turn_addr().unwrap();
    for servers in [&first.ice_servers, &again.ice_servers] {
        let (stun, turn) = told(servers);
        assert_eq!(stun.urls, [format!("stun:{place}")]);
        let urls = ["udp", "tcp"].map(|transport| format!("turn:{place}?transport={transport}"));
        assert_eq!(turn.urls, urls);
    }
    let name = |servers| told(servers).1.username.as_ref().unwrap().expose().clone();
    let [first, again] = [name(&first.ice_servers), name(&again.ice_servers)];
    let expiry = |name: &str| name.split_once(':').unwrap().0.parse::<i64>().unwrap();
    assert!(expiry(&again) - expiry(&first) >= HOUR && expiry(&first) == 1_795_305_600, "{first} {again}");
    for secret in [&client, &specialist] {
        assert!(!first.contains(secret) && !again.contains(secret));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn servers_that_are_named_are_told_of_instead() {
    let clinic = Clinic::adjusted(|config| {
        config.turn.listen = TurnListen::Off;
        config.turn.secret = Some("north".into());
        let urls = ["stun:stun.example.org", "turns:turn.example.org:443?transport=tcp"];
        config.turn.urls = urls.map(|url| url.parse().unwrap()).to_vec();
    })
    .await;
    let servers = welcomed(&clinic).await;
    let (stun, turn) = told(&servers);
    assert_eq!(stun.urls, ["stun:stun.example.org"]);
    assert_eq!(turn.urls, ["turns:turn.example.org:443?transport=tcp"]);
    assert!(clinic.running.turn_addr().is_none());
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_server_that_could_lead_nobody_to_anybody_does_not_start() {
    let named = vec!["turn:turn.example.org".parse().unwrap()];
    let off = TurnConfig { listen: TurnListen::Off, ..TurnConfig::default() };
    let nowhere = TurnConfig { relay_only: true, ..off.clone() };
    assert!(matches!(try_with(nowhere).await, Some(ServeError::NoRelay)));
    assert!(matches!(try_with(TurnConfig { urls: named, ..off }).await, Some(ServeError::NoTurnSecret)));
}

async fn try_with(turn: TurnConfig) -> Option<ServeError> {
    let folder = tempfile::tempdir().unwrap();
    serve(Config { listen: ([127, 0, 0, 1], 0).into(), turn, ..Config::new(folder.path()) }).await.err()
}

#[tokio::test]
async fn a_relay_carries_datagrams_both_ways_over_udp_and_tcp() {
    let clinic = Clinic::start().await;
    let servers = welcomed(&clinic).await;
    for transport in ["udp", "tcp"] {
        let mut client = Client::allocate(told(&servers).1, transport).await.unwrap();
        let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = peer.local_addr().unwrap();
        assert!(client.may_reach(address).await);
        // The client binds a channel meanwhile, so both framings are used; odd lengths are padded over TCP.
        for length in [1, 2, 3, 5, 1201] {
            let data = vec![length as u8; length];
            client.send(address, &data).await;
            let mut heard = [0; 2048];
            let (got, from) = peer.recv_from(&mut heard).await.unwrap();
            assert_eq!((&heard[..got], from), (&data[..], client.relay));
            peer.send_to(&data, client.relay).await.unwrap();
            assert_eq!(client.hear().await, (address, data), "{transport}");
        }
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_wrong_or_late_credential_is_refused() {
    let clinic = Clinic::start().await;
    let servers = welcomed(&clinic).await;
    let turn = told(&servers).1;
    let wrong = IceServer { credential: Some("guess".into()), ..turn.clone() };
    let foreign = IceServer { username: Some("99999999999:me".into()), ..turn.clone() };
    for transport in ["udp", "tcp"] {
        for refused in [&wrong, &foreign] {
            let refusal = Client::allocate(refused, transport).await.err().unwrap();
            assert!(refusal.contains("401"), "{refusal}");
        }
    }
    clinic.pass(12 * HOUR - 60);
    assert!(Client::allocate(turn, "udp").await.is_ok(), "it is good for twelve hours");
    clinic.pass(60);
    let refusal = Client::allocate(turn, "udp").await.err().unwrap();
    assert!(refusal.contains("401"), "{refusal}");
    clinic.running.stop().await;
}

/// No demo, so that this machine is not to be reached.
async fn clinic_with_a_fence() -> (Running, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let turn =
        TurnConfig { listen: TurnListen::At(local), secret: Some("north".into()), ..TurnConfig::default() };
    let config = Config { listen: local, turn, ..Config::new(folder.path()) };
    (serve(config).await.unwrap(), folder)
}

/// `printf %s 4102444800:seat-1 | openssl dgst -sha1 -hmac north -binary | base64`: good until 2100.
async fn guest(clinic: &Running, transport: &str) -> Client {
    let (name, password) = ("4102444800:seat-1".to_owned(), "iFxsZJF2fW0CmU+UGT655uAmLXo=".to_owned());
    Client::sign_in(clinic.turn_addr().unwrap(), transport, name, password).await.unwrap()
}

#[tokio::test]
async fn a_relay_reaches_other_relays_and_never_the_machine_it_is_on() {
    let (clinic, _folder) = clinic_with_a_fence().await;
    let (mut one, mut other) = (guest(&clinic, "udp").await, guest(&clinic, "tcp").await);
    assert!(one.may_reach(other.relay).await && other.may_reach(one.relay).await);
    one.send(other.relay, b"to another relay").await;
    assert_eq!(other.hear().await, (one.relay, b"to another relay".to_vec()));
    other.send(one.relay, b"and back").await;
    assert_eq!(one.hear().await, (other.relay, b"and back".to_vec()));

    // The permission is for the relays' address, which is the machine's: it opens none of the machine's own ports.
    let service = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let place = service.local_addr().unwrap();
    one.may_reach(place).await;
    one.send(place, b"to a service of the machine").await;
    one.send(other.relay, b"the last word").await;
    assert_eq!(other.hear().await.1, b"the last word", "what was sent before has been dealt with");
    assert_eq!(service.try_recv(&mut [0; 64]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    service.send_to(b"from a service of the machine", one.relay).await.unwrap();
    other.send(one.relay, b"heard").await;
    assert_eq!(one.hear().await.1, b"heard");

    for denied in ["127.0.0.2:53", "169.254.169.254:80", "10.1.2.3:5353", "224.0.0.251:5353"] {
        assert!(!guest(&clinic, "udp").await.may_reach(denied.parse().unwrap()).await, "{denied}");
    }
    clinic.stop().await;
}

#[tokio::test]
async fn one_credential_has_so_many_relays_and_gives_them_back() {
    let (clinic, _folder) = clinic_with_a_fence().await;
    let mut held = Vec::new();
    for _ in 0..72 {
        held.push(guest(&clinic, "tcp").await);
    }
    let (name, password) = ("4102444800:seat-1".to_owned(), "iFxsZJF2fW0CmU+UGT655uAmLXo=".to_owned());
    let more = || Client::sign_in(clinic.turn_addr().unwrap(), "udp", name.clone(), password.clone());
    let refusal = more().await.err().unwrap();
    assert!(refusal.contains("508"), "{refusal}");
    assert_eq!(clinic.relays(), 72);
    held.clear();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while clinic.relays() > 0 {
        assert!(std::time::Instant::now() < end, "closed lines give their relays back");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(more().await.is_ok());
    clinic.stop().await;
}
