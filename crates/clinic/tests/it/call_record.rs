//! How calls went: participants tell it, the specialists of the visit read it, and it lasts.

use crate::kit::Clinic;
use serde_json::{Value, json};

fn summary(seconds: u32) -> Value {
    json!({"peers": [{
        "with": "SPECIALIST", "seconds": seconds, "lost": {"mean": 12, "p95": 48}, "round_trip_ms": null,
        "concealed": 7, "frozen_ms": 2400, "worst": "slides", "reconnects": 1,
    }]})
}

async fn tell(clinic: &Clinic, token: &str, body: &Value) -> u16 {
    let request = clinic.http.post(clinic.url("/home/v1/call_summary")).bearer_auth(token).json(body);
    request.send().await.unwrap().status().as_u16()
}

async fn record(clinic: &Clinic, token: &str) -> (u16, Value) {
    let answer = clinic.http.get(clinic.url("/home/v1/call_record")).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_specialist_reads_how_the_call_went_also_after_a_restart() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    assert_eq!(tell(&clinic, &client, &summary(5)).await, 400, "nobody could have called yet");
    clinic.start_visit(&specialist, &client).await;
    assert_eq!(tell(&clinic, &client, &summary(300)).await, 204);
    clinic.press("finish", &specialist).await;
    assert_eq!(tell(&clinic, &specialist, &json!({"peers": []})).await, 204, "it is told afterwards");

    let clinic = clinic.restart().await;
    let (http, body) = record(&clinic, &specialist).await;
    assert_eq!(http, 200);
    let by: Vec<_> = body["summaries"].as_array().unwrap().iter().map(|one| one["by"].clone()).collect();
    assert_eq!(by, ["CLIENT", "SPECIALIST"]);
    assert_eq!(body["summaries"][0]["summary"], summary(300));
    clinic.running.stop().await;
}

#[tokio::test]
async fn nobody_else_reads_it_and_nonsense_is_not_kept() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    assert_eq!(record(&clinic, &client).await.0, 401);
    assert_eq!(record(&clinic, "guess").await.0, 401);
    assert_eq!(tell(&clinic, "guess", &summary(1)).await, 401);
    let mut impossible = summary(1);
    impossible["peers"][0]["concealed"] = json!(1001);
    let many = json!({"peers": vec![summary(1)["peers"][0].clone(); 17]});
    for body in [impossible, many, json!({}), json!({"peers": [{"with": "x"}]})] {
        assert_eq!(tell(&clinic, &client, &body).await, 400, "{body}");
    }
    assert_eq!(record(&clinic, &specialist).await, (200, json!({"summaries": []})));
    clinic.running.stop().await;
}

#[tokio::test]
async fn each_participant_tells_once_in_five_seconds() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    assert_eq!(tell(&clinic, &client, &json!({})).await, 400, "what is refused does not count");
    assert_eq!(tell(&clinic, &client, &summary(1)).await, 204);
    clinic.pass(4);
    let again = clinic.http.post(clinic.url("/home/v1/call_summary")).bearer_auth(&client).json(&summary(2));
    let again = again.send().await.unwrap();
    assert_eq!(again.status().as_u16(), 429);
    assert_eq!(again.json::<Value>().await.unwrap(), json!({"error": "too_many_attempts"}));
    assert_eq!(tell(&clinic, &specialist, &summary(3)).await, 204, "the others are counted for themselves");
    clinic.pass(1);
    assert_eq!(tell(&clinic, &client, &summary(4)).await, 204);
    let (_, body) = record(&clinic, &specialist).await;
    let told = body["summaries"].as_array().unwrap().iter();
    let seconds: Vec<_> = told.map(|one| one["summary"]["peers"][0]["seconds"].as_u64().unwrap()).collect();
    assert_eq!(seconds, [1, 3, 4]);
    clinic.running.stop().await;
}

#[tokio::test]
async fn of_somebody_who_comes_and_goes_the_newest_are_kept() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    for seconds in 0..12 {
        assert_eq!(tell(&clinic, &client, &summary(seconds)).await, 204);
        clinic.pass(5);
    }
    let (_, body) = record(&clinic, &specialist).await;
    let kept = body["summaries"].as_array().unwrap().iter();
    let seconds: Vec<_> = kept.map(|one| one["summary"]["peers"][0]["seconds"].as_u64().unwrap()).collect();
    assert_eq!(seconds, [4, 5, 6, 7, 8, 9, 10, 11]);
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_room_tells_the_telephone_number() {
    let clinic = Clinic::adjusted(|config| config.phone = Some("+1 555 010-0100".parse().unwrap())).await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let mut patient = clinic.enter(&client, None).await;
    assert_eq!(patient.welcome().await.policy.phone.as_deref(), Some("+1 555 010-0100"));
    clinic.running.stop().await;
}
