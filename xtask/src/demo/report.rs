//! What a driven visit measured, and whether it really happened.

use crate::usage::Usage;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::Value;

/// The report of a visit, one part a window.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) language: &'static str,
    pub(crate) release: bool,
    pub(crate) talk_seconds: f64,
    pub(crate) patient: WindowReport,
    pub(crate) specialist: WindowReport,
}

/// What the application measured inside, with what its processes cost as seen from outside.
#[derive(Serialize)]
pub(crate) struct WindowReport {
    /// Processor time of all processes while the two talked, in seconds.
    pub(crate) cpu_seconds: f64,
    /// The same as a share of one core.
    pub(crate) cpu_cores: f64,
    /// Proportional memory of all processes at the end of the talk, in MiB.
    pub(crate) pss_mib: f64,
    /// How many processes the window is.
    pub(crate) processes: usize,
    /// The application's own report.
    #[serde(flatten)]
    pub(crate) measured: Value,
}

pub(crate) fn window(measured: Value, (before, after): (Usage, Usage), seconds: f64) -> Result<WindowReport> {
    if !measured.is_object() {
        bail!("the application's report is not an object");
    }
    let cpu_seconds = after.cpu_seconds - before.cpu_seconds;
    let cpu_cores = cpu_seconds / seconds;
    Ok(WindowReport { cpu_seconds, cpu_cores, pss_mib: after.pss_mib, processes: after.processes, measured })
}

/// Prints the figures that people ask for first.
pub(crate) fn summarize(report: &Report) {
    for (name, window) in [("patient", &report.patient), ("specialist", &report.specialist)] {
        let peer = peer(window).cloned().unwrap_or_default();
        println!(
            "{name:>10}: {} fps drawn at {}x{}, latency p50 {} ms p95 {} ms, longest freeze {} ms, \
             first paint {} ms, {:.2} cores, {:.0} MiB",
            peer["drawn_fps"],
            peer["width"],
            peer["height"],
            peer["latency_ms"]["p50"],
            peer["latency_ms"]["p95"],
            peer["longest_freeze_ms"],
            window.measured["first_paint_ms"],
            window.cpu_cores,
            window.pss_mib,
        );
    }
}

/// Fails unless both windows passed the screens of a visit and saw and heard the other.
pub(crate) fn judge(report: &Report) -> Result<()> {
    let patient = ["pending-client", "join-client", "started", "finish"];
    let specialist = ["pending-specialist", "join-specialist", "started", "finish"];
    check("patient", &report.patient, &patient)?;
    check("specialist", &report.specialist, &specialist)?;
    println!("The visit happened.");
    Ok(())
}

fn check(name: &str, window: &WindowReport, screens: &[&str]) -> Result<()> {
    let passed: Vec<&str> =
        window.measured["screens"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut rest = passed.iter();
    if !screens.iter().all(|screen| rest.any(|passed| passed == screen)) {
        bail!("the {name} passed {passed:?}, not {screens:?}");
    }
    let peer = peer(window).with_context(|| format!("the {name} saw nobody"))?;
    let drawn = peer["frames_drawn"].as_u64().unwrap_or_default() as f64;
    if drawn < report_floor(window) {
        bail!("the {name} saw only {drawn} frames");
    }
    let heard = window.measured["audio"]["packets_received"].as_u64().unwrap_or_default();
    let level = window.measured["audio"]["peak_level"].as_u64().unwrap_or_default();
    if heard == 0 || level == 0 {
        bail!("the {name} heard nothing: {heard} packets, level {level}");
    }
    Ok(())
}

/// Five frames a second of the time that pictures flowed: what a busy machine still shows, and far over a slide show.
/// How many there are on a quiet one is for the benchmark to say.
fn report_floor(window: &WindowReport) -> f64 {
    window.measured["flow_seconds"].as_f64().unwrap_or(1.0).max(1.0) * 5.0
}

fn peer(window: &WindowReport) -> Option<&Value> {
    window.measured["streams"].as_array()?.iter().find(|stream| stream["kind"] == "peer")
}
