//! Whatever is sent below `/v1`, the answer is one of the protocol, and the sessions beside it stay as they are.

use crate::coviu_kit::{Integrator, participant, path};
use crate::kit::Clinic;
use consilium_wire::coviu::{Failure, FailureCode};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

const BODIES: usize = 60;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,20}".prop_map(|text| json!(text)),
        Just(json!("Sat, 21 Nov 2026 12:30:00 GMT")),
        Just(json!("Tue, 31 Dec 9999 23:59:59 GMT")),
        Just(json!("-262143-01-01T00:00:00Z")),
        Just(json!("host")),
        Just(json!([])),
        Just(json!([[], {}, null])),
        Just(json!([{"role": "guest", "display_name": "\u{202e}"}])),
        Just(json!({"role": {}})),
    ]
}

fn body() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("session_name"),
        Just("start_time"),
        Just("end_time"),
        Just("picture"),
        Just("participants"),
        Just("display_name"),
        Just("role"),
        Just("state"),
        Just("deleted_at"),
        Just("\u{0}"),
    ];
    let fields = proptest::collection::vec((name, value()), 0..6);
    fields.prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

#[tokio::test]
async fn every_body_gets_an_answer_of_the_protocol() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let (kept, session) = (integrator.session(10, 40).await, integrator.session(10, 40).await);
    let routes = [
        (Method::POST, "/sessions".to_owned()),
        (Method::PUT, path(&session)),
        (Method::POST, format!("{}/participants", path(&session))),
        (Method::PUT, participant(&session, 0)),
    ];
    let mut runner = TestRunner::deterministic();
    let mut refused = 0;
    for _ in 0..BODIES {
        let body = body().new_tree(&mut runner).unwrap().current();
        for (method, path) in &routes {
            let (http, answer) = integrator.call(method.clone(), path, Some(&body)).await;
            if http == 200 {
                continue;
            }
            let failure: Failure = serde_json::from_value(answer).unwrap();
            assert!(http < 500 && failure.error != FailureCode::Internal, "{body}");
            refused += 1;
        }
    }
    assert!(refused > BODIES && refused < BODIES * routes.len(), "some are refused, some are not: {refused}");
    assert_eq!(integrator.get(&path(&kept)).await, (200, kept));
    clinic.running.stop().await;
}
