//! Conferences end by themselves: started ones finish, the others are cancelled.

use crate::kit::Clinic;
use serde_json::json;
use std::time::Duration;

/// The scheduled length of the demo visit that is due now, and how long its people may go on.
const LENGTH: i64 = 30 * 60;
const OVERTIME: i64 = 3600;

async fn end_expired(clinic: &Clinic) -> u64 {
    let body = json!({ "api_key": clinic.running.api_key().expose() });
    let (http, body) = clinic.call("complete_empty_and_expired", &body).await;
    assert_eq!((http, &body["status"]), (200, &json!("OK")), "{body}");
    body["completed"].as_u64().expect("a count")
}

#[tokio::test]
async fn what_never_started_is_cancelled_at_its_planned_end() {
    let clinic = Clinic::start().await;
    let (specialist, _) = clinic.pair("now");
    let mut watching = clinic.watch(&specialist).await;
    clinic.pass(LENGTH - 1);
    assert_eq!(end_expired(&clinic).await, 0, "it is not over yet");
    clinic.pass(1);
    assert_eq!(end_expired(&clinic).await, 1);
    assert_eq!(watching.next_status().await, "cancelled_after_start");
    assert_eq!(end_expired(&clinic).await, 0, "once is enough");
    clinic.running.stop().await;
}

#[tokio::test]
async fn people_who_are_in_may_go_on_for_a_while() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    clinic.pass(LENGTH + OVERTIME - 1);
    end_expired(&clinic).await;
    assert_eq!(clinic.status(&client).await, "started");
    clinic.pass(1);
    end_expired(&clinic).await;
    assert_eq!(clinic.status(&client).await, "finished");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_restored_conference_ends_again() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    clinic.press("finish", &specialist).await;
    clinic.press("restore_terminated_fast", &specialist).await;
    clinic.press("leave", &client).await;
    clinic.press("leave", &specialist).await;
    clinic.pass(LENGTH);
    assert_eq!(end_expired(&clinic).await, 1);
    assert_eq!(clinic.status(&client).await, "finished");
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_server_does_it_without_being_asked_also_after_a_restart() {
    let clinic = Clinic::adjusted(|config| config.end_every = Duration::from_millis(50)).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    clinic.press("leave", &client).await;
    clinic.press("leave", &specialist).await;
    let clinic = clinic.restart().await;
    let mut watching = clinic.watch(&client).await;
    clinic.pass(LENGTH);
    assert_eq!(watching.next_status().await, "finished");
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_the_booking_system_may_ask() {
    let clinic = Clinic::start().await;
    let (http, body) = clinic.call("complete_empty_and_expired", &json!({ "api_key": "wrong" })).await;
    assert_eq!((http, &body["status"]), (401, &json!("UNAUTHORIZED")));
    let (http, body) = clinic.call("complete_empty_and_expired", &json!({})).await;
    assert_eq!((http, &body["expect_fields"]), (400, &json!(["api_key"])));
    clinic.running.stop().await;
}
