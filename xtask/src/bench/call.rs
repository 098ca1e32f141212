//! A call beside the same call in Chromium. The participants come from a program of their own, `call-load`: this task
//! is not busy while it measures.

use crate::build;
use crate::guard::Guard;
use crate::packages::{self, Need};
use anyhow::{Context, Result, ensure};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// What is measured
    #[arg(long, default_value = "cost,quality,lines")]
    what: String,
    /// How often each thing is measured
    #[arg(long, default_value = "3")]
    rounds: usize,
    /// With so many others
    #[arg(long, default_value = "1,3,7")]
    peers: String,
    /// Leave out echo cancellation, noise suppression and gain control, on both sides
    #[arg(long)]
    plain_voice: bool,
    /// Write a picture of the figures to this file (SVG)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    packages::ensure(&[Need::Build, Need::Test])?;
    let program = build::call_load()?;
    let content = build::target_directory()?.join("bench").join("call-640x360.y4m");
    let guard = Guard::new()?;
    let mut load = guard.command(program);
    load.args(["run", "--what", &options.what, "--peers", &options.peers]);
    load.args(["--rounds", &options.rounds.to_string(), "--content"]).arg(content);
    if options.plain_voice {
        load.arg("--plain-voice");
    }
    if let Some(picture) = &options.picture {
        load.arg("--picture").arg(picture);
    }
    let status = load.env("TMPDIR", guard.folder()).status().context("cannot start call-load")?;
    ensure!(status.success(), "call-load failed ({status})");
    Ok(())
}
