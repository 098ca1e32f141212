//! The OpenAPI file as oracle: every method gets its good and its broken inputs, and every answer is judged by the
//! file. What overrules the file is listed with its reason in `openapi/overruled.yaml`; an entry that is no longer
//! needed fails the test too.
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "openapi/breaks.rs"]
mod breaks;
#[path = "openapi/file.rs"]
mod file;
#[path = "openapi/oracle.rs"]
mod oracle;
#[path = "openapi/page.rs"]
mod page;
#[path = "openapi/server.rs"]
mod server;

use breaks::{Break, breaks};
use oracle::Oracle;
use serde_json::{Value, json};
use server::{API_KEY, Server, Visit};

/// The methods that take a token alone.
const OF_TOKEN: [&str; 12] = [
    "exchange",
    "info",
    "durations",
    "open_for_join",
    "join",
    "leave",
    "start",
    "pause",
    "resume",
    "finish",
    "cancel",
    "restore_terminated_fast",
];
const CRONS: [&str; 2] = ["complete_empty_and_expired", "send_complete_callback"];
/// Ways to every status, and to two more places between: who presses what.
const WAYS: [&[(char, &str)]; 10] = [
    &[],
    &[OPEN],
    &[OPEN, ('s', "join")],
    &[OPEN, ('c', "join")],
    STARTED,
    &[OPEN, ('c', "join"), ('s', "join"), ('c', "leave")],
    &[OPEN, ('c', "join"), ('s', "join"), ('s', "pause")],
    &[OPEN, ('c', "join"), ('s', "join"), ('s', "finish")],
    &[('c', "cancel")],
    &[OPEN, ('c', "join"), ('s', "join"), ('c', "cancel")],
];
const OPEN: (char, &str) = ('s', "open_for_join");
const STARTED: &[(char, &str)] = &[OPEN, ('c', "join"), ('s', "join")];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_the_file_says() {
    let mut operations = file::operations();
    assert_eq!(operations.len(), 13, "the methods of the file");
    page::add_to(&mut operations, &file::codes());
    let mut oracle = Oracle::new(Server::start().await, operations);
    assert_eq!(
        oracle.methods().len(),
        OF_TOKEN.len() + CRONS.len() + 6,
        "every method has a place in this test"
    );
    let all = &mut oracle;
    whole_visit(all).await;
    every_method_in_every_status(all).await;
    one_time_password(all).await;
    edits(all).await;
    languages(all).await;
    broken_bookings(all).await;
    broken_tokens(all).await;
    broken_crons(all).await;
    expired(all).await;
    let (server, tried) = oracle.close();
    println!("{tried} requests were sent and their answers judged");
    server.running.stop().await;
}

async fn whole_visit(oracle: &mut Oracle) {
    let Visit { specialist, client, .. } = oracle.server.book(|_| ()).await;
    oracle.moves("open_for_join", &specialist, "open_for_joining").await;
    oracle.moves("join", &client, "open_for_joining").await;
    oracle.moves("join", &specialist, "started").await;
    oracle.server.pass(60);
    oracle.moves("pause", &specialist, "started_and_paused").await;
    oracle.server.pass(30);
    oracle.moves("resume", &specialist, "started").await;
    let durations = oracle.says("durations", &client, "OK").await;
    assert_eq!(
        (&durations["netDurationSeconds"], &durations["dirtyDurationSeconds"]),
        (&json!(60), &json!(90))
    );
    oracle.moves("leave", &client, "started_and_waiting").await;
    oracle.moves("join", &client, "started").await;
    oracle.moves("finish", &specialist, "finished").await;
    let info = oracle.says("info", &client, "OK").await;
    assert!(info["conference_info"]["finishedAt"].is_string());
    oracle.server.pass(179);
    oracle.moves("restore_terminated_fast", &specialist, "started").await;
    oracle.moves("finish", &specialist, "finished").await;
    oracle.server.pass(181);
    oracle.says("restore_terminated_fast", &specialist, "RESTORE_FAST_TIMED_OUT").await;
    for cron in CRONS {
        let answer = oracle.ask(cron, &json!({ "api_key": API_KEY })).await;
        assert_eq!(answer.code(), "OK", "{}", answer.body);
    }
}

