//! Conferences are moved, resized and changed, by the booking system and by specialists.

use crate::booking::{Booking, book};
use crate::kit::{Clinic, Socket};
use serde_json::{Value, json};

/// The demo visit of two that is due now.
const APPOINTMENT: &str = "demo-now";

fn by_booking(clinic: &Clinic, fields: &Value) -> Value {
    with(fields, &json!({"api_key": clinic.running.api_key().expose(), "appointmentId": APPOINTMENT}))
}

fn with(fields: &Value, more: &Value) -> Value {
    let [fields, more] = [fields, more].map(|value| value.as_object().unwrap().clone());
    Value::Object(fields.into_iter().chain(more).collect())
}

async fn edited(clinic: &Clinic, method: &str, body: &Value) -> String {
    let (http, body) = clinic.call(method, body).await;
    assert_eq!((http, &body["status"]), (200, &json!("OK")), "{method}: {body}");
    body["newConferenceStatus"].as_str().unwrap().to_owned()
}

async fn code(clinic: &Clinic, method: &str, body: &Value) -> (u16, String) {
    let (http, body) = clinic.call(method, body).await;
    (http, body["status"].as_str().unwrap().to_owned())
}

async fn info_of(clinic: &Clinic, token: &str) -> Value {
    clinic.info(token).await.1["conference_info"].clone()
}

async fn next_path(socket: &mut Socket) -> Value {
    let text = socket.next_text().await.expect("the socket is open");
    serde_json::from_str::<Value>(&text).unwrap()["path"].clone()
}

fn person(id: &str) -> Value {
    json!({"id": id, "name": "Sample", "surname": "Person", "profession": "Tester"})
}

#[tokio::test]
async fn a_move_and_a_resize_are_told_and_survive_a_restart() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let mut watching = clinic.watch(&client).await;
    let later = json!({"scheduledStart": "2026-11-21T15:00:00Z"});
    assert_eq!(edited(&clinic, "move", &by_booking(&clinic, &later)).await, "pending");
    assert_eq!(next_path(&mut watching).await, "change_conf_info_callback");
    let longer = json!({"access_token": specialist, "scheduledDurationSeconds": 5400});
    assert_eq!(edited(&clinic, "resize", &longer).await, "pending");
    assert_eq!(next_path(&mut watching).await, "change_conf_info_callback");

    let before = info_of(&clinic, &client).await;
    assert_eq!(before["scheduledStart"], "2026-11-21T15:00:00Z");
    assert_eq!(before["scheduledDurationSeconds"], 5400);
    assert_eq!(clinic.ok("durations", &client).await["scheduledDurationSeconds"], 5400);
    let clinic = clinic.restart().await;
    assert_eq!(info_of(&clinic, &client).await, before);
    clinic.press("open_for_join", &specialist).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_longer_visit_is_counted_on_while_it_runs() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    clinic.pass(100);
    let longer = json!({"access_token": specialist, "scheduledDurationSeconds": 2400});
    assert_eq!(edited(&clinic, "resize", &longer).await, "started");
    let durations = clinic.ok("durations", &client).await;
    assert_eq!(durations["netDurationSeconds"], 100);
    assert_eq!(durations["expectedEndAt"], "2026-11-21T12:40:00Z");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_is_added_gets_a_link_and_whoever_is_taken_off_loses_it() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let mut at_client = clinic.watch(&client).await;
    let other = json!({"conference_info": {"clients": [person("new")]}});
    edited(&clinic, "update_info", &by_booking(&clinic, &other)).await;
    assert_eq!(clinic.refused("join", &client).await, (401, "ACCESS_TOKEN_NOT_FOUND".to_owned()));
    assert_eq!(at_client.next_text().await, None, "a visit of others is none of the client's business");
    let info = info_of(&clinic, &specialist).await;
    assert_eq!(info["clients"], json!([{"id": "new", "name": "Sample", "surname": "Person"}]));

    let clinic = clinic.restart().await;
    assert_eq!(clinic.refused("join", &client).await, (401, "ACCESS_TOKEN_NOT_FOUND".to_owned()));
    let new = clinic.pair("now").1;
    assert_ne!(new, client);
    clinic.press("open_for_join", &specialist).await;
    assert_eq!(clinic.press("join", &new).await, "open_for_joining");
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_link_of_whoever_is_added_reaches_the_booking_system() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, _) = book(&clinic, &mut booking, false).await;
    let body = json!({"access_token": specialist, "clients": [person("p"), person("q")]});
    edited(&clinic, "update_info", &body).await;
    let link = booking.next().await.query();
    assert_eq!((link["user_id"].as_str(), link["user_role"].as_str()), ("q", "CLIENT"));
    assert_eq!(clinic.press("join", &link["at"]).await, "pending");
    assert!(booking.is_quiet().await, "the others have theirs already");
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_edit_may_start_a_visit_whose_missing_client_is_taken_off() {
    let clinic = Clinic::start().await;
    let specialist = clinic.pair("group").0;
    let clients = clinic.tokens("group", consilium_wire::demo::DemoRole::Patient);
    clinic.press("open_for_join", &specialist).await;
    clinic.press("join", &specialist).await;
    assert_eq!(clinic.press("join", &clients[0]).await, "open_for_joining");
    let mut watching = clinic.watch(&specialist).await;
    let first = info_of(&clinic, &specialist).await["joinedClients"].clone();
    let body = json!({"access_token": specialist, "clients": first});
    assert_eq!(edited(&clinic, "update_info", &body).await, "started");
    assert_eq!(next_path(&mut watching).await, "change_conf_info_callback");
    assert_eq!(watching.next_status().await, "started");
    clinic.running.stop().await;
}

