//! The link of a call that anybody may join, the links of those who are called, and how they are told.

use crate::booking::Booking;
use crate::im_kit::text;
use crate::kit::Clinic;
use crate::xassist_kit::{Caller, assert_refused, at, story, user};
use serde_json::{Value, json};
use std::sync::Mutex;

/// A call of the first specialist to the second.
async fn call(caller: &Caller<'_>, anonymous: bool) -> Value {
    let callee = user(caller.clinic, 1).user_id;
    caller.call(&json!({"invitedContacts": [{"userId": callee}], "joinAnonymousAllowed": anonymous})).await
}

/// Posts a name to a link: the status, and where it leads or what the page says.
async fn enter(clinic: &Clinic, link: &str, name: &str) -> (u16, String) {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("name", name).finish();
    let request = http.post(link).header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = request.header("accept-language", "en").send().await.unwrap();
    let status = answer.status().as_u16();
    match answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()) {
        Some(to) => (status, clinic.url(to.strip_prefix("..").expect("one level up"))),
        None => (status, answer.text().await.unwrap()),
    }
}

#[tokio::test]
async fn a_link_lets_anybody_in_who_gives_a_name_and_each_as_somebody_else() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let call = call(&caller, true).await;
    let link = text(&call["anonymousJoinLink"]);
    let page = clinic.http.get(&link).header("accept-language", "en").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self'") && policy.ends_with("frame-ancestors 'none'"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(page.contains("<form method=\"post\">") && page.contains("Join the call"), "{page}");
    assert!(
        !page.contains("script") && !page.contains(&text(&call["creatorContact"]["displayName"])),
        "{page}"
    );

    caller.join(&call).await;
    caller.events_when(&call, 2).await;
    let (http, one) = enter(&clinic, &link, " Ines Interpreter ").await;
    let (other_http, other) = enter(&clinic, &link, "Ines Interpreter").await;
    assert_eq!((http, other_http), (303, 303));
    assert_ne!(one, other, "used twice, it brings two");
    let name = text(&call["creatorContact"]["displayName"]);
    for (link, count) in [(&one, 3), (&other, 4)] {
        clinic.press("join", at(link)).await;
        caller.events_when(&call, count).await;
    }
    let happened = caller.events_when(&call, 4).await;
    let guest = "Ines Interpreter";
    assert_eq!(happened, story(&[("Created", &name), ("Join", &name), ("Join", guest), ("Join", guest)]));
    let log = caller.log(&call).await;
    assert_eq!(log["invitedContacts"].as_array().unwrap().len(), 1, "nobody has invited them");
    assert_eq!(log["callEvents"][3]["contact"]["userId"], Value::Null);
    assert_ne!(log["callEvents"][2]["contact"]["id"], log["callEvents"][3]["contact"]["id"]);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_call_may_be_for_whoever_has_its_link() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let call = caller.call(&json!({"joinAnonymousAllowed": true})).await;
    assert_eq!((&call["callStatus"], &call["invitedContacts"]), (&json!("Started"), &json!([])));
    let (http, leads) = enter(&clinic, &text(&call["anonymousJoinLink"]), "Ines Interpreter").await;
    assert_eq!(http, 303);
    clinic.press("join", at(&leads)).await;
    caller.events_when(&call, 2).await;
    caller.join(&call).await;
    let happened = caller.events_when(&call, 3).await;
    let name = text(&call["creatorContact"]["displayName"]);
    assert_eq!(happened, story(&[("Created", &name), ("Join", "Ines Interpreter"), ("Join", &name)]));
    assert_refused(&caller.post("/rtc/createCall", &json!({})).await, 400, "nobody_to_call", None);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_link_is_refused_where_it_is_not_allowed_and_when_it_is_not_ours() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let (closed, open) = (call(&caller, false).await, call(&caller, true).await);
    assert!(closed.get("anonymousJoinLink").is_none());
    let link = text(&open["anonymousJoinLink"]);
    let (base, key) = link.rsplit_once('/').unwrap();
    // What the key of the closed call would begin with, and the proof of the open one.
    let bytes = |call: &Value| uuid_bytes(&text(&call["callId"]));
    let forged = forge(key, &bytes(&closed));
    let changed = format!("{}A", &key[..key.len() - 1]);
    for wrong in [&forged, &changed, &text(&open["callId"]), &"x".repeat(43), &String::from("%00")] {
        let link = format!("{base}/{wrong}");
        assert_eq!(clinic.http.get(&link).send().await.unwrap().status(), 404, "{wrong}");
        assert_eq!(enter(&clinic, &link, "Ines").await.0, 404, "{wrong}");
    }
    for name in ["", "  ", "a\u{7}b", &"x".repeat(101)] {
        let (http, page) = enter(&clinic, &link, name).await;
        assert!(http == 400 && page.contains("role=\"alert\""), "{page}");
    }
    let markup = "<b>\"Ines\"</b> \u{202e}";
    assert_eq!(enter(&clinic, &link, markup).await.0, 303, "any name is a name");
    clinic.running.stop().await;
}

