//! How an integrator comes to tokens, how long they are good, and what is refused.

use crate::coviu_kit::{Integrator, assert_refused, demo_client, form, grant};
use crate::kit::Clinic;
use crate::staff::put;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_clinic::CoviuClient;
use serde_json::{Value, json};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const OWNER: &str = "nina";

fn claims(token: &Value) -> Value {
    let claims = token["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

async fn sessions(clinic: &Clinic, token: &Value) -> (u16, Value) {
    let token = token["access_token"].as_str().unwrap().to_owned();
    Integrator { clinic, token }.get("/sessions").await
}

async fn refresh(clinic: &Clinic, token: &Value) -> (u16, Value) {
    let refresh_token = token["refresh_token"].as_str().unwrap();
    grant(clinic, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

#[tokio::test]
async fn a_client_asks_on_behalf_of_its_owner() {
    let clinic = Clinic::start().await;
    let (http, token) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    assert_eq!((http, &token["token_type"], &token["expires_in"]), (200, &json!("Bearer"), &json!(HOUR)));
    assert!(token["scope"].is_string());
    assert_eq!(claims(&token)["userId"], json!(clinic.demo().coviu.as_ref().unwrap().user_id));
    assert_eq!(sessions(&clinic, &token).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn tokens_expire_refresh_and_are_refused_after() {
    let clinic = Clinic::start().await;
    let (_, first) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    clinic.pass(HOUR / 2);
    let (http, second) = refresh(&clinic, &first).await;
    assert_eq!(http, 200, "{second}");
    assert_eq!(claims(&second)["userId"], claims(&first)["userId"]);
    clinic.pass(HOUR / 2);
    assert_refused(&sessions(&clinic, &first).await, 401, "invalid_token", None);
    assert_eq!(sessions(&clinic, &second).await.0, 200);

    let clinic = clinic.restart_after(DAY).await;
    assert_refused(&sessions(&clinic, &second).await, 401, "invalid_token", None);
    let (http, third) = refresh(&clinic, &second).await;
    assert_eq!(http, 200, "a refresh token outlives the server: {third}");
    clinic.pass(30 * DAY);
    assert_refused(&refresh(&clinic, &third).await, 400, "invalid_grant", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_refresh_token_that_is_shown_twice_ends_what_came_of_its_grant() {
    let clinic = Clinic::start().await;
    let (_, first) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    let (_, other) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    let (_, second) = refresh(&clinic, &first).await;
    let clinic = clinic.restart_after(DAY).await;
    assert_refused(&refresh(&clinic, &first).await, 400, "invalid_grant", None);
    assert_refused(&refresh(&clinic, &second).await, 400, "invalid_grant", None);
    assert_eq!(refresh(&clinic, &other).await.0, 200, "another grant goes on");
    clinic.running.stop().await;
}

#[tokio::test]
async fn many_who_show_one_refresh_token_get_one_at_most() {
    let clinic = Clinic::start().await;
    let (_, first) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    let answers = futures_util::future::join_all((0..8).map(|_| refresh(&clinic, &first))).await;
    let (got, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(http, _)| *http == 200);
    assert_eq!((got.len(), refused.len()), (1, 7));
    assert_refused(&refresh(&clinic, &got[0].1).await, 400, "invalid_grant", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_refresh_token_can_be_revoked_and_is_its_clients_alone() {
    let clinic = Clinic::adjusted(|config| {
        config.coviu_clients = vec!["other:other-secret:nobody".parse().unwrap()];
    })
    .await;
    let (_, token) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    let refresh_token = token["refresh_token"].as_str().unwrap();
    let other = ("other", "other-secret");
    let theirs = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    assert_refused(&form(&clinic, "token", other, &theirs).await, 400, "invalid_grant", None);
    let revoke = [("token", refresh_token)];
    assert_eq!(form(&clinic, "revoke", other, &revoke).await, (200, json!({})));
    let (http, token) = refresh(&clinic, &token).await;
    assert_eq!(http, 200, "nobody else has used or revoked it: {token}");

    let (key, secret) = demo_client(&clinic);
    let revoke = [("token", token["refresh_token"].as_str().unwrap())];
    for _ in 0..2 {
        assert_eq!(form(&clinic, "revoke", (&key, &secret), &revoke).await, (200, json!({})));
    }
    assert_refused(&refresh(&clinic, &token).await, 400, "invalid_grant", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_client_asks_on_behalf_of_a_specialist_whose_password_it_has() {
    let clinic = Clinic::start().await;
    let user = clinic.demo().home.as_ref().unwrap().users[1].clone();
    let parameters =
        |password| [("grant_type", "password"), ("username", user.user_id.as_str()), ("password", password)];
    let (http, token) = grant(&clinic, &parameters(user.password.expose())).await;
    assert_eq!((http, claims(&token)["userId"].as_str()), (200, Some(user.user_id.as_str())));
    let (http, next) = refresh(&clinic, &token).await;
    assert_eq!((http, claims(&next)["userId"].as_str()), (200, Some(user.user_id.as_str())));
    for _ in 0..5 {
        assert_refused(&grant(&clinic, &parameters("guess")).await, 400, "invalid_grant", None);
    }
    assert_refused(&grant(&clinic, &parameters("guess")).await, 429, "too_many_attempts", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_specialist_who_is_signed_in_gives_a_client_a_code() {
    let clinic = Clinic::start().await;
    let user = clinic.demo().home.as_ref().unwrap().users[1].clone();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(&body).send().await.unwrap();
    let home: Value = answer.json().await.unwrap();
    let (key, _) = demo_client(&clinic);
    let code = async |token: &str, client: &str| {
        let request = clinic.http.post(clinic.url("/home/v1/coviu_code")).bearer_auth(token);
        let answer = request.json(&json!({ "client_id": client })).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let home = home["token"].as_str().unwrap();
    assert_eq!(code("wrong", &key).await, (401, json!({"error": "unauthorized"})));
    assert_eq!(code(home, "unknown").await, (400, json!({"error": "bad_request"})));
    let (http, first) = code(home, &key).await;
    assert_eq!((http, &first["expires_in"]), (200, &json!(60)));
    let exchange = async |code: &Value| {
        let code = code["code"].as_str().unwrap();
        grant(&clinic, &[("grant_type", "authorization_code"), ("code", code)]).await
    };
    let (http, token) = exchange(&first).await;
    assert_eq!((http, claims(&token)["userId"].as_str()), (200, Some(user.user_id.as_str())));
    assert_refused(&exchange(&first).await, 400, "invalid_grant", None);
    let (_, late) = code(home, &key).await;
    clinic.pass(60);
    assert_refused(&exchange(&late).await, 400, "invalid_grant", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_no_request_for_a_token_is_refused() {
    let clinic = Clinic::start().await;
    let (key, secret) = demo_client(&clinic);
    let client = (key.as_str(), secret.as_str());
    for (parameters, code, field) in [
        (&[][..], "invalid_request", Some("grant_type")),
        (&[("grant_type", "")], "invalid_request", Some("grant_type")),
        (
            &[("grant_type", "client_credentials"), ("grant_type", "password")],
            "invalid_request",
            Some("grant_type"),
        ),
        (&[("grant_type", "implicit")], "unsupported_grant_type", None),
        (&[("grant_type", "refresh_token")], "invalid_request", Some("refresh_token")),
        (&[("grant_type", "refresh_token"), ("refresh_token", "none")], "invalid_grant", None),
        (&[("grant_type", "authorization_code")], "invalid_request", Some("code")),
        (&[("grant_type", "password"), ("username", "u")], "invalid_request", Some("password")),
    ] {
        assert_refused(&form(&clinic, "token", client, parameters).await, 400, code, field);
    }
    assert_refused(&form(&clinic, "revoke", client, &[]).await, 400, "invalid_request", Some("token"));
    for wrong in [("unknown", secret.as_str()), (key.as_str(), "wrong"), ("", "")] {
        let answer = form(&clinic, "token", wrong, &[("grant_type", "client_credentials")]).await;
        assert_refused(&answer, 401, "invalid_client", None);
    }
    let answer = clinic.http.post(clinic.url("/v1/auth/token")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["www-authenticate"]),
        (401, &"Basic realm=\"coviu\"".parse().unwrap())
    );
    let answer = clinic.http.get(clinic.url("/v1/auth/token")).send().await.unwrap();
    assert_eq!(answer.status(), 405);
    clinic.running.stop().await;
}

#[tokio::test]
async fn guessing_secrets_is_limited_by_address() {
    let clinic = Clinic::start().await;
    let ask = [("grant_type", "client_credentials")];
    for _ in 0..30 {
        assert_eq!(form(&clinic, "token", ("demo-integrator", "guess"), &ask).await.0, 401);
    }
    assert_refused(
        &form(&clinic, "token", ("demo-integrator", "guess"), &ask).await,
        429,
        "too_many_attempts",
        None,
    );
    assert_eq!(grant(&clinic, &ask).await.0, 429, "not even with the right one");
    clinic.pass(60);
    for _ in 0..40 {
        assert_eq!(grant(&clinic, &ask).await.0, 200, "right ones do not count");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_client_that_is_not_set_up_any_more_asks_for_nothing() {
    let clinic = Clinic::adjusted(|config| {
        config.coviu_clients = vec![client("gone", "one"), client("gone", "two")];
    })
    .await;
    put(&clinic, OWNER, &json!({"name": "Nina"})).await;
    let ask = [("grant_type", "client_credentials")];
    let (http, token) = form(&clinic, "token", ("gone", "one"), &ask).await;
    assert_eq!(http, 200);
    assert_eq!(form(&clinic, "token", ("gone", "two"), &ask).await.0, 200, "a key may have two secrets");
    assert_eq!(claims(&token)["userId"], OWNER);
    let integrator =
        Integrator { clinic: &clinic, token: token["access_token"].as_str().unwrap().to_owned() };
    let session = integrator.session(10, 20).await;
    assert_eq!(session["client_id"], "gone");
    let clinic = clinic.restart_adjusted(|config| config.coviu_clients.clear()).await;
    assert_refused(&sessions(&clinic, &token).await, 401, "invalid_token", None);
    assert_eq!(form(&clinic, "token", ("gone", "one"), &ask).await.0, 401);
    clinic.running.stop().await;
}

fn client(key: &str, secret: &str) -> CoviuClient {
    format!("{key}:{secret}:{OWNER}").parse().unwrap()
}
