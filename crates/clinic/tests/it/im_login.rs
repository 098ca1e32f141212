//! Who is let in to the messenger, and with what.

use crate::im_kit::{Person, ask, doctor, next, patient, text, users, visit_chat};
use crate::kit::Clinic;
use consilium_wire::im::UserRole;
use reqwest::Method;
use serde_json::{Value, json};

async fn log_in(clinic: &Clinic, body: &Value) -> (u16, Value) {
    ask(clinic, None, Method::POST, "/users/login", Some(body)).await
}

async fn by_home(clinic: &Clinic, bearer: &str) -> (u16, Value) {
    let answer = clinic.http.post(clinic.url("/home/v1/messenger")).bearer_auth(bearer).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_specialist_shows_a_password_and_a_patient_a_link() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    assert!(ivan.id.starts_with("patient:") && !anna.id.starts_with("patient:"));
    assert_eq!(ivan.get(&clinic, &format!("/users/{}", ivan.id)).await["role"], "patient");
    assert_eq!(anna.get(&clinic, &format!("/users/{}", anna.id)).await["role"], "doctor");

    let patients = users(&clinic, UserRole::Patient);
    let doctors = users(&clinic, UserRole::Doctor);
    for (user_id, password) in [
        (&patients[0].user_id, &patients[1].password),
        (&patients[0].user_id, &doctors[0].password),
        (&doctors[0].user_id, &patients[0].password),
        (&doctors[0].user_id, &doctors[1].password),
        (&"patient:nobody".into(), &patients[0].password),
        (&"nobody".into(), &doctors[0].password),
    ] {
        let (http, body) = log_in(&clinic, &json!({"user_id": user_id, "password": password})).await;
        assert_eq!((http, &body["error"]["code"]), (401, &json!("unauthorized")), "{user_id:?}");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_app_needs_no_password() {
    let clinic = Clinic::start().await;
    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let body = json!({"user_id": user.user_id, "password": user.password});
    let signed_in: Value = clinic
        .http
        .post(clinic.url("/home/v1/sign_in"))
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let session = text(&signed_in["token"]);
    let (http, logged_in) = by_home(&clinic, &session).await;
    assert_eq!((http, &logged_in["user"]["user_id"]), (200, &json!(user.user_id)));

    let (specialist, client) = clinic.pair("now");
    for (token, role) in [(&specialist, "doctor"), (&client, "patient")] {
        let (http, body) = by_home(&clinic, token).await;
        assert_eq!((http, &body["user"]["role"]), (200, &json!(role)));
        assert!(body["expires_in"].as_u64().unwrap() > 0);
    }
    assert_eq!(by_home(&clinic, "nonsense").await, (401, json!({"error": "unauthorized"})));

    // A token of one face opens nothing in another.
    for token in [&session, &specialist, &client] {
        let stranger = Person { id: String::new(), role: "doctor", token: token.clone() };
        let refused = stranger.refused(&clinic, Method::GET, "/sessions", None).await;
        assert_eq!(refused, (401, "unauthorized".to_owned()));
    }
    let token = text(&logged_in["token"]);
    assert_eq!(by_home(&clinic, &token).await.0, 401);
    let visits = clinic.http.get(clinic.url("/home/v1/visits")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(visits.status(), 401);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_token_ends_at_its_time_and_at_logout_with_its_sockets() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let again = doctor(&clinic, 0).await;
    let (mut closed, mut open) = (anna.socket(&clinic, None).await, again.socket(&clinic, None).await);
    let (http, _) = ask(&clinic, Some(&anna), Method::POST, "/users/logout", None).await;
    assert_eq!(http, 204);
    assert_eq!(closed.goodbye().await.as_deref(), Some("logged out"));
    let refused = anna.refused(&clinic, Method::GET, "/sessions", None).await;
    assert_eq!(refused, (401, "unauthorized".to_owned()));
    open.send(&json!({"type": "look"})).await;
    assert_eq!(next(&mut open).await["type"], "badge", "the other sign-in goes on");

    let clinic = clinic.restart().await;
    assert_eq!(ivan.badge(&clinic).await, 0, "a restart ends nothing");
    clinic.pass(25 * 3600);
    assert_eq!(ivan.refused(&clinic, Method::GET, "/sessions", None).await.0, 401);
    clinic.running.stop().await;
}

#[tokio::test]
async fn guessing_is_limited() {
    let clinic = Clinic::start().await;
    let guess = json!({"user_id": users(&clinic, UserRole::Doctor)[0].user_id, "password": "guess"});
    for _ in 0..5 {
        assert_eq!(log_in(&clinic, &guess).await.0, 401);
    }
    let (http, body) = log_in(&clinic, &guess).await;
    assert_eq!((http, &body["error"]["code"]), (429, &json!("too_many")));
    let guess = json!({"user_id": "patient:demo-fiction", "password": "guess"});
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(log_in(&clinic, &guess).await.0);
    }
    assert_eq!((answers[0], answers[39]), (401, 429));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_socket_is_of_the_kind_that_its_token_is() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let own = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let foreign = text(&visit_chat(&clinic, &clinic.pair("group").1).await["id"]);
    for (login, code, reason) in [
        (
            json!({"type": "login", "token": anna.token, "client_type": "patient"}),
            "forbidden",
            "login refused",
        ),
        (
            json!({"type": "login", "token": ivan.token, "client_type": "doctor"}),
            "forbidden",
            "login refused",
        ),
        (json!({"type": "login", "token": "x", "client_type": "doctor"}), "unauthorized", "login refused"),
        (json!({"type": "typing"}), "bad_request", "login expected"),
        (json!({"type": "login", "token": ivan.token}), "bad_request", "login expected"),
        (json!("login"), "bad_request", "login expected"),
    ] {
        let mut socket = clinic.socket("/api/v2/ws").await;
        socket.send(&login).await;
        assert_eq!(next(&mut socket).await, json!({"type": "error", "code": code}), "{login}");
        assert_eq!(socket.goodbye().await.as_deref(), Some(reason), "{login}");
    }
    // A session of others is looked at by nobody, but the login holds: one may have been taken out since.
    let mut socket = clinic.socket("/api/v2/ws").await;
    let login =
        json!({"type": "login", "token": ivan.token, "client_type": "patient", "session_id": foreign});
    socket.send(&login).await;
    assert_eq!(next(&mut socket).await["type"], "logged_in");
    assert_eq!(next(&mut socket).await, json!({"type": "error", "code": "not_found"}));
    assert_eq!(next(&mut socket).await["type"], "badge");
    anna.say(&clinic, &foreign, "not for everyone").await;
    anna.say(&clinic, &own, "for Ivan").await;
    assert_eq!(next(&mut socket).await, json!({"type": "badge", "count": 1}));
    clinic.running.stop().await;
}
