//! What sockets cost on which nothing happens.

use super::super::server::Server;
use super::people::Conversation;
use super::socket::Socket;
use anyhow::Result;
use serde::Serialize;
use std::time::Duration;
use tokio::time::sleep;

/// Until the server has done what a login leaves to do.
const SETTLE: Duration = Duration::from_secs(2);

#[derive(Serialize)]
pub(super) struct Figures {
    sockets: usize,
    /// Proportional set size of the server, with everybody signed in and nobody connected.
    before_bytes: u64,
    /// With every socket logged in and looking at a session.
    with_sockets_bytes: u64,
    bytes_a_socket: f64,
}

/// Connects everyone, waits, and leaves.
pub(super) async fn measure(clinic: &Server, talks: &[Conversation]) -> Result<Figures> {
    sleep(SETTLE).await;
    let before = clinic.memory()?;
    let mut sockets = Vec::with_capacity(2 * talks.len());
    for talk in talks {
        for person in [&talk.specialist, &talk.patient] {
            sockets.push(Socket::open(clinic.address, person, &talk.session).await?);
        }
    }
    sleep(SETTLE).await;
    let with_sockets = clinic.memory()?;
    let more = with_sockets.saturating_sub(before) as f64;
    Ok(Figures {
        sockets: sockets.len(),
        before_bytes: before,
        with_sockets_bytes: with_sockets,
        bytes_a_socket: (more / sockets.len() as f64).round(),
    })
}
