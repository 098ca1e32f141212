//! A guest of a session knocks behind its link, and is in the visit once a host has let it in.

use crate::coviu_kit::{Integrator, participant};
use crate::kit::{Clinic, Socket};
use consilium_wire::room::{FromClient, FromServer, Readiness};
use serde_json::{Value, json};

/// The access token that a link leads to.
async fn token(clinic: &Clinic, session: &Value, place: usize) -> String {
    let entry = session["participants"][place]["entry_url"].as_str().unwrap();
    let page = clinic.http.get(entry).send().await.unwrap();
    page.url().query().and_then(|query| query.strip_prefix("at=")).expect("it leads in").to_owned()
}

/// A guest in the lobby, who has knocked.
async fn knock(clinic: &Clinic, token: &str) -> Socket {
    let mut socket = clinic.enter(token, None).await;
    let first = socket.hear().await;
    assert!(matches!(first, Some(FromServer::Lobby { .. })), "{first:?}");
    socket.say(&FromClient::Knock { ready: Readiness::default() }).await;
    socket
}

fn is_welcome(message: &FromServer) -> bool {
    matches!(message, FromServer::Welcome { .. })
}

#[tokio::test]
async fn a_guest_is_in_when_a_host_has_let_it_in_and_not_before() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    clinic.pass(60);
    let (host, guest) = (token(&clinic, &session, 0).await, token(&clinic, &session, 1).await);
    assert_eq!(clinic.refused("join", &guest).await, (400, "CONFERENCE_CANNOT_JOIN".to_owned()));
    assert_eq!(clinic.press("join", &host).await, "pending");
    let mut inside = clinic.enter(&host, None).await;
    assert!(inside.welcome().await.rights.admit);
    let mut outside = knock(&clinic, &guest).await;
    let heard = inside.hear_until(|message| matches!(message, FromServer::Knocking { .. })).await;
    let Some(FromServer::Knocking { peer, .. }) = heard.last() else { panic!("{heard:?}") };
    assert_eq!(peer.name.expose(), "Guest Guestsson");
    assert_eq!(clinic.status(&host).await, "pending", "knocking is not being in");
    inside.say(&FromClient::Admit { peer: peer.id.clone() }).await;
    outside.hear_until(is_welcome).await;
    assert_eq!(clinic.status(&host).await, "started");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_taken_off_waits_no_more() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    clinic.pass(60);
    let guest = token(&clinic, &session, 1).await;
    let mut outside = knock(&clinic, &guest).await;
    assert_eq!(integrator.delete(&participant(&session, 1)).await, (200, json!({"ok": true})));
    while let Some(message) = outside.hear().await {
        assert!(!is_welcome(&message));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_guest_does_not_call_off_what_others_have_begun() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    clinic.pass(60);
    let (host, guest) = (token(&clinic, &session, 0).await, token(&clinic, &session, 1).await);
    let refused = (400, "CONFERENCE_CANNOT_BE_CANCELLED".to_owned());
    assert_eq!(clinic.refused("cancel", &guest).await, refused, "before anybody has come");
    clinic.press("join", &host).await;
    let mut inside = clinic.enter(&host, None).await;
    inside.welcome().await;
    let mut outside = knock(&clinic, &guest).await;
    let heard = inside.hear_until(|message| matches!(message, FromServer::Knocking { .. })).await;
    assert_eq!(clinic.refused("cancel", &guest).await, refused, "at the door");
    let Some(FromServer::Knocking { peer, .. }) = heard.last() else { panic!("{heard:?}") };
    inside.say(&FromClient::Admit { peer: peer.id.clone() }).await;
    outside.hear_until(is_welcome).await;
    assert_eq!(clinic.refused("cancel", &guest).await, refused, "and inside");
    assert_eq!(clinic.press("cancel", &host).await, "cancelled_after_start");
    clinic.running.stop().await;
}
