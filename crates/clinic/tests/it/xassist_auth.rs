//! How a program comes to tokens, how long they are good, and what is refused.

use crate::im_kit::text;
use crate::kit::Clinic;
use crate::xassist_kit::{Caller, DOMAIN, ask, assert_refused, log_in, refresh, user};
use reqwest::Method;
use serde_json::{Value, json};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn contacts(clinic: &Clinic, tokens: &Value) -> (u16, Value) {
    let token = text(&tokens["token"]);
    ask(clinic, Some(&token), Method::GET, "/rtc/getContacts", None).await
}

async fn assert_ended(clinic: &Clinic, tokens: &Value) {
    assert_refused(&contacts(clinic, tokens).await, 401, "invalid_token", None);
}

#[tokio::test]
async fn a_login_answers_as_the_page_says() {
    let clinic = Clinic::start().await;
    let tokens = log_in(&clinic, 0).await;
    let names: Vec<_> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(names, ["expiresIn", "refreshToken", "token"]);
    assert_eq!(tokens["expiresIn"], json!(HOUR));
    let (http, contacts) = contacts(&clinic, &tokens).await;
    assert_eq!(http, 200);
    let ids: Vec<_> =
        contacts.as_array().unwrap().iter().map(|one| one["userDbId"].as_u64().unwrap()).collect();
    assert!(ids.len() >= 3 && ids.iter().all(|id| ids.iter().filter(|other| *other == id).count() == 1));
    assert!(contacts.as_array().unwrap().iter().all(|one| one["domain"] == DOMAIN));
    clinic.running.stop().await;
}

