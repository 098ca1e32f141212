//! What a program calls with leaves no name, no address, no token and no link in the log, at the most talkative level.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

#[path = "it/im_kit.rs"]
mod im_kit;
#[path = "it/kit.rs"]
mod kit;
#[path = "it/log.rs"]
mod log;
#[path = "it/xassist_kit.rs"]
mod xassist_kit;

use im_kit::text;
use kit::Clinic;
use log::Log;
use serde_json::json;
use xassist_kit::{Caller, log_in, refresh, user};

#[tokio::test]
async fn the_log_knows_nothing_of_a_call() {
    let log = Log::keep();
    let clinic = Clinic::start().await;
    let tokens = log_in(&clinic, 0).await;
    let (_, next) = refresh(&clinic, &tokens).await;
    refresh(&clinic, &json!({"refreshToken": "guessed-refresh"})).await;
    let caller = Caller::of(&clinic, 0).await;
    let bearer = caller.token.clone();
    let body = json!({
        "callTitle": "Title-of-a-call", "joinAnonymousAllowed": true, "informOthersDirectly": true, "invitedContacts": [
            {"userId": user(&clinic, 1).user_id},
            {"displayName": "Ines Interpreter", "email": "ines@example.org", "phoneNumber": "+1 555 010-0100"},
        ],
    });
    let call = caller.call(&body).await;
    let wrong = json!({"invitedContacts": [{"displayName": "Wrong-name", "email": "wrong-address"}]});
    caller.post("/rtc/createCall", &wrong).await;
    let (own, open) = (text(&call["joinLink"]), text(&call["anonymousJoinLink"]));
    let form = "name=Walk-in-guest";
    let request = clinic.http.post(&open).header("content-type", "application/x-www-form-urlencoded");
    let page = request.body(form).send().await.unwrap();
    let guest = page.url().query().unwrap().strip_prefix("at=").unwrap().to_owned();
    clinic.press("join", &guest).await;
    let name = text(&call["creatorContact"]["displayName"]);
    let password = user(&clinic, 0).password.expose().clone();
    clinic.running.stop().await;

    let log = log.text();
    assert!(log.contains("changed"), "something is logged:\n{log}");
    let of = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut secrets = vec![bearer, guest, own, open, name, password];
    secrets.extend([&tokens, &next].iter().flat_map(|one| [of(&one["token"]), of(&one["refreshToken"])]));
    let words = [
        "Title-of-a-call",
        "Interpreter",
        "ines@",
        "555 010",
        "Wrong-name",
        "wrong-address",
        "Walk-in",
        "guessed-refresh",
    ];
    secrets.extend(words.map(str::to_owned));
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
}
