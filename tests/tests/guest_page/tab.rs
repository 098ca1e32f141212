//! A page in a real headless Chromium, held by the DevTools protocol: scripts are run in it, and pictures taken of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consilium_tests::CHROMIUM_FLAGS;
use futures_util::{SinkExt, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Long enough for a slow machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(30);
pub const LOOK: Duration = Duration::from_millis(200);

/// A Chromium with fake devices.
pub struct Browser {
    address: String,
    _process: Child,
    _profile: TempDir,
}

/// A page in it, or a frame of another site in a page.
pub struct Tab {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    /// What the page's console was told: the page itself never tells anything.
    pub complaints: Vec<String>,
    /// Fields for files that wait for somebody to choose one.
    choosing: Vec<u64>,
}

/// What the machine has, and what its user says to the browser's question.
#[derive(Clone, Copy)]
pub enum Devices {
    /// A camera, a microphone and a screen; the user allows them.
    Allowed,
    /// The user does not allow them.
    Denied,
    /// There are none.
    Missing,
}

impl Devices {
    const fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Allowed => &[
                "--use-fake-device-for-media-stream=fps=30",
                "--auto-select-desktop-capture-source=Entire screen",
            ],
            Self::Denied => &["--deny-permission-prompts"],
            Self::Missing => &[],
        }
    }

    /// Sound begins by a press, as with anybody's browser.
    const fn replaces(self) -> &'static [&'static str] {
        match self {
            Self::Allowed | Self::Missing => &["--use-fake-device", "--autoplay-policy"],
            Self::Denied => &["--use-fake-ui", "--autoplay-policy"],
        }
    }
}

