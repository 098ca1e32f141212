//! Whatever is sent to the routes of calls below `/home/v1`, the answer is a code, and the calls beside it stay.

use crate::bad_bodies;
use crate::home_kit::{ask, signed_in};
use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};

const BODIES: usize = 150;
const NAMES: [&str; 12] = [
    "contacts",
    "teams",
    "title",
    "busy",
    "do_not_disturb",
    "name",
    "members",
    "role",
    "language",
    "minutes",
    "calls",
    "user_id",
];
const WORDS: [&str; 5] = ["anna", "boris", "interpreter", "guardian", "en"];
/// Identifiers of nothing, as they stand in an address.
const NO_IDS: [&str; 5] = ["0", "%00", "..%2f..", "%ff", "a%20b%0d%0a"];

/// The routes that take a body, of a call and a visit by that identifier.
fn routes(call: &str, visit: &str) -> Vec<(Method, String)> {
    let mut routes = vec![(Method::POST, "calls".to_owned()), (Method::PUT, "presence".to_owned())];
    routes.extend(["accept", "decline", "cancel"].map(|step| (Method::POST, format!("calls/{call}/{step}"))));
    routes.extend(["people", "guest_link"].map(|what| (Method::POST, format!("visits/{visit}/{what}"))));
    routes
}

#[tokio::test]
async fn every_body_gets_a_code_and_calls_go_on() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (signed_in(&clinic, "anna").await, signed_in(&clinic, "boris").await);
    let outsider = signed_in(&clinic, "vera").await;
    let (http, kept) =
        ask(&clinic, &anna, Method::POST, "calls", Some(&json!({"contacts": ["boris"]}))).await;
    assert_eq!(http, 200, "{kept}");
    let [call, visit] = ["call", "visit"].map(|name| kept[name].as_str().unwrap());
    let before = ask(&clinic, &boris, Method::GET, "calls", None).await;

    let bodies = bad_bodies::bodies(&NAMES, &WORDS, BODIES);
    let (mut refused, mut done) = (0, 0);
    let mut paths = routes(call, visit);
    paths.extend(NO_IDS.iter().flat_map(|id| routes(id, id).split_off(2)));
    for (method, path) in &paths {
        let bodies =
            bodies.iter().filter(|_| path.contains(call) || path.contains(visit) || !path.contains('/'));
        let few = bad_bodies::bodies(&NAMES, &WORDS, 4);
        let all: Vec<&Vec<u8>> = bodies.chain(&few).collect();
        for body in all {
            let path = format!("/home/v1/{path}");
            // Nobody of the call asks: whoever is in it may end it with any body.
            let answer =
                bad_bodies::send(&clinic, method.clone(), &path, Some(&outsider), body.clone()).await;
            match is_refused(&answer) {
                Ok(true) => refused += 1,
                Ok(false) => done += 1,
                Err(problem) => panic!("{method} {path} {:?}: {problem}", shown(body)),
            }
        }
    }
    assert!(refused > 3 * done, "nearly all are refused: {refused}, and {done} not");
    let after = ask(&clinic, &boris, Method::GET, "calls", None).await;
    assert_eq!(of_call(&before.1, call), of_call(&after.1, call));
    println!("{refused} bad requests over {} routes refused with a code, {done} were done", paths.len());
    clinic.running.stop().await;
}

fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(300).collect()
}

fn of_call<'a>(log: &'a Value, call: &str) -> Vec<&'a Value> {
    log["calls"].as_array().unwrap().iter().filter(|row| row["call"] == call).collect()
}

/// Whether it was refused with a code; anything but a success or that is a problem.
fn is_refused((http, body): &(u16, Vec<u8>)) -> Result<bool, String> {
    if matches!(http, 200 | 204) {
        return Ok(false);
    }
    let shown = format!("{http} {}", String::from_utf8_lossy(body));
    let answer: Value = serde_json::from_slice(body).map_err(|_| shown.clone())?;
    let has_code = answer["error"].as_str().is_some_and(|code| !code.is_empty() && code != "internal");
    if (400..500).contains(http) && has_code { Ok(true) } else { Err(shown) }
}
