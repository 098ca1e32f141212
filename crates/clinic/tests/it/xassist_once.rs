//! A call is made once and whole: when its answer is lost, when it is asked for twice, when the store fails, and when the
//! server stops before everybody was told.

use crate::booking::Booking;
use crate::im_kit::text;
use crate::kit::Clinic;
use crate::xassist_kit::{Caller, assert_refused, user};
use axum::http::StatusCode;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

const KEY: &str = "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"";

static HOOK: Mutex<Option<url::Url>> = Mutex::new(None);

/// A clinic whose gateway this is, in which the first specialist is a broker.
async fn clinic_with(gateway: &Booking) -> Clinic {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    *HOOK.lock().unwrap() = Some(gateway.url.clone());
    let adjust = |config: &mut consilium_clinic::Config| {
        static MINE: Mutex<Vec<(std::path::PathBuf, url::Url)>> = Mutex::new(Vec::new());
        let mut mine = MINE.lock().unwrap();
        let known = mine.iter().find(|(folder, _)| *folder == config.data).map(|(_, url)| url.clone());
        let url = known.unwrap_or_else(|| HOOK.lock().unwrap().clone().expect("it is set"));
        mine.push((config.data.clone(), url.clone()));
        config.call_hook = Some(consilium_model::Secret::new(url));
        config.xassist_brokers = vec!["demo-sample".into()];
    };
    Clinic::adjusted(adjust).await
}

fn request(caller: &Caller<'_>, path: &str, body: &Value) -> RequestBuilder {
    caller.clinic.http.post(caller.clinic.url(path)).bearer_auth(&caller.token).json(body)
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A call by this key.
async fn keyed(caller: &Caller<'_>, path: &str, key: &str, body: &Value) -> (u16, Value) {
    answer(request(caller, path, body).header("idempotency-key", key)).await
}

fn database(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.join("clinic.db")).unwrap()
}

fn count(db: &rusqlite::Connection, of: &str) -> i64 {
    db.query_row(&format!("SELECT count(*) FROM {of}"), [], |row| row.get(0)).unwrap()
}

async fn stop(clinic: Clinic) -> (rusqlite::Connection, tempfile::TempDir) {
    let Clinic { running, folder, .. } = clinic;
    running.stop().await;
    (database(folder.path()), folder)
}

const CONFERENCES: &str = "conferences WHERE json_extract(record, '$.face.name') = 'x_assist'";

#[tokio::test]
async fn of_a_request_that_is_cut_off_all_is_done_or_nothing() {
    let gateway = Booking::open().await;
    gateway.answer_status(StatusCode::SERVICE_UNAVAILABLE);
    let clinic = clinic_with(&gateway).await;
    let broker = Caller::of(&clinic, 0).await;
    let number = broker.contact(&user(&clinic, 2).user_id).await["userDbId"].clone();
    let body = json!({
        "creatorUser": number, "informOthersDirectly": true,
        "invitedContacts": [
            {"userId": user(&clinic, 1).user_id}, {"displayName": "Ines Interpreter", "email": "ines@example.org"},
        ],
    });
    // As many as one may make without a pause.
    for attempt in 0..10_u64 {
        let random = getrandom::u32().unwrap() % 1000;
        let patience = Duration::from_micros(attempt * 1500 + u64::from(random));
        // A connection each: what is cut off is the request alone.
        let http = reqwest::Client::new();
        let request = http.post(clinic.url("/rtc/createCall")).bearer_auth(&broker.token).json(&body);
        let _ = tokio::time::timeout(patience, request.send()).await;
    }
    let (db, _folder) = stop(clinic).await;
    let calls = count(&db, "calls");
    println!("{calls} of 10 calls were made");
    for part in [
        CONFERENCES,
        "audit WHERE action = 'xassist_broker_call'",
        "call_events WHERE kind = '\"created\"'",
        "call_invitations",
        "calls WHERE state LIKE '%\"is\":\"rings\"%'",
        "calls JOIN conferences ON conferences.id = json_extract(calls.record, '$.conference')",
        "calls JOIN audit ON action = 'create' AND subject = json_extract(calls.record, '$.conference')",
    ] {
        assert_eq!(count(&db, part), calls, "{part}");
    }
}

#[tokio::test]
async fn a_key_makes_one_call_however_often_it_is_shown() {
    let gateway = Booking::open().await;
    let clinic = clinic_with(&gateway).await;
    let (caller, other) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let body = json!({
        "invitedContacts": [{"userId": user(&clinic, 2).user_id}], "plannedDateTime": "2026-11-21T12:10:00Z",
    });
    let once = || keyed(&caller, "/rtc/createCall", KEY, &body);
    let (one, two, three) = tokio::join!(once(), once(), once());
    assert_eq!((one.0, two.0, three.0), (200, 200, 200), "{one:?} {two:?} {three:?}");
    let id = text(&one.1["callId"]);
    assert_eq!((text(&two.1["callId"]), text(&three.1["callId"])), (id.clone(), id.clone()));
    let bare = keyed(&caller, "/rtc/createCall", KEY.trim_matches('"'), &body).await;
    assert_eq!(text(&bare.1["callId"]), id, "programs leave the quotes away");

    let mut changed = body.clone();
    changed["callTitle"] = json!("Something else");
    let reused = keyed(&caller, "/rtc/createCall", KEY, &changed).await;
    assert_refused(&reused, 422, "idempotency_key_reused", None);
    for bad in ["", "\"\"", "\"open"] {
        let bad = keyed(&caller, "/rtc/createCall", bad, &body).await;
        assert_refused(&bad, 400, "invalid_field", Some("Idempotency-Key"));
    }
    let theirs = keyed(&other, "/rtc/createCall", KEY, &body).await;
    assert_ne!(text(&theirs.1["callId"]), id, "each has keys of their own");
    let (_, unkeyed) = answer(request(&caller, "/rtc/createCall", &body)).await;
    assert_ne!(text(&unkeyed["callId"]), id);

    // A restart and a day later it is the same call, although its time is over by then.
    let clinic = clinic.restart_after(86_400).await;
    let caller = Caller::of(&clinic, 0).await;
    let (http, late) = keyed(&caller, "/rtc/createCall", KEY, &body).await;
    assert_eq!((http, text(&late["callId"]), text(&late["callStatus"])), (200, id, "Ended".to_owned()));
    assert_refused(
        &caller.post("/rtc/createCall", &body).await,
        400,
        "planned_in_past",
        Some("plannedDateTime"),
    );
    let (db, _folder) = stop(clinic).await;
    assert_eq!((count(&db, "calls"), count(&db, CONFERENCES)), (3, 3));
}

