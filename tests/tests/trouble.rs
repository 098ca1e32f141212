//! What goes wrong between a person and the clinic, and what the person sees of it.
#![allow(clippy::unwrap_used)]

mod common;

use common::person::{Figures, starts_visit};
use common::{Clinic, Person, call, visit};
use consilium_app::Action;
use consilium_app::view::{AppView, CallPhase, Line, ProblemCode, VisitAction};
use consilium_model::{MediaSwitch, Screen, Secret};
use std::net::SocketAddr;
use time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

fn line(view: &AppView) -> Option<Line> {
    visit(view).map(|visit| visit.line)
}

fn phase(view: &AppView) -> Option<CallPhase> {
    call(view).map(|call| call.phase)
}

/// Waits for pictures that came after now: a report is a second old at most.
async fn more_pictures(person: &mut Person) {
    let decoded = |figures: &Figures| figures.decoded().iter().sum::<u64>();
    let before = person.figures().map(|figures| decoded(&figures)).unwrap_or_default();
    person.measures("more pictures", |figures| decoded(figures) > before + 60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_outlives_its_server() {
    let mut clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("now")).await;
    // What a person has switched off stays off, whatever happens to the room.
    people[1].switches(MediaSwitch::Mic, false).await;
    let muted =
        |view: &AppView| call(view).and_then(|call| call.peers.first()).is_some_and(|peer| !peer.media.mic);
    let revision = people[0].sees("no sound", muted).await.revision;
    let own = people[1].newest().revision;

    clinic.stop().await;
    for person in &mut people {
        person.sees("the loss", |view| phase(view) == Some(CallPhase::Reconnecting)).await;
        person.sees("the lost line", |view| line(view) == Some(Line::Reconnecting)).await;
        more_pictures(person).await;
        assert_eq!(phase(&person.newest()), Some(CallPhase::Reconnecting));
    }

    clinic.restart().await;
    for person in &mut people {
        person.sees("the line", |view| line(view) == Some(Line::Online)).await;
        person.sees("the room", |view| phase(view) == Some(CallPhase::Connected)).await;
        person.sees_others(1).await;
        more_pictures(person).await;
    }
    let as_before = |view: &AppView| {
        muted(view) && call(view).is_some_and(|call| call.peers.iter().all(|peer| peer.media.camera))
    };
    people[0].sees("the camera, and no sound", as_before).await;
    // A new server has new seats: whoever is back first is alone until the other one is.
    for view in people[0].shown_since(revision) {
        let peers = &call(&view).expect("the call goes on").peers;
        assert!(peers.len() <= 1, "nobody is there twice");
        assert!(peers.iter().all(|peer| !peer.media.mic), "what was switched off stays off");
    }
    for view in people[1].shown_since(own) {
        let me = &call(&view).expect("the call goes on").me;
        assert!(!me.mic.on && me.camera.on, "only the user's hand moves a switch");
    }
    for person in people {
        person.closes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_window_takes_the_seat() {
    let clinic = Clinic::start().await;
    let links = clinic.links("now");
    let mut people = starts_visit(&links).await;
    let mut second = Person::with_link(&links[1]);
    second.sees("the call", |view| phase(view) == Some(CallPhase::Connected)).await;
    let me = call(&second.newest()).unwrap().me.clone();
    assert!(!me.mic.on && !me.camera.on, "nothing goes on before the user's hand");

    let replaced =
        |view: &AppView| visit(view).and_then(|visit| visit.problem) == Some(ProblemCode::Replaced);
    people[1].sees("the replacement", replaced).await;
    assert_eq!(call(&people[1].newest()), None);
    second.sees_others(1).await;

    people[1].does(Action::Retry).await;
    people[1].sees("the call again", |view| phase(view) == Some(CallPhase::Connected)).await;
    second.sees("the replacement", replaced).await;
    second.closes().await;
    for person in people {
        person.closes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_lead_nowhere() {
    let clinic = Clinic::start().await;
    let mut person = Person::with_link(&"hello".into());
    person.sees_problem(ProblemCode::BadLink, false).await;
    let link = clinic.links("later").remove(0);
    let (unknown, _) = link.expose().rsplit_once("at=").unwrap();
    for (link, code) in [
        (Secret::from(format!("{unknown}at=unknown")), ProblemCode::UnknownLink),
        ("https://example.org/other?at=1".into(), ProblemCode::BadLink),
    ] {
        person.does(Action::OpenLink { link }).await;
        person.sees_problem(code, false).await;
    }
    clinic.pass(Duration::days(400));
    person.does(Action::OpenLink { link }).await;
    person.sees_problem(ProblemCode::ExpiredLink, false).await;
    person.closes().await;
}

/// Something that listens where a clinic should be.
struct Impostor(JoinHandle<()>);

impl Impostor {
    /// Answers everything with this, or with nothing at all.
    async fn answers(address: SocketAddr, answer: Option<&'static str>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        Self(tokio::spawn(async move {
            let mut waiting = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 4096]).await;
                if let Some(answer) = answer {
                    let _ = stream.write_all(answer.as_bytes()).await;
                } else {
                    waiting.push(stream);
                }
            }
        }))
    }

    async fn goes(self) {
        self.0.abort();
        let _ = self.0.await;
    }
}

const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 24\r\n\r\n\
    <html>Please pay.</html>";
const NONSENSE: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
    Content-Length: 12\r\n\r\n{\"moon\": [1]";
const OTHER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
    Content-Length: 12\r\n\r\n{\"moon\":[1]}";
const FAILURE: &str = "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn whatever_stands_where_the_clinic_should_be_retrying_helps_once_it_is_there() {
    let mut clinic = Clinic::start().await;
    let link = clinic.links("later").remove(0);
    clinic.stop().await;
    let mut person = Person::with_link(&link);
    person.sees_problem(ProblemCode::Unreachable, true).await;
    for (answer, code) in [
        (Some(PAGE), ProblemCode::BadAnswer),
        (Some(NONSENSE), ProblemCode::BadAnswer),
        (Some(OTHER), ProblemCode::BadAnswer),
        (Some(FAILURE), ProblemCode::ServerFailed),
        (None, ProblemCode::Timeout),
    ] {
        let impostor = Impostor::answers(clinic.address(), answer).await;
        let revision = person.newest().revision;
        person.does(Action::Retry).await;
        person.sees("an answer", |view| view.revision > revision && common::problem(view).is_some()).await;
        person.sees_problem(code, true).await;
        impostor.goes().await;
    }
    clinic.restart().await;
    person.does(Action::Retry).await;
    person.sees_screen(Screen::PendingSpecialist).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_fails_while_the_clinic_is_away_and_works_afterwards() {
    let mut clinic = Clinic::start().await;
    let mut person = Person::with_link(&clinic.links("now")[0]);
    person.sees_screen(Screen::PendingSpecialist).await;
    clinic.stop().await;
    person.presses(VisitAction::Open).await;
    let failed =
        |view: &AppView| visit(view).and_then(|visit| visit.problem) == Some(ProblemCode::Unreachable);
    person.sees("the failure", failed).await;
    clinic.restart().await;
    person.sees("the line", |view| line(view) == Some(Line::Online)).await;
    person.presses(VisitAction::Open).await;
    person.sees_screen(Screen::JoinSpecialist).await;
    person.closes().await;
}
