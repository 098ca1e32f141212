//! Whole visits: real applications, a real server, nothing missing but the windows.
#![allow(clippy::unwrap_used)]

mod common;

use common::person::starts_visit;
use common::{Clinic, Person, call, visit};
use consilium_app::Action;
use consilium_app::view::{AppView, CallPhase, ProblemCode, Stage, VisitAction};
use consilium_model::{MediaSwitch, Screen, Status};

fn phase(view: &AppView) -> Option<CallPhase> {
    call(view).map(|call| call.phase)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_of_two_from_the_link_to_the_end() {
    let clinic = Clinic::start().await;
    let links = clinic.links("now");
    let (mut specialist, mut client) = (Person::with_link(&links[0]), Person::with_link(&links[1]));

    specialist.sees_screen(Screen::PendingSpecialist).await;
    client.sees_screen(Screen::PendingClient).await;
    specialist.presses(VisitAction::Open).await;
    specialist.sees_screen(Screen::JoinSpecialist).await;
    client.sees_screen(Screen::JoinClient).await;
    specialist.presses(VisitAction::Join).await;
    client.presses(VisitAction::Join).await;

    for person in [&mut specialist, &mut client] {
        person.sees_screen(Screen::Started).await;
        person.sees_others(1).await;
        person.measures("pictures", |figures| figures.decoded().iter().any(|frames| *frames > 30)).await;
        person.sees("a voice", |view| call(view).is_some_and(|call| call.peers[0].level > 0)).await;
    }

    specialist.presses(VisitAction::Pause).await;
    for person in [&mut specialist, &mut client] {
        person.sees("the pause", |view| phase(view) == Some(CallPhase::OnHold)).await;
    }
    nothing_flows(&mut specialist).await;
    nothing_flows(&mut client).await;

    specialist.presses(VisitAction::Resume).await;
    for person in [&mut specialist, &mut client] {
        person.sees("the call", |view| phase(view) == Some(CallPhase::Connected)).await;
        let before = person.figures().unwrap().decoded()[0];
        person.measures("pictures again", |figures| figures.decoded()[0] > before + 30).await;
    }

    specialist.presses(VisitAction::Finish).await;
    for person in [&mut specialist, &mut client] {
        let view = person.sees_screen(Screen::Finish).await;
        assert_eq!(visit(&view).unwrap().status, Status::Finished);
        assert_eq!(call(&view), None);
    }
    // Both have told how it was, and the specialist alone reads it.
    let told = |view: &AppView| visit(view)?.record.clone().filter(|record| record.rows.len() == 2);
    let view = specialist.sees("how the call went", |view| told(view).is_some()).await;
    let rows = told(&view).unwrap().rows;
    assert!(rows.iter().all(|row| row.by != row.with && row.seconds > 0 && row.round_trip_ms.is_some()));
    assert_eq!(visit(&client.newest()).unwrap().record, None);
    specialist.closes().await;
    client.closes().await;
}

/// What was under way arrives; then ten looks in a row, over two reports, find that no packet came or went.
async fn nothing_flows(person: &mut Person) {
    let (mut packets, mut same) = (None, 0);
    person
        .measures("silence", |figures| {
            let now = Some(figures.packets());
            same = if now == packets { same + 1 } else { 0 };
            packets = now;
            same >= 10
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_see_two_others_each() {
    let clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("group")).await;
    assert_eq!(people.len(), 3);
    for person in &mut people {
        let both = |decoded: Vec<u64>| decoded.len() == 2 && decoded.iter().all(|frames| *frames > 15);
        person.measures("two pictures", |figures| both(figures.decoded())).await;
    }
    for person in people {
        person.closes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_see_what_is_switched_off() {
    let clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("now")).await;
    let media = |view: &AppView| call(view).and_then(|call| call.peers.first()).map(|peer| peer.media);
    people[1].switches(MediaSwitch::Camera, false).await;
    people[0].sees("no camera", |view| media(view).is_some_and(|media| media.mic && !media.camera)).await;
    people[1].switches(MediaSwitch::Mic, false).await;
    people[0].sees("no sound", |view| media(view).is_some_and(|media| !media.mic && !media.camera)).await;
    people[1].switches(MediaSwitch::Camera, true).await;
    people[0].sees("the camera", |view| media(view).is_some_and(|media| !media.mic && media.camera)).await;
    for person in people {
        person.closes().await;
    }
}

/// The view without what time alone changes.
fn still(mut view: AppView) -> AppView {
    if let Stage::Visit(visit) = &mut view.stage {
        visit.starts_in_ms = 0;
    }
    view
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_loaded_again_gets_what_was_shown_last() {
    let clinic = Clinic::start().await;
    let links = clinic.links("now");
    let mut person = Person::with_link(&links[0]);
    person.sees_screen(Screen::PendingSpecialist).await;
    // The list of devices comes a little later.
    person.sees("devices", |view| !view.devices.cameras.is_empty()).await;
    let (mut again, mut newest) = (person.reloads().await, person.newest());
    while newest.revision > again.revision {
        // Something has changed meanwhile.
        (again, newest) = (person.reloads().await, person.newest());
    }
    assert_eq!(still(again), still(newest));
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_taken_up_again_switches_nothing_on() {
    let clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("now")).await;
    people[0].presses(VisitAction::Finish).await;
    for person in &mut people {
        person.sees_screen(Screen::Finish).await;
    }
    people[0].presses(VisitAction::Restore).await;
    for person in &mut people {
        person.sees_screen(Screen::Started).await;
        let view = person.sees("the call", |view| phase(view) == Some(CallPhase::Connected)).await;
        let me = &call(&view).unwrap().me;
        assert!(!me.mic.on && !me.camera.on, "the user's own hand has switched nothing on");
    }
    people[1].switches(MediaSwitch::Camera, true).await;
    let camera =
        |view: &AppView| call(view).is_some_and(|call| call.peers.iter().any(|peer| peer.media.camera));
    people[0].sees("the camera", camera).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_nowhere_or_back_does_not_end_a_call() {
    let clinic = Clinic::start().await;
    let links = clinic.links("now");
    let mut people = starts_visit(&links).await;
    people[1].sees_others(1).await;
    people[1].switches(MediaSwitch::Camera, false).await;
    people[1].sees("its own switch", |view| call(view).is_some_and(|call| !call.me.camera.on)).await;
    people[1].does(Action::OpenLink { link: "consilium://nowhere".into() }).await;
    people[1]
        .sees("why", |view| visit(view).is_some_and(|visit| visit.problem == Some(ProblemCode::BadLink)))
        .await;
    people[1].does(Action::OpenLink { link: links[1].clone() }).await;
    let view = people[1].reloads().await;
    let call = call(&view).expect("the call goes on");
    assert!(call.me.mic.on && !call.me.camera.on && call.peers.len() == 1);
}
