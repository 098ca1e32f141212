//! The line: to the clinic's relay where the server says where it is, else to the server.

use crate::view::{CheckState, NetworkCheck, NetworkWay};
use consilium_call::{CallConfig, RelayError, probe_relay};
use consilium_client::MedMe;
use consilium_wire::room::IceServer;
use std::time::{Duration, Instant};

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// A round trip that is longer makes talking hard (ITU-T G.114 has 400 ms for both ways as the limit).
const SLOW: Duration = Duration::from_millis(400);
/// A relayed address takes two requests, the first of which is told what to sign with (RFC 8656, section 5).
const RELAY_REQUESTS: u32 = 2;

/// The way that is tried.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) medme: MedMe,
    /// The servers that the room has told, if it has.
    pub(crate) servers: Vec<IceServer>,
    /// The server is on this machine, so its relay may be too.
    pub(crate) same_machine: bool,
}

impl Line {
    /// Which way that is.
    pub(super) fn way(&self) -> NetworkWay {
        let is_relay = |server: &IceServer| server.urls.iter().any(|url| url.starts_with("turn"));
        if self.servers.iter().any(is_relay) { NetworkWay::Relay } else { NetworkWay::Server }
    }

    /// Tries it.
    pub(super) async fn look(self) -> NetworkCheck {
        let way = self.way();
        let round_trip = match way {
            NetworkWay::Relay => {
                let config = CallConfig { include_loopback: self.same_machine, ..CallConfig::default() };
                let took: Result<_, RelayError> = probe_relay(config, self.servers, PATIENCE).await;
                took.ok().map(|took| took / RELAY_REQUESTS)
            }
            NetworkWay::Server => self.ask_server().await,
        };
        let state = match round_trip {
            None => CheckState::Failed,
            Some(time) if time > SLOW => CheckState::Poor,
            Some(_) => CheckState::Good,
        };
        let round_trip_ms = round_trip.and_then(|time| u32::try_from(time.as_millis()).ok());
        NetworkCheck { state, way, round_trip_ms }
    }

    /// The second question finds the connection standing, so its time is that of the line.
    async fn ask_server(&self) -> Option<Duration> {
        self.medme.durations().await.ok()?;
        let began = Instant::now();
        self.medme.durations().await.ok()?;
        Some(began.elapsed())
    }
}
