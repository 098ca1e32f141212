//! A page of a clinic's own in Chromium, from an origin of its own and under a strict content security policy.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use consilium_tests::CHROMIUM_FLAGS;
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(60);

/// Where the page will be, before there is a server that must know it.
pub struct Place {
    listener: TcpListener,
    pub origin: String,
}

impl Place {
    pub async fn find() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, origin }
    }
}

/// The page.
pub struct Page {
    orders: mpsc::UnboundedSender<Value>,
    told: mpsc::UnboundedReceiver<(String, Value)>,
    /// What was told and not asked for yet.
    heard: Vec<(String, Value)>,
    server: JoinHandle<()>,
    _process: Child,
    _profile: TempDir,
}

type Line = (Arc<Mutex<mpsc::UnboundedReceiver<Value>>>, mpsc::UnboundedSender<(String, Value)>);

impl Page {
    pub async fn open(place: Place, server: &str) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let (teller, told) = mpsc::unbounded_channel();
        let html = include_str!("page.html").replace("SERVER", server);
        let socket = server.replace("http://", "ws://");
        let policy = format!(
            "default-src 'none'; script-src 'self' {server}; connect-src 'self' {server} {socket}; base-uri 'none'"
        );
        let page = move || async move {
            ([("content-security-policy", policy), ("content-type", "text/html".to_owned())], html)
        };
        let script = || async { ([(header::CONTENT_TYPE, "text/javascript")], include_str!("page.js")) };
        let line: Line = (Arc::new(Mutex::new(inbox)), teller);
        let router = Router::new()
            .route("/", get(page))
            .route("/page.js", get(script))
            .route("/control", get(control))
            .with_state(line);
        let listener = place.listener;
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let profile = tempfile::tempdir().unwrap();
        let process = Command::new("chromium")
            .args(CHROMIUM_FLAGS)
            .arg("--headless")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(&place.origin)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Chromium is installed (`cargo xtask test` does it)");
        let heard = Vec::new();
        let mut page = Self { orders, told, heard, server, _process: process, _profile: profile };
        page.hears("ready").await;
        page
    }

    /// Gives an order and does not wait.
    pub fn begins(&self, name: &str, value: Value) {
        self.orders.send(json!({"name": name, "value": value})).unwrap();
    }

    /// Gives an order, and waits for what comes of it.
    pub async fn does(&mut self, name: &str, value: Value) -> Value {
        self.begins(name, value);
        self.has_done(name).await
    }

    /// What came of an order.
    pub async fn has_done(&mut self, name: &str) -> Value {
        self.hears(&format!("done {name}")).await
    }

    /// The next thing of that name.
    pub async fn hears(&mut self, name: &str) -> Value {
        loop {
            if let Some(at) = self.heard.iter().position(|(heard, _)| heard == name) {
                return self.heard.remove(at).1;
            }
            let told = tokio::time::timeout(PATIENCE, self.told.recv()).await;
            let told = told.unwrap_or_else(|_| panic!("never heard: {name}; but {:#?}", self.heard));
            self.heard.push(told.expect("the page is there"));
        }
    }

    /// Waits until it is so.
    pub async fn becomes(&mut self, state: &str) {
        while self.hears("state").await != state {}
    }

    /// Whether anything of that name was told and not asked for.
    pub fn has_more(&mut self, name: &str) -> bool {
        while let Ok(told) = self.told.try_recv() {
            self.heard.push(told);
        }
        self.heard.iter().any(|(heard, _)| heard == name)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn control(State(line): State<Line>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |socket| serve(socket, line).await).into_response()
}

async fn serve(mut socket: WebSocket, (orders, told): Line) {
    let mut orders = orders.lock().await;
    loop {
        tokio::select! {
            Some(order) = orders.recv() => {
                if socket.send(Message::Text(order.to_string().into())).await.is_err() {
                    return;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    let told_now: Value = serde_json::from_str(&text).unwrap();
                    let _ = told.send((told_now["name"].as_str().unwrap().to_owned(), told_now["value"].clone()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}
