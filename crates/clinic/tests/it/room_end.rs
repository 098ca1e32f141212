//! The room follows the conference: its statuses, who leaves it, its end.

use crate::kit::Clinic;
use consilium_model::Status;
use consilium_wire::room::{FromServer, RoomError};

#[tokio::test]
async fn statuses_and_the_end_are_told() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut patient = clinic.enter(&client, None).await;
    let first = patient.welcome().await;
    clinic.press("pause", &specialist).await;
    assert_eq!(patient.hear().await, Some(FromServer::Status { status: Status::StartedAndPaused }));
    clinic.press("finish", &specialist).await;
    assert_eq!(patient.hear().await, Some(FromServer::Status { status: Status::Finished }));
    assert_eq!(patient.hear().await, Some(FromServer::Error { code: RoomError::Ended, fatal: true }));
    assert_eq!(patient.hear().await, None);
    let mut late = clinic.enter(&client, None).await;
    assert_eq!(late.hear().await, Some(FromServer::Error { code: RoomError::Ended, fatal: true }));

    clinic.press("restore_terminated_fast", &specialist).await;
    let mut again = clinic.enter(&client, Some(first.resume)).await;
    assert!(!again.welcome().await.resumed, "the end has freed the seat");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_leaves_the_conference_loses_the_seat() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;
    let mut patient = clinic.enter(&client, None).await;
    let seat = patient.welcome().await.you;
    doctor.hear_until(|message| matches!(message, FromServer::PeerJoined { .. })).await;
    clinic.press("leave", &client).await;
    assert_eq!(doctor.hear().await, Some(FromServer::PeerLeft { peer: seat }));
    assert_eq!(doctor.hear().await, Some(FromServer::Status { status: Status::StartedAndWaiting }));
    assert_eq!(patient.hear().await, Some(FromServer::Error { code: RoomError::NotJoined, fatal: true }));
    clinic.running.stop().await;
}
