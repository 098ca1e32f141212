//! A token of one face opens nothing in another.

use crate::coviu_kit::{Integrator, assert_refused, grant};
use crate::kit::Clinic;
use serde_json::{Value, json};

#[tokio::test]
async fn a_token_of_coviu_opens_nothing_else() {
    let clinic = Clinic::start().await;
    let (_, grant) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    for token in ["access_token", "refresh_token"].map(|name| grant[name].as_str().unwrap()) {
        for path in ["/home/v1/visits", "/home/v1/call_record", "/api/v2/sessions/recent", "/api/v2/users/me"]
        {
            let answer = clinic.http.get(clinic.url(path)).bearer_auth(token).send().await.unwrap();
            assert!([401, 404].contains(&answer.status().as_u16()), "{path}: {}", answer.status());
        }
        let answer =
            clinic.http.post(clinic.url("/home/v1/messenger")).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(clinic.refused("join", token).await.0, 401);
        assert_eq!(clinic.info(token).await.0, 401);
        let answer = clinic.http.get(clinic.url(&format!("/visit?at={token}"))).send().await.unwrap();
        assert_eq!(answer.status(), 404);
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn no_other_token_opens_coviu() {
    let clinic = Clinic::start().await;
    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let sign_in = async |path: &str| {
        let answer = clinic.http.post(clinic.url(path)).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["token"].as_str().unwrap_or_else(|| panic!("{path}: {answer}")).to_owned()
    };
    let (specialist, client) = clinic.pair("now");
    let room = clinic.ok("exchange", &client).await["conference_token"].as_str().unwrap().to_owned();
    let (_, grant) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    let refresh = grant["refresh_token"].as_str().unwrap().to_owned();
    let tokens = [
        sign_in("/home/v1/sign_in").await,
        sign_in("/api/v2/users/login").await,
        specialist,
        client,
        room,
        refresh,
        clinic.running.api_key().expose().clone(),
        String::new(),
    ];
    for token in tokens {
        let integrator = Integrator { clinic: &clinic, token };
        assert_refused(&integrator.get("/sessions").await, 401, "invalid_token", None);
        let body = json!({"end_time": "Sat, 21 Nov 2026 13:00:00 GMT"});
        assert_refused(&integrator.post("/sessions", body).await, 401, "invalid_token", None);
    }
    let answer = clinic.http.get(clinic.url("/v1/sessions")).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    clinic.running.stop().await;
}
