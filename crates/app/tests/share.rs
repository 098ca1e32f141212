//! The own screen: each step is one of the user's hand, and what is gone ends it.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

mod common;

use common::clinic::PATIENT;
use common::{Clinic, PATIENCE, Person, visit};
use consilium_app::view::{AppView, DeviceProblem, NoticeCode, ShareKind, ShareSource, ShareView};
use consilium_app::{Action, MediaConfig, SinkKind};
use consilium_media::audio::{AudioSpec, SpeakerSpec};
use consilium_media::video::{Desktop, VideoSpec};
use consilium_wire::room::Rights;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn share(view: &AppView) -> Option<&ShareView> {
    visit(view)?.call.as_ref().map(|call| &call.share)
}

async fn in_call(clinic: &Clinic, screens: Desktop) -> Person {
    let media = MediaConfig {
        camera: VideoSpec::Synthetic { seed: 1 },
        microphone: AudioSpec::Synthetic { seed: 1 },
        speaker: SpeakerSpec::Null,
        screens,
        sink: SinkKind::Native,
        echo: false,
    };
    let mut person = Person::with_media(&clinic.link(PATIENT), media);
    person.sees("the call", |view| share(view).is_some()).await;
    person
}

fn page() -> Desktop {
    Desktop::x11(":none").with_synthetic(1)
}

async fn chooses(person: &mut Person, kind: ShareKind) -> ShareSource {
    person.does(Action::ChooseShare).await;
    let listed = |view: &AppView| match share(view)? {
        ShareView::Choosing { sources: Some(sources), .. } => {
            sources.iter().find(|source| source.kind == kind).cloned()
        }
        _ => None,
    };
    listed(&person.sees("the list", |view| listed(view).is_some()).await).unwrap()
}

async fn looks_at(person: &mut Person, source: ShareSource) {
    person.does(Action::PreviewShare { source: source.id }).await;
    person.sees("the preview", |view| matches!(share(view), Some(ShareView::Preview { .. }))).await;
}

/// Presses until it is taken: it is not before there is a picture.
async fn shows(person: &mut Person) {
    while !matches!(share(&person.newest()), Some(ShareView::Live { .. })) {
        person.does(Action::StartShare).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn the_room_hears(clinic: &Clinic, screen: bool) {
    let mut media = clinic.room().media();
    let heard = tokio::time::timeout(PATIENCE, media.wait_for(|media| media.screen == screen)).await;
    assert!(heard.is_ok_and(|heard| heard.is_ok()), "the room never heard of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_were_not_offered_do_nothing() {
    let clinic = Clinic::start().await;
    let mut person = in_call(&clinic, page()).await;
    person.does(Action::StartShare).await;
    person.does(Action::PreviewShare { source: "synthetic:1".to_owned() }).await;
    let source = chooses(&mut person, ShareKind::Synthetic).await;
    person.does(Action::StartShare).await;
    person.does(Action::PreviewShare { source: "window:1".to_owned() }).await;
    looks_at(&mut person, source.clone()).await;
    for view in person.shown() {
        match share(&view) {
            Some(ShareView::Preview { source: shown, .. }) => assert_eq!(shown, &source),
            Some(ShareView::Live { .. }) => panic!("nobody has started it"),
            _ => {}
        }
    }
    assert!(!clinic.room().media().borrow().screen, "the room heard of a preview");
    person.does(Action::StopShare).await;
    person.sees("nothing", |view| share(view) == Some(&ShareView::Off)).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_room_hears_of_it_while_it_is_live_and_no_longer() {
    let clinic = Clinic::start().await;
    let mut person = in_call(&clinic, page()).await;
    for _ in 0..2 {
        let source = chooses(&mut person, ShareKind::Synthetic).await;
        // Whoever chooses again shows nothing meanwhile.
        the_room_hears(&clinic, false).await;
        looks_at(&mut person, source).await;
        shows(&mut person).await;
        the_room_hears(&clinic, true).await;
    }
    person.does(Action::StopShare).await;
    the_room_hears(&clinic, false).await;
    let streams = person.shown().into_iter().filter_map(|view| match share(&view)? {
        ShareView::Live { stream, .. } => Some(*stream),
        _ => None,
    });
    let streams: std::collections::BTreeSet<u32> = streams.collect();
    assert_eq!(streams.len(), 2, "each has a number of its own");
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_screens_are_not_allowed_nothing_can_be_chosen() {
    let clinic = Clinic::start().await;
    clinic.room().limit(Rights { screen: false, ..Rights::ALL });
    let mut person = in_call(&clinic, page()).await;
    person.sees("that it may not", |view| share(view) == Some(&ShareView::NotAllowed)).await;
    person.does(Action::ChooseShare).await;
    person.does(Action::AskMoreTime).await;
    person.sees("that it may not", |view| share(view) == Some(&ShareView::NotAllowed)).await;
    person.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_display_the_user_is_told() {
    let clinic = Clinic::start().await;
    let mut person = in_call(&clinic, Desktop::x11(":none")).await;
    person.does(Action::ChooseShare).await;
    let told = ShareView::Choosing { sources: Some(Vec::new()), problem: Some(DeviceProblem::Missing) };
    person.sees("why", |view| share(view) == Some(&told)).await;
    person.closes().await;
}

/// A display that exists only in memory.
struct Display(Child);

impl Display {
    /// Starts one. `None`, and a message, on a machine that has no Xvfb.
    fn start() -> Option<(Self, String)> {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]);
        let Ok(mut server) = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            eprintln!("SKIPPED: there is no Xvfb to show a screen of");
            return None;
        };
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Some((Self(server), format!(":{}", number.trim())))
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_is_gone_is_shown_no_more_and_does_not_come_back() {
    let Some((display, name)) = Display::start() else { return };
    let clinic = Clinic::start().await;
    let mut person = in_call(&clinic, Desktop::x11(&name)).await;
    let source = chooses(&mut person, ShareKind::Screen).await;
    looks_at(&mut person, source).await;
    let uncovered =
        |view: &AppView| matches!(share(view), Some(ShareView::Preview { own_windows_hidden: false, .. }));
    assert!(uncovered(&person.newest()), "nothing keeps a window out of the pictures of X11");
    shows(&mut person).await;
    the_room_hears(&clinic, true).await;
    drop(display);
    person.sees("its end", |view| share(view) == Some(&ShareView::Off)).await;
    person.sees("a sentence", |view| view.notice == Some(NoticeCode::ShareEnded)).await;
    the_room_hears(&clinic, false).await;
    person.does(Action::ChooseShare).await;
    person.sees("no sentence", |view| view.notice.is_none()).await;
    person.closes().await;
}
