//! A server that starts again knows who had a seat: they come back in time, or the conference goes on without them.

use crate::kit::Clinic;
use consilium_model::Status;
use consilium_wire::room::{FromClient, FromServer};
use std::time::Duration;

const GRACE: Duration = Duration::from_secs(2);

#[tokio::test]
async fn whoever_does_not_come_back_after_a_restart_has_left() {
    let clinic = Clinic::with_grace(GRACE).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;
    let mut patient = clinic.enter(&client, None).await;
    let seat = patient.welcome().await;
    // A message that comes through: the room has taken in what was before it.
    doctor.hear_until(|message| matches!(message, FromServer::PeerJoined { .. })).await;

    let clinic = clinic.restart().await;
    assert_eq!(clinic.status(&client).await, "started", "nobody has left yet");
    let mut watching = clinic.watch(&specialist).await;
    let mut doctor = clinic.enter(&specialist, Some(seat.resume)).await;
    assert!(!doctor.welcome().await.resumed, "seats are not kept, only who had one");
    assert_eq!(doctor.hear().await, Some(FromServer::Status { status: Status::StartedAndWaiting }));
    assert_eq!(watching.next_status().await, "started_and_waiting");
    let joined = &clinic.info(&specialist).await.1["conference_info"]["joinedSpecialists"];
    assert_eq!(joined.as_array().map(Vec::len), Some(1), "the specialist is back");
    clinic.running.stop().await;
}

/// Also when by now its time is over: nothing ends a visit while people may still come back to it.
#[tokio::test]
async fn whoever_does_not_come_back_left_when_the_server_was_last_alive() {
    for downtime in [600, 5 * 3600] {
        let clinic = Clinic::with_grace(GRACE).await;
        let (specialist, client) = clinic.pair("now");
        clinic.start_visit(&specialist, &client).await;
        let mut inside = [clinic.enter(&specialist, None).await, clinic.enter(&client, None).await];
        inside[0].welcome().await;
        inside[1].welcome().await;
        clinic.pass(100);
        let clinic = clinic.restart_after(downtime).await;
        let mut watching = clinic.watch(&client).await;
        let body = serde_json::json!({ "api_key": clinic.running.api_key().expose() });
        clinic.call("complete_empty_and_expired", &body).await;
        assert_eq!(clinic.status(&client).await, "started", "they may still come back");
        while watching.next_status().await != "started_and_waiting" {}
        watching.next_status().await;
        let durations = clinic.ok("durations", &client).await;
        let seconds = |name: &str| durations[name].as_u64().expect("seconds");
        assert_eq!((seconds("bothPresentSeconds"), seconds("realDurationSeconds")), (100, 100));
        assert_eq!(seconds("dirtyDurationSeconds"), 100 + downtime.unsigned_abs());
        clinic.running.stop().await;
    }
}

#[tokio::test]
async fn whoever_comes_back_was_in_all_the_time() {
    let clinic = Clinic::with_grace(GRACE).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut inside = [clinic.enter(&specialist, None).await, clinic.enter(&client, None).await];
    inside[0].welcome().await;
    inside[1].welcome().await;
    clinic.pass(100);
    let clinic = clinic.restart_after(30).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;
    clinic.enter(&client, None).await.welcome().await;
    clinic.pass(10);
    assert_eq!(clinic.ok("durations", &client).await["bothPresentSeconds"], 140);
    // Whoever is lost later has left when the grace is over, like anybody else.
    doctor.hear_until(|said| *said == FromServer::Status { status: Status::StartedAndWaiting }).await;
    assert_eq!(clinic.ok("durations", &client).await["bothPresentSeconds"], 140);
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_never_had_a_seat_is_left_alone() {
    let clinic = Clinic::with_grace(Duration::from_millis(100)).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut patient = clinic.enter(&client, None).await;
    patient.welcome().await;
    patient.say(&FromClient::Bye).await;
    let clinic = clinic.restart().await;
    let mut watching = clinic.watch(&specialist).await;
    if clinic.status(&client).await == "started" {
        assert_eq!(watching.next_status().await, "started_and_waiting", "the client had a seat");
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let joined = &clinic.info(&specialist).await.1["conference_info"]["joinedSpecialists"];
    assert_eq!(joined.as_array().map(Vec::len), Some(1), "the specialist joined over HTTP only");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_seat_that_was_given_up_is_not_expected_back() {
    let clinic = Clinic::with_grace(Duration::from_millis(100)).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut patient = clinic.enter(&client, None).await;
    patient.welcome().await;
    clinic.press("leave", &client).await;
    patient.hear_until(|message| matches!(message, FromServer::Error { .. })).await;
    // From now on the client takes part in a room of the integrator's own.
    clinic.press("join", &client).await;
    let clinic = clinic.restart().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(clinic.status(&client).await, "started");
    clinic.running.stop().await;
}