#[tokio::test]
async fn the_application_and_the_short_way_have_keys_too() {
    let gateway = Booking::open().await;
    let clinic = clinic_with(&gateway).await;
    let caller = Caller::of(&clinic, 0).await;
    let callee = user(&clinic, 1).user_id;
    let short = json!([{ "userId": callee }]);
    let once = || keyed(&caller, "/rtc/createCallForContacts", KEY, &short);
    let (one, two) = tokio::join!(once(), once());
    assert_eq!((one.0, &one.1["callId"]), (200, &two.1["callId"]));

    let me = user(&clinic, 0);
    let sign_in = json!({"user_id": me.user_id, "password": me.password});
    let (_, session) = answer(clinic.http.post(clinic.url("/home/v1/sign_in")).json(&sign_in)).await;
    let home = |body: &Value| {
        let request = clinic.http.post(clinic.url("/home/v1/calls")).bearer_auth(text(&session["token"]));
        answer(request.header("idempotency-key", KEY).json(body))
    };
    let body = json!({ "contacts": [callee] });
    let (first, again) = tokio::join!(home(&body), home(&body));
    assert_eq!(first.0, 200, "{first:?}");
    assert_eq!(first, again, "the same way in");
    assert_ne!(first.1["call"], one.1["callId"], "a key is of one route");
    assert_eq!(home(&json!({"contacts": [callee], "title": "x"})).await.0, 422);
    let (db, _folder) = stop(clinic).await;
    assert_eq!(count(&db, "calls"), 2);
}

#[tokio::test]
async fn no_conference_is_left_of_a_call_that_the_store_could_not_keep() {
    for (table, name) in [("call_events", "events"), ("call_invitations", "invitations"), ("calls", "calls")]
    {
        let gateway = Booking::open().await;
        let fails = |folder: &Path| {
            let sql = format!(
                "CREATE TRIGGER fails BEFORE INSERT ON {table} BEGIN SELECT RAISE (ABORT, 'full'); END"
            );
            database(folder).execute_batch(&sql).unwrap();
        };
        let clinic = clinic_with(&gateway).await.restart_with(fails).await;
        let caller = Caller::of(&clinic, 0).await;
        let number = caller.contact(&user(&clinic, 2).user_id).await["userDbId"].clone();
        let body = json!({
            "creatorUser": number, "invitedContacts": [{"displayName": "Ines", "email": "ines@example.org"}],
        });
        let failed = keyed(&caller, "/rtc/createCall", KEY, &body).await;
        assert_refused(&failed, 500, "internal", None);
        let works = |folder: &Path| {
            let db = database(folder);
            for of in ["calls", CONFERENCES, "call_keys", "audit WHERE action = 'xassist_broker_call'"] {
                assert_eq!(count(&db, of), 0, "{name}: {of}");
            }
            db.execute_batch("DROP TRIGGER fails").unwrap();
        };
        let clinic = clinic.restart_with(works).await;
        let caller = Caller::of(&clinic, 0).await;
        let (http, made) = keyed(&caller, "/rtc/createCall", KEY, &body).await;
        assert_eq!(http, 200, "what was refused is asked again with its key: {made}");
        clinic.running.stop().await;
    }
}

#[tokio::test]
async fn whoever_was_not_told_before_a_restart_is_told_after_it() {
    let mut gateway = Booking::open().await;
    gateway.answer_status(StatusCode::SERVICE_UNAVAILABLE);
    let mut clinic = clinic_with(&gateway).await;
    let caller = Caller::of(&clinic, 0).await;
    let body = json!({
        "plannedDateTime": "2026-11-21T13:00:00Z",
        "invitedContacts": [{"displayName": "Ines Interpreter", "email": "ines@example.org"}],
    });
    let call = caller.call(&body).await;
    let first = gateway.next().await.json();
    assert_eq!(first["call_id"], call["callId"]);
    // At least once: what has not answered in time when the server stops is told again.
    for _ in 0..10 {
        clinic = clinic.restart_with(|_| gateway.answer_status(StatusCode::NO_CONTENT)).await;
        let again = gateway.next().await;
        for name in ["id", "call_id", "contact"] {
            assert_eq!(again.json()[name], first[name]);
        }
        assert_eq!(again.header("idempotency-key"), text(&first["id"]));
        while !gateway.is_quiet().await {}
        let mut waiting = 0;
        clinic = clinic.restart_with(|folder| waiting = count(&database(folder), "call_invitations")).await;
        if waiting == 0 {
            assert!(gateway.is_quiet().await, "once it was heard, nobody is told any more");
            clinic.running.stop().await;
            return;
        }
    }
    panic!("it is never heard");
}
