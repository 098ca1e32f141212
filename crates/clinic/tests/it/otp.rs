//! One-time passwords: a link alone opens nothing, and who asks or guesses too often gets nowhere.

use crate::booking::{Booking, book};
use crate::kit::Clinic;
use axum::http::StatusCode;
use consilium_model::Secret;
use serde_json::{Value, json};
use std::sync::OnceLock;

pub(crate) const OTP_EXPECT: (u16, &str) = (400, "OTP_EXPECT");
pub(crate) const OTP_WRONG_CODE: (u16, &str) = (400, "OTP_WRONG_CODE");
pub(crate) const OK: (u16, &str) = (200, "OK");

/// The HTTP status and the code of an answer.
pub(crate) fn said((http, body): &(u16, Value)) -> (u16, &str) {
    (*http, body["status"].as_str().expect("a status"))
}

pub(crate) async fn send(clinic: &Clinic, token: &str) -> (u16, Value) {
    clinic.call("otp_send", &json!({ "access_token": token })).await
}

pub(crate) async fn verify(clinic: &Clinic, token: &str, code: &str) -> (u16, Value) {
    clinic.call("otp_verify", &json!({"access_token": token, "code": code})).await
}

/// Another code of six digits.
pub(crate) fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().expect("six digits") + 1) % 1_000_000)
}

#[tokio::test]
async fn nothing_opens_before_the_code_and_everything_after_it_also_after_a_restart() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book(&clinic, &mut booking, true).await;
    let methods = [
        "exchange",
        "durations",
        "open_for_join",
        "join",
        "leave",
        "start",
        "pause",
        "resume",
        "finish",
        "cancel",
        "restore_terminated_fast",
        "move",
        "resize",
        "update_info",
    ];
    for method in methods {
        assert_eq!(clinic.refused(method, &specialist).await, (400, "OTP_EXPECT".to_owned()), "{method}");
    }
    assert_eq!(said(&clinic.info(&client).await), OTP_EXPECT);
    assert_eq!(clinic.watch(&client).await.next_text().await, None);

    assert_eq!(said(&send(&clinic, &client).await), OK);
    let call = booking.next().await;
    assert_eq!(call.query()["user_id"], "p");
    assert_eq!(call.query()["user_role"], "CLIENT");
    let code = call.query()["otp"].clone();
    assert_eq!((code.len(), code.parse::<u32>().is_ok()), (6, true));
    assert_eq!(said(&verify(&clinic, &specialist, &code).await), OTP_WRONG_CODE, "it is the client's");
    assert_eq!(said(&verify(&clinic, &client, &code).await), OK);
    assert_eq!(said(&clinic.info(&client).await), OK);
    assert_eq!(clinic.refused("join", &specialist).await.1, "OTP_EXPECT");

    let clinic = clinic.restart().await;
    assert_eq!(clinic.press("join", &client).await, "pending");
    assert_eq!(clinic.refused("join", &specialist).await.1, "OTP_EXPECT");
    // Nothing is expected any more.
    assert_eq!(said(&send(&clinic, &client).await), OK);
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_code_lasts_five_minutes_and_five_tries() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (_, client) = book(&clinic, &mut booking, true).await;
    assert_eq!(said(&verify(&clinic, &client, "000000").await), OTP_WRONG_CODE, "none was sent");
    send(&clinic, &client).await;
    let old = booking.next_otp().await;
    clinic.pass(301);
    assert_eq!(said(&verify(&clinic, &client, &old).await), OTP_WRONG_CODE, "too old");

    send(&clinic, &client).await;
    let code = booking.next_otp().await;
    for _ in 0..5 {
        assert_eq!(said(&verify(&clinic, &client, &other_than(&code)).await), OTP_WRONG_CODE);
    }
    assert_eq!(said(&verify(&clinic, &client, &code).await), OTP_WRONG_CODE, "five tries");
    assert_eq!(said(&clinic.info(&client).await), OTP_EXPECT);

    clinic.pass(30);
    send(&clinic, &client).await;
    let code = booking.next_otp().await;
    for _ in 0..4 {
        verify(&clinic, &client, &other_than(&code)).await;
    }
    assert_eq!(said(&verify(&clinic, &client, &format!(" {code}\n")).await), OK);
    clinic.running.stop().await;
}

