//! A guest of a Coviu session at the page: it knocks, waits, and is let in or turned away. Until then nothing of its media
//! reaches anybody.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod common;
#[path = "guest_page/guest.rs"]
#[expect(dead_code, reason = "most of it is for the guest page's own test")]
mod guest;
#[path = "guest_page/tab.rs"]
#[expect(dead_code, reason = "most of it is for the guest page's own test")]
mod tab;

use common::{Clinic, PATIENCE};
use consilium_client::{Endpoint, RoomEvent, RoomSocket, Server, Step};
use consilium_model::PeerId;
use consilium_wire::coviu::http_date;
use consilium_wire::room::{Check, FromClient, FromServer, Readiness};
use guest::Guest;
use serde_json::{Value, json};
use tab::{Browser, Devices};
use time::{Duration, OffsetDateTime};
use tokio::time::timeout;

/// A session that has just begun: the specialist's home token's visit, and the guest's address.
struct Scheduled {
    specialist: RoomSocket,
    guest_url: String,
}

async fn scheduled(clinic: &Clinic) -> Scheduled {
    let http = reqwest::Client::new();
    let coviu = clinic.demo().coviu.clone().unwrap();
    let form = http
        .post(format!("{}/auth/token", coviu.endpoint))
        .basic_auth(&coviu.api_key, Some(coviu.key_secret.expose()));
    let form = form
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let token: Value = form.send().await.unwrap().json().await.unwrap();
    let begins = OffsetDateTime::now_utc() + Duration::minutes(5);
    let session = json!({
        "session_name": "Visit", "start_time": http_date::format(begins),
        "end_time": http_date::format(begins + Duration::minutes(30)),
        "participants": [
            { "display_name": "Mara Madeup", "role": "guest" }, { "display_name": "Dr Sample", "role": "host" },
        ],
    });
    let made = http
        .post(format!("{}/sessions", coviu.endpoint))
        .bearer_auth(token["access_token"].as_str().unwrap());
    let made: Value = made.json(&session).send().await.unwrap().json().await.unwrap();
    clinic.pass(Duration::minutes(6));
    let entry = |role: &str| {
        let all = made["participants"].as_array().unwrap();
        let one = all.iter().find(|one| one["role"].as_str().unwrap().eq_ignore_ascii_case(role)).unwrap();
        one["entry_url"].as_str().unwrap().to_owned()
    };
    // The host comes in by the same kind of address; here without a page, to count what reaches it.
    let follow = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = follow.get(entry("host")).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    let access_token = location.split("at=").nth(1).unwrap().split('&').next().unwrap();
    let address = format!("http://{}/", clinic.address());
    let server = Server::new(Endpoint::new(&address.parse().unwrap()).unwrap()).unwrap();
    let visit = server.medme(access_token.into());
    visit.step(Step::Join).await.unwrap();
    let specialist = server.enter_room(visit.exchange().await.unwrap());
    Scheduled { specialist, guest_url: entry("guest") }
}

/// Everything that the room says until something like this; what came before is given, too.
async fn hears(room: &mut RoomSocket, what: &str, like: impl Fn(&FromServer) -> bool) -> Vec<FromServer> {
    let mut heard = Vec::new();
    let listening = async {
        while let Some(event) = room.next().await {
            let RoomEvent::Message(message) = event else { continue };
            let found = like(&message);
            heard.push(message);
            if found {
                return;
            }
        }
    };
    assert!(timeout(PATIENCE, listening).await.is_ok(), "never heard: {what}; but {heard:?}");
    heard
}

async fn hears_knock(room: &mut RoomSocket) -> Vec<FromServer> {
    hears(room, "a knock", |message| matches!(message, FromServer::Knocking { .. })).await
}

/// A specialist inside, and a guest who has opened the link, with this script in its page. The browser lives as long
/// as it is held.
async fn at_the_door(clinic: &Clinic, script: &str) -> (RoomSocket, Guest, Browser) {
    let Scheduled { specialist, guest_url } = scheduled(clinic).await;
    let browser = Browser::start(Devices::Allowed).await;
    let mut guest = Guest { tab: browser.open(&guest_url, script).await };
    guest.goes_on().await;
    (specialist, guest, browser)
}

