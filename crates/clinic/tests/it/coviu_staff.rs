//! What an integrator has on behalf of a specialist ends with the specialist's sign-ins.

use crate::coviu_kit::{Integrator, assert_refused, demo_client, form, grant};
use crate::kit::Clinic;
use crate::staff::{book, put};
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "long enough";

/// A token on behalf of a specialist whose password the client has.
async fn by_password(clinic: &Clinic, login: &str, password: &str) -> (u16, Value) {
    grant(clinic, &[("grant_type", "password"), ("username", login), ("password", password)]).await
}

async fn refresh(clinic: &Clinic, token: &Value) -> (u16, Value) {
    let refresh_token = token["refresh_token"].as_str().unwrap();
    grant(clinic, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

async fn sessions(clinic: &Clinic, token: &Value) -> (u16, Value) {
    let token = token["access_token"].as_str().unwrap().to_owned();
    Integrator { clinic, token }.get("/sessions").await
}

#[track_caller]
fn assert_over(answer: &(u16, Value)) {
    assert_refused(answer, 401, "invalid_token", None);
}

#[tokio::test]
async fn a_new_password_ends_what_came_of_the_old_one() {
    let clinic = Clinic::start().await;
    put(&clinic, "nina", &json!({"name": "Nina", "password": PASSWORD})).await;
    let (_, old) = by_password(&clinic, "nina", PASSWORD).await;
    let (_, owners) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    put(&clinic, "nina", &json!({"name": "Nina B", "password": PASSWORD})).await;
    assert_eq!(
        sessions(&clinic, &old).await.0,
        200,
        "neither a new name nor the same password ends anything"
    );
    put(&clinic, "nina", &json!({"name": "Nina B", "password": "another one"})).await;
    assert_over(&sessions(&clinic, &old).await);
    assert_refused(&refresh(&clinic, &old).await, 400, "invalid_grant", None);
    // In the same second: it is not the time that counts.
    let (http, new) = by_password(&clinic, "nina", "another one").await;
    assert_eq!((http, sessions(&clinic, &new).await.0), (200, 200));
    assert_eq!(sessions(&clinic, &owners).await.0, 200, "nobody else's");
    let clinic = clinic.restart_after(1).await;
    assert_over(&sessions(&clinic, &old).await);
    assert_eq!(sessions(&clinic, &new).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn nothing_of_a_specialist_who_was_removed_goes_on_also_when_the_login_is_given_again() {
    let clinic = Clinic::start().await;
    put(&clinic, "nina", &json!({"name": "Nina", "password": PASSWORD})).await;
    let (_, old) = by_password(&clinic, "nina", PASSWORD).await;
    assert_eq!(sessions(&clinic, &old).await.0, 200);
    assert_eq!(book(&clinic, Method::DELETE, "staff/nina", None).await.0, 204);
    assert_over(&sessions(&clinic, &old).await);
    put(&clinic, "nina", &json!({"name": "Another Nina", "password": PASSWORD})).await;
    assert_over(&sessions(&clinic, &old).await);
    assert_refused(&refresh(&clinic, &old).await, 400, "invalid_grant", None);
    assert_eq!(by_password(&clinic, "nina", PASSWORD).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_client_whose_owner_cannot_sign_in_asks_for_nothing() {
    let clinic = Clinic::adjusted(|config| {
        config.coviu_clients = vec!["theirs:secret:olga".parse().unwrap()];
    })
    .await;
    let theirs = ("theirs", "secret");
    let ask = [("grant_type", "client_credentials")];
    assert_refused(&form(&clinic, "token", theirs, &ask).await, 400, "invalid_grant", None);
    put(&clinic, "olga", &json!({"name": "Olga"})).await;
    let (http, token) = form(&clinic, "token", theirs, &ask).await;
    assert_eq!((http, sessions(&clinic, &token).await.0), (200, 200));
    let refresh_token = token["refresh_token"].as_str().unwrap().to_owned();
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
    book(&clinic, Method::DELETE, "staff/olga", None).await;
    assert_over(&sessions(&clinic, &token).await);
    assert_refused(&form(&clinic, "token", theirs, &again).await, 400, "invalid_grant", None);
    assert_refused(&form(&clinic, "token", theirs, &ask).await, 400, "invalid_grant", None);
    // It was not used up: nothing was given for it.
    put(&clinic, "olga", &json!({"name": "Olga"})).await;
    assert_eq!(form(&clinic, "token", theirs, &again).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_code_of_before_a_new_password_is_worth_nothing() {
    let clinic = Clinic::start().await;
    put(&clinic, "nina", &json!({"name": "Nina", "password": PASSWORD})).await;
    let body = json!({"user_id": "nina", "password": PASSWORD});
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(&body).send().await.unwrap();
    let home: Value = answer.json().await.unwrap();
    let request = clinic.http.post(clinic.url("/home/v1/coviu_code"));
    let request = request.bearer_auth(home["token"].as_str().unwrap());
    let answer = request.json(&json!({"client_id": demo_client(&clinic).0})).send().await.unwrap();
    let code: Value = answer.json().await.unwrap();
    put(&clinic, "nina", &json!({"name": "Nina", "password": "another one"})).await;
    let ask = [("grant_type", "authorization_code"), ("code", code["code"].as_str().unwrap())];
    assert_refused(&grant(&clinic, &ask).await, 400, "invalid_grant", None);
    clinic.running.stop().await;
}
