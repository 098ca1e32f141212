//! Sessions over Coviu's protocol: made, read, changed, canceled.

use crate::coviu_kit::{Integrator, assert_refused, minute, participant, path};
use crate::kit::Clinic;
use reqwest::Method;
use serde_json::{Value, json};

const MINUTE: i64 = 60;

#[tokio::test]
async fn a_session_comes_back_as_it_was_made() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    assert_eq!(
        (session["start_time"].as_str(), session["end_time"].as_str()),
        (Some("Sat, 21 Nov 2026 12:10:00 GMT"), Some("Sat, 21 Nov 2026 12:40:00 GMT"))
    );
    assert_eq!(session["session_name"], "Knee");
    assert_eq!(session["picture"], "https://example.org/knee.png");
    assert_eq!(session["client_id"], "demo-integrator");
    assert!(session["team_id"].as_str().is_some_and(|team| team.len() == 36));
    assert!(session.get("canceled_time").is_none());
    let [host, guest] = session["participants"].as_array().unwrap().as_slice() else { panic!("{session}") };
    assert_eq!((&host["role"], &guest["role"]), (&json!("HOST"), &json!("GUEST")));
    assert_eq!((&guest["display_name"], &guest["state"]), (&json!("Guest Guestsson"), &json!("g")));
    assert_eq!(guest["session_id"], session["session_id"]);
    assert_eq!(guest["picture"], Value::Null);
    let entry = format!("{}/session/{}", clinic.url(""), guest["participant_id"].as_str().unwrap());
    assert_eq!(guest["entry_url"], json!(entry));
    assert_eq!(integrator.get(&path(&session)).await, (200, session.clone()));

    let clinic = clinic.restart().await;
    let integrator = Integrator::of(&clinic).await;
    let (http, mut after) = integrator.get(&path(&session)).await;
    // The port is another one.
    for place in 0..2 {
        after["participants"][place]["entry_url"] = session["participants"][place]["entry_url"].clone();
    }
    assert_eq!((http, after), (200, session));
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_the_end_is_needed_and_then_it_begins_at_once() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let body = json!({"end_time": minute(5), "participants": null, "surprise": {"any": 1}});
    let (http, session) = integrator.post("/sessions", body).await;
    assert_eq!((http, session["start_time"].as_str()), (200, Some(minute(0).as_str())), "{session}");
    assert_eq!((&session["session_name"], &session["participants"]), (&Value::Null, &json!([])));
    clinic.running.stop().await;
}

