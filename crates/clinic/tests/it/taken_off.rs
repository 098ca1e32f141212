//! Somebody who is in is taken off the plan: they are out at once, everywhere.

use crate::booking::{Booking, book};
use crate::kit::Clinic;
use consilium_model::Status;
use consilium_wire::room::{FromServer, RoomError};
use serde_json::{Value, json};
use std::time::Duration;

fn person(id: &str) -> Value {
    json!({"id": id, "name": "Sample", "surname": "Person", "profession": "Tester"})
}

async fn update(clinic: &Clinic, fields: Value) -> String {
    let mut body = fields;
    body["api_key"] = json!(clinic.running.api_key().expose());
    body["appointmentId"] = json!("a");
    let (http, body) = clinic.call("update_info", &body).await;
    assert_eq!(http, 200, "{body}");
    body["newConferenceStatus"].as_str().expect("a status").to_owned()
}

#[tokio::test]
async fn their_seat_their_socket_and_their_link_close() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book(&clinic, &mut booking, false).await;
    clinic.press("join", &client).await;
    clinic.press("join", &specialist).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;
    let mut patient = clinic.enter(&client, None).await;
    patient.welcome().await;
    let (mut at_client, mut at_specialist) = (clinic.watch(&client).await, clinic.watch(&specialist).await);
    // Both sockets have been taken in.
    clinic.press("pause", &specialist).await;
    clinic.press("resume", &specialist).await;
    for socket in [&mut at_client, &mut at_specialist] {
        while socket.next_status().await != "started" {}
    }
    clinic.pass(10);

    assert_eq!(update(&clinic, json!({"clients": [person("q")]})).await, "started");
    let refused = |message: &FromServer| matches!(message, FromServer::Error { fatal: true, .. });
    let told = patient.hear_until(refused).await.pop();
    assert_eq!(told, Some(FromServer::Error { code: RoomError::NotJoined, fatal: true }));
    assert_eq!(patient.hear().await, None);
    doctor.hear_until(|message| matches!(message, FromServer::PeerLeft { .. })).await;
    assert_eq!(at_client.next_text().await, None);
    assert!(at_specialist.next_text().await.is_some_and(|text| text.contains("change_conf_info_callback")));
    assert_eq!(at_specialist.next_status().await, "started", "somebody went");
    assert_eq!(clinic.refused("durations", &client).await, (401, "ACCESS_TOKEN_NOT_FOUND".to_owned()));
    let durations = clinic.ok("durations", &specialist).await;
    assert_eq!(durations["bothPresentSeconds"], 10);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_visit_whose_only_specialist_is_taken_off_waits_for_the_new_one() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book(&clinic, &mut booking, false).await;
    clinic.press("join", &client).await;
    clinic.press("join", &specialist).await;
    let mut patient = clinic.enter(&client, None).await;
    patient.welcome().await;
    assert_eq!(update(&clinic, json!({"specialists": [person("x")]})).await, "started_and_waiting");
    assert_eq!(patient.hear().await, Some(FromServer::Status { status: Status::StartedAndWaiting }));
    let new = booking.next().await.query().remove("at").expect("a link");
    assert_eq!(clinic.press("join", &new).await, "started");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_added_again_shows_a_new_password_and_has_no_old_seat() {
    let clinic = Clinic::with_grace(Duration::from_millis(100)).await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book(&clinic, &mut booking, true).await;
    for token in [&specialist, &client] {
        clinic.ok("otp_send", token).await;
        let code = booking.next_otp().await;
        let (http, body) = clinic.call("otp_verify", &json!({"access_token": token, "code": code})).await;
        assert_eq!(http, 200, "{body}");
        clinic.press("join", token).await;
    }
    let mut patient = clinic.enter(&client, None).await;
    patient.welcome().await;
    update(&clinic, json!({"clients": []})).await;
    patient.hear_until(|message| matches!(message, FromServer::Error { .. })).await;
    assert_eq!(patient.hear().await, None);

    update(&clinic, json!({"clients": [person("p")]})).await;
    assert_eq!(booking.next().await.query()["at"], client, "the link is the same");
    assert_eq!(clinic.refused("join", &client).await, (400, "OTP_EXPECT".to_owned()));
    update(&clinic, json!({"otp": false})).await;
    // From now on the client takes part in a room of the integrator's own.
    clinic.press("join", &client).await;
    let clinic = clinic.restart().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let joined = &clinic.info(&specialist).await.1["conference_info"]["joinedClients"];
    assert_eq!(joined.as_array().map(Vec::len), Some(1), "nobody waits for an old seat");
    clinic.running.stop().await;
}
