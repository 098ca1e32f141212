//! Chromium's whole participant: a window with everybody's tile, which sends and receives.

use super::browser::Screen;
use super::report::Stream;
use super::round::{self, Outcome, Parties, Plan, Side};
use super::{Direction, HEIGHT};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What is shown where.
#[derive(Args)]
pub(super) struct Options {
    /// The browser
    #[arg(long, default_value = "/usr/bin/chromium")]
    chromium: PathBuf,
    /// What the others send, a YUV4MPEG2 file; it is made if there is none
    #[arg(long)]
    content: PathBuf,
    /// What the browser sends, likewise: the built-in picture
    #[arg(long)]
    camera: PathBuf,
    /// The X display
    #[arg(long)]
    display: String,
    /// Width and height of the window
    #[arg(long, num_args = 2, default_values_t = [1200, 780])]
    window: Vec<u16>,
    /// `x,y,width,height` of each tile, the own one last, separated by `;`
    #[arg(long)]
    tiles: String,
    /// How many others
    #[arg(long)]
    peers: usize,
    /// Lines of the pictures that it asks for
    #[arg(long, default_value_t = HEIGHT)]
    height: u16,
    /// And of those that it sends
    #[arg(long, default_value_t = HEIGHT)]
    send_height: u16,
    /// Bits per second of the picture that the browser sends
    #[arg(long, default_value_t = super::VIDEO_RATE)]
    rate: u32,
    /// The others send the built-in picture, which has the time in it, and its age is measured
    #[arg(long)]
    live: bool,
    /// How long after the first pictures, in seconds
    #[arg(long, default_value = "8")]
    warm_up: u64,
    /// And for how long, in seconds
    #[arg(long, default_value = "12")]
    seconds: u64,
}

/// What it took, what came, and what was drawn.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    outcome: Outcome,
    /// Pictures a second that were shown, of each stream.
    drawn_fps: Vec<f64>,
    /// Pictures and bits a second of what the browser sends, the mean of all streams.
    sent_fps: f64,
    sent_kbps: f64,
    sent_height: f64,
    /// Milliseconds from capture to the browser's handing the picture over for display, ascending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ages_ms: Vec<f64>,
}

pub(super) fn run(options: &Options) -> Result<()> {
    super::content::ensure(&options.content)?;
    super::content::ensure_pattern(&options.camera)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shown = runtime.block_on(measure(options))?;
    println!("{}", serde_json::to_string(&shown)?);
    Ok(())
}

async fn measure(options: &Options) -> Result<Shown> {
    let plan = plan(options);
    let parties = Parties::meet(&plan, Side::Chromium, None).await?;
    tokio::time::sleep(plan.warm_up).await;
    let (near, far) = (parties.room.ask(true).await?, parties.room.ask(false).await?);
    let (started, cost) = (Instant::now(), parties.near.usage());
    tokio::time::sleep(plan.length).await;
    let (end, seconds) = (parties.near.usage(), started.elapsed().as_secs_f64());
    let (near_after, far_after) = (parties.room.ask(true).await?, parties.room.ask(false).await?);
    let asked = started.elapsed().as_secs_f64();
    let sent = round::streams(&far, &far_after, asked);
    let cores = (end.cpu_seconds - cost.cpu_seconds) / seconds;
    let drawn = |(before, after): (&Stream, &Stream)| (after.drawn - before.drawn) as f64 / asked;
    let mut ages_ms: Vec<f64> = near_after.streams.iter().flat_map(|stream| stream.ages_ms.clone()).collect();
    ages_ms.sort_by(f64::total_cmp);
    Ok(Shown {
        outcome: Outcome { cores, pss_mib: end.pss_mib, ..round::streams(&near, &near_after, asked) },
        drawn_fps: near.streams.iter().zip(&near_after.streams).map(drawn).collect(),
        sent_fps: sent.fps,
        sent_kbps: sent.video_kbps,
        sent_height: sent.height,
        ages_ms,
    })
}

fn plan(options: &Options) -> Plan<'_> {
    let window = (options.window[0], options.window[1]);
    let (display, camera, tiles) =
        (options.display.as_str(), options.camera.as_path(), options.tiles.as_str());
    Plan {
        direction: Direction::Both,
        peers: options.peers,
        content: &options.content,
        chromium: &options.chromium,
        plain_voice: false,
        keeps_size: true,
        height: options.send_height,
        live: options.live,
        screen: Some(Screen { display, camera, tiles, window, rate: options.rate, height: options.height }),
        speech: None,
        record: None,
        look: None,
        warm_up: Duration::from_secs(options.warm_up),
        length: Duration::from_secs(options.seconds.max(1)),
    }
}
