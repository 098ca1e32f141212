//! A call beside the same call in Chromium. The participants come from a program of their own, `call-load`: this task
//! is not busy while it measures.

use super::windows;
use crate::build;
use crate::guard::Guard;
use crate::headless::Drawing;
use crate::packages::{self, Need};
use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;

#[derive(Args)]
pub(crate) struct Options {
    /// What is measured: cost, quality, lines, sound, windows, latency, eight, soak
    #[arg(long, value_delimiter = ',', default_value = "cost,quality,lines")]
    pub(super) what: Vec<String>,
    /// How often each thing is measured
    #[arg(long, default_value = "3")]
    pub(super) rounds: usize,
    /// With so many others (cost)
    #[arg(long, default_value = "1,3,7")]
    peers: String,
    /// How many people are in the call (windows)
    #[arg(long, value_delimiter = ',', default_value = "2,4,8")]
    pub(super) people: Vec<usize>,
    /// Who draws in our window; by itself the application chooses
    #[arg(long, value_name = "WHO")]
    pub(super) drawing: Option<Drawing>,
    /// How long the soak is
    #[arg(long, default_value = "60")]
    minutes: u64,
    /// Leave out echo cancellation, noise suppression and gain control, on both sides (cost)
    #[arg(long)]
    plain_voice: bool,
    /// Write a picture of the figures to this file (SVG; cost)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Write PNGs of both windows to this folder
    #[arg(long, value_name = "DIR")]
    pub(super) shots: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let (windowed, plain): (Vec<&str>, Vec<&str>) =
        options.what.iter().map(String::as_str).partition(|what| ["windows", "latency"].contains(what));
    packages::ensure(&[Need::Build, Need::Test])?;
    let mut figures = Value::Object(serde_json::Map::new());
    if !plain.is_empty() {
        figures = load(options, &build::call_load()?, &plain.join(","))?;
    }
    for what in windowed {
        figures[what] = windows::run(options, what == "latency")?;
    }
    println!("{}", serde_json::to_string_pretty(&figures)?);
    Ok(())
}

/// The folder for what all send.
pub(super) fn content() -> Result<PathBuf> {
    Ok(build::target_directory()?.join("bench"))
}

/// What `call-load` measures by itself.
fn load(options: &Options, program: &Path, what: &str) -> Result<Value> {
    let content = content()?.join("call-640x360.y4m");
    let guard = Guard::new()?;
    let mut load = guard.command(program);
    load.args(["run", "--what", what, "--peers", &options.peers]);
    load.args(["--rounds", &options.rounds.to_string()]);
    load.args(["--minutes", &options.minutes.to_string(), "--content"]).arg(content);
    if options.plain_voice {
        load.arg("--plain-voice");
    }
    if let Some(picture) = &options.picture {
        load.arg("--picture").arg(picture);
    }
    load.env("TMPDIR", guard.folder()).stderr(Stdio::inherit());
    let output = load.output().context("cannot start call-load")?;
    ensure!(output.status.success(), "call-load failed ({})", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}
