//! The clinic server's messenger under load. The load comes from a program of its own, `server-load`: this task is not
//! busy while it measures.

use crate::build;
use crate::guard::Guard;
use crate::packages::{self, Need};
use anyhow::{Context, Result, ensure};
use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// How often durable messages are measured
    #[arg(long, default_value = "15")]
    rounds: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    packages::ensure(&[Need::Build])?;
    let programs = build::server_and_load()?;
    let guard = Guard::new()?;
    let mut load = guard.command(programs.server_load());
    load.args(["chat", "--rounds", &options.rounds.to_string(), "--server"]).arg(programs.clinic_server());
    let status = load.env("TMPDIR", guard.folder()).status().context("cannot start server-load")?;
    ensure!(status.success(), "server-load failed ({status})");
    Ok(())
}
