//! A one-time password leaves nothing in the log, at the most talkative level: no code, no link, no address.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

#[path = "it/booking.rs"]
#[allow(dead_code)]
mod booking;
#[path = "it/kit.rs"]
mod kit;
#[path = "it/log.rs"]
mod log;

use axum::http::StatusCode;
use booking::{Booking, book};
use kit::Clinic;
use log::Log;
use serde_json::json;

#[tokio::test]
async fn no_log_holds_a_code_a_link_or_an_address() {
    let log = Log::keep();
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (_, client) = book(&clinic, &mut booking, true).await;
    booking.answer_status(StatusCode::SERVICE_UNAVAILABLE);
    clinic.call("otp_send", &json!({ "access_token": client })).await;
    let code = booking.next_otp().await;
    assert_eq!(booking.next_otp().await, code);
    let wrong = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
    for code in [&wrong, &code] {
        clinic.call("otp_verify", &json!({ "access_token": client, "code": code })).await;
    }
    clinic.running.stop().await;
    let log = log.text();
    assert!(log.contains("created"), "{log}");
    for secret in [&code, &client, "Sample", "hook?", "127.0.0.1"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
