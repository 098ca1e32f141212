//! Chromium without a window, with the page that takes part.

use anyhow::{Context, Result};
use std::path::Path;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// What makes it a participant on a machine without devices, and keeps it from doing anything else.
const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
];

/// Opens the page. The process leads a group of its own.
pub(super) fn open(program: &Path, profile: &Path, content: &Path, url: &str) -> Result<Child> {
    let mut command = Command::new(program);
    command.args(FLAGS);
    command.arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("--use-file-for-fake-video-capture={}", content.display()));
    command.arg(url).process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().context("cannot start the browser")
}