fn knocker(heard: &[FromServer]) -> PeerId {
    let peer = heard.iter().rev().find_map(|message| match message {
        FromServer::Knocking { peer, .. } => Some(peer.id.clone()),
        _ => None,
    });
    peer.expect("somebody knocks")
}

/// Keeps the tracks of the guest's own devices, so that it can be seen whether one is open.
const TRACKS: &str = "
  window.tracks = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
";

/// What of somebody's media reached the others.
fn reached(heard: &[FromServer]) -> usize {
    heard
        .iter()
        .filter(|message| matches!(message, FromServer::Signal { .. } | FromServer::Media { .. }))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_knocks_by_itself_and_sends_nothing_before_it_is_let_in() {
    let clinic = Clinic::start().await;
    let (mut specialist, mut guest, _browser) = at_the_door(&clinic, guest::WATCH).await;
    let heard = hears_knock(&mut specialist).await;
    let peer = knocker(&heard);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(guest.measures().await.is_empty(), "no connection to anybody");
    assert_eq!(guest.tab.barriers().await, Vec::<String>::new());
    specialist.sender().send(&FromClient::Note { peer: peer.clone(), text: "One minute".into() }).unwrap();
    specialist.sender().send(&FromClient::Admit { peer: peer.clone() }).unwrap();
    let before =
        hears(&mut specialist, "the guest", |message| matches!(message, FromServer::PeerJoined { .. })).await;
    assert_eq!(reached(&heard) + reached(&before), 0, "before it was let in");
    let after =
        hears(&mut specialist, "an offer", |message| matches!(message, FromServer::Signal { .. })).await;
    assert_eq!(reached(&after).min(1), 1);
    guest.sees_screen("started").await;
    specialist.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_sees_that_its_devices_and_its_line_work() {
    let clinic = Clinic::start().await;
    let (mut specialist, mut guest, _browser) = at_the_door(&clinic, guest::WATCH).await;
    guest.tab.presses("[data-testid=check-open]").await;
    guest.tab.sees("document.querySelector('[data-testid=check-picture][data-drawn] video')").await;
    let ready = |message: &FromServer| match message {
        FromServer::Knocking { waits, .. } => {
            let Readiness { camera, microphone, network } = waits.ready;
            [camera, microphone, network] == [Check::Good; 3]
        }
        _ => false,
    };
    let heard = hears(&mut specialist, "that everything works", ready).await;
    assert_eq!(reached(&heard), 0);
    assert_eq!(guest.tab.barriers().await, Vec::<String>::new());
    if let Ok(folder) = std::env::var("GUEST_REPORT") {
        std::fs::write(format!("{folder}/lobby.png"), guest.tab.picture().await).unwrap();
    }
    specialist.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_is_turned_away_stays_outside() {
    let clinic = Clinic::start().await;
    let (mut specialist, mut guest, _browser) = at_the_door(&clinic, guest::WATCH).await;
    let heard = hears_knock(&mut specialist).await;
    let deny = FromClient::Deny { peer: knocker(&heard), reason: Some("Tomorrow, please".into()) };
    specialist.sender().send(&deny).unwrap();
    hears(&mut specialist, "the end of it", |message| matches!(message, FromServer::KnockOver { .. })).await;
    guest.tab.sees("document.body.innerText.includes('Tomorrow, please')").await;
    assert!(guest.measures().await.is_empty());
    specialist.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_only_looked_at_itself_is_let_in_with_nothing_on() {
    let clinic = Clinic::start().await;
    let (mut specialist, mut guest, _browser) = at_the_door(&clinic, TRACKS).await;
    let heard = hears_knock(&mut specialist).await;
    guest.tab.presses("[data-testid=check-open]").await;
    guest.tab.sees("document.querySelector('[data-testid=check-picture][data-drawn] video')").await;
    specialist.sender().send(&FromClient::Admit { peer: knocker(&heard) }).unwrap();
    guest.sees_screen("started").await;
    let closed =
        "window.tracks.length > 1 && window.tracks.every(({ readyState }) => readyState === 'ended')";
    guest.tab.sees(closed).await;
    guest.tab.presses("[data-testid=switch-camera]").await;
    guest
        .tab
        .sees("window.tracks.some(({ kind, readyState }) => kind === 'video' && readyState === 'live')")
        .await;
    guest
        .tab
        .sees("window.tracks.every(({ kind, readyState }) => kind === 'video' || readyState === 'ended')")
        .await;
    specialist.leave().await;
}
