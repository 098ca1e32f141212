//! Chromium as a participant, and what it measures by itself.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::{Html, Response};
use axum::routing::get;
use consilium_tests::CHROMIUM_FLAGS;
use serde::Deserialize;
use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use url::form_urlencoded::byte_serialize;

const PATIENCE: Duration = Duration::from_secs(30);

/// A browser in the room.
pub struct Chromium {
    orders: mpsc::UnboundedSender<&'static str>,
    reports: mpsc::UnboundedReceiver<Report>,
    server: JoinHandle<()>,
    _process: Child,
    _profile: TempDir,
}

/// What the browser says of its connections.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Report {
    #[serde(default)]
    pub peers: Vec<Connection>,
    /// Something in the page failed.
    #[serde(default)]
    pub error: Option<String>,
}

/// Its connection to one of the others.
#[derive(Clone, Debug, Deserialize)]
pub struct Connection {
    pub state: String,
    pub signalling: String,
    /// How often both have offered at once.
    pub glares: u32,
    pub streams: Vec<Stream>,
}

/// One of its streams, as `getStats` has it (W3C WebRTC statistics).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stream {
    pub direction: String,
    pub kind: String,
    #[serde(default)]
    pub frames_decoded: u64,
    #[serde(default)]
    pub packets_sent: u64,
    #[serde(default)]
    pub packets_received: u64,
    #[serde(default)]
    pub retransmitted_packets_sent: u64,
    #[serde(default)]
    pub retransmitted_packets_received: u64,
    #[serde(default)]
    pub nack_count: u64,
    #[serde(default)]
    pub pli_count: u64,
    #[serde(default)]
    pub total_audio_energy: f64,
}

impl Connection {
    /// Pictures that came from the other, and whether its voice is heard.
    pub fn received(&self) -> (u64, bool) {
        let inbound = || self.streams.iter().filter(|stream| stream.direction == "inbound-rtp");
        let pictures = inbound().map(|stream| stream.frames_decoded).sum();
        (pictures, inbound().any(|stream| stream.total_audio_energy > 0.0))
    }

    /// One of its streams of pictures that flow.
    pub fn pictures(&self, direction: &str) -> Option<&Stream> {
        let mut pictures =
            self.streams.iter().filter(|stream| stream.direction == direction && stream.kind == "video");
        pictures.find(|stream| stream.packets_sent + stream.packets_received > 0)
    }
}

impl Chromium {
    /// Opens the page, which enters the room.
    pub async fn enters(room: &str, token: &str) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let (told, reports) = mpsc::unbounded_channel();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new()
            .route("/", get(|| async { Html(include_str!("page.html")) }))
            .route("/control", get(control))
            .with_state((Arc::new(Mutex::new(inbox)), told));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let url = format!("http://127.0.0.1:{port}/?room={}&token={}", encode(room), encode(token));
        let profile = tempfile::tempdir().unwrap();
        let process = Command::new("chromium")
            .args(CHROMIUM_FLAGS)
            .arg("--headless")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Chromium is installed (`cargo xtask test` does it)");
        Self { orders, reports, server, _process: process, _profile: profile }
    }

    /// Has it look for its way anew, to everybody.
    pub fn restarts_ice(&self) {
        self.orders.send("restart").unwrap();
    }

    /// What it measures now.
    pub async fn report(&mut self) -> Report {
        self.orders.send("report").unwrap();
        let report = tokio::time::timeout(PATIENCE, self.reports.recv()).await.expect("an answer").unwrap();
        assert_eq!(report.error, None, "in the page");
        report
    }

    /// Waits for measurements like these, and gives them.
    pub async fn measures(&mut self, what: &str, like: impl Fn(&Report) -> bool) -> Report {
        let mut last = Report::default();
        let looking = async {
            loop {
                last = self.report().await;
                if like(&last) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await.is_ok();
        assert!(found, "never measured: {what}; but {last:#?}");
        last
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Control = (Arc<Mutex<mpsc::UnboundedReceiver<&'static str>>>, mpsc::UnboundedSender<Report>);

async fn control(State((orders, told)): State<Control>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |socket| serve(socket, orders, told).await)
}

async fn serve(
    mut socket: WebSocket,
    orders: Arc<Mutex<mpsc::UnboundedReceiver<&'static str>>>,
    told: mpsc::UnboundedSender<Report>,
) {
    let mut orders = orders.lock().await;
    loop {
        tokio::select! {
            Some(order) = orders.recv() => {
                if socket.send(Message::Text(order.into())).await.is_err() {
                    return;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    let _ = told.send(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}