#[tokio::test]
async fn only_the_booking_system_and_specialists_edit() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let longer = json!({"scheduledDurationSeconds": 60});
    let key = json!({"api_key": clinic.running.api_key().expose()});
    for (who, answer) in [
        (json!({"access_token": client}), (400, "CONFERENCE_WRONG_SPECIALIST")),
        (json!({"access_token": "unknown"}), (401, "ACCESS_TOKEN_NOT_FOUND")),
        (json!({}), (401, "EXPECT_ACCESS_TOKEN")),
        (json!({"api_key": "wrong", "access_token": specialist}), (401, "UNAUTHORIZED")),
        (key.clone(), (400, "EXPECT_REQUEST_FIELDS")),
        (with(&key, &json!({"appointmentId": "unknown"})), (400, "VALIDATION_ERROR")),
        (with(&key, &json!({"access_token": client})), (200, "OK")),
    ] {
        let (http, name) = code(&clinic, "resize", &with(&longer, &who)).await;
        assert_eq!((http, name.as_str()), answer, "{who}");
    }
    clinic.press("cancel", &client).await;
    let refused = code(&clinic, "resize", &by_booking(&clinic, &longer)).await;
    assert_eq!(refused, (400, "CONFERENCE_CANNOT_BE_EDITED".to_owned()));
    clinic.running.stop().await;
}

