//! Chromium as the third in the mesh, with everything that is a browser's own: jitter buffer, RTX, bandwidth
//! estimation, perfect negotiation.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod common;

#[path = "browser/chromium.rs"]
mod chromium;
#[path = "../src/bin/call-load/load/line.rs"]
mod line;
#[path = "browser/seat.rs"]
mod seat;

use chromium::{Chromium, Report, Stream};
use common::Clinic;
use common::Person;
use consilium_app::view::VisitAction;
use consilium_client::{Endpoint, Server, Step};
use consilium_model::{Screen, Secret};
use consilium_wire::link::Link;
use line::{Line, Quality};
use seat::Seat;
use std::sync::Arc;
use std::time::Duration;

/// Takes these steps by the link; gives the way into the room.
async fn takes(link: &Secret, steps: &[Step]) -> (Server, Secret) {
    let Ok(Link::Visit { server, access_token }) = Link::parse(link.expose()) else {
        panic!("a visit's link")
    };
    let server = Server::new(Endpoint::new(&server).unwrap()).unwrap();
    let visit = server.medme(access_token);
    for step in steps {
        visit.step(*step).await.unwrap();
    }
    let token = visit.exchange().await.unwrap();
    (server, token)
}

/// The browser takes the third place; whoever is in the first two has opened the visit.
async fn browser_joins(link: &Secret) -> Chromium {
    let (server, token) = takes(link, &[Step::Join]).await;
    Chromium::enters(server.endpoint().room_socket().as_str(), token.expose()).await
}

fn all(report: &Report, count: usize, pictures: u64) -> bool {
    report.peers.len() == count
        && report.peers.iter().all(|peer| {
            let (came, heard) = peer.received();
            came >= pictures && heard
        })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_sees_and_hears_both_others_and_they_see_it() {
    let clinic = Clinic::start().await;
    let links = clinic.links("group");
    let mut people = [Person::with_link(&links[0]), Person::with_link(&links[1])];
    people[0].presses(VisitAction::Open).await;
    for person in &mut people {
        person.presses(VisitAction::Join).await;
    }
    let mut browser = browser_joins(&links[2]).await;
    for person in &mut people {
        person.sees_screen(Screen::Started).await;
        person.sees_others(2).await;
        let both = |decoded: Vec<u64>| decoded.len() == 2 && decoded.iter().all(|frames| *frames > 60);
        person.measures("two pictures", |figures| both(figures.decoded())).await;
    }
    browser.measures("two pictures and two voices", |report| all(report, 2, 60)).await;
    no_storm(&mut browser).await;
    for person in people {
        person.closes().await;
    }
}

/// What went over a connection in a stretch of time, as the browser counts it.
#[derive(Debug)]
struct Traffic {
    packets: u64,
    nacks: u64,
    plis: u64,
    resent: u64,
}

impl Traffic {
    fn between(before: &Stream, after: &Stream) -> Self {
        let difference = |of: fn(&Stream) -> u64| of(after) - of(before);
        Self {
            packets: difference(|stream| stream.packets_sent + stream.packets_received),
            nacks: difference(|stream| stream.nack_count),
            plis: difference(|stream| stream.pli_count),
            resent: difference(|stream| {
                stream.retransmitted_packets_sent + stream.retransmitted_packets_received
            }),
        }
    }
}

/// The pictures of all connections, in both directions, for so long.
async fn watch(browser: &mut Chromium, time: Duration) -> Vec<Traffic> {
    let before = browser.report().await;
    tokio::time::sleep(time).await;
    let after = browser.report().await;
    let mut all = Vec::new();
    for (before, after) in before.peers.iter().zip(&after.peers) {
        for direction in ["inbound-rtp", "outbound-rtp"] {
            let (before, after) = (before.pictures(direction).unwrap(), after.pictures(direction).unwrap());
            let traffic = Traffic::between(before, after);
            println!("{direction}, {} s: {traffic:?}", time.as_secs());
            assert!(traffic.packets > 100, "{direction}: pictures flow");
            all.push(traffic);
        }
    }
    all
}

/// On a line that loses nothing next to nothing is sent again, and no key frame is asked for twice.
async fn no_storm(browser: &mut Chromium) {
    for traffic in watch(browser, Duration::from_secs(10)).await {
        assert!(traffic.resent * 50 <= traffic.packets && traffic.plis <= 2, "{traffic:?}");
    }
}

/// A specialist of ours alone with a browser.
async fn pair(clinic: &Clinic, line: Option<Arc<Line>>) -> (Seat, Chromium) {
    let links = clinic.links("now");
    let (server, token) = takes(&links[0], &[Step::OpenForJoin, Step::Join]).await;
    let mut seat = Seat::enters(&server, token, line);
    let mut browser = browser_joins(&links[1]).await;
    seat.sees(1).await;
    browser.measures("pictures", |report| all(report, 1, 30)).await;
    (seat, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_loses_brings_no_storm() {
    let clinic = Clinic::start().await;
    let line = Line::new();
    let (seat, mut browser) = pair(&clinic, Some(Arc::clone(&line))).await;
    line.set(Quality { delay: Duration::from_millis(40), lost_per_mille: 50, ..Quality::default() });
    tokio::time::sleep(Duration::from_secs(3)).await;
    let peer = seat.others().remove(0);
    let before = (browser.report().await.peers[0].received().0, seat.stats(&peer).frames_received);
    let time = Duration::from_secs(15);
    for traffic in watch(&mut browser, time).await {
        assert!(traffic.resent * 5 <= traffic.packets, "one in twenty is lost: {traffic:?}");
        assert!(traffic.nacks * 5 <= traffic.packets, "{traffic:?}");
        // A machine that is busy elsewhere answers late, and who waits asks again: what never stops is a storm.
        assert!(traffic.plis <= time.as_secs(), "more than one in a second: {traffic:?}");
    }
    let came = (
        browser.report().await.peers[0].received().0 - before.0,
        seat.stats(&peer).frames_received - before.1,
    );
    println!("pictures in 15 s: {} at the browser, {} here", came.0, came.1);
    assert!(came.0 > 150 && came.1 > 150, "pictures go on: {came:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_renegotiate_at_once() {
    let clinic = Clinic::start().await;
    let (mut seat, mut browser) = pair(&clinic, None).await;
    let mut report = browser.report().await;
    let peer = seat.others().remove(0);
    for round in 0..8 {
        let (came, sent) = (report.peers[0].received().0, seat.stats(&peer).frames_received);
        browser.restarts_ice();
        seat.call.network_changed();
        let what = format!("pictures after round {round}");
        report = browser
            .measures(&what, |report| {
                let [peer] = report.peers.as_slice() else { return false };
                peer.state == "connected" && peer.signalling == "stable" && peer.received().0 > came + 30
            })
            .await;
        seat.sees(1).await;
        seat.receives(&peer, sent + 30).await;
    }
    println!("both offered at once in {} of 8 rounds", report.peers[0].glares);
    assert_eq!(seat.stats(&peer).transports, 1, "the same connection all the time");
}
