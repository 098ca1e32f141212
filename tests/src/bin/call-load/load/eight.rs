//! A full mesh, all of it on this machine: everybody encodes, sends to all, and decodes and plays what all send.

use super::Direction;
use super::processes::Usage;
use super::report::{Report, Stream};
use super::room::Room;
use super::round::{Plan, ours};
use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// As many as the mesh carries.
const PEOPLE: usize = 8;
/// A stream that is this far below the rate of the camera in the mean stutters.
const LEAST_FPS: f64 = 25.0;
const MEETING: Duration = Duration::from_secs(90);

/// How the mesh did.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Mesh {
    people: usize,
    height: u16,
    seconds: f64,
    /// User and system time of all, in cores.
    cores: f64,
    /// Memory of all.
    pss_mib: f64,
    /// One from each to each.
    streams: usize,
    /// Pictures a second as decoded, the mean of all and of the worst stream.
    fps: f64,
    worst_fps: f64,
    /// Lines of the smallest picture.
    least_height: u16,
    /// Times that a picture stayed longer than 200 ms, in all streams, and for how long in the worst one, in seconds.
    freezes: u64,
    worst_frozen: f64,
    /// Seconds of sound a second, and the share of it that was made up, the mean of all.
    sound: f64,
    concealed: f64,
    /// No tile froze and none stuttered.
    met: bool,
}

/// Lets the eight talk.
pub(super) async fn measure(plan: &Plan<'_>, seconds: u64) -> Result<Mesh> {
    let room = Room::open_to_all().await?;
    let mut everybody = Vec::new();
    for number in 0..PEOPLE {
        everybody.push(ours("near", plan, Direction::Both, room.port, &format!("person-{number}"))?);
    }
    until_all_see_all(&room).await?;
    tokio::time::sleep(plan.warm_up).await;
    let (before, started, cost) = (room.ask(false).await?, Instant::now(), Usage::of(std::process::id()));
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (after, seconds) = (room.ask(false).await?, started.elapsed().as_secs_f64());
    let end = Usage::of(std::process::id());
    let cores = (end.cpu_seconds - cost.cpu_seconds) / seconds;
    ensure!(before.streams.len() == after.streams.len(), "somebody has left");
    Ok(Mesh { cores, pss_mib: end.pss_mib, height: plan.height, ..mesh(&before, &after, seconds) })
}

async fn until_all_see_all(room: &Room) -> Result<()> {
    let started = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let streams = room.ask(false).await?.streams;
        if streams.len() == PEOPLE * (PEOPLE - 1) && streams.iter().all(|stream| stream.pictures > 0) {
            return Ok(());
        }
        ensure!(started.elapsed() < MEETING, "{} see each other of {PEOPLE}", streams.len());
    }
}

fn mesh(before: &Report, after: &Report, seconds: f64) -> Mesh {
    let each: Vec<(&Stream, &Stream)> = before.streams.iter().zip(&after.streams).collect();
    let mean = |of: &dyn Fn(&Stream, &Stream) -> f64| {
        each.iter().map(|(a, b)| of(a, b)).sum::<f64>() / each.len().max(1) as f64
    };
    let fps = |a: &Stream, b: &Stream| (b.pictures - a.pictures) as f64 / seconds;
    let worst_fps = each.iter().map(|(a, b)| fps(a, b)).fold(f64::INFINITY, f64::min);
    let freezes = each.iter().map(|(a, b)| b.freezes - a.freezes).sum();
    let sound = mean(&|a, b| b.sound_seconds - a.sound_seconds);
    Mesh {
        people: PEOPLE,
        height: 0,
        seconds,
        cores: 0.0,
        pss_mib: 0.0,
        streams: each.len(),
        fps: mean(&fps),
        worst_fps,
        least_height: each.iter().map(|(_, b)| b.height).min().unwrap_or(0),
        freezes,
        worst_frozen: each.iter().map(|(a, b)| b.frozen_seconds - a.frozen_seconds).fold(0.0, f64::max),
        sound: sound / seconds,
        concealed: mean(&|a, b| b.concealed_seconds - a.concealed_seconds) / sound,
        met: freezes == 0 && worst_fps >= LEAST_FPS,
    }
}
