//! With more than eight in a call cameras and screens rest, and are as they were when there are fewer.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

mod common;

use common::clinic::PATIENT;
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, CallView, ShareKind, ShareView};
use consilium_app::{Action, MediaConfig, SinkKind};
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Desktop, VideoSpec};
use consilium_model::{MediaState, MediaSwitch, Role};
use consilium_wire::room::{FromServer, Peer, Rights};
use std::time::Instant;

fn call(view: &AppView) -> Option<&CallView> {
    visit(view)?.call.as_ref()
}

fn share(view: &AppView) -> Option<&ShareView> {
    call(view).map(|call| &call.share)
}

async fn in_call(clinic: &Clinic) -> Person {
    let media = MediaConfig {
        camera: VideoSpec::Synthetic { seed: 1 },
        microphone: AudioSpec::Synthetic { seed: 1 },
        speaker: SpeakerSpec::Null,
        screens: Desktop::x11(":none").with_synthetic(1),
        sink: SinkKind::Native,
        echo: false,
    };
    let mut person = Person::with_media(&clinic.link(PATIENT), media);
    person.sees("the seven others", |view| call(view).is_some_and(|call| call.peers.len() == 7)).await;
    for switch in [MediaSwitch::Mic, MediaSwitch::Camera] {
        person.does(Action::SetMedia { switch, on: true }).await;
    }
    person
}

/// A screen that the others see.
async fn shows_a_screen(person: &mut Person) {
    person.does(Action::ChooseShare).await;
    let listed = |view: &AppView| match share(view)? {
        ShareView::Choosing { sources: Some(sources), .. } => {
            sources.iter().find(|source| source.kind == ShareKind::Synthetic).cloned()
        }
        _ => None,
    };
    let source = listed(&person.sees("the list", |view| listed(view).is_some()).await).unwrap();
    person.does(Action::PreviewShare { source: source.id }).await;
    person.sees("the preview", |view| matches!(share(view), Some(ShareView::Preview { .. }))).await;
    let began = Instant::now();
    while !matches!(share(&person.newest()), Some(ShareView::Live { .. })) {
        assert!(began.elapsed() < PATIENCE, "the screen is never shown");
        person.does(Action::StartShare).await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn the_room_hears(clinic: &Clinic, wanted: MediaState) {
    let mut media = clinic.room().media();
    let heard = tokio::time::timeout(PATIENCE, media.wait_for(|media| *media == wanted)).await;
    assert!(heard.is_ok_and(|heard| heard.is_ok()), "the room never heard of it");
}

fn ninth() -> FromServer {
    FromServer::PeerJoined {
        peer: Peer {
            id: "ninth".into(),
            name: "Ninth Example".into(),
            role: Role::Client,
            user: None,
            media: MediaState::default(),
            away: false,
            rights: Rights::default(),
        },
    }
}

const ALL: MediaState = MediaState { mic: true, camera: true, screen: true, hold: false };
const SOUND: MediaState = MediaState { mic: true, camera: false, screen: false, hold: false };

#[tokio::test(flavor = "multi_thread")]
async fn the_ninth_closes_camera_and_screen_and_whoever_leaves_opens_them_again() {
    let clinic = Clinic::start().await;
    (0..7).for_each(|number| clinic.room().add_silent(&format!("p{number}")));
    let mut person = in_call(&clinic).await;
    shows_a_screen(&mut person).await;
    the_room_hears(&clinic, ALL).await;
    assert_eq!(call(&person.newest()).unwrap().audio_only, None);

    clinic.room().says(ninth());
    let paused = |view: &AppView| {
        call(view)
            .is_some_and(|call| call.audio_only == Some(8) && matches!(call.share, ShareView::Paused { .. }))
    };
    let view = person.sees("that there are too many", paused).await;
    assert!(call(&view).unwrap().me.camera.on, "the switch is the user's");
    the_room_hears(&clinic, SOUND).await;
    // Nothing new is begun meanwhile, and what is paused stays.
    person.does(Action::ChooseShare).await;
    person.does(Action::StartShare).await;
    person.does(Action::SetMedia { switch: MediaSwitch::Camera, on: false }).await;
    let off = |view: &AppView| paused(view) && call(view).is_some_and(|call| !call.me.camera.on);
    person.sees("the switch that was moved", off).await;
    person.does(Action::SetMedia { switch: MediaSwitch::Camera, on: true }).await;

    clinic.room().says(FromServer::PeerLeft { peer: "ninth".into() });
    let live = |view: &AppView| {
        call(view)
            .is_some_and(|call| call.audio_only.is_none() && matches!(call.share, ShareView::Live { .. }))
    };
    person.sees("the screen again", live).await;
    the_room_hears(&clinic, ALL).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_was_ended_while_it_rested_does_not_come_back() {
    let clinic = Clinic::start().await;
    (0..7).for_each(|number| clinic.room().add_silent(&format!("p{number}")));
    let mut person = in_call(&clinic).await;
    shows_a_screen(&mut person).await;
    clinic.room().says(ninth());
    person.sees("the pause", |view| matches!(share(view), Some(ShareView::Paused { .. }))).await;
    person.does(Action::StopShare).await;
    person.sees("nothing", |view| share(view) == Some(&ShareView::Off)).await;
    clinic.room().says(FromServer::PeerLeft { peer: "ninth".into() });
    person
        .sees("the end of the crowd", |view| call(view).is_some_and(|call| call.audio_only.is_none()))
        .await;
    the_room_hears(&clinic, MediaState { screen: false, ..ALL }).await;
    assert_eq!(share(&person.newest()), Some(&ShareView::Off));
    person.closes().await;
}
