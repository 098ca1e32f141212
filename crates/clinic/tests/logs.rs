//! A whole visit leaves no name and no token in the log, at the most talkative level.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

#[path = "it/kit.rs"]
mod kit;
#[path = "it/log.rs"]
mod log;
#[path = "it/trueconf_kit.rs"]
mod trueconf_kit;

use consilium_wire::room::{FromClient, Signal};
use kit::{Clinic, token_of};
use log::Log;
use serde_json::json;
use trueconf_kit::{Site, ask_token, credentials, owner_token};

#[tokio::test]
async fn the_log_knows_nobody() {
    let log = Log::keep();
    let clinic = Clinic::start().await;
    let mut secrets = hold_a_visit(&clinic).await;
    secrets.extend(sign_in(&clinic).await);
    secrets.extend(hold_a_conference(&clinic).await);
    for link in &clinic.demo().links {
        secrets.push(token_of(&link.deep_link));
        secrets.extend(link.name.split(' ').map(str::to_owned));
    }
    secrets.push(clinic.running.api_key().expose().clone());
    clinic.running.stop().await;

    let log = log.text();
    assert!(log.contains("changed"), "something is logged:\n{log}");
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
}

async fn hold_a_visit(clinic: &Clinic) -> Vec<String> {
    let (specialist, client) = clinic.pair("now");
    let mut watching = clinic.watch(&client).await;
    clinic.start_visit(&specialist, &client).await;
    let token = clinic.ok("exchange", &client).await["conference_token"].as_str().unwrap().to_owned();
    let mut patient = clinic.enter(&client, None).await;
    let welcome = patient.welcome().await;
    let signal =
        Signal::Candidate { candidate: "candidate-secret".into(), sdp_mid: None, sdp_m_line_index: None };
    patient.say(&FromClient::Signal { to: "nobody".into(), signal }).await;
    patient.hear().await;
    patient.text("a bad message with a-secret-inside").await;
    patient.hear().await;
    watching.text("another a-secret-inside").await;
    clinic.call("create", &json!({"api_key": "wrong-secret", "user_id": "a-secret-inside"})).await;
    clinic.info("unknown-secret").await;
    clinic.http.get(clinic.url("/visit?at=unknown-secret")).send().await.unwrap();
    clinic.press("finish", &specialist).await;
    let told = ["candidate-secret", "a-secret-inside", "wrong-secret", "unknown-secret"].map(str::to_owned);
    told.into_iter().chain([token, welcome.resume.into_inner()]).collect()
}

async fn hold_a_conference(clinic: &Clinic) -> Vec<String> {
    let site = Site::of(clinic).await;
    let topic = json!({"topic": "Talk with Wilhelmina", "description": "about-a-rash"});
    let id = site.make(clinic, &site.wanted_with(topic)).await;
    let guest = site.guest(clinic, &id, "2$wilhelmina_f*Wilhelmina F").await;
    let owner = owner_token(clinic, &id).await.unwrap();
    clinic.press("join", &guest).await;
    clinic.press("join", &owner).await;
    site.clients(clinic, &id, "Wilhelmina").await;
    ask_token(clinic, &credentials("wrong-client", "wrong-client-secret")).await;
    site.state(clinic, &id, "stop").await;
    let secret = clinic.demo().trueconf.as_ref().unwrap().client_secret.expose().clone();
    let told = ["Wilhelmina", "wilhelmina", "about-a-rash", "wrong-client"].map(str::to_owned);
    told.into_iter().chain([secret, site.token, guest, owner]).collect()
}

async fn sign_in(clinic: &Clinic) -> Vec<String> {
    let user = &clinic.demo().home.as_ref().unwrap().users[0];
    let body = json!({"user_id": user.user_id, "password": user.password});
    let answer = clinic.http.post(clinic.url("/home/v1/sign_in")).json(&body).send().await.unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    vec![user.password.expose().clone(), answer["token"].as_str().unwrap().to_owned()]
}
