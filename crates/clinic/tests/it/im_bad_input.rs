//! What is wrong with a message is said clearly, nothing of it is stored, and the conversation beside it goes on.

use crate::im_kit::{Person, ask, doctor, drain, next, patient, text, uuid, visit_chat};
use crate::kit::{Clinic, Socket};
use consilium_wire::im::MAX_TEXT;
use reqwest::Method;
use serde_json::{Value, json};

/// A message that is refused, with the status and the code.
type Case = (String, Value, u16, &'static str);

fn message(kind: u64, content: &str) -> Value {
    json!({"type": kind, "content": content, "client_message_id": uuid()})
}

fn kinds() -> Vec<Case> {
    let refused = [0, 6, 7, 10, 11, 13, 14, 255, 256, 1 << 40];
    let case = |kind: u64| (format!("kind {kind}"), message(kind, "words"), 400, "kind_not_allowed");
    refused.into_iter().map(case).collect()
}

fn texts() -> Vec<Case> {
    let control: Vec<char> = (0..0xa0).filter_map(char::from_u32).filter(|char| char.is_control()).collect();
    let control = control.into_iter().filter(|char| !matches!(char, '\n' | '\t'));
    let mut cases: Vec<Case> = control
        .map(|char| (format!("control {char:?}"), message(1, &format!("a{char}b")), 400, "bad_request"))
        .collect();
    for empty in ["", " ", "\n\t"] {
        cases.push((format!("empty {empty:?}"), message(1, empty), 400, "bad_request"));
    }
    for one in ["a", "ש", "🩺"] {
        let content = one.repeat(MAX_TEXT + 1);
        cases.push((format!("20,001 of {one}"), message(8, &content), 413, "too_large"));
    }
    cases
}

fn forms() -> Vec<Case> {
    let file = |id: &str| json!({"file": id}).to_string();
    let article = |url: &str| json!({"title": "t", "url": url}).to_string();
    let mut cases: Vec<Case> = vec![
        ("a picture in words".to_owned(), message(2, "words"), 400, "bad_request"),
        ("a picture that is not there".to_owned(), message(2, &file("none")), 404, "not_found"),
        (
            "a voice message that is not there".to_owned(),
            message(3, &file("../../etc/passwd")),
            404,
            "not_found",
        ),
        ("an article of nothing".to_owned(), message(4, r#"{"title":"t"}"#), 400, "bad_request"),
        (
            "an article without a name".to_owned(),
            message(4, r#"{"url":"https://a.example"}"#),
            400,
            "bad_request",
        ),
        ("a card of nothing".to_owned(), message(5, "{}"), 400, "bad_request"),
        (
            "a card with a wild name".to_owned(),
            message(5, r#"{"title":"a\u0007","appointment_id":"1"}"#),
            400,
            "bad_request",
        ),
    ];
    for url in
        ["http://a.example", "javascript:alert(1)", "data:text/html,x", "//a.example", "file:///etc/passwd"]
    {
        cases.push((format!("an article at {url}"), message(4, &article(url)), 400, "bad_request"));
    }
    cases
}

fn bodies() -> Vec<Case> {
    let with = |name: &str, value: Value| {
        let mut body = message(1, "words");
        body[name] = value;
        (format!("{name} is wrong"), body, 400, "bad_request")
    };
    vec![
        with("client_message_id", json!("")),
        with("client_message_id", json!("x".repeat(65))),
        with("client_message_id", json!("a\u{0}")),
        with("client_message_id", json!(7)),
        with("client_message_id", Value::Null),
        with("content", json!(7)),
        with("content", json!({"a": 1})),
        with("content", Value::Null),
        with("type", json!("1")),
        with("type", json!(-1)),
        with("type", json!(1.5)),
        with("reply_to", json!("somewhere-1")),
        with("reply_to", json!(1)),
        ("a list".to_owned(), json!([1, 2]), 400, "bad_request"),
        ("a number".to_owned(), json!(7), 400, "bad_request"),
        ("nothing".to_owned(), json!({}), 400, "bad_request"),
    ]
}

/// A conversation that goes on beside the bad input.
struct Healthy {
    writer: Person,
    session: String,
    socket: Socket,
    said: usize,
}

impl Healthy {
    async fn check(&mut self, clinic: &Clinic) {
        let stored = self.writer.say(clinic, &self.session, "all is well").await;
        assert_eq!(next(&mut self.socket).await["message"]["id"], stored["id"]);
        self.said += 1;
        assert_eq!(stored["id"], format!("{}-{}", self.session, self.said), "nothing came between");
    }
}

async fn healthy(clinic: &Clinic) -> Healthy {
    let (writer, reader) = (doctor(clinic, 1).await, doctor(clinic, 2).await);
    let session = writer.with(clinic, &reader).await;
    let socket = reader.socket(clinic, Some(&session)).await;
    Healthy { writer, session, socket, said: 0 }
}

#[tokio::test]
async fn every_bad_message_is_refused_by_its_code_over_rest_and_over_a_socket() {
    let clinic = Clinic::adjusted(|config| config.messages_per_second = 10_000).await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let path = format!("/sessions/{session}/messages");
    let mut beside = healthy(&clinic).await;
    let mut listener = anna.socket(&clinic, Some(&session)).await;
    let mut socket = ivan.socket(&clinic, Some(&session)).await;
    let cases: Vec<Case> = [kinds(), texts(), forms(), bodies()].concat();
    assert!(cases.len() >= 100, "{}", cases.len());
    for (name, body, http, code) in &cases {
        let refused = ivan.refused(&clinic, Method::POST, &path, Some(body)).await;
        assert_eq!(refused, (*http, (*code).to_owned()), "{name}");
        socket.send(&json!({"type": "send", "message": body})).await;
        let told = next(&mut socket).await;
        assert_eq!((&told["type"], &told["code"]), (&json!("error"), &json!(code)), "{name}");
        let is_named = told["client_message_id"] == body["client_message_id"];
        assert!(is_named || told["client_message_id"].is_null(), "{name}");
    }
    beside.check(&clinic).await;
    assert_eq!(ivan.history(&clinic, &session).await, Vec::<Value>::new());
    assert_eq!(drain(&mut listener).await, Vec::<Value>::new(), "nobody has heard of any");
    eprintln!("{} bad messages over REST and as many over a socket: refused, none stored", cases.len());
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_people_do_write_is_kept_to_the_letter() {
    let clinic = Clinic::adjusted(|config| config.messages_per_second = 10_000).await;
    let (anna, ivan) = (doctor(&clinic, 0).await, patient(&clinic, 0).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let mut listener = anna.socket(&clinic, Some(&session)).await;
    let longest = ["a", "я", "ש", "🩺"].map(|one| one.repeat(MAX_TEXT));
    let said = [
        "<script>alert(1)</script> & <b>bold</b>",
        "'; DROP TABLE muc_messages; --",
        "שלום, 120/80 מפי Dr. Ada",
        "\u{202e}txt.exe\u{202c} \u{2066}abc\u{2069}",
        "👩‍⚕️👨‍👩‍👧‍👦🏳️‍🌈 é e\u{301} ﷽",
        "line one\nline two\tand a tab",
        "{\"file\":\"not one\"}",
        "\\u0000 \\n \"",
    ];
    let said: Vec<&str> = said.into_iter().chain(longest.iter().map(String::as_str)).collect();
    for words in &said {
        let stored = ivan.say(&clinic, &session, words).await;
        assert_eq!(stored["content"], *words);
        assert_eq!(next(&mut listener).await["message"], stored);
    }
    let mut socket = ivan.socket(&clinic, Some(&session)).await;
    for words in &said {
        socket.send(&json!({"type": "send", "message": message(8, words)})).await;
        assert_eq!(next(&mut socket).await["message"]["content"], *words);
    }
    let clinic = clinic.restart().await;
    let history = anna.history(&clinic, &session).await;
    let kept: Vec<_> = history.iter().map(|one| one["content"].as_str().unwrap()).collect();
    assert_eq!(kept, [said.clone(), said].concat());
    clinic.running.stop().await;
}

#[tokio::test]
async fn cards_and_articles_are_stored_as_the_protocol_writes_them() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let path = format!("/sessions/{}/messages", anna.with(&clinic, &boris).await);
    for (kind, content, stored) in [
        (
            5,
            json!({"title": "Your visit", "appointment_id": "b1", "junk": [1, 2, 3]}),
            json!({"title": "Your visit", "appointment_id": "b1"}),
        ),
        (
            4,
            json!({"title": "Read this", "url": "https://example.org/a b", "size": 7}),
            json!({"title": "Read this", "url": "https://example.org/a%20b", "size": 0}),
        ),
    ] {
        let message = anna.post(&clinic, &path, &message(kind, &content.to_string())).await;
        let kept: Value = serde_json::from_str(message["content"].as_str().unwrap()).unwrap();
        assert_eq!(kept, stored, "{kind}");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn bodies_and_frames_that_are_none_hurt_nobody() {
    let clinic = Clinic::start().await;
    let ivan = patient(&clinic, 0).await;
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let mut beside = healthy(&clinic).await;
    let url = clinic.url(&format!("/api/v2/sessions/{session}/messages"));
    for (body, http, code) in [
        (b"{".to_vec(), 400, "bad_request"),
        (b"".to_vec(), 400, "bad_request"),
        (vec![0xff; 100], 400, "bad_request"),
        (b"[".repeat(100_000), 400, "bad_request"),
        (vec![b' '; 300 * 1024], 413, "too_large"),
    ] {
        let size = body.len();
        let answer = clinic.http.post(&url).bearer_auth(&ivan.token).body(body).send().await.unwrap();
        assert_eq!(answer.status(), http, "{size} bytes");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], code, "{size} bytes");
    }
    beside.check(&clinic).await;

    let mut socket = ivan.socket(&clinic, Some(&session)).await;
    let long = " ".repeat(300 * 1024);
    let deep = "[".repeat(100_000);
    for (frame, code) in [
        ("{", "bad_request"),
        ("", "bad_request"),
        ("null", "bad_request"),
        (r#"{"type":"dance"}"#, "bad_request"),
        (r#"{"type":"send"}"#, "bad_request"),
        (r#"{"type":"look","session_id":7}"#, "bad_request"),
        (&format!(r#"{{"type":"login","token":"{}","client_type":"patient"}}"#, ivan.token), "bad_request"),
        (&deep, "bad_request"),
        (&long, "too_large"),
    ] {
        socket.text(frame).await;
        assert_eq!(next(&mut socket).await, json!({"type": "error", "code": code}), "{}", frame.len());
    }
    let words = message(1, "still here");
    socket.send(&json!({"type": "send", "message": words})).await;
    assert_eq!(next(&mut socket).await["type"], "stored");
    // Far beyond the limit the library itself ends it.
    let mut other = ivan.socket(&clinic, Some(&session)).await;
    let huge = tokio_tungstenite::tungstenite::Message::text(" ".repeat(3 * 1024 * 1024));
    let _ = futures_util::SinkExt::send(&mut other.0, huge).await;
    assert_ne!(other.next_text().await.map(|_| ()), Some(()));
    beside.check(&clinic).await;
    assert_eq!(ivan.history(&clinic, &session).await.len(), 1);
    clinic.running.stop().await;
}

#[tokio::test]
async fn names_are_checked_too() {
    let clinic = Clinic::start().await;
    let (anna, boris) = (doctor(&clinic, 0).await, doctor(&clinic, 1).await);
    let session = text(&visit_chat(&clinic, &clinic.pair("now").1).await["id"]);
    let long = "x".repeat(201);
    for (name, http) in [(long.as_str(), 413), ("a\nb", 400), ("a\u{0}", 400)] {
        let new = json!({"type": 3, "business_type": 1, "name": name, "participants": [boris.id]});
        assert_eq!(anna.refused(&clinic, Method::POST, "/sessions", Some(&new)).await.0, http, "{name:?}");
        let topic = json!({"session_id": session, "name": name});
        assert_eq!(anna.refused(&clinic, Method::POST, "/sessions/topics", Some(&topic)).await.0, http);
    }
    let many: Vec<_> = (0..300).map(|number| format!("d{number}")).collect();
    let new = json!({"type": 3, "business_type": 1, "participants": many});
    assert_eq!(anna.refused(&clinic, Method::POST, "/sessions", Some(&new)).await.0, 400);
    let new = json!({"type": 3, "business_type": 1, "name": "  ", "participants": [boris.id]});
    let (_, made) = ask(&clinic, Some(&anna), Method::POST, "/sessions", Some(&new)).await;
    assert_eq!(made["name"], Value::Null);
    clinic.running.stop().await;
}
