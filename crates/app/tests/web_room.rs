//! A MedMe server without a room of its own: the conference is in the system's browser.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::{DOCTOR, PATIENT};
use common::{Clinic, Person, visit};
use consilium_app::Action;
use consilium_app::view::{AppView, ProblemCode, WebRoomView};

const TEMPLATE: &str = "https://meet.example.org:8443/{conference_token}?s={subject}&n={display_name}";

fn web_room(view: &AppView) -> Option<&WebRoomView> {
    visit(view)?.web_room.as_ref()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_is_opened_once_by_itself_and_again_by_hand() {
    let clinic = Clinic::without_room().await;
    let mut doctor = Person::with_web_room(&clinic.link(DOCTOR), Some(TEMPLATE), true);
    let opened = WebRoomView { host: "meet.example.org:8443".to_owned(), opened: true, problem: None };
    let view = doctor.sees("the web room", |view| web_room(view) == Some(&opened)).await;
    assert!(visit(&view).unwrap().call.is_none());
    let address = "https://meet.example.org:8443/conf%2Ftoken?s=Check-up%202026-11-22%2010%3A30&n=Cardiologist%20Anna%20Levi";
    assert_eq!(doctor.browsed(), [address]);
    // News of the visit are no reason to open it again; the hand is.
    clinic.push_status("started_and_waiting");
    doctor.sees("the news", |view| visit(view).is_some_and(|visit| visit.status.as_str() != "started")).await;
    assert_eq!(doctor.browsed().len(), 1);
    doctor.does(Action::OpenWebRoom).await;
    clinic.push_status("finished");
    doctor.sees("the end", |view| visit(view).is_some() && web_room(view).is_none()).await;
    assert_eq!(doctor.browsed(), [address, address]);
    assert!(!format!("{:?}", doctor.shown()).contains("conf%2Ftoken"), "the token is not for the page");
    doctor.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_browser_or_an_address_it_says_so() {
    let clinic = Clinic::without_room().await;
    let mut patient = Person::with_web_room(&clinic.link(PATIENT), Some(TEMPLATE), false);
    let problem = |code| move |view: &AppView| web_room(view).is_some_and(|room| room.problem == Some(code));
    patient.sees("no browser", problem(ProblemCode::NoBrowser)).await;
    assert!(patient.browsed()[0].ends_with("&n=Patient%20Boris%20Orlov"));
    patient.closes().await;

    let mut patient = Person::with_link(&clinic.link(PATIENT));
    let view = patient.sees("no address", problem(ProblemCode::NoWebRoom)).await;
    let nowhere = WebRoomView { host: String::new(), opened: false, problem: Some(ProblemCode::NoWebRoom) };
    assert_eq!(web_room(&view), Some(&nowhere));
    patient.does(Action::OpenWebRoom).await;
    assert_eq!(patient.browsed(), Vec::<String>::new());
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_into_the_room_that_is_not_known_at_once_is_asked_for_again() {
    let clinic = Clinic::start().await;
    clinic.says().answers("exchange", 503, "UNKNOWN_ERROR", 2);
    let mut patient = Person::with_link(&clinic.link(PATIENT));
    let problem = |view: &AppView| visit(view).and_then(|visit| visit.problem);
    patient.sees("why not", |view| problem(view) == Some(ProblemCode::ServerFailed)).await;
    let in_call = |view: &AppView| visit(view).is_some_and(|visit| visit.call.is_some());
    let view = patient.sees("the call", in_call).await;
    assert_eq!(problem(&view), None);
    assert_eq!(clinic.says().count("exchange"), 3);
    patient.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_room_needs_no_web_room() {
    let clinic = Clinic::start().await;
    let mut patient = Person::with_web_room(&clinic.link(PATIENT), Some(TEMPLATE), true);
    patient.sees("the call", |view| visit(view).is_some_and(|visit| visit.more_time.is_some())).await;
    assert!(patient.browsed().is_empty() && web_room(&patient.newest()).is_none());
    patient.closes().await;
}
