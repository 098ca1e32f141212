//! Every participant's link is delivered to the booking system, also when it fails at first.

use crate::kit::Clinic;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

type Received = HashMap<String, String>;

#[derive(Clone)]
struct Booking {
    received: mpsc::UnboundedSender<Received>,
    failed: Arc<AtomicBool>,
}

async fn receive(State(booking): State<Booking>, Query(query): Query<Received>) -> StatusCode {
    if !booking.failed.swap(true, Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    booking.received.send(query).expect("the test is listening");
    StatusCode::OK
}

#[tokio::test]
async fn links_reach_the_booking_system() {
    let clinic = Clinic::start().await;
    let (received, mut deliveries) = mpsc::unbounded_channel();
    let booking = Booking { received, failed: Arc::default() };
    let router = Router::new().route("/hook", get(receive)).with_state(booking);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook?of=us", listener.local_addr().unwrap());
    let booking_system = tokio::spawn(async move { axum::serve(listener, router).await });

    let person = |id: &str| json!({"id": id, "name": "Sample", "surname": "Person", "profession": "Tester"});
    let request = json!({
        "api_key": clinic.running.api_key().expose(), "user_id": "d", "user_role": "SPECIALIST",
        "callbackType": "web_hook", "webHookUrl": hook,
        "conference_info": {
            "appointmentId": "a", "isOpen": true, "l10n": "en", "otp": false,
            "organizationInfo": {"id": "o", "title": "Example"},
            "filialInfo": {"id": "f", "title": "Branch", "timezone": "UTC"},
            "openingDurationSeconds": 0, "scheduledDurationSeconds": 900, "scheduledStart": "2099-01-01T10:00:00Z",
            "services": [], "clients": [person("p")], "specialists": [person("d")],
        },
    });
    let (http, body) = clinic.call("create", &request).await;
    assert_eq!(http, 200, "{body}");
    let mut links = HashMap::new();
    for _ in 0..2 {
        let link = deliveries.recv().await.unwrap();
        assert_eq!(link["of"], "us");
        links.insert(link["user_role"].clone(), link);
    }
    assert_eq!(links["SPECIALIST"]["at"], body["access_token"].as_str().unwrap());
    assert_eq!(links["CLIENT"]["user_id"], "p");
    // An open conference starts as soon as both are in.
    assert_eq!(clinic.press("join", &links["CLIENT"]["at"]).await, "pending");
    assert_eq!(clinic.press("join", &links["SPECIALIST"]["at"]).await, "started");
    booking_system.abort();
    clinic.running.stop().await;
}
