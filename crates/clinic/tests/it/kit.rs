//! A clinic for one test, and the two kinds of client.

// Each test binary uses its own part of the kit.
#![allow(dead_code)]

use consilium_clinic::{Clock, Config, Running, serve};
use consilium_model::{Locale, Secret};
use consilium_wire::demo::{Demo, DemoRole};
use consilium_wire::link::Link;
use consilium_wire::room::{self, FromClient, FromServer, PROTOCOL};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Long enough for a slow machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// The time in a new clinic.
const START: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

/// A demo clinic on a free port, with a clock that moves only by hand.
pub(crate) struct Clinic {
    pub(crate) running: Running,
    pub(crate) folder: TempDir,
    pub(crate) http: reqwest::Client,
    ahead: Arc<AtomicI64>,
    grace: Duration,
    adjust: fn(&mut Config),
}

impl Clinic {
    pub(crate) async fn start() -> Self {
        Self::with_grace(Duration::from_secs(60)).await
    }

    /// With another configuration, also after a restart.
    pub(crate) async fn adjusted(adjust: fn(&mut Config)) -> Self {
        Self::set_up(Duration::from_secs(60), adjust).await
    }

    /// With another time for which the seat of a lost socket is kept.
    pub(crate) async fn with_grace(grace: Duration) -> Self {
        Self::set_up(grace, |_| {}).await
    }

    async fn set_up(grace: Duration, adjust: fn(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let ahead = Arc::new(AtomicI64::new(0));
        let running = start(&folder, &ahead, grace, adjust).await;
        Self { running, folder, http: reqwest::Client::new(), ahead, grace, adjust }
    }

    /// Stops the server and starts another one on the same folder, with another configuration.
    pub(crate) async fn restart_adjusted(self, adjust: fn(&mut Config)) -> Self {
        Self { adjust, ..self }.restart().await
    }

    /// Stops the server and starts another one on the same folder.
    pub(crate) async fn restart(self) -> Self {
        self.restart_after(0).await
    }

    /// The same, with so many seconds between the two.
    pub(crate) async fn restart_after(self, seconds: i64) -> Self {
        let ahead = Arc::clone(&self.ahead);
        let pass = |_: &Path| {
            ahead.fetch_add(seconds, Ordering::SeqCst);
        };
        self.restart_with(pass).await
    }

    /// The same, with something that happens to the data folder between the two.
    pub(crate) async fn restart_with(self, meanwhile: impl FnOnce(&Path)) -> Self {
        let Self { running, folder, http, ahead, grace, adjust } = self;
        running.stop().await;
        meanwhile(folder.path());
        let running = start(&folder, &ahead, grace, adjust).await;
        Self { running, folder, http, ahead, grace, adjust }
    }

    /// Moves the server's clock.
    pub(crate) fn pass(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr)
    }

    pub(crate) fn demo(&self) -> &Demo {
        self.running.demo().expect("the kit starts a demo")
    }

    /// The specialist and the first client of a demo visit.
    pub(crate) fn pair(&self, visit: &str) -> (String, String) {
        (self.tokens(visit, DemoRole::Specialist).remove(0), self.tokens(visit, DemoRole::Patient).remove(0))
    }

    pub(crate) fn tokens(&self, visit: &str, role: DemoRole) -> Vec<String> {
        let links = self.demo().links.iter().filter(|link| link.visit == visit && link.role == role);
        links.map(|link| token_of(&link.deep_link)).collect()
    }

    /// A MedMe method: the HTTP status and the body.
    pub(crate) async fn call(&self, method: &str, body: &Value) -> (u16, Value) {
        let url = self.url(&format!("/meets/v1/{method}"));
        read(self.http.post(url).json(body).send().await).await
    }

    /// A MedMe method with a token only; it must go well.
    pub(crate) async fn ok(&self, method: &str, token: &str) -> Value {
        let (http, body) = self.call(method, &json!({ "access_token": token })).await;
        assert_eq!((http, &body["status"]), (200, &json!("OK")), "{method}: {body}");
        body
    }

    /// A step of the status machine: the status afterwards.
    pub(crate) async fn press(&self, method: &str, token: &str) -> String {
        let body = self.ok(method, token).await;
        body["newConferenceStatus"].as_str().expect("a status").to_owned()
    }

    /// A MedMe method with a token only; it must be refused with this answer.
    pub(crate) async fn refused(&self, method: &str, token: &str) -> (u16, String) {
        let (http, body) = self.call(method, &json!({ "access_token": token })).await;
        assert!(body["description"].is_string(), "{body}");
        (http, body["status"].as_str().expect("a code").to_owned())
    }

    pub(crate) async fn info(&self, token: &str) -> (u16, Value) {
        let url = self.url("/meets/v1/info");
        read(self.http.get(url).query(&[("access_token", token)]).send().await).await
    }

    pub(crate) async fn status(&self, token: &str) -> String {
        let (_, body) = self.info(token).await;
        body["conference_info"]["status"].as_str().expect("a status").to_owned()
    }

