//! The messenger: durable messages beside plain inserts, delivery over a thousand sockets, and what must not grow with
//! the history: opening a session, and knowing how much is unread.

mod delivery;
mod durable;
mod history;
mod idle;
mod people;
mod plain;
mod socket;
mod unread;
mod words;

use super::booking::Booking;
use super::machine::Cores;
use super::server::Server;
use super::{Rounds, say};
use anyhow::{Context, Result};
use clap::Args;
use people::Conversation;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Args)]
pub(super) struct Options {
    /// The program `clinic-server`
    #[arg(long, value_name = "PROGRAM")]
    server: PathBuf,
    /// How often durable messages are measured
    #[arg(long, default_value = "15")]
    rounds: usize,
    /// How long a round takes, in milliseconds
    #[arg(long, default_value = "1000")]
    round_ms: u64,
    /// How many messages are timed at 200 a second
    #[arg(long, default_value = "2000")]
    deliveries: usize,
    /// Of two sockets each; half of them while messages are timed, all while memory is measured
    #[arg(long, default_value = "1000")]
    conversations: usize,
    /// Messages of the sessions that are opened
    #[arg(long, value_delimiter = ',', default_value = "100,10000,100000")]
    histories: Vec<usize>,
    /// Sessions of those whose unread messages are counted
    #[arg(long, value_delimiter = ',', default_value = "10,1000,10000")]
    sessions: Vec<usize>,
}

#[derive(Serialize)]
pub(super) struct Figures {
    durable_messages: durable::Figures,
    idle_sockets: idle::Figures,
    delivery: delivery::Figures,
    opening_a_session: Vec<history::Figures>,
    unread_count: Vec<unread::Figures>,
}

/// Starts a clinic server and measures its messenger.
pub(super) async fn measure(options: &Options, cores: &Cores) -> Result<Figures> {
    let rounds = Rounds { count: options.rounds.max(1), length: Duration::from_millis(options.round_ms) };
    let folder = tempfile::Builder::new().prefix("consilium-load-").tempdir().context("no folder")?;
    // People do not write so fast: without this the server would refuse most of it.
    let clinic =
        Server::clinic(&options.server, folder.path(), cores, &["--messages-per-second", "1000000"])?;
    let mut booking = Booking::open(&clinic).await?;
    say("signing in to the messenger");
    let visits = booking.book(options.conversations).await?;
    let talks = Conversation::open_all(&clinic, &visits).await?;
    say("memory of idle sockets");
    let idle_sockets = idle::measure(&clinic, &talks).await?;
    say("delivery over the sockets");
    let half = &talks[..talks.len().div_ceil(2)];
    let delivery = delivery::measure(&clinic, half, options.deliveries).await?;
    say("durable messages beside plain inserts");
    let durable_messages = durable::measure(&clinic, &talks, rounds, folder.path(), cores).await?;
    say("opening sessions");
    let mut opening_a_session = Vec::new();
    for messages in &options.histories {
        let visit = booking.book(1).await?;
        let talk = Conversation::open_all(&clinic, &visit).await?;
        opening_a_session.push(history::measure(&clinic, &talk[0], *messages).await?);
    }
    say("counting what is unread");
    let mut unread_count = Vec::new();
    for sessions in &options.sessions {
        unread_count.push(unread::measure(cores, &options.server, *sessions).await?);
    }
    Ok(Figures { durable_messages, idle_sockets, delivery, opening_a_session, unread_count })
}
