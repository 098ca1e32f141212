//! Lost sockets: of those who wait, of those who were let in, of those who let in.

use super::kit::{Clinic, doctor, guest};
use consilium_wire::room::{FromClient, FromServer, Readiness, RoomError};
use std::time::Duration;

#[tokio::test]
async fn whoever_waits_keeps_its_place_over_a_loss() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let (patient, you) = clinic.knocking(&live, "p").await;
    assert!(matches!(inside.knock_of(&you).await, FromServer::Knocking { peer, .. } if !peer.away));
    drop(patient);
    assert!(matches!(inside.knock_of(&you).await, FromServer::Knocking { peer, .. } if peer.away));
    inside.say(&FromClient::Note { peer: you.clone(), text: "Soon.".into() }).await;
    // Heard before the guest is back.
    inside.say(&FromClient::Note { peer: "nobody".into(), text: "Soon.".into() }).await;
    inside.refused(RoomError::UnknownPeer).await;

    let mut patient = clinic.enter(&live, &guest("p"), None).await;
    assert_eq!(patient.lobby().await, you, "the same place");
    assert_eq!(patient.hear().await, FromServer::Waiting { position: 1, estimate_seconds: None });
    assert_eq!(patient.hear().await, FromServer::Note { text: "Soon.".into() }, "held meanwhile");
    assert!(matches!(inside.knock_of(&you).await, FromServer::Knocking { peer, .. } if !peer.away));

    let mut elsewhere = clinic.enter(&live, &guest("p"), None).await;
    assert_eq!(elsewhere.lobby().await, you, "the place is the participant's");
    patient.shut(RoomError::Replaced).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_admitted_while_its_line_is_lost_joins_when_it_is_back() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let (patient, you) = clinic.knocking(&live, "p").await;
    inside.knock_of(&you).await;
    drop(patient);
    inside.knock_of(&you).await;
    inside.say(&FromClient::Admit { peer: you.clone() }).await;
    assert_eq!(inside.knock_of(&you).await, FromServer::KnockOver { peer: you.clone() });
    assert!(!live.view().conference.joined().contains(&guest("p")), "no clock runs for whom is not there");
    let mut patient = clinic.enter(&live, &guest("p"), None).await;
    patient.hear_until(|message| matches!(message, FromServer::Welcome { .. })).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn those_who_come_in_later_hear_of_every_knock() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p", "q"]).await;
    let (_patient, first) = clinic.knocking(&live, "p").await;
    let (_relative, second) = clinic.knocking(&live, "q").await;
    let mut inside = clinic.inside(&live).await;
    for you in [&first, &second] {
        assert!(matches!(inside.hear().await, FromServer::Knocking { peer, .. } if peer.id == *you));
    }
    drop(inside);
    let mut back = clinic.enter(&live, &doctor(), None).await;
    assert!(matches!(back.hear().await, FromServer::Welcome { .. }));
    back.knock_of(&first).await;
    back.knock_of(&second).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_was_let_in_needs_no_new_knock_until_the_grace_is_over() {
    let grace = Duration::from_secs(2);
    let clinic = Clinic::with_grace(grace).await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let (mut patient, you) = clinic.knocking(&live, "p").await;
    inside.knock_of(&you).await;
    inside.say(&FromClient::Admit { peer: you }).await;
    patient.hear_until(|message| matches!(message, FromServer::Welcome { .. })).await;

    patient.say(&FromClient::Bye).await;
    assert!(patient.text().await.is_none_or(|_| true));
    let mut reloaded = clinic.enter(&live, &guest("p"), None).await;
    reloaded.hear_until(|message| matches!(message, FromServer::Welcome { .. })).await;
    reloaded.say(&FromClient::Knock { ready: Readiness::default() }).await;
    reloaded.say(&FromClient::Bye).await;
    while live.view().conference.joined().contains(&guest("p")) {
        tokio::time::sleep(grace / 10).await;
    }
    clinic.in_lobby(&live, "p").await;
    clinic.running.stop().await;
}