#[tokio::test]
async fn tokens_expire_refresh_and_are_refused_after() {
    let clinic = Clinic::start().await;
    let first = log_in(&clinic, 0).await;
    clinic.pass(HOUR / 2);
    let (http, second) = refresh(&clinic, &first).await;
    assert_eq!(http, 200, "{second}");
    assert_eq!(contacts(&clinic, &first).await.0, 200, "what is under way is not cut off");
    clinic.pass(HOUR / 2);
    assert_ended(&clinic, &first).await;
    assert_eq!(contacts(&clinic, &second).await.0, 200);

    let clinic = clinic.restart_after(DAY).await;
    assert_ended(&clinic, &second).await;
    let (http, third) = refresh(&clinic, &second).await;
    assert_eq!(http, 200, "a refresh token outlives the server: {third}");
    clinic.pass(30 * DAY);
    assert_refused(&refresh(&clinic, &third).await, 401, "invalid_refresh_token", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_refresh_token_that_is_shown_twice_ends_its_login_and_no_other() {
    let clinic = Clinic::start().await;
    let (first, other) = (log_in(&clinic, 0).await, log_in(&clinic, 0).await);
    let (_, second) = refresh(&clinic, &first).await;
    assert_refused(&refresh(&clinic, &first).await, 401, "invalid_refresh_token", None);
    for tokens in [&first, &second] {
        assert_ended(&clinic, tokens).await;
        assert_refused(&refresh(&clinic, tokens).await, 401, "invalid_refresh_token", None);
    }
    assert_eq!(contacts(&clinic, &other).await.0, 200);
    // Of two at the same moment one is the second.
    let both = tokio::join!(refresh(&clinic, &other), refresh(&clinic, &other));
    let mut answers = [both.0.0, both.1.0];
    answers.sort_unstable();
    assert_eq!(answers, [200, 401]);
    assert_ended(&clinic, &other).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_logout_ends_every_token_of_the_login() {
    let clinic = Clinic::start().await;
    let (first, other) = (log_in(&clinic, 0).await, log_in(&clinic, 0).await);
    let (_, second) = refresh(&clinic, &first).await;
    let out = ask(&clinic, Some(&text(&second["token"])), Method::POST, "/auth/logout", None).await;
    assert_eq!(out, (204, Value::Null));
    assert_ended(&clinic, &first).await;
    assert_ended(&clinic, &second).await;
    assert_refused(&refresh(&clinic, &second).await, 401, "invalid_refresh_token", None);
    assert_eq!(contacts(&clinic, &other).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn tokens_end_with_the_password_and_with_the_specialist() {
    let clinic = Clinic::start().await;
    let login = user(&clinic, 0).user_id.clone();
    let key = clinic.running.api_key().expose().clone();
    let path = format!("/home/v1/staff/{login}");
    let put = async |body: Value| ask(&clinic, Some(&key), Method::PUT, &path, Some(&body)).await.0;
    let first = log_in(&clinic, 0).await;
    assert_eq!(put(json!({"name": "Other Name"})).await, 200);
    assert_eq!(contacts(&clinic, &first).await.0, 200, "another name ends nothing");
    assert_eq!(put(json!({"name": "Other Name", "password": "another password"})).await, 200);
    assert_ended(&clinic, &first).await;
    assert_refused(&refresh(&clinic, &first).await, 401, "invalid_refresh_token", None);

    let body = json!({"userId": login, "domain": DOMAIN, "password": "another password"});
    let (http, second) = ask(&clinic, None, Method::POST, "/auth/login", Some(&body)).await;
    assert_eq!(http, 200);
    assert_eq!(ask(&clinic, Some(&key), Method::DELETE, &path, None).await.0, 204);
    assert_ended(&clinic, &second).await;
    assert_refused(&refresh(&clinic, &second).await, 401, "invalid_refresh_token", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_token_of_another_domain_is_none() {
    let clinic = Clinic::adjusted(|config| config.xassist_domain = Some("One.example".to_owned())).await;
    let user = user(&clinic, 0);
    let login = async |clinic: &Clinic, domain: &str| {
        let body = json!({"userId": user.user_id, "domain": domain, "password": user.password});
        ask(clinic, None, Method::POST, "/auth/login", Some(&body)).await
    };
    assert_refused(&login(&clinic, DOMAIN).await, 401, "invalid_credentials", Some("domain"));
    let (http, tokens) = login(&clinic, "ONE.example").await;
    assert_eq!(http, 200, "a domain is the same in any case: {tokens}");
    assert_eq!(contacts(&clinic, &tokens).await.1[0]["domain"], "one.example");

    let other =
        |config: &mut consilium_clinic::Config| config.xassist_domain = Some("two.example".to_owned());
    let clinic = clinic.restart_adjusted(other).await;
    assert_ended(&clinic, &tokens).await;
    assert_refused(&refresh(&clinic, &tokens).await, 401, "invalid_refresh_token", None);
    let back = |config: &mut consilium_clinic::Config| config.xassist_domain = Some("one.example".to_owned());
    let clinic = clinic.restart_adjusted(back).await;
    assert_eq!(contacts(&clinic, &tokens).await.0, 200, "nothing was lost");
    assert_eq!(refresh(&clinic, &tokens).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_no_login_is_refused_and_guessing_is_limited() {
    let clinic = Clinic::start().await;
    let user = user(&clinic, 0);
    let good = json!({"userId": user.user_id, "domain": DOMAIN, "password": user.password});
    for name in ["userId", "domain", "password"] {
        let mut body = good.clone();
        body[name] = Value::Null;
        let answer = ask(&clinic, None, Method::POST, "/auth/login", Some(&body)).await;
        assert_refused(&answer, 400, "missing_field", Some(name));
        body[name] = json!(["a"]);
        let answer = ask(&clinic, None, Method::POST, "/auth/login", Some(&body)).await;
        assert_refused(&answer, 400, "invalid_field", Some(name));
    }
    for body in [json!([]), json!("a"), json!(7)] {
        let answer = ask(&clinic, None, Method::POST, "/auth/login", Some(&body)).await;
        assert_refused(&answer, 400, "invalid_request", None);
    }
    let answer = ask(&clinic, None, Method::POST, "/auth/refresh", Some(&json!({}))).await;
    assert_refused(&answer, 400, "missing_field", Some("refreshToken"));
    let mut wrong = good.clone();
    wrong["password"] = json!("guess");
    for _ in 0..5 {
        let answer = ask(&clinic, None, Method::POST, "/auth/login", Some(&wrong)).await;
        assert_refused(&answer, 401, "invalid_credentials", None);
    }
    for body in [&wrong, &good] {
        let answer = ask(&clinic, None, Method::POST, "/auth/login", Some(body)).await;
        assert_refused(&answer, 429, "too_many_attempts", None);
    }
    for _ in 0..30 {
        let answer = refresh(&clinic, &json!({"refreshToken": "guess"})).await;
        assert_refused(&answer, 401, "invalid_refresh_token", None);
    }
    let answer = refresh(&clinic, &json!({"refreshToken": "guess"})).await;
    assert_refused(&answer, 429, "too_many_attempts", None);
    clinic.pass(60);
    assert_eq!(ask(&clinic, None, Method::POST, "/auth/login", Some(&good)).await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_token_of_xassist_opens_nothing_else() {
    let clinic = Clinic::start().await;
    let tokens = log_in(&clinic, 0).await;
    for token in ["token", "refreshToken"].map(|name| text(&tokens[name])) {
        for path in [
            "/home/v1/visits",
            "/home/v1/call_record",
            "/api/v2/sessions/recent",
            "/api/v2/users/me",
            "/v1/sessions",
            "/api/v3.11/conferences/x",
        ] {
            let answer = clinic.http.get(clinic.url(path)).bearer_auth(&token).send().await.unwrap();
            assert!([401, 404].contains(&answer.status().as_u16()), "{path}: {}", answer.status());
        }
        for path in ["/home/v1/messenger", "/home/v1/calls"] {
            let request = clinic.http.post(clinic.url(path)).bearer_auth(&token).json(&json!({}));
            assert_eq!(request.send().await.unwrap().status(), 401, "{path}");
        }
        assert_eq!(clinic.refused("join", &token).await.0, 401);
        assert_eq!(clinic.info(&token).await.0, 401);
        for path in [format!("/visit?at={token}"), format!("/call/{token}")] {
            assert_eq!(clinic.http.get(clinic.url(&path)).send().await.unwrap().status(), 404, "{path}");
        }
    }
    let swapped = json!({"refreshToken": tokens["token"]});
    assert_refused(&refresh(&clinic, &swapped).await, 401, "invalid_refresh_token", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn no_other_token_opens_xassist() {
    let clinic = Clinic::start().await;
    let user = user(&clinic, 0);
    let body = json!({"user_id": user.user_id, "password": user.password});
    let sign_in = async |path: &str| {
        let (_, answer) = ask(&clinic, None, Method::POST, path, Some(&body)).await;
        text(&answer["token"])
    };
    let (specialist, client) = clinic.pair("now");
    let room = text(&clinic.ok("exchange", &client).await["conference_token"]);
    let (_, coviu) = crate::coviu_kit::grant(&clinic, &[("grant_type", "client_credentials")]).await;
    let tokens = [
        sign_in("/home/v1/sign_in").await,
        sign_in("/api/v2/users/login").await,
        specialist,
        client,
        room,
        text(&coviu["access_token"]),
        text(&coviu["refresh_token"]),
        text(&log_in(&clinic, 0).await["refreshToken"]),
        clinic.running.api_key().expose().clone(),
        String::new(),
    ];
    for token in tokens {
        let caller = Caller { clinic: &clinic, token, user: user.clone() };
        for path in ["/rtc/getContacts", "/rtc/getCallLogById?callId=x"] {
            assert_refused(&caller.get(path).await, 401, "invalid_token", None);
        }
        for path in ["/rtc/createCall", "/rtc/createCallForContacts", "/auth/logout"] {
            assert_refused(&caller.post(path, &json!({})).await, 401, "invalid_token", None);
        }
    }
    let answer = clinic.http.get(clinic.url("/rtc/getContacts")).send().await.unwrap();
    assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    clinic.running.stop().await;
}

#[tokio::test]
async fn where_there_is_no_route_the_answer_is_of_the_protocol() {
    let clinic = Clinic::start().await;
    for (method, path, status, code) in [
        (Method::GET, "/auth/login", 405, "method_not_allowed"),
        (Method::POST, "/auth/nothing", 404, "not_found"),
        (Method::POST, "/rtc/getCallLogById", 405, "method_not_allowed"),
        (Method::GET, "/rtc/createCall", 405, "method_not_allowed"),
        (Method::GET, "/rtc/nothing", 404, "not_found"),
    ] {
        assert_refused(&ask(&clinic, None, method, path, None).await, status, code, None);
    }
    let large = json!({"userId": "x".repeat(70 * 1024)});
    let answer = ask(&clinic, None, Method::POST, "/auth/login", Some(&large)).await;
    assert_refused(&answer, 413, "too_large", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn wrong_tokens_are_counted_by_address() {
    let clinic = Clinic::start().await;
    let tokens = log_in(&clinic, 0).await;
    for path in [("/rtc/getContacts", Method::GET), ("/auth/logout", Method::POST)] {
        let mut codes = Vec::new();
        for _ in 0..101 {
            codes.push(ask(&clinic, Some("wrong"), path.1.clone(), path.0, None).await.0);
        }
        assert!(codes[..100].iter().all(|code| *code == 401) && codes[100] == 429, "{codes:?}");
        clinic.pass(60);
        assert_eq!(contacts(&clinic, &tokens).await.0, 200);
    }
    clinic.running.stop().await;
}
