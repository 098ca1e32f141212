//! A page in a real Chromium with a camera and a microphone that are made up, held by the DevTools protocol. Each is a
//! device of its own: they share no cookies and no storage.

use crate::guard::Guard;
use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(30);
const FLAGS: [&str; 12] = [
    "--headless",
    "--remote-debugging-port=0",
    "--window-size=1200,780",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
];

/// A page in a browser of its own. It goes with its guard.
pub(crate) struct Browser {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
}

impl Browser {
    /// Opens a page in a new browser whose user likes this language best.
    pub(crate) async fn open(guard: &Guard, name: &str, lang: &str, url: &str) -> Result<Self> {
        let profile = guard.folder().join(name);
        fs::create_dir_all(&profile)?;
        let mut chromium = guard.command("chromium");
        chromium.args(FLAGS).arg(format!("--user-data-dir={}", profile.display()));
        chromium.arg(format!("--accept-lang={lang}")).arg("about:blank");
        chromium.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot start Chromium")?;
        let port = port(&profile).await?;
        let answer = reqwest::Client::new().put(format!("http://127.0.0.1:{port}/json/new?about:blank"));
        let page: Value = serde_json::from_str(&answer.send().await?.text().await?)?;
        let address = page["webSocketDebuggerUrl"].as_str().context("Chromium has no page")?;
        let (socket, _) = connect_async(address).await?;
        let mut browser = Self { socket, last: 0 };
        browser.command("Page.navigate", json!({ "url": url })).await?;
        Ok(browser)
    }

    async fn command(&mut self, method: &str, params: Value) -> Result<Value> {
        self.last += 1;
        let id = self.last;
        let text = json!({ "id": id, "method": method, "params": params }).to_string();
        self.socket.send(Message::text(text)).await?;
        let answer = async {
            loop {
                let frame = self.socket.next().await.context("the page has gone")??;
                let Ok(mut message) = serde_json::from_slice::<Value>(&frame.into_data()) else { continue };
                if message["id"] == id {
                    return Ok(message["result"].take());
                }
            }
        };
        timeout(PATIENCE, answer).await.with_context(|| format!("no answer to {method}"))?
    }

    /// The value of an expression, as if the person's own hand had done it.
    pub(crate) async fn value(&mut self, expression: &str) -> Result<Value> {
        let params = json!({ "expression": expression, "returnByValue": true, "userGesture": true });
        Ok(self.command("Runtime.evaluate", params).await?["result"]["value"].take())
    }

    /// Waits until an expression is true.
    pub(crate) async fn until(&mut self, expression: &str) -> Result<()> {
        let started = Instant::now();
        while self.value(&format!("Boolean({expression})")).await? != json!(true) {
            if started.elapsed() > PATIENCE {
                bail!("the page never comes to {expression}");
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Waits for something and presses it.
    pub(crate) async fn click(&mut self, selector: &str) -> Result<()> {
        let element = format!("document.querySelector({})", json!(selector));
        self.until(&format!("{element} && !{element}.disabled")).await?;
        self.value(&format!("{element}.click()")).await.map(drop)
    }

    /// Writes what can be seen to a PNG file.
    pub(crate) async fn shot(&mut self, file: &Path) -> Result<()> {
        // Lets fonts, pictures and transitions settle.
        sleep(Duration::from_millis(600)).await;
        let shot = self.command("Page.captureScreenshot", json!({ "format": "png" })).await?;
        let picture = STANDARD.decode(shot["data"].as_str().context("no picture")?)?;
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(file, picture).with_context(|| format!("cannot write {}", file.display()))
    }
}

/// The port that Chromium has chosen and written into its profile.
async fn port(profile: &Path) -> Result<String> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let written = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        // The second line comes last.
        if let Some((port, path)) = written.split_once('\n')
            && !path.is_empty()
        {
            return Ok(port.to_owned());
        }
        sleep(Duration::from_millis(50)).await;
    }
    bail!("Chromium does not say where it listens")
}