fn uuid_bytes(text: &str) -> Vec<u8> {
    let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    (0..16).map(|place| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).unwrap()).collect()
}

fn forge(key: &str, id: &[u8]) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let bytes = URL_SAFE_NO_PAD.decode(key).unwrap();
    URL_SAFE_NO_PAD.encode([id, &bytes[16..]].concat())
}

#[tokio::test]
async fn a_link_leads_in_while_the_call_goes_on() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let callee = user(&clinic, 1).user_id;
    let body = json!({
        "invitedContacts": [{"userId": callee}], "joinAnonymousAllowed": true, "informOthersDirectly": true,
        "plannedDateTime": "2026-11-21T12:10:00Z",
    });
    let call = caller.call(&body).await;
    let link = text(&call["anonymousJoinLink"]);
    assert_eq!(enter(&clinic, &link, "Ines").await.0, 403, "not yet");
    clinic.pass(601);
    caller.log_when(&call, |log| log["callStatus"] == "Started").await;
    let (http, own) = enter(&clinic, &link, "Ines").await;
    assert_eq!(http, 303);
    clinic.press("join", at(&own)).await;
    caller
        .log_when(&call, |log| log["callEvents"].as_array().unwrap().iter().any(|one| one["type"] == "Join"))
        .await;
    clinic.press("leave", at(&own)).await;
    clinic.pass(1000);
    let log = caller.log_when(&call, |log| log["callStatus"] == "Ended").await;
    assert!(log.get("anonymousJoinLink").is_none());
    assert_eq!(enter(&clinic, &link, "Ines").await.0, 410);
    clinic.running.stop().await;
}

#[tokio::test]
async fn nobody_enters_a_call_that_is_full() {
    let clinic = Clinic::start().await;
    let caller = Caller::of(&clinic, 0).await;
    let call = call(&caller, true).await;
    let link = text(&call["anonymousJoinLink"]);
    for place in 0..consilium_wire::room::MAX_PARTICIPANTS {
        let (http, own) = enter(&clinic, &link, &format!("Guest {place}")).await;
        assert_eq!(http, 303);
        clinic.press("join", at(&own)).await;
    }
    let (http, page) = enter(&clinic, &link, "One Too Many").await;
    assert!(http == 409 && page.contains("The call is full"), "{page}");
    assert_eq!(clinic.http.get(&link).send().await.unwrap().status(), 409);
    clinic.running.stop().await;
}

/// Where a link leads in the end.
async fn open(clinic: &Clinic, link: &Value) -> String {
    let page = clinic.http.get(link.as_str().unwrap()).send().await.unwrap();
    assert_eq!(page.status(), 200);
    page.url().to_string()
}

