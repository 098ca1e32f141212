//! A patient at the guest page, with what its browser measures.

use super::tab::{Browser, Tab};
use consilium_model::Secret;
use consilium_wire::link::Link;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Keeps the page's connections, so that they can be measured: the page itself knows nothing of tests.
pub const WATCH: &str = "
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) { super(...options); window.connections.push(this); }
  };
";

const MEASURE: &str = "(async () => {
  const all = [];
  for (const connection of window.connections.filter(({ connectionState }) => connectionState === 'connected')) {
    const one = { frames_decoded: 0, frames_encoded: 0, audio_energy: 0, height: 0, packets_sent: 0 };
    for (const row of (await connection.getStats()).values()) {
      if (row.type === 'inbound-rtp' && row.kind === 'video') {
        one.frames_decoded += row.framesDecoded ?? 0;
        one.height = Math.max(one.height, row.frameHeight ?? 0);
      }
      if (row.type === 'inbound-rtp' && row.kind === 'audio') one.audio_energy += row.totalAudioEnergy ?? 0;
      if (row.type === 'outbound-rtp') one.packets_sent += row.packetsSent ?? 0;
      if (row.type === 'outbound-rtp' && row.kind === 'video') one.frames_encoded += row.framesEncoded ?? 0;
    }
    all.push(one);
  }
  return all;
})()";

/// What the browser measures of its connection to one of the others.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub frames_decoded: u64,
    pub frames_encoded: u64,
    pub audio_energy: f64,
    pub height: u32,
    pub packets_sent: u64,
}

/// The page's address of a link.
pub fn address(link: &Secret, more: &str) -> String {
    let Ok(Link::Visit { server, access_token }) = Link::parse(link.expose()) else {
        panic!("a visit's link")
    };
    format!("{}?at={}{more}", server.join("visit").unwrap(), access_token.expose())
}

/// A patient at the page.
pub struct Guest {
    pub tab: Tab,
}

impl Guest {
    /// Opens the link, and goes on in the browser.
    pub async fn opens(browser: &Browser, link: &Secret) -> Self {
        let tab = browser.open(&address(link, "&lang=en"), WATCH).await;
        let mut guest = Self { tab };
        guest.goes_on().await;
        guest
    }

    /// The one press after which the page asks for the visit.
    pub async fn goes_on(&mut self) {
        self.tab.presses("[data-with-script]:not([hidden]) button").await;
    }

    pub async fn sees_screen(&mut self, screen: &str) {
        self.tab.sees(&format!("document.querySelector('main[data-screen={screen}]')")).await;
    }

    /// Writes into the open conversation.
    pub async fn writes(&mut self, words: &str) {
        self.tab.types("[data-testid=chat-field]", words).await;
        self.tab.presses("[data-testid=chat-send]").await;
    }

    /// Sees these words in the open conversation.
    pub async fn reads(&mut self, words: &str) {
        let pane = "document.querySelector('[data-testid=chat-pane]')?.innerText";
        self.tab.sees(&format!("{pane}.includes({})", serde_json::json!(words))).await;
    }

    pub async fn measures(&mut self) -> Vec<Measured> {
        self.tab.value(MEASURE).await
    }

    /// Waits for measurements like these.
    pub async fn waits_for(&mut self, what: &str, like: impl Fn(&[Measured]) -> bool) -> Vec<Measured> {
        let mut last = Vec::new();
        let looking = async {
            loop {
                last = self.measures().await;
                if like(&last) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        };
        let found = tokio::time::timeout(super::common::PATIENCE, looking).await.is_ok();
        assert!(found, "never measured: {what}; but {last:#?}; complaints: {:#?}", self.tab.complaints);
        last
    }
}
