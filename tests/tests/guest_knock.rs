//! A guest of a Coviu session at the page: it knocks, waits, and is let in or turned away. Until then nothing of its media
//! reaches anybody.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod common;
#[path = "guest_page/guest.rs"]
#[expect(dead_code, reason = "most of it is for the guest page's own test")]
mod guest;
#[path = "guest_page/session.rs"]
#[expect(dead_code, reason = "a session is called off in the guest page's own test")]
mod session;
#[path = "guest_page/tab.rs"]
#[expect(dead_code, reason = "most of it is for the guest page's own test")]
mod tab;

use common::{Clinic, PATIENCE, Person, call};
use consilium_app::view::{AppView, ChatPane, KnockRow, MessageBody, PeerState, VisitAction};
use consilium_app::{Action, ChatStep, KnockStep};
use consilium_client::{Endpoint, RoomEvent, RoomSocket, Server, Step};
use consilium_model::PeerId;
use consilium_wire::link::Link;
use consilium_wire::room::{Check, FromClient, FromServer, Readiness};
use guest::Guest;
use session::Session;
use tab::{Browser, Devices};
use tokio::time::timeout;

/// The host of a session, here without a page or an application, to count what reaches it.
async fn inside(clinic: &Clinic, session: &Session) -> RoomSocket {
    let Ok(Link::Visit { server, access_token }) = Link::parse(session.host_link(clinic).await.expose())
    else {
        panic!("a visit's link")
    };
    let visit = Server::new(Endpoint::new(&server).unwrap()).unwrap().medme(access_token);
    visit.step(Step::Join).await.unwrap();
    Server::new(Endpoint::new(&server).unwrap()).unwrap().enter_room(visit.exchange().await.unwrap())
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
    let session = Session::begun(clinic).await;
    let specialist = inside(clinic, &session).await;
    let browser = Browser::start(Devices::Allowed).await;
    let mut guest = Guest { tab: browser.open(&session.guest_url, script).await };
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

/// A specialist at its own application, in the session, and a guest who has opened the link.
async fn at_the_door_of_an_application(clinic: &Clinic, script: &str) -> (Person, Guest, Browser) {
    let session = Session::begun(clinic).await;
    let mut specialist = Person::with_link(&session.host_link(clinic).await);
    specialist.presses(VisitAction::Join).await;
    let browser = Browser::start(Devices::Allowed).await;
    let mut guest = Guest { tab: browser.open(&session.guest_url, script).await };
    guest.goes_on().await;
    (specialist, guest, browser)
}

async fn hears_who_knocks(specialist: &mut Person) -> KnockRow {
    let view = specialist.sees("a knock", |view| view.knocks.len() == 1).await;
    view.knocks[0].clone()
}

async fn answers(specialist: &Person, step: KnockStep) {
    specialist.does(Action::Knock { step }).await;
}

fn others(view: &AppView) -> usize {
    let peers = call(view).into_iter().flat_map(|call| &call.peers);
    peers.filter(|peer| peer.state == PeerState::Connected).count()
}

fn wrote(view: &AppView, words: &str) -> bool {
    let Some(ChatPane::Conversation(conversation)) = view.chat.as_ref().map(|chat| &chat.pane) else {
        return false;
    };
    conversation.messages.iter().any(|row| matches!(&row.body, MessageBody::Text { text } if text == words))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_specialist_at_the_application_turns_a_guest_away_with_a_reason() {
    let clinic = Clinic::start().await;
    let (mut specialist, mut guest, _browser) = at_the_door_of_an_application(&clinic, guest::WATCH).await;
    let KnockRow { id, name, .. } = hears_who_knocks(&mut specialist).await;
    assert_eq!(name, "Mara Madeup");
    answers(&specialist, KnockStep::Note { id: id.clone(), text: "One <i>minute</i>".into() }).await;
    guest
        .tab
        .sees("document.querySelector('[data-testid=lobby-note]')?.innerText === 'One <i>minute</i>'")
        .await;
    answers(&specialist, KnockStep::Deny { id, reason: Some("Tomorrow at nine, please".into()) }).await;
    guest
        .tab
        .sees("document.querySelector('[data-testid=lobby-reason]')?.innerText.includes('Tomorrow at nine')")
        .await;
    specialist.sees("nobody at the door", |view| view.knocks.is_empty()).await;
    assert!(guest.measures().await.is_empty(), "no connection to anybody");
    assert_eq!(others(&specialist.newest()), 0);
    assert_eq!(guest.tab.barriers().await, Vec::<String>::new());
    specialist.closes().await;
}

/// Cuts the page's lines to the server, and gives them back.
const LINES: &str = "
  window.cut = false;
  window.lines = [];
  window.WebSocket = class extends WebSocket {
    constructor(url, ...more) {
      super(window.cut && `${url}`.includes(window.cut) ? new URL('/nowhere', url) : url, ...more);
      window.lines.push(this);
    }
  };
";

/// Whoever is away for longer than a seat is kept has to knock again.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_is_put_outside_has_neither_call_nor_chat_until_it_is_let_in_again() {
    let clinic = Clinic::adjusted(|config| config.seat_grace = std::time::Duration::from_secs(1)).await;
    let (mut specialist, mut guest, _browser) = at_the_door_of_an_application(&clinic, LINES).await;
    let KnockRow { id, .. } = hears_who_knocks(&mut specialist).await;
    assert!(guest.tab.value::<bool>("!document.querySelector('[data-testid=chat-open]')").await);
    answers(&specialist, KnockStep::Admit { id }).await;
    guest.sees_screen("started").await;
    specialist.sees("the guest", |view| others(view) == 1).await;
    guest.tab.presses("[data-testid=chat-open]").await;
    guest.writes("Good morning").await;
    specialist.does(Action::Chat { step: ChatStep::OpenVisit }).await;
    specialist.sees("the guest's words", |view| wrote(view, "Good morning")).await;

    let cut = "window.cut = '/'; window.lines.forEach((line) => line.close()); true";
    assert!(guest.tab.value::<bool>(cut).await);
    specialist.sees("that the guest is gone", |view| others(view) == 0).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    // The page hears that it is outside before it reaches the room.
    assert!(guest.tab.value::<bool>("Boolean(window.cut = '/room/')").await);
    let gone = "!document.querySelector('[data-testid=chat-pane], [data-testid=chat-open]')";
    guest.tab.sees(gone).await;
    assert!(guest.tab.value::<bool>("!(window.cut = false)").await);
    guest.tab.sees("document.querySelector('[data-testid=step-away]')").await;
    assert!(guest.tab.value::<bool>(gone).await, "nothing of the conversation is shown outside");
    let KnockRow { id, .. } = hears_who_knocks(&mut specialist).await;
    answers(&specialist, KnockStep::Admit { id }).await;
    guest.sees_screen("started").await;
    specialist.sees("the guest", |view| others(view) == 1).await;
    guest.tab.sees("document.querySelector('[data-testid=chat-pane], [data-testid=chat-open]')").await;
    if guest.tab.value::<bool>("!document.querySelector('[data-testid=chat-pane]')").await {
        guest.tab.presses("[data-testid=chat-open]").await;
    }
    guest.reads("Good morning").await;
    guest.writes("Here again").await;
    specialist.sees("the guest's words", |view| wrote(view, "Here again")).await;
    specialist.closes().await;
}
