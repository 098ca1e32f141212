//! One measurement: a room, the participant that is measured, the others, a warm-up, and a stretch of time.

use super::browser::Screen;
use super::line::Line;
use super::participants::Look;
use super::processes::Usage;
use super::report::Report;
use super::room::{NEAR, Room};
use super::{Direction, VIDEO_RATE, browser};
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// The first pictures of all have come by then.
const FLOW_WAIT: Duration = Duration::from_secs(30);

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    /// Our participant.
    Ours,
    /// Chromium's.
    Chromium,
}

/// What is measured.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) direction: Direction,
    pub(super) peers: usize,
    pub(super) content: &'a Path,
    pub(super) chromium: &'a Path,
    pub(super) plain_voice: bool,
    /// Chromium may not send smaller pictures.
    pub(super) keeps_size: bool,
    /// Lines of the pictures that are asked for.
    pub(super) height: u16,
    /// The others send the built-in picture, which has the time in it, and not the content.
    pub(super) live: bool,
    /// Where the browser shows what it gets; it has no window without one.
    pub(super) screen: Option<Screen<'a>>,
    /// What the participant that is measured says, a WAV file, and where the others write down what they hear.
    pub(super) speech: Option<&'a Path>,
    pub(super) record: Option<&'a Path>,
    /// What the others look at.
    pub(super) look: Option<Look>,
    pub(super) warm_up: Duration,
    pub(super) length: Duration,
}

/// What it cost, and what for.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// Processor time, user and system of all processes, as a share of one core.
    pub(super) cores: f64,
    /// Memory of all processes at the end.
    pub(super) pss_mib: f64,
    /// Pictures a second of a stream, the mean of all.
    pub(super) fps: f64,
    /// Of the worst stream.
    pub(super) worst_fps: f64,
    /// Of a stream's pictures, the mean of all.
    pub(super) video_kbps: f64,
    /// Of the smallest stream's last picture.
    pub(super) height: f64,
    /// Seconds of sound a second, the mean of all.
    pub(super) sound: f64,
    /// Mean structural similarity of the pictures to the originals, if they were compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ssim: Option<f64>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, pss_mib, fps, worst_fps, video_kbps, height, sound, ssim } = self;
        write!(f, "{cores:.3} core, {pss_mib:.0} MiB, {fps:.1} fps (worst {worst_fps:.1}), ")?;
        write!(f, "{video_kbps:.0} kbit/s, {height}p, sound {sound:.2}")?;
        ssim.map_or(Ok(()), |ssim| write!(f, ", SSIM {ssim:.4}"))
    }
}

/// Takes one measurement.
pub(super) async fn measure(plan: &Plan<'_>, side: Side) -> Result<Outcome> {
    let parties = Parties::meet(plan, side, None).await?;
    let (room, at_near) = (&parties.room, plan.direction.receives());
    tokio::time::sleep(plan.warm_up).await;
    let (before, started, cost) = (room.ask(at_near).await?, Instant::now(), parties.near.usage());
    tokio::time::sleep(plan.length).await;
    let (end, seconds) = (parties.near.usage(), started.elapsed().as_secs_f64());
    let after = room.ask(at_near).await?;
    let asked = started.elapsed().as_secs_f64();
    let cores = (end.cpu_seconds - cost.cpu_seconds) / seconds;
    Ok(Outcome { cores, pss_mib: end.pss_mib, ..streams(&before, &after, asked) })
}

/// Everybody, with pictures on their way.
pub(super) struct Parties {
    pub(super) room: Room,
    pub(super) near: Near,
    _far: Child,
}

impl Parties {
    /// Starts them, and waits for the first pictures of all.
    pub(super) async fn meet(plan: &Plan<'_>, side: Side, line: Option<Arc<Line>>) -> Result<Self> {
        let room = Room::open(line).await?;
        let near = Near::start(plan, side, room.port)?;
        room.wait_for_near().await?;
        let far = far(plan, room.port)?;
        // Where the streams end.
        until_all_flow(&room, plan.direction.receives(), plan.peers).await?;
        Ok(Self { room, near, _far: far })
    }
}

