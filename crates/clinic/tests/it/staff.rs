//! The booking system says who may sign in, over HTTP and by `clinic-server staff`.

use crate::im_kit::{Person, doctor, text};
use crate::kit::{Clinic, token_of};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Output, Stdio};

async fn ask(clinic: &Clinic, key: &str, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let mut request = clinic.http.request(method, clinic.url(&format!("/home/v1/{path}"))).bearer_auth(key);
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// With the right key.
pub(crate) async fn book(clinic: &Clinic, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let key = clinic.running.api_key().expose().clone();
    ask(clinic, &key, method, path, body).await
}

pub(crate) async fn put(clinic: &Clinic, login: &str, body: &Value) -> (u16, Value) {
    book(clinic, Method::PUT, &format!("staff/{login}"), Some(body)).await
}

async fn code(clinic: &Clinic, login: &str) -> String {
    let (http, body) = book(clinic, Method::POST, &format!("staff/{login}/link"), None).await;
    assert_eq!(http, 200, "{body}");
    token_of(&serde_json::from_value(body["link"].clone()).unwrap())
}

async fn sign_in(clinic: &Clinic, body: &Value) -> (u16, Value) {
    ask(clinic, "", Method::POST, "sign_in", Some(body)).await
}

async fn by_password(clinic: &Clinic, login: &str, password: &str) -> (u16, Value) {
    sign_in(clinic, &json!({"user_id": login, "password": password})).await
}

async fn is_signed_in(clinic: &Clinic, token: &str) -> bool {
    ask(clinic, token, Method::GET, "visits", None).await.0 == 200
}

async fn row(clinic: &Clinic, login: &str) -> Option<Value> {
    let (http, body) = book(clinic, Method::GET, "staff", None).await;
    assert_eq!(http, 200);
    let staff = body["staff"].as_array().unwrap();
    let logins: Vec<_> = staff.iter().map(|row| text(&row["user_id"])).collect();
    assert!(logins.is_sorted());
    staff.iter().find(|row| row["user_id"] == login).cloned()
}

async fn in_messenger(clinic: &Clinic, sign_in: &str) -> Person {
    let (http, body) = ask(clinic, sign_in, Method::POST, "messenger", None).await;
    assert_eq!(http, 200);
    Person { id: text(&body["user"]["user_id"]), role: "doctor", token: text(&body["token"]) }
}

#[tokio::test]
async fn a_specialist_is_added_and_what_is_not_given_stays() {
    let clinic = Clinic::start().await;
    let (http, body) = put(&clinic, "nina%2Fb", &json!({"name": "Nina B", "clinic": "Harbour"})).await;
    assert_eq!(http, 200);
    assert_eq!(body, json!({"user_id": "nina/b", "name": "Nina B", "clinic": "Harbour", "created": true}));
    let only_links =
        json!({"user_id": "nina/b", "name": "Nina B", "clinic": "Harbour", "has_password": false});
    assert_eq!(row(&clinic, "nina/b").await, Some(only_links));
    assert_eq!(by_password(&clinic, "nina/b", "").await.0, 401);

    let code = code(&clinic, "nina%2Fb").await;
    let (http, body) = sign_in(&clinic, &json!({ "code": code })).await;
    assert_eq!((http, &body["name"]), (200, &json!("Nina B")));
    assert_eq!(sign_in(&clinic, &json!({ "code": code })).await.0, 401, "a link works once");

    let (_, body) = put(&clinic, "nina%2Fb", &json!({"name": "Nina C", "password": "long enough"})).await;
    assert_eq!((&body["created"], &body["clinic"]), (&json!(false), &json!("Harbour")));
    put(&clinic, "nina%2Fb", &json!({"name": "Nina C", "clinic": "Hill"})).await;
    let (http, body) = by_password(&clinic, "nina/b", "long enough").await;
    assert_eq!((http, &body["name"], &body["clinic"]), (200, &json!("Nina C"), &json!("Hill")));
    assert_eq!(row(&clinic, "nina/b").await.unwrap()["has_password"], true);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_link_is_good_for_a_week_and_after_a_restart() {
    let clinic = Clinic::start().await;
    put(&clinic, "nina", &json!({"name": "Nina"})).await;
    let (_, body) = book(&clinic, Method::POST, "staff/nina/link", None).await;
    assert_eq!(body["expires_at"], "2026-11-28T12:00:00Z");
    let (early, late) = (code(&clinic, "nina").await, code(&clinic, "nina").await);
    let clinic = clinic.restart().await;
    clinic.pass(7 * 24 * 3600 - 1);
    assert_eq!(sign_in(&clinic, &json!({ "code": early })).await.0, 200);
    clinic.pass(1);
    assert_eq!(sign_in(&clinic, &json!({ "code": late })).await.0, 401);
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_own_code() {
    let clinic = Clinic::start().await;
    let good = json!({"name": "Nina"});
    let long = "a".repeat(129);
    let logins = [
        "patient:1",
        "coviu:a",
        "trueconf:a",
        "xassist:a",
        "%20",
        "%20a",
        "a%0Ab",
        "%00",
        "%ff",
        "%2E%2E%2Fx%0A",
        &long,
    ];
    for login in logins {
        let refused = (400, json!({"error": "bad_login"}));
        assert_eq!(put(&clinic, login, &good).await, refused, "{login}");
        let path = format!("staff/{login}");
        assert_eq!(book(&clinic, Method::DELETE, &path, None).await, refused, "{login}");
        assert_eq!(book(&clinic, Method::POST, &format!("{path}/link"), None).await, refused, "{login}");
    }
    assert_eq!(put(&clinic, "", &good).await.0, 404, "an empty login is no address");
    assert_eq!(put(&clinic, &long[1..], &good).await.0, 200);

    for (body, code) in [
        (json!({"name": ""}), "bad_name"),
        (json!({"name": "N\n"}), "bad_name"),
        (json!({"name": "N", "clinic": "C\u{7}"}), "bad_name"),
        (json!({"name": "N", "password": "nine char"}), "short_password"),
        (json!({"name": "N", "password": ""}), "short_password"),
        (json!({"password": "long enough"}), "bad_request"),
        (json!({"name": 7}), "bad_request"),
        (json!([]), "bad_request"),
    ] {
        assert_eq!(put(&clinic, "nina", &body).await, (400, json!({ "error": code })), "{body}");
    }
    assert_eq!(row(&clinic, "nina").await, None);
    let not_found = (404, json!({"error": "not_found"}));
    assert_eq!(book(&clinic, Method::POST, "staff/nina/link", None).await, not_found);
    assert_eq!(book(&clinic, Method::DELETE, "staff/nina", None).await, not_found);
    assert_eq!(book(&clinic, Method::POST, "staff", None).await.0, 405);
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_the_api_key_opens_it_and_wrong_ones_are_counted() {
    let clinic = Clinic::start().await;
    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let (_, signed_in) = by_password(&clinic, user.user_id.as_str(), user.password.expose()).await;
    let session = text(&signed_in["token"]);
    let routes = [
        (Method::GET, "staff"),
        (Method::PUT, "staff/nina"),
        (Method::POST, "staff/nina/link"),
        (Method::DELETE, "staff/nina"),
    ];
    let unauthorized = (401, json!({"error": "unauthorized"}));
    for (method, path) in &routes {
        let naked = clinic.http.request(method.clone(), clinic.url(&format!("/home/v1/{path}")));
        assert_eq!(naked.send().await.unwrap().status(), 401);
        for key in ["wrong", &session, &clinic.pair("now").0] {
            assert_eq!(ask(&clinic, key, method.clone(), path, None).await, unauthorized, "{path}");
        }
    }
    for _ in 12..30 {
        assert_eq!(ask(&clinic, "wrong", Method::GET, "staff", None).await.0, 401);
    }
    let too_many = (429, json!({"error": "too_many_attempts"}));
    assert_eq!(ask(&clinic, "wrong", Method::GET, "staff", None).await, too_many);
    assert_eq!(book(&clinic, Method::GET, "staff", None).await, too_many);
    let (http, _) = by_password(&clinic, user.user_id.as_str(), user.password.expose()).await;
    assert_eq!(http, 200, "people sign in meanwhile");
    clinic.pass(60);
    for _ in 0..40 {
        assert_eq!(book(&clinic, Method::GET, "staff", None).await.0, 200, "a right key is not counted");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_removed_is_out_at_once_and_what_they_did_stays() {
    let clinic = Clinic::start().await;
    let users = clinic.demo().home.as_ref().unwrap().users.clone();
    let (login, password) = (users[0].user_id.as_str(), users[0].password.expose());
    let token = text(&by_password(&clinic, login, password).await.1["token"]);
    let code = code(&clinic, login).await;
    let (by_login, by_home) = (doctor(&clinic, 0).await, in_messenger(&clinic, &token).await);
    let colleague = doctor(&clinic, 1).await;
    let session = by_login.with(&clinic, &colleague).await;
    by_login.say(&clinic, &session, "hello").await;
    let mut sockets = [by_login.socket(&clinic, None).await, by_home.socket(&clinic, Some(&session)).await];
    let mut stays = colleague.socket(&clinic, None).await;
    let mut knocks = clinic.socket("/home/v1/events").await;
    knocks.send(&json!({"type": "hello", "token": token})).await;
    while !knocks.next_text().await.unwrap().contains("known") {}

    let path = format!("staff/{login}");
    assert_eq!(book(&clinic, Method::DELETE, &path, None).await.0, 204);
    for socket in &mut sockets {
        while let Some(text) = socket.next_text().await {
            assert!(text.contains("badge"), "{text}");
        }
    }
    assert!(knocks.next_text().await.unwrap().contains("unauthorized"));
    assert!(!is_signed_in(&clinic, &token).await);
    for person in [&by_login, &by_home] {
        assert_eq!(person.refused(&clinic, Method::GET, "/sessions", None).await.0, 401);
    }
    assert_eq!(sign_in(&clinic, &json!({ "code": code })).await.0, 401);
    assert_eq!(by_password(&clinic, login, password).await.0, 401);
    assert_eq!(book(&clinic, Method::DELETE, &path, None).await.0, 404);
    assert_eq!(row(&clinic, login).await, None);

    let history = colleague.history(&clinic, &session).await;
    assert_eq!((history.len(), &history[0]["content"]), (1, &json!("hello")));
    assert_eq!(clinic.info(&clinic.pair("now").0).await.0, 200, "the visit's own link is good");
    stays.send(&json!({"type": "look"})).await;
    assert!(stays.next_text().await.is_some(), "nobody else is shut out");
    clinic.running.stop().await;
}

#[tokio::test]
async fn another_password_ends_every_sign_in_and_the_same_one_none() {
    let clinic = Clinic::start().await;
    let first = json!({"name": "Nina", "password": "the first one"});
    put(&clinic, "nina", &first).await;
    let token = text(&by_password(&clinic, "nina", "the first one").await.1["token"]);
    let person = in_messenger(&clinic, &token).await;
    let code = code(&clinic, "nina").await;
    put(&clinic, "nina", &json!({"name": "Nina C", "password": "the first one"})).await;
    assert!(is_signed_in(&clinic, &token).await);
    assert_eq!(person.get(&clinic, "/users/nina").await["name"], "Nina C", "the messenger knows the name");

    let mut socket = person.socket(&clinic, None).await;
    put(&clinic, "nina", &json!({"name": "Nina", "password": "the second one"})).await;
    assert_eq!(socket.goodbye().await.as_deref(), Some("logged out"));
    assert!(!is_signed_in(&clinic, &token).await);
    assert_eq!(sign_in(&clinic, &json!({ "code": code })).await.0, 401);
    assert_eq!(by_password(&clinic, "nina", "the first one").await.0, 401);
    assert_eq!(by_password(&clinic, "nina", "the second one").await.0, 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_audit_trail_says_what_the_booking_system_did() {
    let clinic = Clinic::start().await;
    put(&clinic, "nina", &json!({"name": "Nina"})).await;
    put(&clinic, "nina", &json!({"name": "Nina C"})).await;
    put(&clinic, "nina", &json!({"name": "Nina C", "password": "long enough"})).await;
    code(&clinic, "nina").await;
    ask(&clinic, "wrong", Method::GET, "staff", None).await;
    for _ in 0..2 {
        book(&clinic, Method::DELETE, "staff/nina", None).await;
    }
    clinic.running.stop().await;
    let db = rusqlite::Connection::open(clinic.folder.path().join("clinic.db")).unwrap();
    let mut lines =
        db.prepare("SELECT actor || ' ' || action || ' ' || subject FROM audit ORDER BY id").unwrap();
    let lines: Vec<String> = lines.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let about = |line: &&String| line.ends_with(" nina") || line.contains("key_refused");
    let about: Vec<_> = lines.iter().filter(about).collect();
    let expected = [
        "booking staff_add nina",
        "booking staff_change nina",
        "booking staff_password nina",
        "booking staff_link nina",
        " key_refused ",
        "booking staff_remove nina",
    ];
    assert_eq!(about, expected);
}

/// Runs the command while the server goes on.
async fn command(server: &str, args: &[&str], key: Option<&str>, stdin: &'static str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clinic-server"));
    command.env_remove("CONSILIUM_PROFILE").env_remove("CONSILIUM_API_KEY").arg("staff").args(args);
    if let Some(key) = key {
        command.env("CONSILIUM_API_KEY", key);
    }
    command.args(["--server", server]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = move || {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn told(output: &Output) -> (Option<i32>, String) {
    let bytes = if output.status.success() { &output.stdout } else { &output.stderr };
    (output.status.code(), String::from_utf8_lossy(bytes).trim_end().to_owned())
}

#[tokio::test]
async fn the_command_does_the_same_to_a_server_that_runs() {
    let clinic = Clinic::start().await;
    let (server, key) = (clinic.url("/"), clinic.running.api_key().expose().clone());
    let run = async |args: &[&str], stdin| told(&command(&server, args, Some(&key), stdin).await);
    let add = ["add", "nina", "Nina B", "--clinic", "Harbour"];
    assert_eq!(run(&add, "").await, (Some(0), "added nina".to_owned()));
    let add = ["add", "nina", "Nina B", "--password-stdin"];
    assert_eq!(run(&add, "long enough\n").await, (Some(0), "changed nina".to_owned()));
    assert_eq!(by_password(&clinic, "nina", "long enough").await.0, 200);
    let (_, list) = run(&["list"], "").await;
    assert!(list.lines().any(|line| line == "nina\tNina B\tHarbour\tpassword"), "{list}");

    let (status, link) = run(&["link", "nina"], "").await;
    let code = token_of(&serde_json::from_value(json!(link)).unwrap());
    assert_eq!((status, sign_in(&clinic, &json!({ "code": code })).await.0), (Some(0), 200));
    assert_eq!(run(&["remove", "nina"], "").await, (Some(0), "removed nina".to_owned()));
    assert_eq!(by_password(&clinic, "nina", "long enough").await.0, 401);

    for (args, stdin, words) in [
        (&["link", "nina"][..], "", "nobody has that login"),
        (&["remove", ".."], "", "cannot be a login"),
        (&["add", "coviu:a", "A"], "", "cannot be a login"),
        (&["add", "a", "A", "--password-stdin"], "short\n", "fewer than 10"),
        (&["add", "a", "A", "--password-stdin"], "", "standard input"),
        (&["add", "a", " "], "", "a name is missing"),
        (&["list", "--api-key", "wrong"], "", "another API key"),
        (&["list", "--api-key-file", "/nowhere/at/all"], "", "the file of the API key"),
    ] {
        let (status, complaint) = run(args, stdin).await;
        assert!(status == Some(1) && complaint.contains(words), "{args:?}: {complaint}");
    }
    clinic.running.stop().await;
    assert!(run(&["list"], "").await.1.contains("cannot be reached"));
}

#[tokio::test]
async fn the_key_comes_from_a_file_too_and_must_come_from_somewhere() {
    let clinic = Clinic::start().await;
    let file = clinic.folder.path().join("key");
    std::fs::write(&file, format!("{}\n", clinic.running.api_key().expose())).unwrap();
    let args = ["list", "--api-key-file", file.to_str().unwrap()];
    for environment in [None, Some("wrong")] {
        let output = command(&clinic.url(""), &args, environment, "").await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let (status, complaint) = told(&command(&clinic.url(""), &["list"], None, "").await);
    assert!(status == Some(2) && complaint.contains("--api-key"), "{complaint}");
    clinic.running.stop().await;
}
