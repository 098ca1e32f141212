//! One-time passwords that are switched on while people are in, and those that nobody could deliver.

use crate::booking::{Booking, book, request};
use crate::kit::Clinic;
use crate::otp::{OK, OTP_EXPECT, said, send, verify};
use consilium_model::Secret;
use consilium_wire::room::{FromClient, FromServer, PROTOCOL, RoomError};
use serde_json::{Value, json};

async fn switch(clinic: &Clinic, otp: bool) -> (u16, Value) {
    let api_key = clinic.running.api_key().expose();
    clinic.call("update_info", &json!({"api_key": api_key, "appointmentId": "a", "otp": otp})).await
}

async fn show_code(clinic: &Clinic, booking: &mut Booking, token: &str) {
    assert_eq!(said(&send(clinic, token).await), OK);
    let code = booking.next_otp().await;
    assert_eq!(said(&verify(clinic, token, &code).await), OK);
}

const SHUT: FromServer = FromServer::Error { code: RoomError::NotAllowed, fatal: true };

#[tokio::test]
async fn switched_on_they_close_what_is_open_and_the_seat_waits_for_the_code() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book(&clinic, &mut booking, false).await;
    clinic.press("join", &client).await;
    clinic.press("join", &specialist).await;
    let room_token = clinic.ok("exchange", &client).await["conference_token"].as_str().unwrap().to_owned();
    let mut watching = clinic.watch(&client).await;
    let (mut doctor, mut patient) =
        (clinic.enter(&specialist, None).await, clinic.enter(&client, None).await);
    doctor.welcome().await;
    let seat = patient.welcome().await;
    // So that the handshake has been taken.
    clinic.press("pause", &specialist).await;
    assert_eq!(watching.next_status().await, "started_and_paused");

    assert_eq!(said(&switch(&clinic, true).await), OK);
    assert_eq!(watching.goodbye().await.as_deref(), Some("OTP_EXPECT"));
    for socket in [&mut doctor, &mut patient] {
        assert_eq!(
            socket.hear_until(|message| matches!(message, FromServer::Error { .. })).await.last(),
            Some(&SHUT)
        );
        assert_eq!(socket.hear().await, None);
    }
    let mut early = clinic.socket("/room/v1").await;
    let hello = FromClient::Hello { protocol: PROTOCOL, token: room_token.into(), resume: None };
    early.say(&hello).await;
    assert_eq!(early.hear().await, Some(SHUT));
    assert_eq!(early.hear().await, None);

    // They are away, as with a lost network: with the code they come back to their seats.
    show_code(&clinic, &mut booking, &client).await;
    let back = clinic.enter(&client, Some(seat.resume)).await.welcome().await;
    assert!(back.resumed && back.you == seat.you && back.peers.len() == 1 && back.peers[0].away);
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_edit_of_something_else_closes_nobody_who_has_shown_a_code() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, _) = book(&clinic, &mut booking, true).await;
    show_code(&clinic, &mut booking, &specialist).await;
    clinic.press("join", &specialist).await;
    let mut watching = clinic.watch(&specialist).await;
    let mut doctor = clinic.enter(&specialist, None).await;
    doctor.welcome().await;
    assert_eq!(said(&switch(&clinic, true).await), OK);
    clinic.press("cancel", &specialist).await;
    assert!(watching.next_text().await.unwrap().contains("change_conf_info_callback"));
    assert_eq!(watching.next_status().await, "cancelled_before_start");
    assert!(matches!(doctor.hear().await, Some(FromServer::Status { .. })));
    clinic.running.stop().await;
}

#[tokio::test]
async fn switched_off_and_on_they_are_asked_for_again() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (_, client) = book(&clinic, &mut booking, true).await;
    show_code(&clinic, &mut booking, &client).await;
    assert_eq!(said(&switch(&clinic, true).await), OK);
    assert_eq!(said(&clinic.info(&client).await), OK, "it was on before");
    assert_eq!(said(&switch(&clinic, false).await), OK);
    assert_eq!(said(&clinic.info(&client).await), OK);
    assert_eq!(said(&switch(&clinic, true).await), OK);
    assert_eq!(said(&clinic.info(&client).await), OTP_EXPECT);
    let clinic = clinic.restart().await;
    assert_eq!(said(&clinic.info(&client).await), OTP_EXPECT);
    clinic.pass(31);
    show_code(&clinic, &mut booking, &client).await;
    assert_eq!(said(&clinic.info(&client).await), OK);
    clinic.running.stop().await;
}

#[tokio::test]
async fn without_a_way_of_delivery_nobody_can_ask_for_them() {
    let clinic = Clinic::start().await;
    let refused = |(http, body): (u16, Value), path: &str| {
        assert_eq!((http, &body["status"]), (400, &json!("VALIDATION_ERROR")), "{body}");
        assert_eq!(body["errors"][0]["path"], path);
        assert!(body["errors"][0]["message"].as_str().unwrap().contains("web hook"), "{body}");
    };
    refused(clinic.call("create", &request(&clinic, None, true)).await, "conference_info.otp");
    let (http, body) = clinic.call("create", &request(&clinic, None, false)).await;
    assert_eq!(http, 200);
    let token = body["access_token"].as_str().unwrap();
    refused(switch(&clinic, true).await, "otp");
    let in_info = json!({"access_token": token, "conference_info": {"otp": true}});
    refused(clinic.call("update_info", &in_info).await, "conference_info.otp");
    assert_eq!(said(&clinic.info(token).await), OK);
    assert_eq!(said(&switch(&clinic, false).await), OK);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_server_that_has_lost_its_way_of_delivery_takes_the_blame() {
    // Nobody listens there.
    let clinic =
        Clinic::adjusted(|config| config.otp_hook = "http://127.0.0.1:9/".parse().ok().map(Secret::new))
            .await;
    let (_, body) = clinic.call("create", &request(&clinic, None, true)).await;
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(said(&send(&clinic, token).await), OK);
    let clinic = clinic.restart_adjusted(|config| config.otp_hook = None).await;
    let answer = send(&clinic, token).await;
    assert_eq!(said(&answer), (500, "UNKNOWN_ERROR"));
    assert!(answer.1["description"].as_str().unwrap().contains("No way of delivery"), "{}", answer.1);
    assert_eq!(said(&send(&clinic, token).await), (500, "UNKNOWN_ERROR"), "it was no use of a turn");
    clinic.running.stop().await;
}
