//! A session of the Coviu face, as an integrator schedules it.

use super::common::Clinic;
use consilium_model::Secret;
use consilium_wire::coviu::http_date;
use consilium_wire::link::Link;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

/// A session of half an hour with a guest and a host, five minutes ahead.
pub struct Session {
    /// The guest's way in.
    pub guest_url: String,
    host_url: String,
    url: String,
    token: String,
}

impl Session {
    /// Schedules it.
    pub async fn schedule(clinic: &Clinic) -> Self {
        let coviu = clinic.demo().coviu.clone().unwrap();
        let http = reqwest::Client::new();
        let form = http
            .post(format!("{}/auth/token", coviu.endpoint))
            .basic_auth(&coviu.api_key, Some(coviu.key_secret.expose()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let token: Value = form.send().await.unwrap().json().await.unwrap();
        let token = token["access_token"].as_str().unwrap().to_owned();
        let begins = OffsetDateTime::now_utc() + Duration::minutes(5);
        let wanted = json!({
            "session_name": "Visit", "start_time": http_date::format(begins),
            "end_time": http_date::format(begins + Duration::minutes(30)),
            "participants": [
                { "display_name": "Mara Madeup", "role": "guest" }, { "display_name": "Dr Sample", "role": "host" },
            ],
        });
        let made = http.post(format!("{}/sessions", coviu.endpoint)).bearer_auth(&token).json(&wanted);
        let made: Value = made.send().await.unwrap().json().await.unwrap();
        let entry = |role: &str| {
            let all = made["participants"].as_array().unwrap();
            let one =
                all.iter().find(|one| one["role"].as_str().unwrap().eq_ignore_ascii_case(role)).unwrap();
            one["entry_url"].as_str().unwrap().to_owned()
        };
        let url = format!("{}/sessions/{}", coviu.endpoint, made["session_id"].as_str().unwrap());
        Self { guest_url: entry("guest"), host_url: entry("host"), url, token }
    }

    /// Schedules it and lets its time come.
    pub async fn begun(clinic: &Clinic) -> Self {
        let session = Self::schedule(clinic).await;
        clinic.pass(Duration::minutes(6));
        session
    }

    /// The host's link, behind the address of the same kind.
    pub async fn host_link(&self, clinic: &Clinic) -> Secret {
        let follow = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let answer = follow.get(&self.host_url).send().await.unwrap();
        let location = answer.headers()["location"].to_str().unwrap();
        let access_token = location.split("at=").nth(1).unwrap().split('&').next().unwrap().into();
        let server = format!("http://{}/", clinic.address()).parse().unwrap();
        Link::Visit { server, access_token }.to_deep_link().into()
    }

    /// The integrator calls it off.
    pub async fn cancel(&self) {
        let answer = reqwest::Client::new().delete(&self.url).bearer_auth(&self.token).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}
