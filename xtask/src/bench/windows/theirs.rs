//! Chromium's window with the same tiles.

use super::ours::Layout;
use super::{LENGTH, Plan, Seen, WARM_UP, ensure_pictures, percentile};
use crate::guard::Guard;
use crate::headless::{Display, SIZE};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// What `call-load tiles` prints.
#[derive(Deserialize)]
struct Shown {
    cores: f64,
    pss_mib: f64,
    height: f64,
    drawn_fps: Vec<f64>,
    sent_kbps: f64,
    sent_height: f64,
    #[serde(default)]
    ages_ms: Vec<f64>,
}

/// Opens the window with what ours showed and sent, and measures.
pub(super) async fn measure(plan: &Plan, guard: &Guard, layout: &Layout, ours: &Seen) -> Result<Seen> {
    let display = Display::start(guard)?;
    let mut command = guard.command(&plan.program);
    command.args(["tiles", "--display", display.name(), "--tiles", &layout.tiles]);
    command.args(["--window", &SIZE.0.to_string(), &SIZE.1.to_string()]);
    command.args(["--peers", &(plan.people - 1).to_string(), "--height", &(ours.height as u16).to_string()]);
    command.args(["--send-height", &plan.height.to_string()]);
    command.args(["--rate", &((ours.sent_kbps * 1000.0) as u32).to_string()]);
    command.args(["--warm-up", &WARM_UP.as_secs().to_string(), "--seconds", &LENGTH.as_secs().to_string()]);
    command.arg("--content").arg(&plan.content).arg("--camera").arg(&plan.camera);
    if plan.live {
        command.arg("--live");
    }
    let process = command.stdout(Stdio::piped()).env("TMPDIR", guard.folder()).spawn()?;
    let started = (display.usage().cpu_seconds, Instant::now());
    let waiting = tokio::task::spawn_blocking(move || process.wait_with_output());
    tokio::time::sleep(WARM_UP + Duration::from_secs(4)).await;
    if let Some(folder) = &plan.shots {
        std::fs::create_dir_all(folder)?;
        display.shot(&folder.join(format!("chromium-{}-people.png", plan.people)))?;
    }
    ensure_pictures(&display, &layout.tiles)?;
    // Somewhere inside the measurement: what the display costs does not depend on when.
    let (before, from) = (display.usage().cpu_seconds, Instant::now());
    let output = waiting.await?.context("cannot start call-load")?;
    ensure!(output.status.success(), "call-load failed ({}) after {:?}", output.status, started.1.elapsed());
    let display_cores = (display.usage().cpu_seconds - before) / from.elapsed().as_secs_f64();
    let shown: Shown = serde_json::from_slice(&output.stdout)?;
    Ok(Seen {
        cores: shown.cores,
        pss_mib: shown.pss_mib,
        display_cores,
        drawn_fps: shown.drawn_fps,
        height: shown.height,
        sent_kbps: shown.sent_kbps,
        sent_height: shown.sent_height,
        freezes: None,
        longest_gap_ms: None,
        latency_p50_ms: percentile(&shown.ages_ms, 50),
        latency_p95_ms: percentile(&shown.ages_ms, 95),
    })
}
