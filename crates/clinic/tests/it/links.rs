//! Every participant's link is told to the booking system until it has heard, also after a restart.

use crate::booking::{Booking, Received, book, request};
use crate::kit::Clinic;
use axum::http::StatusCode;
use consilium_clinic::Config;
use serde_json::json;
use std::time::Duration;

fn quiet(config: &mut Config) {
    config.complete_every = Duration::from_secs(3600);
}

fn quick(config: &mut Config) {
    config.complete_every = Duration::from_millis(50);
}

fn who(call: &Received) -> (String, String) {
    let mut query = call.query();
    assert!(query.contains_key("at"));
    (query.remove("user_role").unwrap(), query.remove("user_id").unwrap())
}

/// Makes a conference whose links are not heard.
async fn book_unheard(clinic: &Clinic, booking: &mut Booking) -> String {
    booking.answer_status(StatusCode::SERVICE_UNAVAILABLE);
    let (http, body) = clinic.call("create", &request(clinic, Some(&booking.url), false)).await;
    assert_eq!(http, 200);
    booking.links(2).await;
    body["access_token"].as_str().unwrap().to_owned()
}

/// Lets go of whatever the stopped server was about to call.
async fn calm(booking: &mut Booking) {
    while !booking.is_quiet().await {}
}

#[tokio::test]
async fn a_restart_forgets_no_link_that_nobody_has_heard_of() {
    let clinic = Clinic::adjusted(quiet).await;
    let mut booking = Booking::open().await;
    let token = book_unheard(&clinic, &mut booking).await;
    booking.answer_status(StatusCode::OK);
    let clinic = clinic.restart().await;
    let links = booking.links(2).await;
    assert_eq!(links["SPECIALIST"], token);
    assert!(links.contains_key("CLIENT"));
    calm(&mut booking).await;
    let clinic = clinic.restart().await;
    assert!(booking.is_quiet().await, "they have been heard");
    clinic.running.stop().await;
}

#[tokio::test]
async fn heard_links_are_told_once() {
    let clinic = Clinic::adjusted(quick).await;
    let mut booking = Booking::open().await;
    book(&clinic, &mut booking, false).await;
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn links_of_an_ended_conference_are_not_told_again() {
    let clinic = Clinic::adjusted(quiet).await;
    let mut booking = Booking::open().await;
    let token = book_unheard(&clinic, &mut booking).await;
    clinic.press("cancel", &token).await;
    let clinic = clinic.restart().await;
    calm(&mut booking).await;
    booking.answer_status(StatusCode::OK);
    let clinic = clinic.restart_adjusted(quick).await;
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_added_is_told_of_until_heard_and_again_when_added_again() {
    let clinic = Clinic::adjusted(quiet).await;
    let mut booking = Booking::open().await;
    book(&clinic, &mut booking, false).await;
    calm(&mut booking).await;
    let person = |id: &str| json!({"id": id, "name": "Sample", "surname": "Person"});
    let api_key = clinic.running.api_key().expose().to_owned();
    let clients = |ids: &[&str]| {
        let clients: Vec<_> = ids.iter().map(|id| person(id)).collect();
        json!({"api_key": api_key, "appointmentId": "a", "clients": clients})
    };
    booking.answer_status(StatusCode::BAD_GATEWAY);
    assert_eq!(clinic.call("update_info", &clients(&["p", "q"])).await.0, 200);
    assert_eq!(who(&booking.next().await), ("CLIENT".to_owned(), "q".to_owned()));
    booking.answer_status(StatusCode::OK);
    let clinic = clinic.restart().await;
    assert_eq!(who(&booking.next().await).1, "q");
    calm(&mut booking).await;
    assert_eq!(clinic.call("update_info", &clients(&["p"])).await.0, 200);
    assert_eq!(clinic.call("update_info", &clients(&["p", "q"])).await.0, 200);
    assert_eq!(who(&booking.next().await).1, "q");
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}
