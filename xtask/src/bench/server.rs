//! The clinic server under load. The load comes from a program of its own, `server-load`: this task is not busy while
//! it measures.

use crate::build;
use crate::guard::Guard;
use crate::packages::{self, Need};
use anyhow::{Context, Result, ensure};
use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// How often each thing is measured
    #[arg(long, default_value = "31")]
    rounds: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    load("run", options.rounds)
}

/// Has a part of the load measured, so often.
pub(super) fn load(part: &str, rounds: usize) -> Result<()> {
    packages::ensure(&[Need::Build])?;
    let programs = build::server_and_load()?;
    let guard = Guard::new()?;
    let mut load = guard.command(programs.server_load());
    load.args([part, "--rounds", &rounds.to_string(), "--server"]).arg(programs.clinic_server());
    let status = load.env("TMPDIR", guard.folder()).status().context("cannot start server-load")?;
    ensure!(status.success(), "server-load failed ({status})");
    Ok(())
}
