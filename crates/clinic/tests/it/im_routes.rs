//! Every route of the protocol's table: it is there, it wants a token, and whoever is no member learns nothing.

use crate::im_kit::{Person, ask, doctor, patient, text, visit_chat};
use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};

/// A route: the method, the path with `SESSION`, `TOPIC`, `MESSAGE`, `DOCTOR`, `PATIENT` and `COLLEAGUE`, the body,
/// the status for a doctor who is a member, and for one who is none.
type Route = (&'static str, &'static str, Value, u16, u16);

fn table() -> Vec<Route> {
    let message = json!({"type": 1, "content": "hello", "client_message_id": "1"});
    let foreign = 404;
    vec![
        ("GET", "/application/badge_no", Value::Null, 200, 200),
        ("GET", "/users?query=", Value::Null, 200, 200),
        ("GET", "/users/PATIENT", Value::Null, 200, foreign),
        ("GET", "/users/PATIENT/status", Value::Null, 200, foreign),
        ("PUT", "/users/DOCTOR/status", json!({"status": "busy"}), 200, 403),
        ("GET", "/users/DOCTOR/consult/time", Value::Null, 200, 200),
        (
            "PUT",
            "/users/DOCTOR/consult/time",
            json!({"content": [{"weekday": 1, "from_minute": 540, "to_minute": 1020}]}),
            200,
            403,
        ),
        ("GET", "/sessions", Value::Null, 200, 200),
        ("POST", "/sessions", json!({"type": 2, "business_type": 2, "participants": ["PATIENT"]}), 201, 403),
        ("GET", "/sessions/recent", Value::Null, 200, 200),
        ("GET", "/sessions/unread_message_count", Value::Null, 200, 200),
        ("GET", "/sessions/SESSION/session", Value::Null, 200, foreign),
        ("PUT", "/sessions/SESSION/sticky", Value::Null, 200, foreign),
        ("DELETE", "/sessions/SESSION/sticky", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/unread_message_count", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/messages", Value::Null, 200, foreign),
        ("POST", "/sessions/SESSION/messages", message, 201, foreign),
        ("GET", "/sessions/SESSION/messages/unread", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/messages/MESSAGE", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/participants", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/participants/PATIENT", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/participants/avatars", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/participants/PATIENT/avatars", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/PATIENT/avatars", Value::Null, 200, foreign),
        ("GET", "/sessions/topics", Value::Null, 200, 200),
        ("GET", "/sessions/topics/count/reply", Value::Null, 200, 200),
        ("GET", "/sessions/topics/TOPIC", Value::Null, 200, foreign),
        ("GET", "/sessions/TOPIC/topics", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/topics", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/topics/TOPIC/ended", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/topics/current/ended", Value::Null, 200, foreign),
        ("GET", "/sessions/topic/TOPIC/messages", Value::Null, 200, foreign),
        ("GET", "/sessions/SESSION/topics/TOPIC/messages", Value::Null, 200, foreign),
        ("PUT", "/sessions/SESSION/topics/TOPIC/ended", json!({"content": "bye"}), 200, foreign),
        ("POST", "/sessions/topics", json!({"session_id": "SESSION", "name": "again"}), 201, foreign),
        ("PUT", "/sessions/SESSION/status", json!({"status": 0}), 200, foreign),
        ("PUT", "/sessions/SESSION/participants", json!({"participants": ["COLLEAGUE"]}), 200, foreign),
        (
            "PUT",
            "/sessions/SESSION/participant/update",
            json!({"old_participant_id": "COLLEAGUE", "new_participant_id": "OTHER"}),
            200,
            foreign,
        ),
        ("DELETE", "/sessions/SESSION/participants", json!({"participants": ["OTHER"]}), 204, foreign),
        ("POST", "/users/logout", Value::Null, 204, 204),
    ]
}

struct Names([(&'static str, String); 7]);

impl Names {
    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    async fn ask(&self, clinic: &Clinic, who: Option<&Person>, route: &Route) -> (u16, Value) {
        let (method, path, body, ..) = route;
        let body = (!body.is_null()).then(|| serde_json::from_str(&self.fill(&body.to_string())).unwrap());
        ask(clinic, who, method.parse().unwrap(), &self.fill(path), body.as_ref()).await
    }
}

async fn set_up(clinic: &Clinic, anna: &Person, ivan: &Person) -> Names {
    let session = text(&visit_chat(clinic, &clinic.pair("now").1).await["id"]);
    let new = json!({"session_id": session, "name": "A cough"});
    let topic = ivan.post(clinic, "/sessions/topics", &new).await;
    let [colleague, other] = [doctor(clinic, 1).await.id, doctor(clinic, 2).await.id];
    Names([
        ("SESSION", session.clone()),
        ("TOPIC", text(&topic["id"])),
        ("MESSAGE", format!("{session}-1")),
        ("DOCTOR", anna.id.clone()),
        ("PATIENT", ivan.id.clone()),
        ("COLLEAGUE", colleague),
        ("OTHER", other),
    ])
}

#[tokio::test]
async fn every_route_answers_a_member() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let names = set_up(&clinic, &anna, &ivan).await;
    for route in table() {
        let (http, body) = names.ask(&clinic, Some(&anna), &route).await;
        assert_eq!(http, route.3, "{} {}: {body}", route.0, route.1);
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn every_route_wants_a_token_and_refuses_whoever_is_no_member() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let names = set_up(&clinic, &anna, &ivan).await;
    let missing = {
        let mut missing = Names(names.0.clone());
        missing.0[..3].iter_mut().for_each(|(_, value)| *value = "0".repeat(32));
        missing
    };
    let boris = doctor(&clinic, 1).await;
    let before = anna.history(&clinic, &names.0[0].1).await;
    for route in table() {
        let (http, body) = names.ask(&clinic, None, &route).await;
        assert_eq!((http, &body["error"]["code"]), (401, &json!("unauthorized")), "{} {}", route.0, route.1);
        let foreign = names.ask(&clinic, Some(&boris), &route).await;
        assert_eq!(foreign.0, route.4, "{} {}: {}", route.0, route.1, foreign.1);
        if route.4 == 404 && route.1.contains("SESSION") {
            let none = missing.ask(&clinic, Some(&anna), &route).await;
            assert_eq!(foreign, none, "{} {}: a foreign session looks like none", route.0, route.1);
        }
    }
    assert_eq!(anna.history(&clinic, &names.0[0].1).await, before, "nothing was written");
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_no_route_says_so() {
    let clinic = Clinic::start().await;
    let anna = doctor(&clinic, 0).await;
    for (method, path, expected) in [
        (Method::GET, "/nothing", (404, "not_found")),
        (Method::POST, "/nothing/at/all", (404, "not_found")),
        (Method::DELETE, "/sessions", (405, "bad_request")),
        (Method::GET, "/users/login", (405, "bad_request")),
        (Method::GET, "/ws", (400, "bad_request")),
    ] {
        let (http, code) = anna.refused(&clinic, method.clone(), path, None).await;
        assert_eq!((http, code.as_str()), expected, "{method} {path}");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn presence_is_seen_by_those_who_share_a_session() {
    let clinic = Clinic::start().await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    visit_chat(&clinic, &clinic.pair("now").1).await;
    let of_ivan = format!("/users/{}/status", ivan.id);
    assert_eq!(anna.get(&clinic, &of_ivan).await, json!({"status": "offline"}));
    let socket = ivan.socket(&clinic, None).await;
    assert_eq!(anna.get(&clinic, &of_ivan).await["status"], "online");
    anna.put(&clinic, &format!("/users/{}/status", anna.id), &json!({"status": "away"})).await;
    let of_anna = ivan.get(&clinic, &format!("/users/{}/status", anna.id)).await;
    assert_eq!(of_anna, json!({"status": "away"}), "when a specialist was last there is nobody's business");
    drop(socket);
    // Written down at the stop.
    let clinic = clinic.restart().await;
    let after = anna.get(&clinic, &of_ivan).await;
    assert_eq!(after, json!({"status": "offline", "last_active": "2026-11-21T12:00:00Z"}));

    let times = format!("/users/{}/consult/time", anna.id);
    for wrong in [
        json!({"weekday": 8, "from_minute": 0, "to_minute": 1}),
        json!({"weekday": 1, "from_minute": 60, "to_minute": 60}),
        json!({"weekday": 1, "from_minute": 0, "to_minute": 1441}),
    ] {
        let body = json!({"content": [wrong]});
        assert_eq!(anna.refused(&clinic, Method::PUT, &times, Some(&body)).await.0, 400, "{wrong}");
    }
    let late = json!({"weekday": 5, "from_minute": 540, "to_minute": 1440});
    let early = json!({"weekday": 1, "from_minute": 0, "to_minute": 60});
    anna.put(&clinic, &times, &json!({"content": [late, early]})).await;
    assert_eq!(ivan.get(&clinic, &times).await["content"], json!([early, late]));
    clinic.running.stop().await;
}