#[tokio::test]
async fn times_are_read_as_the_published_clients_write_them() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let body = json!({"start_time": "2026-11-21T15:10:00+03:00", "end_time": "2026-11-21T12:20:00+0000"});
    let (http, session) = integrator.post("/sessions", body).await;
    assert_eq!(http, 200, "{session}");
    assert_eq!((&session["start_time"], &session["end_time"]), (&json!(minute(10)), &json!(minute(20))));
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_cannot_be_a_session_is_refused_by_name() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let many = vec![json!({"role": "guest"}); 51];
    for (body, code, field) in [
        (json!({}), "missing_field", Some("end_time")),
        (json!({"end_time": null}), "missing_field", Some("end_time")),
        (json!({"end_time": "soon"}), "invalid_field", Some("end_time")),
        (json!({"end_time": 1}), "invalid_field", Some("end_time")),
        (json!({"end_time": "Sun, 21 Nov 2026 12:40:00 GMT"}), "invalid_field", Some("end_time")),
        (json!({"start_time": minute(0), "end_time": minute(9)}), "start_in_past", Some("start_time")),
        (json!({"start_time": minute(-5), "end_time": minute(9)}), "start_in_past", Some("start_time")),
        (json!({"start_time": minute(9), "end_time": minute(9)}), "end_before_start", Some("end_time")),
        (json!({"start_time": minute(9), "end_time": minute(8)}), "end_before_start", Some("end_time")),
        (json!({"end_time": minute(-1)}), "end_before_start", Some("end_time")),
        (json!({"end_time": minute(32 * 24 * 60)}), "invalid_field", Some("end_time")),
        (
            json!({"end_time": minute(9), "session_name": "x".repeat(251)}),
            "invalid_field",
            Some("session_name"),
        ),
        (json!({"end_time": minute(9), "session_name": "a\nb"}), "invalid_field", Some("session_name")),
        (json!({"end_time": minute(9), "picture": "p".repeat(2001)}), "invalid_field", Some("picture")),
        (json!({"end_time": minute(9), "participants": {}}), "invalid_field", Some("participants")),
        (json!({"end_time": minute(9), "participants": [7]}), "invalid_field", Some("participants[0]")),
        (
            json!({"end_time": minute(9), "participants": [{"role": "host"}, {"role": "owner"}]}),
            "invalid_field",
            Some("participants[1].role"),
        ),
        (
            json!({"end_time": minute(9), "participants": [{"display_name": "N"}]}),
            "missing_field",
            Some("participants[0].role"),
        ),
        (json!({"end_time": minute(9), "participants": many}), "too_many_participants", None),
        (json!([]), "invalid_request", None),
    ] {
        assert_refused(&integrator.post("/sessions", body).await, 400, code, field);
    }
    let post = async |body: String| {
        let request = clinic.http.post(clinic.url("/v1/sessions")).bearer_auth(&integrator.token);
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_refused(&post("{".to_owned()).await, 400, "invalid_request", None);
    assert_refused(&post(" ".repeat(256 * 1024 + 1)).await, 413, "too_large", None);
    let (_, list) = integrator.get("/sessions").await;
    assert_eq!(list["content"], json!([]), "nothing was made");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_session_is_changed_until_it_is_over() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    let put = async |body| integrator.put(&path(&session), body).await;
    let (http, moved) = put(json!({
        "start_time": minute(20), "end_time": minute(30), "display_name": "ignored", "picture": "example",
        "session_id": "ignored",
    }))
    .await;
    assert_eq!(
        (http, &moved["start_time"], &moved["end_time"]),
        (200, &json!(minute(20)), &json!(minute(30)))
    );
    assert_eq!((&moved["picture"], &moved["session_name"]), (&json!("example"), &json!("Knee")));
    assert_eq!(moved["participants"], session["participants"]);
    for (body, code, field) in [
        (json!({"start_time": minute(0)}), "start_in_past", "start_time"),
        (json!({"start_time": minute(30)}), "end_before_start", "end_time"),
        (json!({"end_time": minute(20)}), "end_before_start", "end_time"),
        (json!({"session_name": 7}), "invalid_field", "session_name"),
    ] {
        assert_refused(&put(body).await, 400, code, Some(field));
    }
    assert_eq!(integrator.get(&path(&session)).await, (200, moved.clone()), "nothing has changed");

    clinic.pass(25 * MINUTE);
    assert_refused(&put(json!({"start_time": minute(26)})).await, 409, "session_started", Some("start_time"));
    assert_refused(&put(json!({"end_time": minute(25)})).await, 400, "end_in_past", Some("end_time"));
    let body = json!({"start_time": minute(20), "end_time": minute(50), "session_name": "Hip"});
    let (http, longer) = put(body).await;
    assert_eq!(
        (http, &longer["end_time"], &longer["session_name"]),
        (200, &json!(minute(50)), &json!("Hip"))
    );
    clinic.pass(25 * MINUTE);
    assert_refused(&put(json!({"session_name": "Late"})).await, 409, "session_ended", None);
    assert_eq!(integrator.get(&path(&session)).await, (200, longer), "it can still be read");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_cancel_is_final_and_not_once_it_has_started() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let (ahead, soon) = (integrator.session(10, 40).await, integrator.session(1, 5).await);
    assert_eq!(integrator.delete(&path(&ahead)).await, (200, json!({"ok": true})));
    assert_refused(&integrator.get(&path(&ahead)).await, 404, "not_found", None);
    assert_refused(&integrator.delete(&path(&ahead)).await, 404, "not_found", None);
    let body = json!({"start_time": minute(50), "end_time": minute(60)});
    assert_refused(&integrator.put(&path(&ahead), body).await, 404, "not_found", None);
    let participants = format!("{}/participants", path(&ahead));
    assert_refused(&integrator.get(&participants).await, 404, "not_found", None);
    assert_refused(&integrator.post(&participants, json!({"role": "guest"})).await, 404, "not_found", None);
    assert_refused(&integrator.get(&participant(&ahead, 1)).await, 404, "not_found", None);
    let (_, list) = integrator.get("/sessions?include_canceled=true").await;
    assert_eq!(list["content"][0]["canceled_time"], json!(minute(0)));

    clinic.pass(MINUTE);
    assert_refused(&integrator.delete(&path(&soon)).await, 409, "session_started", None);
    clinic.pass(4 * MINUTE);
    assert_refused(&integrator.delete(&path(&soon)).await, 409, "session_ended", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    for (method, path) in [
        (Method::GET, "/sessions/none"),
        (Method::PUT, "/sessions/none"),
        (Method::DELETE, "/sessions/none"),
        (Method::GET, "/sessions/none/participants"),
        (Method::POST, "/sessions/none/participants"),
        (Method::GET, "/participants/none"),
        (Method::PUT, "/participants/none"),
        (Method::DELETE, "/participants/none"),
        (Method::GET, "/nothing"),
    ] {
        let answer = integrator.call(method.clone(), path, Some(&json!({}))).await;
        assert_refused(&answer, 404, "not_found", None);
    }
    assert_refused(&integrator.delete("/sessions").await, 405, "method_not_allowed", None);
    clinic.running.stop().await;
}
