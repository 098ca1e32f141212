//! How far a token of the messenger reaches that was given for a link, and how long one lasts.

use crate::booking::{Booking, request};
use crate::im_kit::{Person, drain, next, next_of, text, users, visit_chat};
use crate::kit::Clinic;
use crate::otp::{OK, said, send, verify};
use consilium_wire::im::UserRole;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const OFTEN: Duration = Duration::from_millis(100);

async fn ask_home(clinic: &Clinic, path: &str, bearer: &str, body: &Value) -> (u16, Value) {
    let request = clinic.http.post(clinic.url(&format!("/home/v1/{path}"))).bearer_auth(bearer).json(body);
    let answer = request.send().await.unwrap();
    let http = answer.status().as_u16();
    (http, answer.json().await.unwrap_or_default())
}

/// Whoever holds that link, or that sign-in.
async fn holder(clinic: &Clinic, bearer: &str) -> Person {
    let (http, body) = ask_home(clinic, "messenger", bearer, &json!({})).await;
    assert_eq!(http, 200, "{body}");
    let role = if body["user"]["role"] == "doctor" { "doctor" } else { "patient" };
    Person { id: text(&body["user"]["user_id"]), role, token: text(&body["token"]) }
}

/// A visit of the patient `p`: the links of the specialist and of the patient.
async fn book(
    clinic: &Clinic,
    booking: &mut Booking,
    appointment: &str,
    specialist: &str,
    otp: bool,
) -> (String, String) {
    let mut request = request(clinic, Some(&booking.url), otp);
    let info = &mut request["conference_info"];
    info["appointmentId"] = json!(appointment);
    info["specialists"][0]["id"] = json!(specialist);
    request["user_id"] = json!(specialist);
    let (http, body) = clinic.call("create", &request).await;
    assert_eq!(http, 200, "{body}");
    let mut links = booking.links(2).await;
    (links.remove("SPECIALIST").unwrap(), links.remove("CLIENT").unwrap())
}

async fn show_code(clinic: &Clinic, booking: &mut Booking, link: &str) {
    assert_eq!(said(&send(clinic, link).await), OK);
    let code = booking.next_otp().await;
    assert_eq!(said(&verify(clinic, link, &code).await), OK);
}

async fn sessions(clinic: &Clinic, who: &Person) -> Vec<String> {
    let page = who.get(clinic, "/sessions").await;
    page["content"].as_array().unwrap().iter().map(|session| text(&session["id"])).collect()
}

fn sorted<const N: usize>(ids: [&String; N]) -> Vec<String> {
    let mut ids = ids.map(String::clone).to_vec();
    ids.sort();
    ids
}

/// The one-time password of one visit is not gone round by the link of another one.
#[tokio::test]
async fn a_link_opens_its_visit_and_none_that_still_expects_a_password() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (dora_locked, locked) = book(&clinic, &mut booking, "a", "dora", true).await;
    let (emil_open, open) = book(&clinic, &mut booking, "b", "emil", false).await;
    let (_, with_dora) = book(&clinic, &mut booking, "c", "dora", false).await;
    show_code(&clinic, &mut booking, &dora_locked).await;
    let (dora, emil) = (holder(&clinic, &dora_locked).await, holder(&clinic, &emil_open).await);
    let first = text(&visit_chat(&clinic, &dora_locked).await["id"]);
    let second = text(&visit_chat(&clinic, &emil_open).await["id"]);
    let third = text(&visit_chat(&clinic, &with_dora).await["id"]);

    let by = async |link: &str| holder(&clinic, link).await;
    let patient = by(&open).await;
    let (apart, other) = (dora.with(&clinic, &patient).await, emil.with(&clinic, &patient).await);
    dora.say(&clinic, &first, "the result").await;
    dora.say(&clinic, &apart, "about the result").await;
    emil.say(&clinic, &other, "good morning").await;

    let list = async |who: &Person| {
        let mut ids = sessions(&clinic, who).await;
        ids.sort();
        ids
    };
    assert_eq!(list(&patient).await, sorted([&second, &other]));
    assert_eq!(list(&by(&with_dora).await).await, sorted([&third]), "they may have spoken of the locked one");
    assert_eq!(patient.badge(&clinic).await, 1);
    let mut socket = patient.socket(&clinic, None).await;
    for session in [&first, &third, &apart] {
        for part in
            ["session", "messages", "messages/unread", "unread_message_count", "participants", "topics"]
        {
            let path = format!("/sessions/{session}/{part}");
            assert_eq!(patient.refused(&clinic, Method::GET, &path, None).await.0, 404, "{path}");
        }
        let words = json!({"type": 1, "content": "x", "client_message_id": "c"});
        let path = format!("/sessions/{session}/messages");
        assert_eq!(patient.refused(&clinic, Method::POST, &path, Some(&words)).await.0, 404);
        socket.send(&json!({"type": "look", "session_id": session})).await;
        assert_eq!(next(&mut socket).await, json!({"type": "error", "code": "not_found"}));
        assert_eq!(next(&mut socket).await, json!({"type": "badge", "count": 1}));
    }
    dora.say(&clinic, &apart, "more").await;
    for told in drain(&mut socket).await {
        assert_eq!(told, json!({"type": "badge", "count": 1}), "what is out of reach is not counted");
    }
    let begin = json!({"type": 2, "business_type": 2, "participants": [dora.id]});
    assert_eq!(patient.refused(&clinic, Method::POST, "/sessions", Some(&begin)).await.0, 403);
    assert_eq!(patient.refused(&clinic, Method::GET, &format!("/users/{}", dora.id), None).await.0, 404);

    assert_eq!(ask_home(&clinic, "messenger", &locked, &json!({})).await.0, 401);
    show_code(&clinic, &mut booking, &locked).await;
    assert_eq!(list(&by(&locked).await).await, sorted([&first, &apart]));
    assert_eq!(list(&by(&with_dora).await).await, sorted([&third, &apart]));
    assert_eq!(list(&patient).await, sorted([&second, &other]), "each link its own visit");
    assert_eq!(list(&dora).await, sorted([&first, &apart]), "she has no other way than her links");
    clinic.running.stop().await;
}