async fn every_method_in_every_status(oracle: &mut Oracle) {
    for way in WAYS {
        for method in OF_TOKEN {
            for who in ['s', 'c'] {
                let visit = at(oracle, way).await;
                for read in ["info", "durations"] {
                    oracle.says(read, of(&visit, who), "OK").await;
                }
                oracle.ask(method, &json!({"access_token": of(&visit, who)})).await;
                oracle.says("info", of(&visit, who), "OK").await;
            }
        }
    }
}

async fn at(oracle: &mut Oracle, way: &[(char, &str)]) -> Visit {
    let visit = oracle.server.book(|info| info["openingDurationSeconds"] = json!(0)).await;
    for (who, method) in way {
        oracle.says(method, of(&visit, *who), "OK").await;
    }
    visit
}

fn of(visit: &Visit, who: char) -> &str {
    if who == 's' { &visit.specialist } else { &visit.client }
}

async fn one_time_password(oracle: &mut Oracle) {
    let visit = oracle.server.book(|info| info["otp"] = json!(true)).await;
    for method in OF_TOKEN {
        oracle.says(method, &visit.client, "OTP_EXPECT").await;
    }
    oracle.says("otp_send", &visit.client, "OK").await;
    let wrong = json!({"access_token": visit.client, "code": "wrong"});
    assert_eq!(oracle.ask("otp_verify", &wrong).await.code(), "OTP_WRONG_CODE");
    let good = json!({
        "access_token": visit.client,
        "code": oracle.server.delivered(&format!("{}/CLIENT/otp", visit.number)).await,
    });
    for broken in breaks(oracle.request("otp_verify"), &good).iter().filter(|broken| broken.field == "code") {
        // A text that is not the code has its own answer, and only so many are listened to.
        if !broken.value["code"].is_string() {
            oracle.breaks("otp_verify", broken).await;
        }
    }
    assert_eq!(oracle.ask("otp_verify", &good).await.code(), "OK");
    oracle.says("info", &visit.client, "OK").await;
    oracle.says("info", &visit.specialist, "OTP_EXPECT").await;
}

async fn edits(oracle: &mut Oracle) {
    let visit = at(oracle, STARTED).await;
    for (method, good) in edits_of(&visit.specialist) {
        assert_eq!(oracle.ask(method, &good).await.code(), "OK", "{method}");
        for broken in breaks(oracle.request(method), &good) {
            oracle.breaks(method, &broken).await;
        }
    }
    for (method, mut good) in edits_of(&visit.specialist) {
        good.as_object_mut().unwrap().remove("access_token");
        good["appointmentId"] = json!(visit.number);
        good["api_key"] = json!(API_KEY);
        assert_eq!(oracle.ask(method, &good).await.code(), "OK", "{method}");
        good["api_key"] = json!("wrong");
        assert_eq!(oracle.ask(method, &good).await.code(), "UNAUTHORIZED", "{method}");
    }
    oracle.says("finish", &visit.specialist, "OK").await;
    for (method, good) in edits_of(&visit.specialist) {
        assert_eq!(oracle.ask(method, &good).await.code(), "CONFERENCE_CANNOT_BE_EDITED", "{method}");
    }
    for (method, good) in edits_of(&visit.client) {
        assert_eq!(oracle.ask(method, &good).await.code(), "CONFERENCE_WRONG_SPECIALIST", "{method}");
    }
}

