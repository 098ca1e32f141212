//! A guest who knocks: what it sees until it is let in, and that nothing of its media leaves before.
#![allow(clippy::unwrap_used)]

mod common;

use common::clinic::PATIENT;
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, LobbyPhase, LobbyView, PlaceView, Presence, ProblemCode};
use consilium_app::{Action, Alert};
use consilium_model::{MediaSwitch, Screen};
use consilium_wire::room::{FromClient, FromServer, RoomError};
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A clinic where the patient is a guest of a session that runs, and has not been let in.
async fn clinic() -> Clinic {
    let clinic = Clinic::start().await;
    clinic.says().info["appointmentId"] = "coviu:s-1".into();
    clinic.says().info["isOpen"] = true.into();
    clinic.says().info["joinedClients"] = json!([]);
    clinic.room().close_door(true);
    clinic
}

/// As the server does it: first it joins the guest, then it says so.
fn admit(clinic: &Clinic) {
    let guests = clinic.says().info["clients"].clone();
    clinic.says().info["joinedClients"] = guests;
    clinic.room().admit();
}

fn lobby(view: &AppView) -> Option<&LobbyView> {
    visit(view)?.lobby.as_ref()
}

fn knocks(view: &AppView, presence: Presence) -> bool {
    matches!(lobby(view), Some(LobbyView { phase: LobbyPhase::Knocking { presence: now, .. }, .. }) if *now == presence)
}

async fn hears(clinic: &Clinic, what: &str, like: impl Fn(&FromClient) -> bool) {
    let mut heard = clinic.room().heard();
    let wanted = heard.wait_for(|heard| heard.iter().any(&like));
    assert!(timeout(PATIENCE, wanted).await.is_ok(), "never heard: {what}");
}

fn switches_on(switch: MediaSwitch) -> Action {
    Action::SetMedia { switch, on: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_knocking_leaves_before_the_welcome() {
    let clinic = clinic().await;
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the waiting room", |view| knocks(view, Presence::Here)).await;
    assert_eq!(visit(&person.newest()).unwrap().actions, [], "there is nothing to join by oneself");
    for switch in [MediaSwitch::Mic, MediaSwitch::Camera] {
        person.does(switches_on(switch)).await;
    }
    person
        .sees("the choice", |view| visit(view).is_some_and(|visit| visit.choice.mic && visit.choice.camera))
        .await;
    person.does(Action::StepAway { on: true }).await;
    hears(&clinic, "that it is away", |said| matches!(said, FromClient::StepAway { on: true })).await;
    // Long enough for devices that were opened in spite of the door.
    sleep(Duration::from_secs(1)).await;
    let before = clinic.room().heard().borrow().clone();
    let harmless = |said: &FromClient| {
        matches!(said, FromClient::Hello { .. } | FromClient::Knock { .. } | FromClient::StepAway { .. })
    };
    assert!(before.iter().all(harmless), "{before:?}");
    assert!(visit(&person.newest()).unwrap().call.is_none(), "no call is there to send anything");

    admit(&clinic);
    let on = |view: &AppView| {
        let me = visit(view).and_then(|visit| visit.call.as_ref()).map(|call| &call.me);
        me.is_some_and(|me| me.mic.on && me.camera.on)
    };
    person.sees("the call, as it was chosen", on).await;
    let mut media = clinic.room().media();
    let told = media.wait_for(|media| media.mic && media.camera);
    assert!(timeout(PATIENCE, told).await.is_ok(), "the room never heard what is sent");
    assert!(lobby(&person.newest()).is_none());
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_choice_a_guest_comes_in_silent() {
    let clinic = clinic().await;
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the waiting room", |view| knocks(view, Presence::Here)).await;
    admit(&clinic);
    let call = |view: &AppView| visit(view).is_some_and(|visit| visit.call.is_some());
    let seen = person.sees("the call", call).await;
    let me = visit(&seen).unwrap().call.clone().unwrap().me;
    assert!(!me.mic.on && !me.camera.on);
    assert_eq!(visit(&seen).unwrap().screen, Screen::Started, "the server has joined it");
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_hears_its_place_what_is_written_and_being_rung() {
    let clinic = clinic().await;
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the waiting room", |view| knocks(view, Presence::Here)).await;
    clinic.room().says(FromServer::Waiting { position: 2, estimate_seconds: Some(61) });
    let place = Some(PlaceView { position: 2, estimate_minutes: Some(2) });
    let knocking = |place, presence| Some(LobbyPhase::Knocking { place, presence });
    let phase = |view: &AppView| lobby(view).map(|lobby| lobby.phase.clone());
    person.sees("its place", |view| phase(view) == knocking(place, Presence::Here)).await;
    clinic.room().says(FromServer::Note { text: "Five minutes, please".into() });
    person
        .sees("the note", |view| lobby(view).is_some_and(|lobby| lobby.notes == ["Five minutes, please"]))
        .await;
    assert_eq!(person.alerts(), [], "the window is in front");
    person.does(Action::InFront { front: false }).await;
    person.does(Action::StepAway { on: true }).await;
    person.sees("away", |view| knocks(view, Presence::Away)).await;
    clinic.room().says(FromServer::Rung);
    person.sees("the ring", |view| knocks(view, Presence::Rung)).await;
    assert_eq!(person.alerts(), [Alert::Rung]);
    person.does(Action::StepAway { on: false }).await;
    person.sees("back", |view| phase(view) == knocking(place, Presence::Here)).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_the_guest_may_knock_again() {
    let clinic = clinic().await;
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the waiting room", |view| knocks(view, Presence::Here)).await;
    let reason = "Please come at four";
    clinic.room().says(FromServer::Denied { reason: Some(reason.into()) });
    let denied = LobbyPhase::Denied { reason: Some(reason.to_owned()) };
    person.sees("the refusal", |view| lobby(view).is_some_and(|lobby| lobby.phase == denied)).await;
    clinic.room().refuse(Some(RoomError::TooFast));
    person.does(Action::Retry).await;
    let too_fast = |view: &AppView| {
        visit(view).is_some_and(|visit| visit.problem == Some(ProblemCode::TooManyAttempts))
            && lobby(view).is_some_and(|lobby| lobby.phase == LobbyPhase::Outside)
    };
    person.sees("that it is too soon", too_fast).await;
    clinic.room().refuse(None);
    person.does(Action::Retry).await;
    person.sees("the waiting room again", |view| knocks(view, Presence::Here)).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_is_early_comes_to_the_door_by_itself() {
    let clinic = clinic().await;
    clinic.room().refuse(Some(RoomError::NotJoined));
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person
        .sees("that it is early", |view| lobby(view).is_some_and(|lobby| lobby.phase == LobbyPhase::Early))
        .await;
    clinic.room().refuse(None);
    person.sees("the waiting room", |view| knocks(view, Presence::Here)).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whose_seat_is_lost_knocks_again_and_sends_nothing_meanwhile() {
    let clinic = clinic().await;
    let mut person = Person::with_link(&clinic.link(PATIENT));
    person.sees("the waiting room", |view| knocks(view, Presence::Here)).await;
    person.does(switches_on(MediaSwitch::Mic)).await;
    admit(&clinic);
    person.sees("the call", |view| visit(view).is_some_and(|visit| visit.call.is_some())).await;
    clinic.room().close_door(true);
    clinic.room().says(FromServer::Lobby { you: "me".into(), ice_servers: Vec::new() });
    person.sees("the waiting room again", |view| knocks(view, Presence::Here)).await;
    assert!(visit(&person.newest()).unwrap().call.is_none());
    person.closes().await;
}
