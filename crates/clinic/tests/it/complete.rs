//! Booking systems hear of the end of a conference, once it is final, until they have heard.

use crate::booking::{Booking, book, request};
use crate::kit::Clinic;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

async fn ask(clinic: &Clinic) -> (u16, Value) {
    let api_key = clinic.running.api_key().expose();
    clinic.call("send_complete_callback", &json!({ "api_key": api_key })).await
}

async fn quiet_clinic() -> Clinic {
    Clinic::adjusted(|config| config.complete_every = Duration::from_secs(3600)).await
}

async fn finished_visit(clinic: &Clinic, booking: &mut Booking) {
    let (specialist, client) = book(clinic, booking, false).await;
    clinic.press("join", &client).await;
    assert_eq!(clinic.press("join", &specialist).await, "started");
    clinic.pass(100);
    clinic.press("pause", &specialist).await;
    clinic.pass(20);
    clinic.press("resume", &specialist).await;
    clinic.pass(30);
    clinic.press("finish", &specialist).await;
}

#[tokio::test]
async fn the_end_is_told_once_when_it_is_final() {
    let clinic = quiet_clinic().await;
    let mut booking = Booking::open().await;
    finished_visit(&clinic, &mut booking).await;
    assert_eq!(ask(&clinic).await, (200, json!({"status": "OK"})));
    assert!(booking.is_quiet().await, "it can still be restored");

    clinic.pass(181);
    assert_eq!(ask(&clinic).await.0, 200);
    let told = booking.next().await;
    assert_eq!((told.method.clone(), told.query()["of"].as_str()), (Method::POST, "us"));
    assert!(!told.header("idempotency-key").is_empty() && told.headers.contains_key("consilium-signature"));
    let expected = json!({
        "event": "complete", "appointmentId": "a", "status": "finished", "cancelledByExternal": false,
        "startedAt": "2026-11-21T12:00:00Z", "finishedAt": "2026-11-21T12:02:30Z",
        "scheduledDurationSeconds": 900, "netDurationSeconds": 130, "dirtyDurationSeconds": 150,
        "realDurationSeconds": 150, "bothPresentSeconds": 130,
        "gaps": [{"from": "2026-11-21T12:01:40Z", "to": "2026-11-21T12:02:00Z", "reason": "paused"}],
    });
    assert_eq!(told.json(), expected);

    assert_eq!(ask(&clinic).await.0, 200);
    assert!(booking.is_quiet().await, "it has been heard");
    let clinic = clinic.restart().await;
    assert_eq!(ask(&clinic).await.0, 200);
    assert!(booking.is_quiet().await, "that is remembered");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_restart_forgets_no_end_that_nobody_has_heard_of() {
    let clinic = quiet_clinic().await;
    let mut booking = Booking::open().await;
    let (specialist, _) = book(&clinic, &mut booking, false).await;
    assert_eq!(clinic.press("cancel", &specialist).await, "cancelled_before_start");
    clinic.pass(181);
    booking.answer_status(StatusCode::INTERNAL_SERVER_ERROR);
    ask(&clinic).await;
    let first = booking.next().await;
    assert_eq!(
        (&first.json()["startedAt"], &first.json()["status"]),
        (&Value::Null, &json!("cancelled_before_start"))
    );

    let clinic = clinic.restart().await;
    while !booking.is_quiet().await {}
    booking.answer_status(StatusCode::OK);
    ask(&clinic).await;
    // Another attempt of the one that is under way since the start, or the one that was asked for.
    let second = booking.next().await;
    assert_eq!(second.header("idempotency-key"), first.header("idempotency-key"));
    assert_eq!(second.body, first.body);
    clinic.running.stop().await;
}

#[tokio::test]
async fn one_that_is_under_way_is_not_told_twice_and_a_slow_receiver_holds_up_nobody() {
    let clinic = quiet_clinic().await;
    let mut booking = Booking::open().await;
    let (specialist, _) = book(&clinic, &mut booking, false).await;
    clinic.press("cancel", &specialist).await;
    clinic.pass(181);
    booking.answer_status(StatusCode::BAD_GATEWAY);
    for _ in 0..10 {
        assert_eq!(ask(&clinic).await.0, 200);
    }
    booking.next().await;
    assert!(booking.is_quiet().await);
    booking.answer_status(StatusCode::OK);
    booking.next().await;
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_server_tells_by_itself() {
    let clinic = Clinic::adjusted(|config| config.complete_every = Duration::from_millis(50)).await;
    let mut booking = Booking::open().await;
    finished_visit(&clinic, &mut booking).await;
    clinic.pass(181);
    assert_eq!(booking.next().await.json()["event"], "complete");
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_the_api_key_may_ask_and_those_without_a_web_hook_are_left_alone() {
    let clinic = quiet_clinic().await;
    let (http, body) = clinic.call("create", &request(&clinic, None, false)).await;
    assert_eq!(http, 200);
    clinic.press("cancel", body["access_token"].as_str().unwrap()).await;
    clinic.pass(181);
    assert_eq!(ask(&clinic).await.0, 200);
    let (http, body) = clinic.call("send_complete_callback", &json!({})).await;
    assert_eq!((http, &body["expect_fields"]), (400, &json!(["api_key"])));
    let (http, body) = clinic.call("send_complete_callback", &json!({"api_key": "wrong"})).await;
    assert_eq!((http, &body["status"]), (401, &json!("UNAUTHORIZED")));
    clinic.running.stop().await;
}