/// Whoever has a login shows it for everything beyond the visit.
#[tokio::test]
async fn a_specialists_link_opens_the_session_of_its_visit_only() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let visit = text(&visit_chat(&clinic, &specialist).await["id"]);
    let signed_in = crate::im_kit::doctor(&clinic, 0).await;
    let (by_link, ivan) = (holder(&clinic, &specialist).await, holder(&clinic, &client).await);
    let (boris, apart) = (crate::im_kit::doctor(&clinic, 1).await, signed_in.with(&clinic, &ivan).await);
    let colleagues = signed_in.with(&clinic, &boris).await;
    assert_eq!(by_link.id, signed_in.id);
    let all = sessions(&clinic, &signed_in).await;
    assert!([&visit, &apart, &colleagues].into_iter().all(|id| all.contains(id)));
    assert_eq!(sessions(&clinic, &by_link).await, [visit.as_str()]);
    for session in [&apart, &colleagues] {
        let path = format!("/sessions/{session}/messages");
        assert_eq!(by_link.refused(&clinic, Method::GET, &path, None).await.0, 404);
    }
    by_link.say(&clinic, &visit, "good morning").await;
    let begin = json!({"type": 2, "business_type": 2, "participants": [ivan.id]});
    assert_eq!(by_link.refused(&clinic, Method::POST, "/sessions", Some(&begin)).await.0, 403);
    let add = json!({"participants": [boris.id]});
    let members = format!("/sessions/{visit}/participants");
    assert_eq!(by_link.refused(&clinic, Method::PUT, &members, Some(&add)).await.0, 403);
    assert_eq!(by_link.get(&clinic, "/users?query=").await["content"], json!([]));
    let own = format!("/users/{}/consult/time", by_link.id);
    let times = json!({"content": []});
    assert_eq!(by_link.refused(&clinic, Method::PUT, &own, Some(&times)).await.0, 403);
    signed_in.put(&clinic, &own, &times).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_sign_out_ends_the_tokens_that_were_made_from_it() {
    let clinic = Clinic::start().await;
    let user = users(&clinic, UserRole::Doctor).remove(0);
    let body = json!({"user_id": user.user_id, "password": user.password});
    let sign_in = async || text(&ask_home(&clinic, "sign_in", "none", &body).await.1["token"]);
    let (one, two) = (sign_in().await, sign_in().await);
    let (gone, stays) = (holder(&clinic, &one).await, holder(&clinic, &two).await);
    let (mut closed, mut open) = (gone.socket(&clinic, None).await, stays.socket(&clinic, None).await);
    assert_eq!(ask_home(&clinic, "sign_out", &one, &json!({})).await.0, 204);
    assert_eq!(closed.goodbye().await.as_deref(), Some("logged out"));
    assert_eq!(gone.refused(&clinic, Method::GET, "/sessions", None).await.0, 401);
    assert_eq!(stays.badge(&clinic).await, 0);
    open.send(&json!({"type": "look"})).await;
    assert_eq!(next(&mut open).await["type"], "badge", "the other sign-in goes on");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_socket_lasts_no_longer_than_its_token() {
    let clinic = Clinic::adjusted(|config| config.ping_every = OFTEN).await;
    let mut booking = Booking::open().await;
    let (_, link) = book(&clinic, &mut booking, "a", "dora", false).await;
    let patient = holder(&clinic, &link).await;
    let mut socket = patient.socket(&clinic, None).await;
    let api_key = clinic.running.api_key().expose();
    let otp = json!({"api_key": api_key, "appointmentId": "a", "otp": true});
    assert_eq!(clinic.call("update_info", &otp).await.0, 200);
    assert_eq!(patient.refused(&clinic, Method::GET, "/sessions", None).await.0, 401);
    assert_eq!(socket.goodbye().await.as_deref(), Some("logged out"), "a one-time password is asked for");

    let anna = crate::im_kit::doctor(&clinic, 0).await;
    let mut socket = anna.socket(&clinic, None).await;
    clinic.pass(25 * 3600);
    assert_eq!(socket.goodbye().await.as_deref(), Some("logged out"), "the token's time is over");
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_locked_while_somebody_looks_is_heard_no_more() {
    let clinic = Clinic::adjusted(|config| config.ping_every = OFTEN).await;
    let mut booking = Booking::open().await;
    let (specialist, link) = book(&clinic, &mut booking, "a", "dora", false).await;
    let (dora, patient) = (holder(&clinic, &specialist).await, holder(&clinic, &link).await);
    let apart = dora.with(&clinic, &patient).await;
    let mut socket = patient.socket(&clinic, Some(&apart)).await;
    dora.say(&clinic, &apart, "before").await;
    assert_eq!(next_of(&mut socket, "message").await["message"]["content"], "before");
    let (locked, _) = book(&clinic, &mut booking, "b", "dora", true).await;
    show_code(&clinic, &mut booking, &locked).await;
    assert_eq!(next_of(&mut socket, "error").await["code"], "not_found");
    dora.say(&clinic, &apart, "after").await;
    assert!(drain(&mut socket).await.iter().all(|told| told["type"] == "badge"));
    clinic.running.stop().await;
}
