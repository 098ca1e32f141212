//! Bodies that are wrong: some that somebody has thought of, and many from a generator with a fixed seed.

use crate::kit::Clinic;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

type Words = &'static [&'static str];

/// So many at random, of fields with these names and of these words, and those that somebody has thought of.
pub(crate) fn bodies(names: Words, words: Words, count: usize) -> Vec<Vec<u8>> {
    let mut runner = TestRunner::deterministic();
    let random = (0..count).map(|_| body(names, words).new_tree(&mut runner).unwrap().current());
    thought_of().into_iter().chain(random).collect()
}

fn value(names: Words, words: Words) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        prop::sample::select(words).prop_map(Value::from),
        prop::sample::select(&["\u{202e}", "\u{0}", "-1", "null"][..]).prop_map(Value::from),
        Just(json!("x".repeat(3000))),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            fields(names, inner).prop_map(Value::from),
        ]
    })
}

fn fields<T: Strategy<Value = Value>>(
    names: Words,
    value: T,
) -> impl Strategy<Value = serde_json::Map<String, Value>> {
    let name = prop::sample::select(names);
    prop::collection::vec((name, value), 0..8)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn body(names: Words, words: Words) -> impl Strategy<Value = Vec<u8>> {
    let object = || {
        fields(names, value(names, words)).prop_map(|fields| Value::Object(fields).to_string().into_bytes())
    };
    prop_oneof![
        4 => object(),
        1 => value(names, words).prop_map(|value| value.to_string().into_bytes()),
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

/// Sends a body as it is.
pub(crate) async fn send(
    clinic: &Clinic,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Vec<u8>,
) -> (u16, Vec<u8>) {
    let mut request = clinic.http.request(method, clinic.url(path)).body(body);
    request = request.header(CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}