#[tokio::test]
async fn fields_are_checked_as_for_a_new_conference() {
    let clinic = Clinic::start().await;
    let token = json!({ "access_token": clinic.pair("now").0 });
    let before = info_of(&clinic, token["access_token"].as_str().unwrap()).await;
    for (method, fields) in
        [("move", json!(["scheduledStart"])), ("resize", json!(["scheduledDurationSeconds"]))]
    {
        let (_, body) = clinic.call(method, &with(&token, &json!({"l10n": "en"}))).await;
        assert_eq!((&body["status"], &body["expect_fields"]), (&json!("EXPECT_REQUEST_FIELDS"), &fields));
    }
    let (_, body) = clinic.call("update_info", &with(&token, &json!({"l10n": null}))).await;
    assert_eq!(body["expect_fields"].as_array().map(Vec::len), Some(11));
    for (fields, kind, path) in [
        (json!({"scheduledStart": "noon"}), "format", "scheduledStart"),
        (json!({"scheduledDurationSeconds": 0}), "range", "scheduledDurationSeconds"),
        (json!({"conference_info": {"l10n": "fr"}}), "enum", "conference_info.l10n"),
        (json!({"conference_info": 7}), "type", "conference_info"),
        (json!({"clients": [person("a"), person("a")]}), "unique", "clients"),
    ] {
        let (http, body) = clinic.call("update_info", &with(&token, &fields)).await;
        assert_eq!((http, &body["status"]), (400, &json!("VALIDATION_ERROR")), "{path}");
        assert_eq!((&body["errors"][0]["type"], &body["errors"][0]["path"]), (&json!(kind), &json!(path)));
    }
    assert_eq!(info_of(&clinic, token["access_token"].as_str().unwrap()).await, before);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_visit_is_not_moved_to_where_it_would_be_over_already() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    clinic.start_visit(&specialist, &client).await;
    let before = info_of(&clinic, &client).await;
    for (method, fields, path) in [
        ("move", json!({"scheduledStart": "2025-11-21T12:00:00Z"}), "scheduledStart"),
        ("move", json!({"scheduledStart": "2026-11-21T11:29:59Z"}), "scheduledStart"),
        (
            "update_info",
            json!({"conference_info": {"scheduledStart": "2025-11-21T12:00:00Z", "l10n": "he"}}),
            "conference_info.scheduledStart",
        ),
    ] {
        let (http, body) = clinic.call(method, &by_booking(&clinic, &fields)).await;
        assert_eq!((http, &body["status"]), (400, &json!("VALIDATION_ERROR")), "{fields}");
        let error = &body["errors"][0];
        assert_eq!((&error["type"], &error["path"]), (&json!("range"), &json!(path)));
    }
    assert_eq!(info_of(&clinic, &client).await, before);
    let earlier = json!({"scheduledStart": "2026-11-21T11:30:01Z"});
    assert_eq!(edited(&clinic, "move", &by_booking(&clinic, &earlier)).await, "started");
    let back = json!({"scheduledStart": "2026-11-21T12:00:00Z"});
    edited(&clinic, "move", &by_booking(&clinic, &back)).await;

    clinic.pass(45 * 60);
    let shorter = json!({"scheduledDurationSeconds": 60});
    let (http, body) = clinic.call("resize", &by_booking(&clinic, &shorter)).await;
    assert_eq!((http, &body["errors"][0]["path"]), (400, &json!("scheduledDurationSeconds")));
    let longer = json!({"access_token": specialist, "scheduledDurationSeconds": 40 * 60});
    assert_eq!(edited(&clinic, "resize", &longer).await, "started", "more time never harms, also too little");
    let other = json!({"access_token": specialist, "l10n": "he"});
    assert_eq!(edited(&clinic, "update_info", &other).await, "started");
    clinic.running.stop().await;
}

#[tokio::test]
async fn edits_at_the_same_moment_do_not_undo_each_other() {
    let clinic = Clinic::start().await;
    let (specialist, client) = clinic.pair("now");
    let edits = [
        json!({"scheduledStart": "2026-11-21T16:00:00Z"}),
        json!({"scheduledDurationSeconds": 4321}),
        json!({"l10n": "he"}),
        json!({"openingDurationSeconds": 77}),
    ]
    .map(|fields| with(&fields, &json!({ "access_token": specialist })));
    let edits = edits.iter().map(|body| clinic.call("update_info", body));
    assert!(futures_util::future::join_all(edits).await.iter().all(|(http, _)| *http == 200));
    let info = info_of(&clinic, &client).await;
    assert_eq!((&info["scheduledStart"], &info["l10n"]), (&json!("2026-11-21T16:00:00Z"), &json!("he")));
    assert_eq!(
        (&info["scheduledDurationSeconds"], &info["openingDurationSeconds"]),
        (&json!(4321), &json!(77))
    );
    clinic.running.stop().await;
}

#[tokio::test]
async fn an_appointment_names_its_latest_conference() {
    let clinic = Clinic::start().await;
    let old = clinic.pair("now").0;
    clinic.pass(10);
    let fields =
        ["organizationInfo", "filialInfo", "services", "clients", "specialists", "isOpen", "otp", "l10n"];
    let fields =
        fields.into_iter().chain(["openingDurationSeconds", "scheduledStart", "scheduledDurationSeconds"]);
    let before = info_of(&clinic, &old).await;
    let mut info: serde_json::Map<_, _> =
        fields.map(|name| (name.to_owned(), before[name].clone())).collect();
    info.insert("appointmentId".to_owned(), json!(APPOINTMENT));
    let request = json!({
        "api_key": clinic.running.api_key().expose(), "user_role": "SPECIALIST",
        "user_id": before["specialists"][0]["id"], "conference_info": info,
    });
    let (http, body) = clinic.call("create", &request).await;
    assert_eq!(http, 200, "{body}");
    let new = body["access_token"].as_str().unwrap().to_owned();
    let clinic = clinic.restart().await;
    edited(&clinic, "resize", &by_booking(&clinic, &json!({"scheduledDurationSeconds": 60}))).await;
    assert_eq!(info_of(&clinic, &new).await["scheduledDurationSeconds"], 60);
    assert_eq!(info_of(&clinic, &old).await, before);
    clinic.running.stop().await;
}
