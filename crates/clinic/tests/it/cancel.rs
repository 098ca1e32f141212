//! The booking system calls a visit off, for good.

use crate::booking::{Booking, book};
use crate::kit::Clinic;
use serde_json::{Value, json};

async fn cancel(clinic: &Clinic, more: Value) -> (u16, Value) {
    let mut body = more;
    body["api_key"] = json!(clinic.running.api_key().expose());
    let (http, body) = clinic.call("cancel", &body).await;
    let answer = body.get("newConferenceStatus").unwrap_or(&body["status"]).clone();
    (http, answer)
}

#[tokio::test]
async fn a_visit_that_the_booking_system_cancels_is_not_restored() {
    for has_started in [false, true] {
        let clinic = Clinic::start().await;
        let mut booking = Booking::open().await;
        let (specialist, client) = book(&clinic, &mut booking, false).await;
        let ended = if has_started { "cancelled_after_start" } else { "cancelled_before_start" };
        if has_started {
            clinic.press("join", &client).await;
            clinic.press("join", &specialist).await;
        }
        let name = if has_started { json!({"appointmentId": "a"}) } else { json!({"access_token": client}) };
        assert_eq!(cancel(&clinic, name.clone()).await, (200, json!(ended)));
        let info = clinic.info(&specialist).await.1["conference_info"].clone();
        assert_eq!((&info["status"], &info["cancelledByExternal"]), (&json!(ended), &json!(true)));
        let refused = clinic.refused("restore_terminated_fast", &specialist).await;
        assert_eq!(refused, (400, "RESTORE_FAST_TIMED_OUT".to_owned()));
        assert_eq!(cancel(&clinic, name).await, (400, json!("CONFERENCE_CANNOT_BE_CANCELLED")));

        let clinic = clinic.restart().await;
        assert_eq!(clinic.info(&specialist).await.1["conference_info"]["cancelledByExternal"], true);
        clinic.running.stop().await;
    }
}

#[tokio::test]
async fn the_key_must_be_right_and_the_visit_be_named() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    assert_eq!(cancel(&clinic, json!({})).await, (400, json!("EXPECT_REQUEST_FIELDS")));
    assert_eq!(cancel(&clinic, json!({"appointmentId": "unknown"})).await, (400, json!("VALIDATION_ERROR")));
    assert_eq!(
        cancel(&clinic, json!({"access_token": "unknown"})).await,
        (401, json!("ACCESS_TOKEN_NOT_FOUND"))
    );
    let body = json!({"api_key": "wrong", "access_token": client});
    let (http, body) = clinic.call("cancel", &body).await;
    assert_eq!((http, &body["status"]), (401, &json!("UNAUTHORIZED")));
    assert_eq!(clinic.press("cancel", &client).await, "cancelled_before_start");
    assert_eq!(clinic.info(&client).await.1["conference_info"]["cancelledByExternal"], false);
    assert_eq!(clinic.press("restore_terminated_fast", &specialist).await, "pending");
    clinic.running.stop().await;
}
