//! The check before a call: the own picture, level and sound, the line, and what is kept of it.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::PATIENT;
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, CheckState, CheckView, NetworkWay, VisitAction};
use consilium_app::{Action, CheckStep, MediaConfig};
use consilium_media::video::VideoSpec;
use consilium_model::MediaSwitch;
use consilium_wire::room::{Check, FromClient};
use serde_json::json;
use tokio::time::timeout;

/// A clinic where the patient is not in yet.
async fn clinic() -> Clinic {
    let clinic = Clinic::start().await;
    clinic.says().info["joinedClients"] = json!([]);
    clinic
}

fn check(view: &AppView, like: impl FnOnce(&CheckView) -> bool) -> bool {
    view.check.as_ref().is_some_and(like)
}

fn step(step: CheckStep) -> Action {
    Action::Check { step }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_is_found_and_what_was_chosen_holds() {
    let clinic = clinic().await;
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the visit", |view| visit(view).is_some()).await;
    assert!(person.newest().check.is_none(), "no device is opened without the user's hand");
    person.does(step(CheckStep::Open)).await;
    let all_good = |check: &CheckView| {
        [check.camera.state, check.microphone.state, check.network.state] == [CheckState::Good; 3]
    };
    let seen = person.sees("that all works", |view| check(view, all_good)).await;
    let found = seen.check.unwrap();
    assert!(found.camera.on && found.microphone.on && found.network.round_trip_ms.is_some());
    assert_eq!(found.network.way, NetworkWay::Server, "an ordinary server tells of no relay before the call");

    person.does(step(CheckStep::PlaySound)).await;
    person.sees("the question", |view| check(view, |check| check.speaker.played)).await;
    person.does(step(CheckStep::Heard { yes: false })).await;
    person.sees("the answer", |view| check(view, |check| check.speaker.state == CheckState::Poor)).await;

    person.does(Action::SetMedia { switch: MediaSwitch::Camera, on: false }).await;
    person
        .sees("no camera", |view| {
            check(view, |check| !check.camera.on && check.camera.state == CheckState::Unknown)
        })
        .await;
    person.does(step(CheckStep::Close)).await;
    let seen = person.sees("the visit again", |view| view.check.is_none()).await;
    let visit = visit(&seen).unwrap();
    assert_eq!((visit.choice.mic, visit.choice.camera), (true, false));
    assert_eq!((visit.ready.microphone, visit.ready.camera), (CheckState::Good, CheckState::Unknown));
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_not_there_is_told_from_one_that_is_off() {
    let clinic = clinic().await;
    let media = MediaConfig { camera: VideoSpec::File("/nowhere/at-all.y4m".into()), ..Person::media() };
    let mut person = Person::with_media(&clinic.link(PATIENT), media);
    person.sees("the visit", |view| visit(view).is_some()).await;
    person.does(step(CheckStep::Open)).await;
    let problem = |check: &CheckView| matches!(check.camera.state, CheckState::Missing | CheckState::Failed);
    person.sees("the problem", |view| check(view, problem)).await;
    person.closes().await;
}

/// Looking at oneself is no consent: what goes into the call is what the user has confirmed or switched itself.
#[tokio::test(flavor = "multi_thread")]
async fn those_inside_hear_what_a_guest_has_found_and_nothing_of_it_leaves_unless_the_guest_is_done() {
    for done in [false, true] {
        let clinic = clinic().await;
        clinic.says().info["appointmentId"] = "coviu:c-1".into();
        clinic.room().close_door(true);
        let mut person = Person::with_link(&clinic.link(PATIENT));
        person.sees("the waiting room", |view| visit(view).is_some_and(|visit| visit.lobby.is_some())).await;
        person.does(step(CheckStep::Open)).await;
        let mut heard = clinic.room().heard();
        let ready = |said: &FromClient| matches!(said, FromClient::Knock { ready } if [ready.camera, ready.microphone] == [Check::Good; 2]);
        let told = heard.wait_for(|heard| heard.iter().any(ready));
        assert!(timeout(PATIENCE, told).await.is_ok(), "never told that all is ready");
        if done {
            person.does(step(CheckStep::Close)).await;
            person.sees("the waiting room again", |view| view.check.is_none()).await;
        }
        let guests = clinic.says().info["clients"].clone();
        clinic.says().info["joinedClients"] = guests;
        clinic.room().admit();
        let seen =
            person.sees("the call", |view| visit(view).is_some_and(|visit| visit.call.is_some())).await;
        assert!(seen.check.is_none());
        let me = visit(&seen).unwrap().call.clone().unwrap().me;
        assert_eq!((me.mic.on, me.camera.on), (done, done));
        person.closes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_off_while_waiting_stays_off_when_the_visit_starts() {
    let clinic = clinic().await;
    clinic.says().set_status("open_for_joining");
    let mut person = Person::with_link(&clinic.link(PATIENT));
    let may_join =
        |view: &AppView| visit(view).is_some_and(|visit| visit.actions.contains(&VisitAction::Join));
    person.sees("the button", may_join).await;
    person.does(Action::Visit { action: VisitAction::Join }).await;
    let everybody = clinic.says().info["clients"].clone();
    clinic.says().info["joinedClients"] = everybody;
    clinic.push_info();
    person.sees("that it is in", |view| !may_join(view)).await;
    person.does(Action::SetMedia { switch: MediaSwitch::Camera, on: false }).await;
    person.sees("no camera", |view| visit(view).is_some_and(|visit| !visit.choice.camera)).await;
    clinic.push_status("started");
    let seen = person.sees("the call", |view| visit(view).is_some_and(|visit| visit.call.is_some())).await;
    let me = visit(&seen).unwrap().call.clone().unwrap().me;
    assert_eq!((me.mic.on, me.camera.on), (true, false));
    person.closes().await;
}