fn edits_of(token: &str) -> [(&'static str, Value); 3] {
    [
        ("move", json!({"access_token": token, "scheduledStart": "2026-11-21T12:30:00Z"})),
        ("resize", json!({"access_token": token, "scheduledDurationSeconds": 1200})),
        ("update_info", json!({"access_token": token, "isOpen": true})),
    ]
}

/// `create` takes languages, time zones and texts that the file does not list, and `info` gives them back.
async fn languages(oracle: &mut Oracle) {
    for (pointer, value, kind) in [
        ("/conference_info/l10n", "he-il", "locale"),
        ("/conference_info/l10n", "ru-ru", "locale"),
        ("/conference_info/filialInfo/timezone", "Asia/Jerusalem", "unknown"),
        ("/conference_info/services/0/name/0/lang", "ta-in", "unknown"),
    ] {
        let mut booking = oracle.server.booking();
        *booking.pointer_mut(pointer).unwrap() = json!(value);
        let path = pointer[1..].replace("/0", "[0]").replace('/', ".");
        let field = pointer.rsplit('/').next().unwrap().to_owned();
        oracle.breaks("create", &Break { kind, path, field, value: booking.clone() }).await;
        let token = oracle.ask("create", &booking).await.body["access_token"].clone();
        let info = oracle.says("info", token.as_str().unwrap(), "OK").await;
        assert_eq!(info.pointer(pointer), Some(&json!(value)));
    }
}

async fn broken_bookings(oracle: &mut Oracle) {
    let good = oracle.server.booking();
    for broken in breaks(oracle.request("create"), &good) {
        oracle.breaks("create", &broken).await;
    }
    undeliverable_passwords(oracle, good).await;
}

/// Without a web hook, on a server without one of its own.
async fn undeliverable_passwords(oracle: &mut Oracle, mut booking: Value) {
    booking.as_object_mut().unwrap().remove("webHookUrl");
    let token = oracle.ask("create", &booking).await.body["access_token"].clone();
    booking["conference_info"]["otp"] = json!(true);
    let (kind, field) = ("undeliverable", "otp".to_owned());
    let path = "conference_info.otp".to_owned();
    oracle.breaks("create", &Break { kind, path, field: field.clone(), value: booking }).await;
    let edit = json!({"access_token": token, "otp": true, "isOpen": true});
    oracle.breaks("update_info", &Break { kind, path: field.clone(), field, value: edit }).await;
}

async fn broken_tokens(oracle: &mut Oracle) {
    let visit = at(oracle, STARTED).await;
    let room = oracle.says("exchange", &visit.client, "OK").await["conference_token"].clone();
    assert_eq!(room.as_str().unwrap().len(), 64);
    for method in OF_TOKEN.into_iter().chain(["otp_send"]) {
        let good = json!({"access_token": visit.client});
        for broken in breaks(oracle.request(method), &good) {
            // A query has no types and is short: what is not there is missing, anything else is a text.
            let is_short = |text: &str| text.len() < 10_000;
            if method != "info"
                || broken.kind == "missing"
                || broken.value["access_token"].as_str().is_some_and(is_short)
            {
                oracle.breaks(method, &broken).await;
            }
        }
        let other = at(oracle, &[]).await.client;
        let mixed = format!("{}{}", &visit.client[..20], &other[20..]);
        for unknown in [room.as_str().unwrap(), &mixed, &visit.client.to_lowercase(), API_KEY] {
            oracle.says(method, unknown, "ACCESS_TOKEN_NOT_FOUND").await;
        }
        oracle.says(method, "", "EXPECT_ACCESS_TOKEN").await;
    }
    let info = oracle.says("info", &visit.client, "OK").await;
    assert_eq!(info["conference_info"]["status"], "started", "nothing of it did anything");
}

async fn broken_crons(oracle: &mut Oracle) {
    for cron in CRONS {
        for broken in breaks(oracle.request(cron), &json!({ "api_key": API_KEY })) {
            oracle.breaks(cron, &broken).await;
        }
    }
}

async fn expired(oracle: &mut Oracle) {
    let visit = at(oracle, STARTED).await;
    oracle.server.pass(32 * 24 * 3600);
    for method in OF_TOKEN.into_iter().chain(["otp_send"]) {
        oracle.says(method, &visit.client, "EXPIRED_TOKEN").await;
    }
    for (method, good) in edits_of(&visit.specialist) {
        assert_eq!(oracle.ask(method, &good).await.code(), "EXPIRED_TOKEN", "{method}");
    }
}
