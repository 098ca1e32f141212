//! Between being let in and having a seat.

use super::kit::{Clinic, PATIENCE, Socket, doctor, guest};
use crate::domain::{EditKind, InfoEdit, Live};
use crate::store::{Mark, MarkKind};
use consilium_model::{Actor, PeerId};
use consilium_wire::room::{FromClient, FromServer, RoomError};
use std::sync::Arc;
use std::time::Duration;

/// A conference with the specialist inside and a patient at the door.
async fn at_the_door() -> (Clinic, Arc<Live>, Socket, (Socket, PeerId)) {
    let clinic = Clinic::start().await;
    let live = clinic.conference("a", true, &["p"]).await;
    let mut inside = clinic.inside(&live).await;
    let patient = clinic.knocking(&live, "p").await;
    inside.knock_of(&patient.1).await;
    (clinic, live, inside, patient)
}

fn is_expected(clinic: &Clinic, live: &Live) -> bool {
    let mark = Mark { conference: live.id().clone(), kind: MarkKind::Seat(guest("p")) };
    clinic.app().clinic.marks().has(&mark)
}

async fn until_it_is_expected(clinic: &Clinic, live: &Live) {
    let wait = async {
        while !is_expected(clinic, live) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it is written down before it is in");
}

#[tokio::test]
async fn a_server_that_dies_in_between_knows_whom_to_expect() {
    let (clinic, live, mut inside, (mut patient, you)) = Box::pin(at_the_door()).await;
    let turn = live.hold().await;
    inside.say(&FromClient::Admit { peer: you }).await;
    until_it_is_expected(&clinic, &live).await;
    assert!(!live.view().conference.joined().contains(&guest("p")));
    drop(turn);
    patient.hear_until(|message| matches!(message, FromServer::Welcome { .. })).await;
    assert!(is_expected(&clinic, &live));
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_taken_off_in_between_is_out() {
    let (clinic, live, mut inside, (mut patient, you)) = Box::pin(at_the_door()).await;
    let turn = live.hold().await;
    let removal = tokio::spawn({
        let (clinic, live) = (Arc::clone(&clinic.app().clinic), Arc::clone(&live));
        let edit = InfoEdit { clients: Some(Vec::new()), ..InfoEdit::default() };
        async move { clinic.edit(&live, edit, EditKind::Remove, Actor::Booking).await.map(drop) }
    });
    // The removal is the first to wait for its turn.
    tokio::time::sleep(Duration::from_millis(50)).await;
    inside.say(&FromClient::Admit { peer: you }).await;
    inside.hear_until(|message| matches!(message, FromServer::KnockOver { .. })).await;
    drop(turn);
    removal.await.unwrap().unwrap();
    let end = patient.hear_until(|message| matches!(message, FromServer::Error { .. })).await;
    assert_eq!(end, FromServer::Error { code: RoomError::NotJoined, fatal: true });
    assert_eq!(patient.text().await, None);
    inside.refused(RoomError::NotAllowed).await;
    assert!(!is_expected(&clinic, &live), "nobody is expected who was refused");
    assert!(live.view().conference.joined().iter().eq([&doctor()]));
    clinic.running.stop().await;
}
