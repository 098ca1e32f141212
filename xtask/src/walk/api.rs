//! The clinic server as a booking system sees it, and a web hook that listens.

use crate::demo::Clinic;
use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

const PATIENCE: Duration = Duration::from_secs(15);

/// A booking system that knows the API key.
pub(super) struct Booking {
    http: Client,
    base: String,
    api_key: String,
    /// A visit of the demo, to make others like it.
    pattern: Value,
    hook: WebHook,
}

/// Both links of a visit that was booked.
pub(super) struct Booked {
    pub(super) specialist: String,
    pub(super) client: String,
}

impl Booking {
    pub(super) async fn new(clinic: &Clinic<'_>) -> Result<Self> {
        let http = Client::new();
        let (base, token) = (clinic.base_url().to_owned(), clinic.patient_token()?);
        let url = format!("{base}/meets/v1/info?access_token={token}");
        let pattern = http.get(url).send().await?.json::<Value>().await?["conference_info"].clone();
        Ok(Self { http, base, api_key: clinic.api_key().to_owned(), pattern, hook: WebHook::listen().await? })
    }

    /// Books a visit like the demo's first, with these fields changed.
    pub(super) async fn book(&self, appointment: &str, changes: &[(&str, Value)]) -> Result<Booked> {
        let mut info = self.pattern.clone();
        info["appointmentId"] = appointment.into();
        for (field, value) in changes {
            info[*field] = value.clone();
        }
        self.hook.forget();
        let client = &info["clients"][0]["id"];
        self.post(
            "create",
            json!({
                "api_key": self.api_key, "user_id": client, "user_role": "CLIENT", "conference_info": info,
                "callbackType": "web_hook", "webHookUrl": self.hook.url,
            }),
        )
        .await?;
        let link = async |role: &str| -> Result<String> {
            let heard = self.hook.heard(role, "at").await?;
            let server = self.base.replace(':', "%3A").replace('/', "%2F");
            Ok(format!("consilium://visit?server={server}&at={heard}"))
        };
        Ok(Booked { specialist: link("SPECIALIST").await?, client: link("CLIENT").await? })
    }

    /// Changes a visit that is booked.
    pub(super) async fn update(&self, appointment: &str, field: &str, value: Value) -> Result<()> {
        let body = json!({ "api_key": self.api_key, "appointmentId": appointment, field: value });
        self.post("update_info", body).await
    }

    /// What the booking system's timer does.
    pub(super) async fn end_what_is_over(&self) -> Result<()> {
        self.post("complete_empty_and_expired", json!({ "api_key": self.api_key })).await
    }

    /// The services of the pattern, under another name in every language.
    pub(super) fn other_service(&self) -> Value {
        let mut services = self.pattern["services"].clone();
        for name in services[0]["name"].as_array_mut().into_iter().flatten() {
            name["text"] = format!("{} · 2", name["text"].as_str().unwrap_or_default()).into();
        }
        services
    }

    /// The one-time password that was sent to the client.
    pub(super) async fn otp(&self) -> Result<String> {
        self.hook.heard("CLIENT", "otp").await
    }

    async fn post(&self, method: &str, body: Value) -> Result<()> {
        let answer = self.http.post(format!("{}/meets/v1/{method}", self.base)).json(&body).send().await?;
        let answer: Value = answer.json().await?;
        ensure!(answer["status"] == "OK", "{method}: {answer}");
        Ok(())
    }
}

/// What the web hook was told: role, name of the value, value.
type Heard = Arc<Mutex<Vec<(String, String, String)>>>;

struct WebHook {
    url: String,
    heard: Heard,
    task: JoinHandle<()>,
}

impl WebHook {
    async fn listen() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (url, heard) = (format!("http://{}/hook", listener.local_addr()?), Heard::default());
        let task = tokio::spawn(serve(listener, Arc::clone(&heard)));
        Ok(Self { url, heard, task })
    }

    fn forget(&self) {
        self.heard.lock().expect("no one panics with this lock").clear();
    }

    async fn heard(&self, role: &str, name: &str) -> Result<String> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let heard = self.heard.lock().expect("no one panics with this lock").clone();
            let found = heard.into_iter().rfind(|(of, what, _)| of == role && what == name);
            if let Some((.., value)) = found {
                return Ok(value);
            }
            sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the web hook did not hear `{name}` for {role}")
    }
}

impl Drop for WebHook {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, heard: Heard) {
    while let Ok((stream, _)) = listener.accept().await {
        // A caller that is cut off calls again.
        let _ = answer(stream, &heard).await;
    }
}

async fn answer(mut stream: TcpStream, heard: &Heard) -> Result<()> {
    let mut request = vec![0; 16 * 1024];
    let length = stream.read(&mut request).await?;
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let query = request.split_whitespace().nth(1).and_then(|path| path.split_once('?'));
    let pairs: HashMap<&str, &str> = query
        .map(|(_, query)| query.split('&').filter_map(|pair| pair.split_once('=')).collect())
        .unwrap_or_default();
    let role = (*pairs.get("user_role").unwrap_or(&"")).to_owned();
    for (name, value) in pairs {
        heard.lock().expect("no one panics with this lock").push((role.clone(), name.into(), value.into()));
    }
    stream
        .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        .await
        .context("the web hook's answer")
}
