//! Bad requests that nobody thought of: from a generator with a fixed seed.

use super::raw::post;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

const FIELDS: [&str; 24] = [
    "access_token",
    "api_key",
    "user_id",
    "user_role",
    "conference_info",
    "code",
    "appointmentId",
    "isOpen",
    "l10n",
    "organizationInfo",
    "filialInfo",
    "openingDurationSeconds",
    "otp",
    "scheduledDurationSeconds",
    "scheduledStart",
    "services",
    "clients",
    "specialists",
    "id",
    "name",
    "title",
    "timezone",
    "callbackType",
    "webHookUrl",
];

/// So many requests to these methods. `tokens` are those that open nothing.
pub fn requests(count: usize, methods: &[&str], tokens: &[String]) -> Vec<(String, Vec<u8>)> {
    let methods: Vec<String> = methods.iter().map(|&method| method.to_owned()).collect();
    let body = prop_oneof![
        3 => object(tokens).prop_map(|body| body.to_string().into_bytes()),
        2 => (object(tokens), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(body, at, byte)| {
            let mut bytes = body.to_string().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        }),
        1 => prop::collection::vec(any::<u8>(), 0..400),
    ];
    let strategy = (prop::sample::select(methods), body);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut next = || strategy.new_tree(&mut runner).unwrap().current();
    let requests = (0..count).map(|_| next());
    requests.map(|(method, body)| (method.clone(), post(&method, "application/json", &body))).collect()
}

fn object(tokens: &[String]) -> impl Strategy<Value = Value> + use<> {
    let fields = prop::collection::vec((prop::sample::select(&FIELDS[..]), value(tokens)), 0..12);
    fields.prop_map(|fields| {
        let fields: Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Value::Object(fields)
    })
}

fn value(tokens: &[String]) -> impl Strategy<Value = Value> + use<> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        prop::sample::select(tokens.to_vec()).prop_map(Value::from),
        prop::sample::select(
            &["SPECIALIST", "CLIENT", "ru", "2026-11-21T12:00:00Z", "web_hook", "http://x"][..]
        )
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        let named = (prop::sample::select(&FIELDS[..]), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            prop::collection::vec(named, 0..8).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}