    /// Starts a demo visit of two.
    pub(crate) async fn start_visit(&self, specialist: &str, client: &str) {
        self.press("open_for_join", specialist).await;
        self.press("join", client).await;
        assert_eq!(self.press("join", specialist).await, "started");
    }

    /// A MedMe socket after its handshake.
    pub(crate) async fn watch(&self, token: &str) -> Socket {
        let mut socket = self.socket("/meets/v1/ws").await;
        socket.send(&json!({"path": "handshake", "at": token})).await;
        socket
    }

    pub(crate) async fn socket(&self, path: &str) -> Socket {
        let url = format!("ws://{}{path}", self.running.addr);
        let (stream, _) = connect_async(url).await.expect("the socket opens");
        Socket(stream)
    }

    /// A room socket after its hello.
    pub(crate) async fn enter(&self, token: &str, resume: Option<Secret>) -> Socket {
        let body = self.ok("exchange", token).await;
        let token = body["conference_token"].as_str().expect("a token").into();
        let mut socket = self.socket("/room/v1").await;
        socket.say(&FromClient::Hello { protocol: PROTOCOL, token, resume }).await;
        socket
    }
}

async fn start(
    folder: &TempDir,
    ahead: &Arc<AtomicI64>,
    grace: Duration,
    adjust: fn(&mut Config),
) -> Running {
    let mut config = config(folder, ahead, grace);
    adjust(&mut config);
    serve(config).await.expect("the server starts")
}

fn config(folder: &TempDir, ahead: &Arc<AtomicI64>, seat_grace: Duration) -> Config {
    let ahead = Arc::clone(ahead);
    let now = move || START + time::Duration::seconds(ahead.load(Ordering::SeqCst));
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        demo: Some(Locale::En),
        clock: Clock::new(now),
        seat_grace,
        ..Config::new(folder.path())
    }
}

async fn read(answer: reqwest::Result<reqwest::Response>) -> (u16, Value) {
    let answer = answer.expect("the server answers");
    let http = answer.status().as_u16();
    (http, answer.json().await.expect("the answer is JSON"))
}

pub(crate) fn token_of(link: &Secret) -> String {
    match Link::parse(link.expose()).expect("the link is one") {
        Link::Visit { access_token, .. } => access_token.into_inner(),
        Link::SignIn { code, .. } => code.into_inner(),
    }
}

/// A WebSocket.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn send(&mut self, message: &Value) {
        self.text(&message.to_string()).await;
    }

    pub(crate) async fn text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("the socket is open");
    }

    /// The next text frame; `None` when the socket closes.
    pub(crate) async fn next_text(&mut self) -> Option<String> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes in time");
            match frame {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    /// Why the socket closes; `None` when it does so without a reason. Whatever comes before is not looked at.
    pub(crate) async fn goodbye(&mut self) -> Option<String> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes in time");
            match frame {
                Some(Ok(Message::Close(close))) => {
                    return close.map(|close| close.reason.as_str().to_owned());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The status of the next callback.
    pub(crate) async fn next_status(&mut self) -> String {
        let text = self.next_text().await.expect("the socket is open");
        let message: Value = serde_json::from_str(&text).expect("the frame is JSON");
        assert_eq!(message["path"], "change_status_callback");
        message["newStatus"].as_str().expect("a status").to_owned()
    }

    /// Sends a message of the room protocol.
    pub(crate) async fn say(&mut self, message: &FromClient) {
        self.text(&room::encode(message)).await;
    }

    /// The next message of the room protocol; `None` when the socket closes.
    pub(crate) async fn hear(&mut self) -> Option<FromServer> {
        let text = self.next_text().await?;
        room::decode(&text).expect("the frame is of the protocol")
    }

    /// The messages up to and with the first one that `is` it.
    pub(crate) async fn hear_until(&mut self, is: impl Fn(&FromServer) -> bool) -> Vec<FromServer> {
        let mut heard = Vec::new();
        loop {
            heard.push(self.hear().await.expect("the socket is open"));
            if heard.last().is_some_and(&is) {
                return heard;
            }
        }
    }

    /// The welcome, which must be next.
    pub(crate) async fn welcome(&mut self) -> Welcome {
        match self.hear().await {
            Some(FromServer::Welcome {
                you, resume, resumed, peers, ice_servers, rights, policy, ..
            }) => Welcome { you, resume, resumed, peers, ice_servers, rights, policy },
            other => panic!("no welcome: {other:?}"),
        }
    }
}

/// What a welcome says.
pub(crate) struct Welcome {
    pub(crate) you: consilium_model::PeerId,
    pub(crate) resume: Secret,
    pub(crate) resumed: bool,
    pub(crate) peers: Vec<room::Peer>,
    pub(crate) ice_servers: Vec<room::IceServer>,
    pub(crate) rights: room::Rights,
    pub(crate) policy: room::Policy,
}
