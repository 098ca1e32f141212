//! Whatever is sent below `/auth` and `/rtc`, the answer is one of the protocol, and the calls beside it stay as they are.

use crate::kit::Clinic;
use crate::xassist_kit::{Caller, user};
use consilium_wire::xassist::{Failure, FailureCode};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

const BODIES: usize = 400;
const ROUTES: [(&str, bool); 4] = [
    ("/auth/login", false),
    ("/auth/refresh", false),
    ("/rtc/createCall", true),
    ("/rtc/createCallForContacts", true),
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        prop::sample::select(
            &["MESH", "STANDARD", "2026-11-21T12:00:00Z", "9999-12-31T23:59:59Z", "a@b", "\u{202e}", "\u{0}"]
                [..]
        )
        .prop_map(Value::from),
        Just(json!("x".repeat(3000))),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            fields(inner).prop_map(Value::from),
        ]
    })
}

fn fields<T: Strategy<Value = Value>>(value: T) -> impl Strategy<Value = serde_json::Map<String, Value>> {
    let name = prop::sample::select(
        &[
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
        ][..],
    );
    prop::collection::vec((name, value), 0..8)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let object = || fields(value()).prop_map(|fields| Value::Object(fields).to_string().into_bytes());
    prop_oneof![
        4 => object(),
        1 => value().prop_map(|value| value.to_string().into_bytes()),
        2 => (object(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        }),
        1 => prop::collection::vec(any::<u8>(), 0..300),
    ]
}

/// Bodies that somebody has thought of.
fn thought_of() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> =
        ["", "{", "[", "null", "7", "\"a\"", "{}", "[[]]", "[null]", "{\"contacts\":[[]]}", "\u{feff}{}"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec();
    bodies.push(b"[".repeat(20_000));
    bodies.push(b"{\"a\":".repeat(10_000));
    bodies.push(vec![b' '; 70 * 1024]);
    bodies.push(vec![0xff; 100]);
    bodies.push(json!({"callTitle": "x".repeat(60_000)}).to_string().into_bytes());
    bodies
}

async fn send(clinic: &Clinic, path: &str, token: Option<&str>, body: Vec<u8>) -> (u16, Vec<u8>) {
    let mut request = clinic.http.request(Method::POST, clinic.url(path)).body(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn every_body_gets_an_answer_of_the_protocol() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let kept = caller.call(&json!({"invitedContacts": [{"userId": user(&clinic, 1).user_id}]})).await;
    let mut runner = TestRunner::deterministic();
    let random = (0..BODIES).map(|_| body().new_tree(&mut runner).unwrap().current());
    let bodies: Vec<_> = thought_of().into_iter().chain(random).collect();
    let (mut refused, mut done) = (0, 0);
    for body in &bodies {
        for (path, with_token) in ROUTES {
            // Guessing and calling are limited by the minute.
            clinic.pass(if path == "/auth/refresh" { 2 } else { 0 });
            let token = with_token.then_some(caller.token.as_str());
            let (http, answer) = send(&clinic, path, token, body.clone()).await;
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
