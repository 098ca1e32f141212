//! Calls of web hooks are signed, follow no redirects, and one slow receiver holds up no other.

use crate::booking::{Booking, Received, book, request};
use crate::kit::Clinic;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What an integrator does with the header, from the page in `docs`.
fn is_signed(call: &Received, api_key: &str) -> bool {
    let (t, v1) = call.header("consilium-signature").split_once(",v1=").expect("two parts");
    let t = t.strip_prefix("t=").expect("a time");
    let mut mac = Hmac::<Sha256>::new_from_slice(api_key.as_bytes()).unwrap();
    mac.update(format!("{t}.{}.{}.{}", call.method, call.target, call.body).as_bytes());
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    v1 == expected
}

#[tokio::test]
async fn every_call_is_signed_with_the_api_key_and_the_time_of_the_attempt() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    booking.answer_status(StatusCode::SERVICE_UNAVAILABLE);
    let mut request = request(&clinic, Some(&booking.url), false);
    // What needs escaping is signed as it is sent.
    request["conference_info"]["clients"][0]["id"] = "пациент 1&x=y".into();
    request["conference_info"]["specialists"] = serde_json::json!([]);
    request["user_id"] = "пациент 1&x=y".into();
    request["user_role"] = "CLIENT".into();
    assert_eq!(clinic.call("create", &request).await.0, 200);
    let first = booking.next().await;
    clinic.pass(100);
    booking.answer_status(StatusCode::OK);
    let second = booking.next().await;
    let api_key = clinic.running.api_key().expose();
    for call in [&first, &second] {
        assert_eq!((&call.method, call.body.as_str()), (&Method::GET, ""));
        assert_eq!(call.query()["user_id"], "пациент 1&x=y");
        assert!(is_signed(call, api_key));
        assert!(!is_signed(call, "another key"));
    }
    let time =
        |call: &Received| call.header("consilium-signature").split(['=', ',']).nth(1).unwrap().to_owned();
    assert_eq!(time(&second).parse::<i64>().unwrap() - time(&first).parse::<i64>().unwrap(), 100);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed_but_tried_again() {
    let clinic = Clinic::start().await;
    let (mut booking, mut elsewhere) = (Booking::open().await, Booking::open().await);
    let to = elsewhere.url.to_string();
    booking.answer(move || (StatusCode::FOUND, [(header::LOCATION, to.clone())]).into_response());
    assert_eq!(clinic.call("create", &request(&clinic, Some(&booking.url), false)).await.0, 200);
    // Two links, and at least one of them again.
    for _ in 0..3 {
        booking.next().await;
    }
    assert!(elsewhere.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    booking.answer(|| {
        let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 65536]));
        axum::body::Body::from_stream(endless).into_response()
    });
    book(&clinic, &mut booking, false).await;
    // Heard: not tried again.
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_receiver_that_never_answers_holds_up_no_other() {
    let clinic = Clinic::start().await;
    // It takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/", silent.local_addr().unwrap()).parse().unwrap();
    for _ in 0..20 {
        assert_eq!(clinic.call("create", &request(&clinic, Some(&hook), false)).await.0, 200);
    }
    let mut booking = Booking::open().await;
    book(&clinic, &mut booking, false).await;
    clinic.running.stop().await;
}
