//! The window: how soon it shows something, and what it costs when nobody touches it.

use crate::build::{self, Profile, Programs};
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Place, Start, Window};
use crate::node::Node;
use crate::packages::{self, Need};
use crate::shell::runtime;
use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::time::sleep;

#[derive(Args)]
pub(crate) struct Options {
    /// How many starts
    #[arg(long, default_value = "5")]
    runs: usize,
    /// For how long the window idles
    #[arg(long, default_value = "30")]
    idle_seconds: u64,
}

#[derive(Serialize)]
struct WindowFigures {
    /// From the start of the process to the first picture, in milliseconds, one a start.
    first_paint_ms: Vec<u64>,
    first_paint_ms_median: u64,
    /// The home page, nobody touching it.
    idle: Idle,
}

#[derive(Serialize)]
struct Idle {
    seconds: f64,
    /// Share of one core, all processes.
    cores: f64,
    pss_mib: f64,
    processes: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    packages::ensure(&[Need::Build, Need::Headless])?;
    build::ui(&Node::ensure()?)?;
    let programs = build::programs(Profile::Release)?;
    let figures = runtime()?.block_on(measure(options, &programs))?;
    println!("{}", serde_json::to_string_pretty(&figures)?);
    Ok(())
}

async fn measure(options: &Options, programs: &Programs) -> Result<WindowFigures> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, Language::En).await?;
    let place = Place::new("specialist", &guard)?;
    let first = open(&place, programs, Some(clinic.sign_in_link()?)).await?;
    first.find("[data-screen='home'] [data-testid='visit-row']").await?;
    first.close().await;
    let mut paints = Vec::new();
    for _ in 0..options.runs.max(1) {
        let window = open(&place, programs, None).await?;
        window.find("[data-screen='home'] [data-testid='visit-row']").await?;
        paints.push(first_paint(&window).await?);
        window.close().await;
    }
    let window = open(&place, programs, None).await?;
    window.find("[data-screen='home'] [data-testid='visit-row']").await?;
    // Fonts, the list and the first collections of garbage are start-up, not idling.
    sleep(Duration::from_secs(5)).await;
    let (before, started) = (place.usage(), Instant::now());
    sleep(Duration::from_secs(options.idle_seconds)).await;
    let (after, seconds) = (place.usage(), started.elapsed().as_secs_f64());
    window.close().await;
    let mut sorted = paints.clone();
    sorted.sort_unstable();
    Ok(WindowFigures {
        first_paint_ms_median: sorted[sorted.len() / 2],
        first_paint_ms: paints,
        idle: Idle {
            seconds,
            cores: (after.cpu_seconds - before.cpu_seconds) / seconds,
            pss_mib: after.pss_mib,
            processes: after.processes,
        },
    })
}

async fn open<'a>(place: &'a Place<'a>, programs: &Programs, link: Option<&str>) -> Result<Window<'a>> {
    // The report of the start before must not be taken for this one's.
    let _ = std::fs::remove_file(place.file(".json"));
    let app = programs.app();
    Window::open(
        place,
        Start {
            app: &app,
            lang: "en",
            link,
            vertical: "medicine",
            synthetic: true,
            shots: None,
            drawing: None,
        },
    )
    .await
}

async fn first_paint(window: &Window<'_>) -> Result<u64> {
    for _ in 0..50 {
        if let Some(paint) = window.measured().ok().and_then(|report| report["first_paint_ms"].as_u64()) {
            return Ok(paint);
        }
        sleep(Duration::from_millis(100)).await;
    }
    None.context("the application reported no first paint")
}
