//! Whatever is sent below `/auth` and `/rtc`, the answer is one of the protocol, and the calls beside it stay as they are.

use crate::bad_bodies;
use crate::kit::Clinic;
use crate::xassist_kit::{Caller, user};
use consilium_wire::xassist::{Failure, FailureCode};
use reqwest::Method;
use serde_json::json;

const BODIES: usize = 400;
const ROUTES: [(&str, bool); 4] = [
    ("/auth/login", false),
    ("/auth/refresh", false),
    ("/rtc/createCall", true),
    ("/rtc/createCallForContacts", true),
];

const NAMES: [&str; 19] = [
    "userId",
    "domain",
    "password",
    "refreshToken",
    "callTitle",
    "callReason",
    "callType",
    "invitedContacts",
    "contacts",
    "invitedTeams",
    "joinAnonymousAllowed",
    "informOthersDirectly",
    "creatorUser",
    "plannedDateTime",
    "displayName",
    "email",
    "phoneNumber",
    "userDbId",
    "id",
];
const WORDS: [&str; 5] = ["MESH", "STANDARD", "2026-11-21T12:00:00Z", "9999-12-31T23:59:59Z", "a@b"];

#[tokio::test]
async fn every_body_gets_an_answer_of_the_protocol() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let kept = caller.call(&json!({"invitedContacts": [{"userId": user(&clinic, 1).user_id}]})).await;
    let bodies = bad_bodies::bodies(&NAMES, &WORDS, BODIES);
    let (mut refused, mut done) = (0, 0);
    for body in &bodies {
        for (path, with_token) in ROUTES {
            // Guessing and calling are limited by the minute.
            clinic.pass(if path == "/auth/refresh" { 2 } else { 0 });
            let token = with_token.then_some(caller.token.as_str());
            let (http, answer) = bad_bodies::send(&clinic, Method::POST, path, token, body.clone()).await;
            if http == 200 {
                done += 1;
                continue;
            }
            let shown = || String::from_utf8_lossy(body).chars().take(300).collect::<String>();
            let failure: Failure =
                serde_json::from_slice(&answer).unwrap_or_else(|_| panic!("{path} {}", shown()));
            assert!(
                (400..500).contains(&http) && failure.error != FailureCode::Internal,
                "{path} {}",
                shown()
            );
            refused += 1;
        }
    }
    assert!(refused >= bodies.len() * 3, "nearly all are refused: {refused}");
    let log = caller_again(&clinic).await.log(&kept).await;
    assert_eq!(log["callId"], kept["callId"]);
    assert_eq!(log["invitedContacts"], kept["invitedContacts"]);
    println!(
        "{refused} bad bodies over {} routes refused with a code of the protocol, {done} were calls",
        ROUTES.len()
    );
    clinic.running.stop().await;
}

/// The time has passed for the first token.
async fn caller_again(clinic: &Clinic) -> Caller<'_> {
    Caller::of(clinic, 0).await
}