impl Browser {
    pub async fn start(devices: Devices) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let without = |flag: &&&str| !devices.replaces().iter().any(|start| flag.starts_with(start));
        let mut process = Command::new("chromium")
            .args(CHROMIUM_FLAGS.iter().filter(without))
            .args(devices.flags())
            .args(["--headless", "--remote-debugging-port=0", "--window-size=1280,800"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Chromium is installed (`cargo xtask test` does it)");
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap().expect("Chromium says where it listens");
            if let Some((_, address)) = line.split_once("DevTools listening on ws://") {
                break address.split('/').next().unwrap().to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { address, _process: process, _profile: profile }
    }

    /// A new page. The script runs in it, and in its frames of the same site, before any of its own.
    pub async fn open(&self, url: &str, before: &str) -> Tab {
        let path = format!("http://{}/json/new?about:blank", self.address);
        let target: Value = reqwest::Client::new().put(path).send().await.unwrap().json().await.unwrap();
        let mut tab = Tab::at(&target).await;
        tab.command("Page.enable", json!({})).await;
        tab.command("Runtime.enable", json!({})).await;
        tab.command("Log.enable", json!({})).await;
        tab.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": before })).await;
        tab.goes(url).await;
        tab
    }

    /// The frame of another site whose address has this in it.
    pub async fn frame(&self, part: &str) -> Tab {
        let looking = async {
            loop {
                if let Some(target) = self.target_of_frame(part).await {
                    return Tab::at(&target).await;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.expect("the frame is there")
    }

    async fn target_of_frame(&self, part: &str) -> Option<Value> {
        let path = format!("http://{}/json/list", self.address);
        let targets: Vec<Value> = reqwest::get(&path).await.unwrap().json().await.unwrap();
        targets.into_iter().find(|target| is_frame(target, part))
    }
}

impl Tab {
    async fn at(target: &Value) -> Self {
        let url = target["webSocketDebuggerUrl"].as_str().unwrap();
        let (socket, _) = connect_async(url).await.unwrap();
        Self { socket, last: 0, complaints: Vec::new(), choosing: Vec::new() }
    }

    async fn command(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        let text = json!({ "id": id, "method": method, "params": params }).to_string();
        self.socket.send(Message::text(text)).await.unwrap();
        let answer = async {
            loop {
                let frame = self.socket.next().await.expect("the page is open").unwrap();
                let Ok(text) = frame.to_text() else { continue };
                let Ok(mut message) = serde_json::from_str::<Value>(text) else { continue };
                if message["id"] == id {
                    assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                    return message["result"].take();
                }
                self.complaints.extend(complaint(&message));
                if message["method"] == "Page.fileChooserOpened" {
                    self.choosing.extend(message["params"]["backendNodeId"].as_u64());
                }
            }
        };
        tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| panic!("no answer to {method}"))
    }

    pub async fn goes(&mut self, url: &str) {
        self.command("Page.navigate", json!({ "url": url })).await;
    }

    /// The value of an expression, awaited. As if the person's own hand had done it.
    pub async fn value<T: DeserializeOwned>(&mut self, expression: &str) -> T {
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let mut result = self.command("Runtime.evaluate", params).await;
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        let value = result["result"]["value"].take();
        serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{expression}: {value}: {error}"))
    }

    /// Waits until an expression is true.
    pub async fn sees(&mut self, expression: &str) {
        let looking = async {
            while !self.value::<bool>(&format!("Boolean({expression})")).await {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(PATIENCE, looking).await.is_err() {
            let page: String = self.value("document.body.innerText").await;
            panic!("never true: {expression}; the page says: {page}; complaints: {:#?}", self.complaints);
        }
    }

    /// Waits for what the selector names and presses it.
    pub async fn presses(&mut self, selector: &str) {
        let element = format!("document.querySelector({})", json!(selector));
        self.sees(&format!("{element} && !{element}.disabled")).await;
        self.value::<Option<bool>>(&format!("{element}.click()")).await;
    }

    /// The languages that the browser likes, from now on.
    pub async fn likes(&mut self, languages: &str) {
        self.command("Network.enable", json!({})).await;
        let headers = json!({ "headers": { "Accept-Language": languages } });
        self.command("Network.setExtraHTTPHeaders", headers).await;
    }

    /// A key, pressed and let go.
    pub async fn key(&mut self, key: &str, code: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let params =
                json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
            self.command("Input.dispatchKeyEvent", params).await;
        }
    }

    /// Goes on with Tab until the focus is where the selector says, and presses Enter there: the keyboard alone.
    pub async fn walks_to(&mut self, selector: &str) {
        let there = format!("document.activeElement?.matches({})", json!(selector));
        for _ in 0..40 {
            if self.value::<Option<bool>>(&there).await == Some(true) {
                return self.key("Enter", 13, "\r").await;
            }
            self.key("Tab", 9, "").await;
        }
        panic!("the keyboard does not reach {selector}");
    }

    /// The rules of axe that the page breaks as it is now, with where.
    pub async fn barriers(&mut self) -> Vec<String> {
        let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("the packages of `ui` are installed");
        self.value::<Option<bool>>(&format!("{axe}; null")).await;
        let run = "axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => \
                   `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`))";
        self.value(run).await
    }

    /// Types into what the selector names, letter by letter as far as the page can tell.
    pub async fn types(&mut self, selector: &str, text: &str) {
        self.value::<Option<bool>>(&format!("document.querySelector({}).focus()", json!(selector))).await;
        self.command("Input.insertText", json!({ "text": text })).await;
    }

    /// From now on the page's questions for a file wait for [`Self::chooses`], and what it saves goes into the folder.
    pub async fn keeps_files_in(&mut self, folder: &Path) {
        self.command("Page.setInterceptFileChooserDialog", json!({ "enabled": true })).await;
        let params = json!({ "behavior": "allow", "downloadPath": folder });
        self.command("Browser.setDownloadBehavior", params).await;
    }

    /// Waits until the page asks for a file, and gives it this one.
    pub async fn chooses(&mut self, file: &Path) {
        let looking = async {
            while self.choosing.is_empty() {
                self.value::<bool>("true").await;
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.expect("the page asks for a file");
        let field = self.choosing.remove(0);
        self.command("DOM.setFileInputFiles", json!({ "files": [file], "backendNodeId": field })).await;
    }

    /// The window is of this size from now on, and everything in it so much larger.
    pub async fn is_sized(&mut self, width: u32, height: u32, zoom: u32) {
        let params = json!({
            "width": width / zoom, "height": height / zoom, "deviceScaleFactor": zoom, "mobile": false,
        });
        self.command("Emulation.setDeviceMetricsOverride", params).await;
    }

    /// Addresses like these are never reached, from the next page on.
    pub async fn blocks(&mut self, addresses: &[&str]) {
        self.command("Network.enable", json!({})).await;
        self.command("Network.setBlockedURLs", json!({ "urls": addresses })).await;
    }

    /// What is seen now, as PNG.
    pub async fn picture(&mut self) -> Vec<u8> {
        let shot = self.command("Page.captureScreenshot", json!({ "format": "png" })).await;
        STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()
    }
}

fn is_frame(target: &Value, part: &str) -> bool {
    target["type"] == "iframe" && target["url"].as_str().is_some_and(|url| url.contains(part))
}

fn complaint(message: &Value) -> Option<String> {
    let params = &message["params"];
    match message["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(params["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled" => Some(params["args"].to_string()),
        "Log.entryAdded" if params["entry"]["level"] == "error" => Some(params["entry"].to_string()),
        _ => None,
    }
}