async fn until_all_flow(room: &Room, at_near: bool, peers: usize) -> Result<()> {
    let started = Instant::now();
    loop {
        let streams = room.ask(at_near).await?.streams;
        if streams.len() == peers && streams.iter().all(|stream| stream.pictures > 0) {
            return Ok(());
        }
        if started.elapsed() > FLOW_WAIT {
            bail!("not every picture came: {streams:?}");
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

pub(super) fn streams(before: &Report, after: &Report, seconds: f64) -> Outcome {
    let each: Vec<_> = before.streams.iter().zip(&after.streams).collect();
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (likeness, compared) = after
        .streams
        .iter()
        .fold((0.0, 0), |sum, stream| (sum.0 + stream.likeness.0, sum.1 + stream.likeness.1));
    let fps: Vec<f64> =
        each.iter().map(|(a, b)| b.pictures.saturating_sub(a.pictures) as f64 / seconds).collect();
    let bits = |a: u64, b: u64| b.saturating_sub(a) as f64 * 8.0 / 1000.0 / seconds;
    Outcome {
        worst_fps: fps.iter().copied().fold(f64::INFINITY, f64::min),
        fps: mean(fps),
        video_kbps: mean(each.iter().map(|(a, b)| bits(a.picture_bytes, b.picture_bytes)).collect()),
        height: each.iter().map(|(_, b)| f64::from(b.height)).fold(f64::INFINITY, f64::min),
        sound: mean(each.iter().map(|(a, b)| (b.sound_seconds - a.sound_seconds) / seconds).collect()),
        ssim: (compared > 0).then(|| likeness / compared as f64),
        ..Outcome::default()
    }
}

/// The participant that is measured; dropping it ends it.
pub(super) struct Near {
    process: Child,
    pid: u32,
    _profile: Option<TempDir>,
}

impl Near {
    fn start(plan: &Plan<'_>, side: Side, port: u16) -> Result<Self> {
        let (process, profile) = match side {
            Side::Ours => (ours("near", plan, plan.direction, port, NEAR)?, None),
            Side::Chromium => {
                let profile = tempfile::Builder::new().prefix("consilium-browser-").tempdir()?;
                let voice = if plan.plain_voice { "plain" } else { "processed" };
                let direction = plan.direction.name();
                let size = if plan.keeps_size { "kept" } else { "any" };
                let page = format!("http://127.0.0.1:{port}/?direction={direction}&voice={voice}");
                let url = format!("{page}&rate={VIDEO_RATE}&size={size}");
                let url = plan.screen.map_or(url.clone(), |screen| screen.address(&url, plan));
                let content = plan.screen.map_or(plan.content, |screen| screen.camera);
                let browser =
                    browser::Browser { program: plan.chromium, screen: plan.screen, speech: plan.speech };
                (browser.open(profile.path(), content, &url)?, Some(profile))
            }
        };
        let pid = process.id().context("it has ended at once")?;
        Ok(Self { process, pid, _profile: profile })
    }

    /// The first of its processes.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn usage(&self) -> Usage {
        Usage::of(self.pid)
    }
}

impl Drop for Near {
    fn drop(&mut self) {
        // Its children too. It may have ended by itself.
        if let Some(group) = Pid::from_raw(self.pid as i32) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.process.start_kill();
    }
}

/// All the others do the opposite.
fn far(plan: &Plan<'_>, port: u16) -> Result<Child> {
    ours("far", plan, plan.direction.opposite(), port, NEAR)
}

/// A process with a part of ours; the seat is that of the one that is measured.
pub(super) fn ours(
    part: &str,
    plan: &Plan<'_>,
    direction: Direction,
    port: u16,
    seat: &str,
) -> Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(part).args(["--direction", direction.name(), "--port", &port.to_string()]);
    command.args(["--peers", &plan.peers.to_string(), "--content"]).arg(plan.content);
    command.args(["--seat", seat]);
    command.args(["--height", &plan.height.to_string()]);
    if plan.plain_voice {
        command.arg("--plain-voice");
    }
    if let Some(speech) = plan.speech {
        command.arg("--speech").arg(speech);
    }
    if let Some(record) = plan.record {
        command.arg("--record").arg(record);
    }
    if plan.live {
        command.arg("--live");
    }
    if let Some(look) = plan.look.and_then(|look| look.to_possible_value()) {
        command.args(["--look", look.get_name()]);
    }
    command.stdin(Stdio::null()).process_group(0).kill_on_drop(true);
    command.spawn().context("cannot start a participant")
}
