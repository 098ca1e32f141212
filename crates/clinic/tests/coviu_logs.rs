//! What an integrator schedules leaves no name, no token and no link in the log, at the most talkative level.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

#[path = "it/coviu_kit.rs"]
#[expect(dead_code, reason = "most of it is for the other tests")]
mod coviu_kit;
#[path = "it/kit.rs"]
mod kit;
#[path = "it/log.rs"]
mod log;

use coviu_kit::{Integrator, demo_client, form, grant, participant, path};
use kit::Clinic;
use log::Log;
use serde_json::json;

#[tokio::test]
async fn the_log_knows_nothing_of_a_session() {
    let log = Log::keep();
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(1, 40).await;
    let (key, secret) = demo_client(&clinic);
    let (_, token) = grant(&clinic, &[("grant_type", "client_credentials")]).await;
    form(&clinic, "token", (&key, "guessed-secret"), &[("grant_type", "client_credentials")]).await;
    grant(&clinic, &[("grant_type", "refresh_token"), ("refresh_token", "guessed-refresh")]).await;
    integrator
        .put(&participant(&session, 0), json!({"state": "word-to-remember", "role": "wrong-role"}))
        .await;
    integrator.put(&participant(&session, 0), json!({"state": "word-to-remember"})).await;
    integrator.get("/sessions?state=searched-state").await;
    integrator.get(&path(&session)).await;
    clinic.pass(60);
    let entry = session["participants"][1]["entry_url"].as_str().unwrap();
    let page = clinic.http.get(entry).send().await.unwrap();
    let visit = page.url().query().unwrap().strip_prefix("at=").unwrap().to_owned();
    clinic.http.get(clinic.url("/session/guessed-participant")).send().await.unwrap();
    let bearer = integrator.token;
    clinic.running.stop().await;

    let log = log.text();
    assert!(log.contains("changed"), "something is logged:\n{log}");
    let of = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut secrets = vec![secret, bearer, visit];
    secrets.extend([&token["access_token"], &token["refresh_token"]].map(of));
    secrets.extend(session["participants"].as_array().unwrap().iter().map(|one| of(&one["participant_id"])));
    secrets.extend(
        [
            "Hostsson",
            "Guestsson",
            "Knee",
            "word-to-remember",
            "wrong-role",
            "searched-state",
            "guessed-secret",
            "guessed-refresh",
            "guessed-participant",
        ]
        .map(str::to_owned),
    );
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
}
