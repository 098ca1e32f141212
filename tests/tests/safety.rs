//! The safety words from window to window, and the mark that stays.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Clinic, Person, call};
use consilium_app::Action;
use consilium_app::view::{AppView, TrustView, VisitAction};
use consilium_client::{Keychain, MemoryStore};
use consilium_model::{Screen, Secret};
use std::sync::Arc;

fn keychain() -> Keychain {
    Keychain::over(Arc::new(MemoryStore::default()))
}

/// What the window says of the only other one.
fn trust(view: &AppView) -> Option<&TrustView> {
    Some(&call(view)?.peers.first()?.trust)
}

fn words(view: &AppView) -> Option<[u8; 3]> {
    match trust(view)? {
        TrustView::Unknown => None,
        TrustView::Unverified { words } => Some(*words),
        TrustView::Unchecked { words } | TrustView::Verified { words } | TrustView::Changed { words } => {
            *words
        }
    }
}

fn is_verified(view: &AppView) -> bool {
    matches!(trust(view), Some(TrustView::Verified { .. }))
}

/// Opens the link of a visit that runs.
async fn comes(link: &Secret, keychain: &Keychain) -> Person {
    let mut person = Person::with_keychain(link, keychain);
    person.sees_screen(Screen::Started).await;
    person
}

async fn same_words(one: &mut Person, other: &mut Person) -> [u8; 3] {
    let here = words(&one.sees("the words", |view| words(view).is_some()).await);
    let there = words(&other.sees("the words", |view| words(view).is_some()).await);
    assert_eq!(here, there);
    here.unwrap()
}

async fn verifies(person: &mut Person, verified: bool) {
    let view = person.newest();
    let (peer, words) = (call(&view).unwrap().peers[0].id.clone(), words(&view).unwrap());
    person.does(Action::SetVerified { peer, words, verified }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_verified_stays_so_and_another_key_warns() {
    let clinic = Clinic::start().await;
    let links = clinic.links("now");
    let (doctors, patients) = (keychain(), keychain());
    let mut doctor = Person::with_keychain(&links[0], &doctors);
    let mut patient = Person::with_keychain(&links[1], &patients);
    doctor.presses(VisitAction::Open).await;
    doctor.presses(VisitAction::Join).await;
    patient.presses(VisitAction::Join).await;

    same_words(&mut doctor, &mut patient).await;
    assert!(matches!(trust(&doctor.newest()), Some(TrustView::Unverified { .. })));
    verifies(&mut doctor, true).await;
    doctor.sees("the mark", is_verified).await;
    assert!(!is_verified(&patient.newest()), "each has compared for themselves");

    // The same two at the same computers.
    patient.closes().await;
    doctor.closes().await;
    let mut doctor = comes(&links[0], &doctors).await;
    let mut patient = comes(&links[1], &patients).await;
    doctor.sees("the mark of the earlier call", is_verified).await;
    same_words(&mut doctor, &mut patient).await;

    // The same account at another computer, or somebody else.
    patient.closes().await;
    let mut patient = comes(&links[1], &keychain()).await;
    doctor.sees("the warning", |view| matches!(trust(view), Some(TrustView::Changed { .. }))).await;
    same_words(&mut doctor, &mut patient).await;
    verifies(&mut doctor, false).await;
    verifies(&mut doctor, true).await;
    doctor.sees("the mark", is_verified).await;
    verifies(&mut doctor, false).await;
    doctor.sees("no mark", |view| matches!(trust(view), Some(TrustView::Unverified { .. }))).await;
    patient.closes().await;
    doctor.closes().await;
}
