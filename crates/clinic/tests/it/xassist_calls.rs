//! Calls are made, shown and refused as the page says.

use crate::im_kit::text;
use crate::kit::Clinic;
use crate::xassist_kit::{Caller, DOMAIN, assert_refused, at, events, story};
use consilium_clinic::Config;
use serde_json::{Value, json};

/// A call to another specialist, by number.
async fn to(caller: &Caller<'_>, callee: &Caller<'_>) -> Value {
    let contact = caller.contact(&callee.user.user_id).await;
    json!({
        "callTitle": "Second opinion", "callReason": "STANDARD", "callType": "MESH", "invitedContacts": [contact],
        "invitedTeams": [], "joinAnonymousAllowed": false, "informOthersDirectly": true, "creatorUser": null,
        "plannedDateTime": null, "unknownField": {"is": "ignored"},
    })
}

fn name(log: &Value) -> String {
    text(&log["displayName"])
}

#[tokio::test]
async fn an_ongoing_call_shows_exactly_created_and_both_joins() {
    let clinic = Clinic::start().await;
    let (caller, callee) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let call = caller.call(&to(&caller, &callee).await).await;
    let keys: Vec<_> = call.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "anonymousJoinAllow",
            "callEvents",
            "callId",
            "callReason",
            "callStatus",
            "callTitle",
            "callType",
            "creatorContact",
            "id",
            "invitedContacts",
            "joinLink",
        ]
    );
    let words = ["callTitle", "callType", "callReason", "callStatus"].map(|name| text(&call[name]));
    assert_eq!(words, ["Second opinion", "MESH", "STANDARD", "Started"]);
    assert_eq!(call["anonymousJoinAllow"], false);
    let (creator, invited) = (&call["creatorContact"], &call["invitedContacts"][0]);
    for (contact, who) in [(creator, &caller), (invited, &callee)] {
        let of: Vec<_> = contact.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(of, ["displayName", "domain", "email", "id", "phoneNumber", "userDbId", "userId"]);
        assert_eq!((&contact["userId"], &contact["domain"]), (&json!(who.user.user_id), &json!(DOMAIN)));
        assert_eq!(contact["userDbId"], caller.contact(&who.user.user_id).await["userDbId"]);
    }
    assert_eq!(call["callEvents"].as_array().unwrap().len(), 1);

    caller.join(&call).await;
    caller.events_when(&call, 2).await;
    callee.join(&call).await;
    let happened = caller.events_when(&call, 3).await;
    let (one, other) = (name(creator), name(invited));
    assert_eq!(happened, story(&[("Created", &one), ("Join", &one), ("Join", &other)]));
    let log = callee.log(&call).await;
    let ids: Vec<_> =
        log["callEvents"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    assert_eq!(log["callEvents"][2]["contact"], log["invitedContacts"][0]);
    assert_ne!(log["joinLink"], caller.log(&call).await["joinLink"], "each has a way in of its own");

    let next = caller.call(&to(&caller, &callee).await).await;
    assert!(next["id"].as_u64() > call["id"].as_u64());
    assert!(
        next["callEvents"][0]["id"].as_u64() > log["callEvents"][2]["id"].as_u64(),
        "also of another call"
    );
    assert_ne!(next["creatorContact"]["id"], call["creatorContact"]["id"]);
    let clinic_log = caller.log(&call).await;
    assert_eq!(text(&clinic_log["callId"]), text(&call["callId"]));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_call_is_over_when_everybody_has_left() {
    let clinic = Clinic::start().await;
    let (caller, callee) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let call = caller.call(&to(&caller, &callee).await).await;
    let (one, other) = (name(&call["creatorContact"]), name(&call["invitedContacts"][0]));
    for who in [&caller, &callee] {
        who.join(&call).await;
    }
    caller.events_when(&call, 3).await;
    for who in [&callee, &caller] {
        let link = text(&who.log(&call).await["joinLink"]);
        clinic.press("leave", at(&link)).await;
    }
    let log = caller.log_when(&call, |log| log["callStatus"] == "Ended").await;
    let happened = events(&log);
    assert_eq!(happened[3..5], story(&[("Leave", &other), ("Leave", &one)]));
    assert_eq!(happened.last().unwrap().0, "Ended");
    assert!(log.get("joinLink").is_none());
    let clinic = clinic.restart().await;
    let again = Caller::of(&clinic, 0).await;
    assert_eq!(again.log(&call).await, log, "also after a restart");
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_does_not_answer_has_missed_it() {
    let clinic = Clinic::start().await;
    let (caller, callee) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let call = caller.call(&to(&caller, &callee).await).await;
    caller.join(&call).await;
    clinic.pass(120);
    let log = caller.log_when(&call, |log| events(log).iter().any(|(what, _)| what == "Missed")).await;
    let other = name(&call["invitedContacts"][0]);
    assert!(events(&log).contains(&("Missed".to_owned(), other)));
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_short_way_takes_a_list_of_contacts() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let contacts = [1, 2].map(|place| json!({"userId": crate::xassist_kit::user(&clinic, place).user_id}));
    for body in [json!(contacts), json!({"contacts": contacts}), json!({"invitedContacts": contacts})] {
        let (http, call) = caller.post("/rtc/createCallForContacts", &body).await;
        assert_eq!(http, 200, "{call}");
        assert_eq!((&call["callType"], &call["callTitle"]), (&json!("SFU"), &Value::Null));
        assert_eq!(call["invitedContacts"].as_array().unwrap().len(), 2);
        assert_eq!(call["callStatus"], "Started");
    }
    for body in [json!([]), json!({}), json!({"contacts": null})] {
        let answer = caller.post("/rtc/createCallForContacts", &body).await;
        assert_refused(&answer, 400, "missing_field", Some("contacts"));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_team_is_everybody_in_it_once() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let all = [0, 1, 2].map(|place| crate::xassist_kit::user(&clinic, place).user_id);
    let key = clinic.running.api_key().expose().clone();
    let team = json!({"name": "On call", "members": all});
    let request = clinic.http.put(clinic.url("/home/v1/teams/on-call")).bearer_auth(key).json(&team);
    assert_eq!(request.send().await.unwrap().status(), 204);
    for one in [json!({"id": "on-call", "name": "whatever"}), json!("on-call")] {
        let body = json!({"invitedTeams": [one], "invitedContacts": [{"userId": all[1]}]});
        let call = caller.call(&body).await;
        let mut invited: Vec<_> =
            call["invitedContacts"].as_array().unwrap().iter().map(|one| text(&one["userId"])).collect();
        invited.sort();
        let mut others = all[1..].to_vec();
        others.sort();
        assert_eq!(invited, others, "without whoever calls");
    }
    let body = json!({"invitedTeams": [{"id": "on-call"}, {"id": "nobody"}]});
    assert_refused(
        &caller.post("/rtc/createCall", &body).await,
        400,
        "unknown_team",
        Some("invitedTeams[1]"),
    );
    clinic.running.stop().await;
}

#[tokio::test]
async fn contacts_are_named_by_number_or_login_and_others_have_an_address() {
    let clinic = Clinic::start().await;
    let (caller, callee) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let known = caller.contact(&callee.user.user_id).await;
    let (number, login) = (&known["userDbId"], &known["userId"]);
    for contact in [
        json!({"userDbId": number}),
        json!({"userId": login}),
        json!({"userId": login, "domain": "127.0.0.1", "displayName": "Somebody Else"}),
        json!({"userDbId": number, "userId": login, "domain": DOMAIN}),
        json!({"userDbId": 999_999, "userId": login}),
    ] {
        let call = caller.call(&json!({"invitedContacts": [contact]})).await;
        let invited = &call["invitedContacts"][0];
        assert_eq!((&invited["userDbId"], &invited["userId"]), (number, login), "{contact}");
        assert_eq!(invited["displayName"], known["displayName"], "names are the clinic's");
    }
    let outsider = json!({
        "displayName": "Ines Interpreter", "email": "ines@example.org", "phoneNumber": "+1 555 010-0100",
        "domain": "elsewhere.example", "userId": login, "userDbId": number,
    });
    let call = caller.call(&json!({"invitedContacts": [outsider]})).await;
    let shown = &call["invitedContacts"][0];
    for name in ["displayName", "email", "phoneNumber"] {
        assert_eq!(shown[name], outsider[name]);
    }
    assert_eq!(
        (&shown["userId"], &shown["userDbId"]),
        (&Value::Null, &Value::Null),
        "somebody of another domain"
    );
    let both = json!({"invitedContacts": [outsider, {"userId": login}]});
    let call = caller.call(&both).await;
    let shown = &callee.log(&call).await["invitedContacts"][0];
    assert_eq!(shown["displayName"], outsider["displayName"]);
    for name in ["email", "phoneNumber"] {
        assert_eq!(shown[name], Value::Null, "whoever is called beside them is not given {name}");
        assert_eq!(call["invitedContacts"][0][name], outsider[name]);
    }
    for (contact, code, field) in [
        (json!({"userDbId": 999_999}), "unknown_contact", "invitedContacts[0]"),
        (json!({"userId": "nobody"}), "unknown_contact", "invitedContacts[0]"),
        (json!({"userId": login, "domain": "elsewhere.example"}), "unknown_contact", "invitedContacts[0]"),
        (json!({}), "unknown_contact", "invitedContacts[0]"),
        (json!({"email": "ines@example.org"}), "missing_field", "invitedContacts[0].displayName"),
        (json!({"displayName": "I", "email": "ines"}), "invalid_field", "invitedContacts[0].email"),
        (json!({"displayName": "I", "phoneNumber": "x"}), "invalid_field", "invitedContacts[0].phoneNumber"),
        (
            json!({"userDbId": number, "userId": caller.user.user_id}),
            "invalid_field",
            "invitedContacts[0].userDbId",
        ),
    ] {
        let answer = caller.post("/rtc/createCall", &json!({"invitedContacts": [contact]})).await;
        assert_refused(&answer, 400, code, Some(field));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_call_that_cannot_be_is_refused() {
    let clinic = Clinic::start().await;
    let (caller, callee) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let own = json!({"userId": caller.user.user_id});
    for body in [json!({}), json!({"invitedContacts": [own]}), json!({"invitedContacts": []})] {
        assert_refused(&caller.post("/rtc/createCall", &body).await, 400, "nobody_to_call", None);
    }
    let many: Vec<_> = (0..65)
        .map(|number| json!({"displayName": "N", "email": format!("n{number}@example.org")}))
        .collect();
    let body = json!({"invitedContacts": many});
    assert_refused(&caller.post("/rtc/createCall", &body).await, 400, "too_many_contacts", None);
    let good = to(&caller, &callee).await;
    for (field, value, code) in [
        ("callTitle", json!("x".repeat(201)), "invalid_field"),
        ("callType", json!("mesh"), "invalid_field"),
        ("callReason", json!("URGENT"), "invalid_field"),
        ("plannedDateTime", json!("2026-11-21T13:00:00"), "invalid_field"),
        ("plannedDateTime", json!("2026-11-21T12:00:00Z"), "planned_in_past"),
        ("creatorUser", json!("me"), "invalid_field"),
        ("invitedContacts", json!("all"), "invalid_field"),
        ("joinAnonymousAllowed", json!(0), "invalid_field"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert_refused(&caller.post("/rtc/createCall", &body).await, 400, code, Some(field));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_call_of_others_is_not_there() {
    let clinic = Clinic::start().await;
    let (caller, callee) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let stranger = Caller::of(&clinic, 2).await;
    let call = caller.call(&to(&caller, &callee).await).await;
    assert_refused(&stranger.look(&call).await, 404, "not_found", None);
    let upper = json!({"callId": text(&call["callId"]).to_uppercase()});
    assert_eq!(caller.look(&upper).await.0, 200, "a UUID is the same in any case");
    for (query, status, code, field) in [
        ("", 400, "missing_field", Some("callId")),
        ("?callId=", 400, "missing_field", Some("callId")),
        ("?callid=1", 400, "missing_field", Some("callId")),
        ("?callId=7", 400, "invalid_field", Some("callId")),
        ("?callId=%00", 400, "invalid_field", Some("callId")),
        ("?callId=0c6ff5d4-6c5b-4d8a-9d4e-0d7c4a3c7a11", 404, "not_found", None),
    ] {
        assert_refused(&caller.get(&format!("/rtc/getCallLogById{query}")).await, status, code, field);
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_planned_call_starts_at_its_time() {
    let clinic = Clinic::start().await;
    let (caller, callee) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let mut body = to(&caller, &callee).await;
    body["plannedDateTime"] = json!("2026-11-21T13:10+01:00");
    let call = caller.call(&body).await;
    assert_eq!(
        (&call["callStatus"], &call["plannedDateTime"]),
        (&json!("Planned"), &json!("2026-11-21T12:10:00Z"))
    );
    assert_eq!(events(&call).len(), 1);
    clinic.pass(9 * 60);
    assert_eq!(callee.log(&call).await["callStatus"], "Planned");
    clinic.pass(61);
    caller.log_when(&call, |log| log["callStatus"] == "Started").await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_program_does_not_ring_without_end() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let body = json!([{"displayName": "Ines Interpreter", "email": "ines@example.org"}]);
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(caller.post("/rtc/createCallForContacts", &body).await);
    }
    assert_eq!(answers[0].0, 200);
    assert_refused(&answers[19], 429, "too_many_attempts", None);
    clinic.running.stop().await;
}

fn broker(config: &mut Config) {
    config.xassist_brokers = vec!["demo-sample".into()];
}

#[tokio::test]
async fn a_broker_calls_on_behalf_of_others_and_nobody_else_does() {
    let clinic = Clinic::adjusted(broker).await;
    let (broker, expert, user) =
        (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await, Caller::of(&clinic, 2).await);
    assert_eq!(broker.user.user_id, "demo-sample");
    let number = broker.contact(&user.user.user_id).await["userDbId"].clone();
    let mut body = to(&broker, &expert).await;
    body["creatorUser"] = number.clone();
    assert_refused(&expert.post("/rtc/createCall", &body).await, 403, "not_a_broker", None);
    body["creatorUser"] = json!(999_999);
    assert_refused(&expert.post("/rtc/createCall", &body).await, 403, "not_a_broker", None);
    assert_refused(&broker.post("/rtc/createCall", &body).await, 400, "unknown_creator", Some("creatorUser"));
    body["creatorUser"] = number;
    let call = broker.call(&body).await;
    assert_eq!(call["creatorContact"]["userId"], json!(user.user.user_id));
    assert!(call.get("joinLink").is_none(), "the broker takes no part");
    assert_eq!(user.look(&call).await.0, 200);

    expert.join(&call).await;
    let happened = broker.events_when(&call, 2).await;
    let (one, other) = (name(&call["creatorContact"]), name(&call["invitedContacts"][0]));
    assert_eq!(happened, story(&[("Created", &one), ("Join", &other)]));
    user.join(&call).await;
    assert_eq!(broker.events_when(&call, 3).await[2], ("Join".to_owned(), one));
    let (expert, user) = (expert.user.user_id.clone(), user.user.user_id.clone());
    let lines = audit(clinic).await;
    let of = |action: &str| lines.iter().filter(|(_, one, _)| one == action).cloned().collect::<Vec<_>>();
    assert_eq!(
        of("xassist_broker_refused"),
        [
            (expert.clone(), "xassist_broker_refused".to_owned(), user.clone()),
            (expert, "xassist_broker_refused".to_owned(), String::new()),
        ]
    );
    assert_eq!(
        of("xassist_broker_call"),
        [("demo-sample".to_owned(), "xassist_broker_call".to_owned(), user)]
    );
}

#[tokio::test]
async fn whoever_is_no_broker_does_not_fill_the_audit_trail() {
    let clinic = Clinic::start().await;
    let (one, other) = (Caller::of(&clinic, 0).await, Caller::of(&clinic, 1).await);
    let mut body = to(&one, &other).await;
    body["creatorUser"] = one.contact(&other.user.user_id).await["userDbId"].clone();
    let mut refused = Vec::new();
    for _ in 0..30 {
        refused.push(one.post("/rtc/createCall", &body).await);
    }
    assert_refused(&refused[0], 403, "not_a_broker", None);
    assert_refused(&refused[29], 429, "too_many_attempts", None);
    let named = refused.iter().filter(|(http, _)| *http == 403).count();
    let lines = audit(clinic).await.into_iter().filter(|(_, action, _)| action == "xassist_broker_refused");
    assert_eq!(lines.count(), named);
}

/// Actor, action and subject of every line of the audit trail.
async fn audit(clinic: Clinic) -> Vec<(String, String, String)> {
    let Clinic { running, folder, .. } = clinic;
    running.stop().await;
    let db = rusqlite::Connection::open(folder.path().join("clinic.db")).unwrap();
    let mut query = db.prepare("SELECT actor, action, subject FROM audit ORDER BY id").unwrap();
    let lines = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    lines.map(Result::unwrap).collect()
}