static HOOK: Mutex<Option<url::Url>> = Mutex::new(None);

/// A clinic whose gateway this is.
async fn clinic_with(gateway: &Booking) -> Clinic {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    *HOOK.lock().unwrap() = Some(gateway.url.clone());
    let adjust = |config: &mut consilium_clinic::Config| {
        config.call_hook = HOOK.lock().unwrap().clone().map(consilium_model::Secret::new);
    };
    Clinic::adjusted(adjust).await
}

#[tokio::test]
async fn nobody_is_told_of_a_call_that_has_ended() {
    let mut gateway = Booking::open().await;
    gateway.answer_status(axum::http::StatusCode::SERVICE_UNAVAILABLE);
    let clinic = clinic_with(&gateway).await;
    let caller = Caller::of(&clinic, 0).await;
    let body = json!({"invitedContacts": [{"displayName": "Ines Interpreter", "email": "ines@example.org"}]});
    let call = caller.call(&body).await;
    caller.join(&call).await;
    caller.events_when(&call, 2).await;
    gateway.next().await;
    let link = text(&caller.log(&call).await["joinLink"]);
    clinic.press("finish", at(&link)).await;
    caller.log_when(&call, |log| log["callStatus"] == "Ended").await;
    // Otherwise it would be tried again after a second, and after five.
    while !gateway.is_quiet().await {}
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    assert!(gateway.is_quiet().await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn whoever_has_an_address_or_a_number_is_told_the_own_link() {
    let mut gateway = Booking::open().await;
    let clinic = clinic_with(&gateway).await;
    let caller = Caller::of(&clinic, 0).await;
    let callee = user(&clinic, 1).user_id;
    let body = json!({"callTitle": "Interpreter needed", "invitedContacts": [
        {"displayName": "Ines Interpreter", "email": "ines@example.org", "phoneNumber": "+1 555 010-0100"},
        {"userId": callee, "email": "colleague@example.org"},
        {"userId": user(&clinic, 2).user_id},
    ]});
    let call = caller.call(&body).await;
    let mut told = [gateway.next().await.json(), gateway.next().await.json()];
    assert!(gateway.is_quiet().await, "nobody else has an address");
    told.sort_by_key(|one| one["contact"].get("phone").is_none());
    let [ines, colleague] = told;
    assert_eq!((&ines["kind"], &ines["call_id"]), (&json!("call_invitation"), &call["callId"]));
    assert_eq!(
        ines["contact"],
        json!({"name": "Ines Interpreter", "email": "ines@example.org", "phone": "+1 555 010-0100"})
    );
    assert_eq!(ines["title"], "Interpreter needed");
    assert_eq!(colleague["contact"]["email"], "colleague@example.org");
    assert_eq!(caller.log(&call).await["invitedContacts"][1]["email"], Value::Null, "it is not kept");

    // One link is one person, however often it is opened: it comes in as the one who was called.
    let (link, again) = (open(&clinic, &ines["link"]).await, open(&clinic, &ines["link"]).await);
    assert_eq!(link, again);
    let request = clinic.http.get(text(&colleague["link"])).header("accept-language", "en");
    let page = request.send().await.unwrap();
    assert_eq!(page.status(), 403, "whoever gave the address is not the colleague");
    assert!(page.text().await.unwrap().contains("in the Consilium app"));
    assert_eq!(enter(&clinic, &text(&ines["link"]), "Somebody Else").await.0, 404, "it asks for no name");
    clinic.press("join", at(&link)).await;
    let happened = caller.events_when(&call, 2).await;
    assert_eq!(happened[1], ("Join".to_owned(), "Ines Interpreter".to_owned()));
    let mut first = clinic.enter(at(&link), None).await;
    first.welcome().await;
    let mut second = clinic.enter(at(&link), None).await;
    second.welcome().await;
    assert!(first.goodbye().await.is_some(), "one device at a time");
    clinic.running.stop().await;
}
