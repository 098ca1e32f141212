//! The safety words between real transports.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::person::{Person, all_connected, eventually, local_config};
use common::room::TestRoom;
use consilium_call::{CallConfig, Certificate, SafetyView};

fn certificate() -> Certificate {
    Certificate::generate().unwrap()
}

fn join(room: &TestRoom, id: &str, certificate: &Certificate) -> Person {
    Person::join_with(room, id, CallConfig { certificate: Some(certificate.clone()), ..local_config() })
}

/// What one knows of the encryption towards another.
fn safety(person: &Person, peer: &Person) -> Option<SafetyView> {
    person.seen().views.iter().find(|view| view.id == peer.id).and_then(|view| view.safety)
}

fn words(person: &Person, peer: &Person) -> Option<[u8; 3]> {
    safety(person, peer).and_then(|safety| safety.words)
}

async fn agree(a: &Person, b: &Person) -> [u8; 3] {
    all_connected(&[a, b]).await;
    eventually("both have words", || words(a, b).is_some() && words(b, a).is_some()).await;
    assert_eq!(words(a, b), words(b, a));
    words(a, b).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_have_the_same_words_and_keep_them_over_lost_sockets() {
    let (room, certificates) = (TestRoom::new(), [certificate(), certificate()]);
    let mut a = join(&room, "a", &certificates[0]);
    let b = join(&room, "b", &certificates[1]);
    let before = agree(&a, &b).await;
    assert_eq!(safety(&a, &b).unwrap().peer, certificates[1].fingerprint());
    assert_eq!(safety(&b, &a).unwrap().peer, certificates[0].fingerprint());

    a.lose_socket();
    a.resume();
    assert_eq!(agree(&a, &b).await, before);
    a.close().await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_is_recognized_and_the_words_are_others() {
    let (room, certificates) = (TestRoom::new(), [certificate(), certificate()]);
    let (a, b) = (join(&room, "a", &certificates[0]), join(&room, "b", &certificates[1]));
    let before = agree(&a, &b).await;
    room.leave(&b.id);
    b.close().await;
    let b = join(&room, "b", &certificates[1]);
    let after = agree(&a, &b).await;
    assert_eq!(safety(&a, &b).unwrap().peer, certificates[1].fingerprint());
    assert_ne!(before, after);
    a.close().await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_a_certificate_makes_one() {
    let room = TestRoom::new();
    let (a, b) = (Person::join(&room, "a"), Person::join(&room, "b"));
    agree(&a, &b).await;
    a.close().await;
    b.close().await;
}
