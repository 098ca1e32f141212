//! Lost sockets, resumed and replaced seats, and seats whose time is over.

use crate::kit::{Clinic, Socket};
use consilium_model::Content;
use consilium_wire::room::{FromClient, FromServer, RoomError, Signal};
use std::time::Duration;

async fn two_inside(clinic: &Clinic) -> (Socket, Socket, crate::kit::Welcome) {
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;
    let mut patient = clinic.enter(&client, None).await;
    let at_patient = patient.welcome().await;
    doctor.hear_until(|message| matches!(message, FromServer::PeerJoined { .. })).await;
    (doctor, patient, at_patient)
}

#[tokio::test]
async fn a_resumed_seat_is_the_same_and_nobody_sees_a_leave() {
    let clinic = Clinic::start().await;
    let (mut doctor, patient, at_patient) = two_inside(&clinic).await;
    let seat = at_patient.you;
    drop(patient);
    assert_eq!(doctor.hear().await, Some(FromServer::PeerAway { peer: seat.clone() }));
    let signal = Signal::Wish { height: 360, content: Content::Camera };
    doctor.say(&FromClient::Signal { to: seat.clone(), signal: signal.clone() }).await;

    let client = clinic.pair("now").1;
    let mut patient = clinic.enter(&client, Some(at_patient.resume)).await;
    let again = patient.welcome().await;
    assert!(again.resumed && again.you == seat && again.peers.len() == 1);
    let heard = patient.hear().await;
    assert!(
        matches!(heard, Some(FromServer::Signal { signal: held, .. }) if held == signal),
        "held meanwhile"
    );
    assert_eq!(doctor.hear().await, Some(FromServer::PeerBack { peer: seat }));
    assert_eq!(clinic.status(&client).await, "started");
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_same_user_from_another_place_takes_over() {
    let clinic = Clinic::start().await;
    let (mut doctor, mut patient, at_patient) = two_inside(&clinic).await;
    let mut elsewhere = clinic.enter(&clinic.pair("now").1, Some("a wrong key".into())).await;
    let again = elsewhere.welcome().await;
    assert!(!again.resumed && again.you != at_patient.you);
    assert_eq!(patient.hear().await, Some(FromServer::Error { code: RoomError::Replaced, fatal: true }));
    assert_eq!(patient.hear().await, None);
    assert_eq!(doctor.hear().await, Some(FromServer::PeerLeft { peer: at_patient.you }));
    assert!(matches!(doctor.hear().await, Some(FromServer::PeerJoined { peer }) if peer.id == again.you));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_seat_is_given_up_when_nobody_comes_back() {
    let clinic = Clinic::with_grace(Duration::from_millis(200)).await;
    let (mut doctor, patient, at_patient) = two_inside(&clinic).await;
    drop(patient);
    assert_eq!(doctor.hear().await, Some(FromServer::PeerAway { peer: at_patient.you.clone() }));
    assert_eq!(doctor.hear().await, Some(FromServer::PeerLeft { peer: at_patient.you }));
    let waiting = FromServer::Status { status: consilium_model::Status::StartedAndWaiting };
    assert_eq!(doctor.hear().await, Some(waiting), "the conference waits for whom the room has lost");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_says_bye_and_does_not_come_back_has_left() {
    let clinic = Clinic::with_grace(Duration::from_millis(200)).await;
    let (mut doctor, mut patient, at_patient) = two_inside(&clinic).await;
    patient.say(&FromClient::Bye).await;
    assert_eq!(doctor.hear().await, Some(FromServer::PeerLeft { peer: at_patient.you }));
    let waiting = FromServer::Status { status: consilium_model::Status::StartedAndWaiting };
    assert_eq!(doctor.hear().await, Some(waiting));
    clinic.running.stop().await;
}
