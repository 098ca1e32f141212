//! A visit in a clinic with as many clients as are wanted: booked as a booking system does it, and joined.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

const DELIVERY_WAIT: Duration = Duration::from_secs(20);

/// A clinic, with the key of its booking system.
pub(super) struct Clinic {
    pub(super) base: String,
    pub(super) api_key: String,
    http: Client,
}

/// The access tokens of everybody in a visit.
pub(super) struct Visit {
    pub(super) specialist: String,
    pub(super) clients: BTreeSet<String>,
}

/// What the web hook delivers.
#[derive(Deserialize)]
struct Link {
    user_role: String,
    at: String,
}

async fn deliver(State(links): State<mpsc::UnboundedSender<Link>>, Query(link): Query<Link>) {
    // Links that nobody waits for any more are as good as delivered.
    let _ = links.send(link);
}

impl Clinic {
    pub(super) fn new(base: String, api_key: String) -> Self {
        Self { base, api_key, http: Client::new() }
    }

    /// Makes a visit that anyone may join at once.
    pub(super) async fn book(&self, clients: usize) -> Result<Visit> {
        let (sender, mut links) = mpsc::unbounded_channel();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let hook = format!("http://{}/", listener.local_addr()?);
        let router = Router::new().route("/", get(deliver)).with_state(sender);
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await });
        self.post("create", &conference(&self.api_key, &hook, clients)).await?;
        let collect = async {
            let mut visit = Visit { specialist: String::new(), clients: BTreeSet::new() };
            while visit.specialist.is_empty() || visit.clients.len() < clients {
                let link = links.recv().await.context("the web hook has ended")?;
                match link.user_role.as_str() {
                    "CLIENT" => drop(visit.clients.insert(link.at)),
                    _ => visit.specialist = link.at,
                }
            }
            Ok(visit)
        };
        timeout(DELIVERY_WAIT, collect).await.context("the links are not delivered")?
    }

    /// A client joins, and gets the token for the room.
    pub(super) async fn join(&self, access_token: &str) -> Result<String> {
        let body = json!({ "access_token": access_token });
        self.post("join", &body).await?;
        let answer = self.post("exchange", &body).await?;
        Ok(answer["conference_token"].as_str().context("no conference token")?.to_owned())
    }

    async fn post(&self, method: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/meets/v1/{method}", self.base);
        let answer: Value = self.http.post(url).json(body).send().await?.json().await?;
        ensure!(answer["status"] == "OK", "{method} was refused: {answer}");
        Ok(answer)
    }
}

fn conference(api_key: &str, hook: &str, clients: usize) -> Value {
    let client = |number| json!({ "id": format!("client-{number}"), "name": "Sample", "surname": format!("Patient {number}") });
    json!({
        "api_key": api_key, "user_id": "specialist", "user_role": "SPECIALIST",
        "callbackType": "web_hook", "webHookUrl": hook,
        "conference_info": {
            "appointmentId": "call-load", "isOpen": true, "l10n": "en-us", "otp": false,
            "organizationInfo": {"id": "1", "title": "Example Clinic"},
            "filialInfo": {"id": "1", "title": "Riverside Branch", "timezone": "Europe/London"},
            "openingDurationSeconds": 0, "scheduledDurationSeconds": 7200,
            "scheduledStart": "2099-01-01T10:00:00Z",
            "services": [{"id": "1", "name": [{"lang": "en-us", "text": "Consultation"}]}],
            "clients": (1..=clients).map(client).collect::<Vec<_>>(),
            "specialists": [{
                "id": "specialist", "name": "Example", "surname": "Doctor", "profession": "General practitioner",
                "required": true,
            }],
        },
    })
}
