//! The clinic server's messenger under load, from the same program as the rest of the server.

use super::server;
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// How often durable messages are measured
    #[arg(long, default_value = "15")]
    rounds: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    server::load("chat", options.rounds)
}
