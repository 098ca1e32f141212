//! A one-time password leaves nothing in the log, at the most talkative level: no code, no link, no address. A program
//! of its own: a subscriber of one thread hears nothing of calls that other tests' threads have switched off.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

#[path = "it/booking.rs"]
#[allow(dead_code)]
mod booking;
#[path = "it/kit.rs"]
mod kit;

use axum::http::StatusCode;
use booking::{Booking, book};
use consilium_clinic::logging;
use kit::Clinic;
use serde_json::json;
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_holds_a_code_a_link_or_an_address() {
    let lines = Lines::default();
    let writer = lines.clone();
    logging::install(logging::subscriber(EnvFilter::new("trace"), move || writer.clone()));
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
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("created"), "{log}");
    for secret in [&code, &client, "Sample", "hook?", "127.0.0.1"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
