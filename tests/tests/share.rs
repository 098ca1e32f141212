//! Showing a screen to the others: nothing before the user's hand, nothing after it.
#![allow(clippy::unwrap_used)]

mod common;

use common::person::starts_visit;
use common::{Clinic, Person, call};
use consilium_app::Action;
use consilium_app::view::{AppView, CallPhase, NoticeCode, PeerTile, ShareKind, ShareView, VisitAction};
use consilium_model::{MediaSwitch, Screen};
use std::time::Duration;

fn share(view: &AppView) -> Option<&ShareView> {
    call(view).map(|call| &call.share)
}

fn other(view: &AppView) -> Option<&PeerTile> {
    call(view)?.peers.first()
}

const fn is_preview(share: &ShareView) -> bool {
    matches!(share, ShareView::Preview { problem: None, .. })
}

/// Chooses the built-in page and looks at it.
async fn previews(person: &mut Person) {
    person.does(Action::ChooseShare).await;
    let listed = |view: &AppView| match share(view)? {
        ShareView::Choosing { sources: Some(sources), .. } => {
            sources.iter().find(|source| source.kind == ShareKind::Synthetic).cloned()
        }
        _ => None,
    };
    let view = person.sees("what there is to show", |view| listed(view).is_some()).await;
    let source = listed(&view).unwrap();
    assert!(source.thumbnail.unwrap().starts_with("data:image/webp;base64,"));
    person.does(Action::PreviewShare { source: source.id }).await;
    person.sees("the preview", |view| share(view).is_some_and(is_preview)).await;
}

/// Presses the button until it is taken: it is not before there is a picture.
async fn shows(person: &mut Person) {
    loop {
        person.does(Action::StartShare).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        if matches!(share(&person.newest()), Some(ShareView::Live { .. })) {
            return;
        }
    }
}

fn total(decoded: &[u64]) -> u64 {
    decoded.iter().sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_is_seen_from_the_users_hand_to_the_users_hand() {
    let clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("now")).await;
    let [specialist, client] = people.as_mut_slice() else { panic!("two people") };
    // Without the cameras every picture that comes is one of the screen.
    for person in [&*specialist, &*client] {
        person.switches(MediaSwitch::Camera, false).await;
    }
    client.sees("no camera", |view| other(view).is_some_and(|peer| !peer.media.camera)).await;
    let before = total(&client.figures().unwrap().decoded());

    previews(specialist).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(other(&client.newest()).is_some_and(|peer| peer.screen.is_none() && !peer.media.screen));
    let during = total(&client.figures().unwrap().decoded());
    assert!(during <= before + 2, "a preview left the machine: {before} {during}");

    shows(specialist).await;
    client.sees("the screen", |view| other(view).is_some_and(|peer| peer.screen.is_some())).await;
    client.measures("pictures of it", |figures| total(&figures.decoded()) > during + 20).await;

    specialist.does(Action::StopShare).await;
    client.sees("its end", |view| other(view).is_some_and(|peer| peer.screen.is_none())).await;
    assert_eq!(share(&specialist.newest()), Some(&ShareView::Off));
    client.measures("nothing more", stands_still()).await;
    for person in people {
        person.closes().await;
    }
}

/// Ten looks in a row, over two reports, without a picture.
fn stands_still() -> impl FnMut(&common::person::Figures) -> bool {
    let (mut seen, mut same) = (u64::MAX, 0);
    move |figures| {
        let now = total(&figures.decoded());
        same = if now == seen { same + 1 } else { 0 };
        seen = now;
        same >= 10
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_it_and_leaving_ends_it_and_it_never_comes_back_by_itself() {
    let clinic = Clinic::start().await;
    let mut people = starts_visit(&clinic.links("now")).await;
    let [specialist, client] = people.as_mut_slice() else { panic!("two people") };
    for person in [&*specialist, &*client] {
        person.switches(MediaSwitch::Camera, false).await;
    }
    previews(client).await;
    shows(client).await;
    specialist.sees("the screen", |view| other(view).is_some_and(|peer| peer.screen.is_some())).await;
    specialist.measures("pictures", |figures| total(&figures.decoded()) > 10).await;

    specialist.presses(VisitAction::Pause).await;
    specialist.measures("stillness", stands_still()).await;
    let told = |view: &AppView| view.notice == Some(NoticeCode::ShareEnded);
    let view = client.sees("that it has ended", told).await;
    assert_eq!(share(&view), Some(&ShareView::Off));
    previews(client).await;
    client.does(Action::StartShare).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(share(&client.newest()).is_some_and(is_preview), "nothing begins in a pause");

    specialist.presses(VisitAction::Resume).await;
    client.sees("no pause", |view| call(view).is_some_and(|call| call.phase == CallPhase::Connected)).await;
    specialist.measures("stillness after it", stands_still()).await;
    assert!(share(&client.newest()).is_some_and(is_preview), "it began by itself");
    assert!(other(&specialist.newest()).is_some_and(|peer| !peer.media.screen && peer.screen.is_none()));
    shows(client).await;
    specialist.sees("the screen", |view| other(view).is_some_and(|peer| peer.screen.is_some())).await;

    client.presses(VisitAction::Leave).await;
    client.sees_screen(Screen::JoinClient).await;
    client.presses(VisitAction::Join).await;
    client.sees_others(1).await;
    assert_eq!(share(&client.newest()), Some(&ShareView::Off), "it never begins by itself");
    let again = |view: &AppView| other(view).is_some_and(|peer| !peer.media.screen && peer.screen.is_none());
    specialist.sees("no screen", again).await;
    for person in people {
        person.closes().await;
    }
}
