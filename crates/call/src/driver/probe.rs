//! Whether the way to the clinic's relay is open, before there is a call: a real allocation, given back at once.

use super::gate::Gate;
use super::lane::Lane;
use super::rtc::{self, RtcConfig, Trust};
use super::transport::{Transport, TransportEvent};
use super::{CallConfig, stats};
use crate::core::IceConfig;
use consilium_wire::room::IceServer;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// No relay gave a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// None of the servers is one.
    #[error("there is no relay among the servers")]
    NoRelay,
    /// None answered in time, or all refused.
    #[error("no relay answered")]
    Unreached,
}

/// Asks these TURN servers for a relayed address (RFC 8656, section 7), and says how long the first one took. Nothing is
/// sent to anybody else. Of `config` only what is said of sockets and trust is used.
///
/// # Errors
/// [`RelayError`], after `within` at the latest.
pub async fn probe_relay(
    config: CallConfig,
    servers: Vec<IceServer>,
    within: Duration,
) -> Result<Duration, RelayError> {
    if !servers.iter().flat_map(|server| &server.urls).any(|url| url.starts_with("turn")) {
        return Err(RelayError::NoRelay);
    }
    let CallConfig { include_loopback, bind, turn_tls, .. } = config;
    let rtc = RtcConfig { include_loopback, bind, certificate: None, trust: Trust::new(turn_tls) };
    let (lane, _packets) = Lane::new(Arc::<Gate>::default(), Arc::<stats::Counters>::default());
    let began = Instant::now();
    let ice = IceConfig { servers, relay_only: true };
    let mut transport = rtc::connect(&rtc, &ice, Arc::new(lane)).await.map_err(|_| RelayError::Unreached)?;
    let relayed = timeout(within, relayed(transport.as_mut())).await;
    let took = began.elapsed();
    transport.close().await;
    if relayed.unwrap_or(false) { Ok(took) } else { Err(RelayError::Unreached) }
}

/// Waits for a relayed address; `false` when all has been tried.
async fn relayed(transport: &mut dyn Transport) -> bool {
    if transport.offer(false).await.is_err() {
        return false;
    }
    loop {
        match transport.next().await {
            TransportEvent::Candidate(candidate) => match candidate.line.expose().as_str() {
                "" => return false,
                line if line.contains(" typ relay") => return true,
                _ => {}
            },
            TransportEvent::Stopped => return false,
            _ => {}
        }
    }
}
