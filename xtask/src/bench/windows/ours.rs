//! Our window, in a visit of a real clinic server.

use super::{LENGTH, Plan, Seen, WARM_UP, ensure_pictures};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Drawing, Place, Start, Window};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The longest wait for everybody.
const MEETING: Duration = Duration::from_secs(40);
const CONNECTED: &str = "[data-testid='tile'][data-state='connected']";
/// Where the window has its tiles.
const TILES: &str = "
    const box = (element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return [left, top, width, height].map(Math.round).join(',');
    };
    const all = [...document.querySelectorAll(\"[data-testid='tile']\")];
    const own = document.querySelector(\"[data-testid='self-view']\");
    return { tiles: [...all, ...(own ? [own] : [])].map(box).join(';'), own: own !== null,
             canvases: all.filter((tile) => tile.querySelector('canvas')).length };";

/// What was found in the window.
pub(super) struct Layout {
    /// `x,y,width,height` of each tile, the own one last.
    pub(super) tiles: String,
    /// Who drew.
    pub(super) drawing: &'static str,
}

/// Opens the window, has the others come, and measures.
pub(super) async fn measure(
    plan: &Plan,
    guard: &Guard,
    programs: &Programs,
    drawing: Option<Drawing>,
) -> Result<(Seen, Layout)> {
    let clinic = Clinic::start(guard, programs, Language::En).await?;
    let mut guests = Guests::invite(plan, guard, &clinic)?;
    let link = guests.read()?["link"].as_str().context("no link")?.to_owned();
    let place = Place::logging("window", guard, "warn")?;
    let app = programs.app();
    let start = Start {
        app: &app,
        lang: "en",
        link: Some(&link),
        vertical: "medicine",
        synthetic: true,
        shots: plan.shots.clone(),
        drawing,
    };
    let mut window = Window::open(&place, start).await?;
    // Without a word on standard output, which is for the figures.
    window.click("[data-testid='action-join']").await?;
    window.find("[data-screen='started']").await?;
    everybody(&window, plan.people - 1).await?;
    sleep(WARM_UP).await;
    window.shot(&format!("{}-people", plan.people)).await?;
    let layout = layout(&window).await?;
    ensure_pictures(place.display(), &layout.tiles)?;
    let (sent, report) = (guests.ask()?, window.measured()?);
    let (before, display, started) = (place.usage(), place.display().usage(), Instant::now());
    sleep(LENGTH).await;
    let (after, display_after) = (place.usage(), place.display().usage());
    let seconds = started.elapsed().as_secs_f64();
    let (sent_after, report_after) = (guests.ask()?, window.measured()?);
    let mut seen = drawn(&report, &report_after, seconds)?;
    seen.cores = (after.cpu_seconds - before.cpu_seconds) / seconds;
    seen.pss_mib = after.pss_mib;
    seen.display_cores = (display_after.cpu_seconds - display.cpu_seconds) / seconds;
    (seen.sent_kbps, seen.sent_height) = sending(&sent, &sent_after, seconds);
    window.close().await;
    Ok((seen, layout))
}

/// Waits until so many others are connected.
async fn everybody(window: &Window<'_>, others: usize) -> Result<()> {
    let script = format!("return document.querySelectorAll(\"{CONNECTED}\").length");
    let started = Instant::now();
    while window.evaluate(&script).await?.as_u64() != Some(others as u64) {
        ensure!(started.elapsed() < MEETING, "not everybody came");
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

async fn layout(window: &Window<'_>) -> Result<Layout> {
    let found = window.evaluate(TILES).await?;
    ensure!(found["own"] == true, "the window shows no picture of its own");
    let drawing = if found["canvases"].as_u64() > Some(0) { "page" } else { "native" };
    Ok(Layout { tiles: found["tiles"].as_str().context("no tiles")?.to_owned(), drawing })
}

fn peers(report: &Value) -> Vec<&Value> {
    let streams = report["streams"].as_array().into_iter().flatten();
    streams.filter(|stream| stream["kind"] == "peer").collect()
}

fn drawn(before: &Value, after: &Value, seconds: f64) -> Result<Seen> {
    let (before, after) = (peers(before), peers(after));
    ensure!(before.len() == after.len(), "somebody came or left");
    let number = |stream: &Value, key: &str| stream[key].as_f64().unwrap_or_default();
    let fps = |(a, b): (&&Value, &&Value)| (number(b, "frames_drawn") - number(a, "frames_drawn")) / seconds;
    let latency = |key: &str| after.first().and_then(|stream| stream["latency_ms"][key].as_f64());
    let gaps = after.iter().filter_map(|stream| stream["longest_freeze_ms"].as_f64());
    Ok(Seen {
        drawn_fps: before.iter().zip(&after).map(fps).collect(),
        height: after.iter().map(|stream| number(stream, "height")).fold(f64::INFINITY, f64::min),
        freezes: Some(after.iter().filter_map(|stream| stream["freezes_over_200_ms"].as_u64()).sum()),
        longest_gap_ms: gaps.max_by(f64::total_cmp),
        latency_p50_ms: latency("p50"),
        latency_p95_ms: latency("p95"),
        ..Seen::default()
    })
}

/// Kilobits a second and lines of what the guests got.
fn sending(before: &Value, after: &Value, seconds: f64) -> (f64, f64) {
    let bytes = |report: &Value| -> f64 {
        let streams = report["streams"].as_array().into_iter().flatten();
        streams.filter_map(|stream| stream["picture_bytes"].as_f64()).sum()
    };
    let heights: Vec<f64> = after["streams"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|stream| stream["height"].as_f64())
        .collect();
    let kbps = (bytes(after) - bytes(before)) * 8.0 / 1000.0 / seconds / heights.len().max(1) as f64;
    (kbps, heights.into_iter().fold(f64::INFINITY, f64::min))
}

/// The others, in a process of their own that ends with the guard.
struct Guests {
    ask: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Guests {
    fn invite(plan: &Plan, guard: &Guard, clinic: &Clinic<'_>) -> Result<Self> {
        let mut command = guard.command(&plan.program);
        command.args(["guests", "--clinic", clinic.base_url(), "--api-key", clinic.api_key()]);
        command.args(["--peers", &(plan.people - 1).to_string(), "--height", &plan.height.to_string()]);
        command.arg("--content").arg(&plan.content);
        if plan.live {
            command.arg("--live");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().context("cannot start the guests")?;
        let (ask, answers) = (process.stdin.take().expect("piped"), process.stdout.take().expect("piped"));
        Ok(Self { ask, answers: BufReader::new(answers).lines() })
    }

    fn ask(&mut self) -> Result<Value> {
        writeln!(self.ask)?;
        self.read()
    }

    fn read(&mut self) -> Result<Value> {
        let line = self.answers.next().context("the guests have left")??;
        serde_json::from_str(&line).context("what the guests say")
    }
}
