//! Specialists sign in and see their day.

use crate::kit::{Clinic, token_of};
use serde_json::{Value, json};

async fn sign_in(clinic: &Clinic, body: &Value) -> (u16, Value) {
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn visits(clinic: &Clinic, token: &str) -> (u16, Value) {
    let answer = clinic.http.get(clinic.url("/home/v1/visits")).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_specialist_sees_the_day_and_the_waiting_client() {
    let clinic = Clinic::start().await;
    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let (http, body) = sign_in(&clinic, &json!({"user_id": user.user_id, "password": user.password})).await;
    assert_eq!((http, body["user_id"].as_str()), (200, Some(user.user_id.as_str())));
    let token = body["token"].as_str().unwrap();

    let (specialist, client) = clinic.pair("now");
    clinic.press("open_for_join", &specialist).await;
    clinic.press("join", &client).await;
    let (http, day) = visits(&clinic, token).await;
    assert_eq!((http, day["visits"].as_array().map(Vec::len)), (200, Some(3)));
    let first = &day["visits"][0];
    assert_eq!(
        (first["access_token"].as_str(), &first["joined_clients"]),
        (Some(specialist.as_str()), &json!(1))
    );
    assert_eq!(first["status"], "open_for_joining");

    clinic.pass(24 * 3600);
    assert_eq!(visits(&clinic, token).await.1["visits"], json!([]), "that day is over");
    let answer = clinic.http.post(clinic.url("/home/v1/sign_out")).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(visits(&clinic, token).await, (401, json!({"error": "unauthorized"})));
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_invitation_works_once_and_a_session_survives_a_restart() {
    let clinic = Clinic::start().await;
    let code = token_of(&clinic.demo().home.as_ref().unwrap().users[1].sign_in_link);
    let (http, body) = sign_in(&clinic, &json!({ "code": code })).await;
    assert_eq!(http, 200);
    assert_eq!(sign_in(&clinic, &json!({ "code": code })).await, (401, json!({"error": "unauthorized"})));
    let clinic = clinic.restart().await;
    assert_eq!(visits(&clinic, body["token"].as_str().unwrap()).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn guessing_is_limited() {
    let clinic = Clinic::start().await;
    let users = &clinic.demo().home.as_ref().unwrap().users;
    let guess = json!({"user_id": users[0].user_id, "password": "guess"});
    for _ in 0..5 {
        assert_eq!(sign_in(&clinic, &guess).await, (401, json!({"error": "unauthorized"})));
    }
    assert_eq!(sign_in(&clinic, &guess).await, (429, json!({"error": "too_many_attempts"})));
    let right = json!({"user_id": users[1].user_id, "password": users[1].password});
    assert_eq!(sign_in(&clinic, &right).await.0, 200, "a colleague can still sign in");
    assert_eq!(sign_in(&clinic, &json!({"user_id": 7})).await, (400, json!({"error": "bad_request"})));
    clinic.running.stop().await;
}