#[tokio::test]
async fn who_asks_too_often_keeps_the_earlier_code() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book(&clinic, &mut booking, true).await;
    assert_eq!(said(&send(&clinic, &client).await), OK);
    let mut code = booking.next_otp().await;
    clinic.pass(29);
    let answer = send(&clinic, &client).await;
    assert_eq!(said(&answer), OTP_EXPECT);
    assert!(answer.1["description"].as_str().unwrap().contains("in 1 s"), "{}", answer.1);
    assert!(booking.is_quiet().await);
    // Each participant for itself.
    assert_eq!(said(&send(&clinic, &specialist).await), OK);
    booking.next_otp().await;
    for _ in 0..9 {
        clinic.pass(31);
        assert_eq!(said(&send(&clinic, &client).await), OK);
        let earlier = std::mem::replace(&mut code, booking.next_otp().await);
        if earlier != code {
            assert_eq!(said(&verify(&clinic, &client, &earlier).await), OTP_WRONG_CODE, "replaced");
        }
    }
    clinic.pass(31);
    assert_eq!(said(&send(&clinic, &client).await), OTP_EXPECT, "ten in an hour");
    assert_eq!(said(&verify(&clinic, &client, &code).await), OK);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_restart_asks_for_a_new_code() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (_, client) = book(&clinic, &mut booking, true).await;
    send(&clinic, &client).await;
    let code = booking.next_otp().await;
    let clinic = clinic.restart().await;
    assert_eq!(said(&verify(&clinic, &client, &code).await), OTP_WRONG_CODE);
    assert_eq!(said(&send(&clinic, &client).await), OK);
    let code = booking.next_otp().await;
    assert_eq!(said(&verify(&clinic, &client, &code).await), OK);
    clinic.running.stop().await;
}

#[tokio::test]
async fn bad_fields_are_named() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (token, _) = book(&clinic, &mut booking, true).await;
    let token = token.as_str();
    for code in [json!({"access_token": token}), json!({"access_token": token, "code": null})] {
        let (http, body) = clinic.call("otp_verify", &code).await;
        assert_eq!((http, &body["expect_fields"]), (400, &json!(["code"])));
    }
    let (http, body) = clinic.call("otp_verify", &json!({"access_token": token, "code": 123_456})).await;
    assert_eq!(
        (http, &body["status"], &body["errors"][0]["path"]),
        (400, &json!("VALIDATION_ERROR"), &json!("code"))
    );
    assert_eq!(said(&verify(&clinic, token, "").await), OTP_WRONG_CODE);
    assert_eq!(said(&send(&clinic, "nobody").await), (401, "ACCESS_TOKEN_NOT_FOUND"));
    assert_eq!(said(&clinic.call("otp_send", &json!({})).await), (401, "EXPECT_ACCESS_TOKEN"));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_conference_without_them_answers_ok_and_sends_nothing() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, _) = book(&clinic, &mut booking, false).await;
    assert_eq!(send(&clinic, &specialist).await, (200, json!({"status": "OK"})));
    assert_eq!(verify(&clinic, &specialist, "1").await, (200, json!({"status": "OK"})));
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}

static GATEWAY: OnceLock<url::Url> = OnceLock::new();

#[tokio::test]
async fn the_gateway_of_the_clinic_comes_before_the_web_hook() {
    let (mut booking, mut gateway) = (Booking::open().await, Booking::open().await);
    GATEWAY.set(gateway.url.clone()).unwrap();
    let clinic = Clinic::adjusted(|config| config.otp_hook = GATEWAY.get().cloned().map(Secret::new)).await;
    let (_, client) = book(&clinic, &mut booking, true).await;
    gateway.answer_status(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(said(&send(&clinic, &client).await), OK);
    let message = gateway.next().await.json();
    let code = message["code"].as_str().unwrap();
    assert_eq!(
        message,
        json!({"appointment_id": "a", "user_id": "p", "user_role": "CLIENT", "code": code, "l10n": "en"})
    );
    assert_eq!(said(&verify(&clinic, &client, code).await), OK);
    // A code that is used is not delivered again.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(gateway.is_quiet().await && booking.is_quiet().await);
    clinic.running.stop().await;
}

#[test]
fn an_address_of_a_gateway_that_is_none_is_told_clearly() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_clinic-server"));
    let output =
        server.arg("--data").arg(folder.path()).args(["--otp-hook", "ftp://sms.example"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--otp-hook"));
}
