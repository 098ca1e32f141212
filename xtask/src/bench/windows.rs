//! A whole participant with drawing: our window beside a window of Chromium that shows the same tiles in the same
//! places of a display of the same size, in turn. The others are one process of ours, the same for both.

mod ours;
mod theirs;

use super::call::{self, Options};
use crate::build;
use crate::guard::Guard;
use crate::headless::Display;
use crate::node::Node;
use crate::packages::{self, Need};
use crate::shell::runtime;
use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// After the first pictures: estimates of the line, fonts, first collections of garbage.
const WARM_UP: Duration = Duration::from_secs(12);
const LENGTH: Duration = Duration::from_secs(15);
/// The middle of a tile with a picture has at least so many colours.
const PICTURE: usize = 50;
/// More people than this have tiles for pictures of 180 lines only.
const MANY: usize = 4;

/// What a window cost, and what it showed.
#[derive(Clone, Debug, Default, Serialize)]
struct Seen {
    /// Share of one core, all processes of the participant.
    cores: f64,
    pss_mib: f64,
    /// Share of one core of the display server, which is not the participant's.
    display_cores: f64,
    /// Pictures a second of each of the others as they were drawn.
    drawn_fps: Vec<f64>,
    /// Lines of the smallest of these pictures.
    height: f64,
    /// Kilobits a second of what it sent to each, the mean.
    sent_kbps: f64,
    sent_height: f64,
    /// Gaps over 200 ms in what was drawn, and the longest, where they are known.
    freezes: Option<u64>,
    longest_gap_ms: Option<f64>,
    /// Milliseconds from capture to drawn, where the pictures have the time in them.
    latency_p50_ms: Option<f64>,
    latency_p95_ms: Option<f64>,
}

/// One measurement of both.
#[derive(Debug, Serialize)]
struct Round {
    people: usize,
    /// Who drew in our window.
    drawing: &'static str,
    ours: Seen,
    chromium: Seen,
}

/// The rounds with as many people, and the goals.
#[derive(Debug, Serialize)]
struct Row {
    people: usize,
    /// The middle of the rounds.
    processor: f64,
    processor_goal: f64,
    memory: f64,
    memory_goal: f64,
    rounds: Vec<Round>,
}

/// What is asked of one measurement.
struct Plan {
    people: usize,
    /// Lines of the pictures that are asked of the participant.
    height: u16,
    /// The others send pictures with the time in them.
    live: bool,
    program: PathBuf,
    content: PathBuf,
    camera: PathBuf,
    shots: Option<PathBuf>,
}

/// Measures, and gives the rows.
pub(super) fn run(options: &Options, live: bool) -> Result<Value> {
    packages::ensure(&[Need::Headless])?;
    build::ui(&Node::ensure()?)?;
    let (programs, program) = build::programs_and_call_load()?;
    let people = if live { vec![2] } else { options.people.clone() };
    let folder = call::content()?;
    let mut rows = Vec::new();
    for people in people {
        let plan = Plan {
            people,
            height: if people > MANY { 180 } else { 360 },
            live,
            program: program.clone(),
            content: folder.join("call-640x360.y4m"),
            camera: folder.join("pattern-640x360.y4m"),
            shots: options.shots.clone(),
        };
        let mut rounds = Vec::new();
        for number in 0..options.rounds.max(1) {
            let guard = Guard::new()?;
            let round = runtime()?.block_on(async {
                let (ours, layout) = ours::measure(&plan, &guard, &programs, options.drawing).await?;
                eprintln!("{people} people, round {}, ours: {ours:?}", number + 1);
                let chromium = theirs::measure(&plan, &guard, &layout, &ours).await?;
                eprintln!("{people} people, round {}, Chromium: {chromium:?}", number + 1);
                anyhow::Ok(Round { people, drawing: layout.drawing, ours, chromium })
            })?;
            rounds.push(round);
        }
        rows.push(row(people, rounds)?);
    }
    Ok(serde_json::to_value(rows)?)
}

fn row(people: usize, rounds: Vec<Round>) -> Result<Row> {
    let middle = |of: fn(&Round) -> f64| -> Result<f64> {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().context("no round")
    };
    Ok(Row {
        people,
        processor: middle(|round| round.ours.cores / round.chromium.cores)?,
        processor_goal: 0.6,
        memory: middle(|round| round.ours.pss_mib / round.chromium.pss_mib)?,
        memory_goal: 0.5,
        rounds,
    })
}

/// Fails when a tile shows no picture: what it cost would mean nothing.
fn ensure_pictures(display: &Display, tiles: &str) -> Result<()> {
    for tile in tiles.split(';') {
        let sides: Vec<i32> = tile.split(',').map(str::parse).collect::<Result<_, _>>().context("a tile")?;
        let &[x, y, width, height] = sides.as_slice() else { bail!("a tile has four numbers") };
        // The middle, where there is neither a name nor a button.
        let (x, y, width, height) = (x + width / 3, y + height / 3, width / 3, height / 3);
        let area = (x.try_into()?, y.try_into()?, width.try_into()?, height.try_into()?);
        ensure!(display.colours(area)? >= PICTURE, "a tile shows no picture");
    }
    Ok(())
}

/// Nearest rank, of what is sorted.
fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    sorted.get((sorted.len() * percent).div_ceil(100).max(1) - 1).copied()
}
