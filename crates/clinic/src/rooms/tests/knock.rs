//! From the knock to the welcome, or to the refusal.

use super::kit::{Clinic, doctor, guest};
use crate::domain::ClinicError;
use consilium_model::{Actor, Command, Content, MediaState, Refusal, Status};
use consilium_wire::room::{Check, FromClient, FromServer, MAX_NOTE, Readiness, RoomError, Signal};
use serde_json::json;
use std::time::Duration;

fn wish() -> Signal {
    Signal::Wish { height: 360, content: Content::Camera }
}

#[tokio::test]
async fn whoever_is_admitted_joins_and_nothing_of_it_was_heard_before() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let (mut patient, you) = clinic.in_lobby(&live, "p").await;

    let ready = Readiness { camera: Check::Busy, ..Readiness::default() };
    patient.say(&FromClient::Knock { ready }).await;
    let FromServer::Knocking { peer, waits } = inside.hear().await else { panic!("no knock") };
    assert_eq!((&peer.id, peer.name.expose().as_str(), waits.ready), (&you, "p Sample", ready));
    assert_eq!(patient.standing().await, (1, None), "the specialist is there");

    patient.say(&FromClient::Media(MediaState { mic: true, ..MediaState::default() })).await;
    patient.refused(RoomError::NotAllowed).await;
    patient.say(&FromClient::Signal { to: you.clone(), signal: wish() }).await;
    patient.refused(RoomError::UnknownPeer).await;
    inside.say(&FromClient::Signal { to: you.clone(), signal: wish() }).await;
    inside.refused(RoomError::UnknownPeer).await;
    assert!(!live.view().conference.joined().contains(&guest("p")));

    inside.say(&FromClient::Admit { peer: you.clone() }).await;
    assert_eq!(inside.hear().await, FromServer::KnockOver { peer: you.clone() }, "and no media before");
    assert_eq!(inside.hear().await, FromServer::Status { status: Status::Started }, "everybody is in");
    let joined = inside.hear().await;
    assert!(matches!(&joined, FromServer::PeerJoined { peer } if peer.id == you && !peer.media.mic));
    let FromServer::Welcome { you: seat, peers, rights, status, .. } = patient.hear().await else {
        panic!("no welcome")
    };
    assert_eq!((&seat, peers.len(), rights.admit, status), (&you, 1, false, Status::Started));
    patient.say(&FromClient::Signal { to: peers[0].id.clone(), signal: wish() }).await;
    inside.hear_until(|message| matches!(message, FromServer::Signal { from, .. } if *from == you)).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn there_is_no_way_around_the_knock() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let token = clinic.app().clinic.keys().access_token(live.id(), &guest("p"));
    let (http, body) = clinic.post("/meets/v1/join", &json!({ "access_token": token.expose() })).await;
    let expected = consilium_wire::medme::Code::ConferenceCannotJoin;
    assert_eq!((http, body["status"].as_str()), (expected.http_status(), Some(expected.as_str())));
    let alone = clinic.app().clinic.apply(&live, Command::Join, Actor::Participant(guest("p"))).await;
    assert!(matches!(alone, Err(ClinicError::Refused(Refusal::CannotJoin))));
    let (mut patient, you) = clinic.knocking(&live, "p").await;
    patient.say(&FromClient::Admit { peer: you }).await;
    patient.refused(RoomError::NotAllowed).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_admission_opens_what_must_be_opened_first() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", false, &["p", "q"]).await;
    let (mut early, first) = clinic.knocking(&live, "p").await;
    clinic.apply(&live, Command::Open, &doctor()).await;
    let mut inside = clinic.inside(&live).await;
    inside.knock_of(&first).await;
    inside.say(&FromClient::Admit { peer: first }).await;
    early.hear_until(|message| matches!(message, FromServer::Welcome { .. })).await;
    // What the specialist does at the door of a conference that nobody has opened.
    let closed = clinic.conference("b", false, &["p"]).await;
    clinic.app().clinic.admit(&closed, guest("p"), doctor()).await.unwrap();
    assert_eq!(closed.view().conference.status(), Status::OpenForJoining);
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_denied_is_told_why_and_does_not_come_back_at_once() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let (mut patient, you) = clinic.knocking(&live, "p").await;
    inside.knock_of(&you).await;
    let reason = Some("Please call the front desk.".into());
    inside.say(&FromClient::Deny { peer: you.clone(), reason: reason.clone() }).await;
    assert_eq!(patient.hear().await, FromServer::Denied { reason: reason.clone() });
    assert_eq!(patient.text().await, None);
    assert_eq!(inside.hear().await, FromServer::KnockOver { peer: you });
    let mut again = clinic.enter(&live, &guest("p"), None).await;
    assert_eq!(again.hear().await, FromServer::Denied { reason });
    assert_eq!(again.text().await, None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn those_inside_write_and_ring_within_limits() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let (mut patient, you) = clinic.knocking(&live, "p").await;
    inside.knock_of(&you).await;
    patient.say(&FromClient::StepAway { on: true }).await;
    assert!(matches!(inside.knock_of(&you).await, FromServer::Knocking { waits, .. } if waits.away));
    inside.say(&FromClient::Ring { peer: you.clone() }).await;
    assert_eq!(patient.hear().await, FromServer::Rung);
    let note = |text: String| FromClient::Note { peer: you.clone(), text: text.into() };
    inside.say(&note("Five minutes,\nplease.".into())).await;
    assert_eq!(patient.hear().await, FromServer::Note { text: "Five minutes,\nplease.".into() });
    for (text, code) in [
        ("x".repeat(MAX_NOTE + 1), RoomError::TooLarge),
        ("a\u{7}b".into(), RoomError::BadMessage),
        (" ".into(), RoomError::BadMessage),
    ] {
        inside.say(&note(text)).await;
        inside.refused(code).await;
    }
    for _ in 0..5 {
        inside.say(&FromClient::Ring { peer: you.clone() }).await;
    }
    inside.refused(RoomError::TooFast).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn knocks_are_limited_and_none_is_in_vain() {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    for _ in 0..3 {
        let (mut patient, you) = clinic.in_lobby(&live, "p").await;
        patient.say(&FromClient::Knock { ready: Readiness::default() }).await;
        assert!(matches!(inside.knock_of(&you).await, FromServer::Knocking { .. }));
        patient.say(&FromClient::Bye).await;
        assert_eq!(inside.knock_of(&you).await, FromServer::KnockOver { peer: you });
    }
    let (mut patient, _) = clinic.in_lobby(&live, "p").await;
    patient.say(&FromClient::Knock { ready: Readiness::default() }).await;
    let heard = tokio::time::timeout(Duration::from_secs(1), inside.hear()).await;
    assert!(heard.is_err(), "the fourth is heard later: {heard:?}");
    // `PATIENCE` is longer than it takes.
    assert!(matches!(inside.hear().await, FromServer::Knocking { .. }));
    clinic.running.stop().await;
}
