//! The command line, and the order in which things are measured.

mod booking;
mod browser;
mod content;
mod eight;
mod figures;
mod guests;
mod judge;
mod line;
mod participants;
mod picture;
mod processes;
mod profiles;
mod report;
mod room;
mod round;
mod seat;
mod soak;
mod sound;
mod studio;
mod tiles;

use anyhow::{Result, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};
use figures::{Figures, Rounds};
use participants::Look;
use profiles::PROFILES;
use round::{Plan, Side};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bits per second of the picture, on both sides.
pub(crate) const VIDEO_RATE: u32 = 500_000;
/// Lines of the picture that is asked for.
pub(crate) const HEIGHT: u16 = 360;
/// For so long must nothing freeze.
const EIGHT_SECONDS: u64 = 60;

#[derive(Parser)]
#[command(name = "call-load", about = "Measure a call beside Chromium; prints JSON")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure sending and receiving, ours and Chromium's in turn
    Run(Options),
    /// Draw the picture of an earlier run's JSON
    Draw {
        /// The JSON
        figures: PathBuf,
        /// The SVG file to write
        picture: PathBuf,
    },
    /// The participant that is measured
    #[command(hide = true)]
    Near(participants::Options),
    /// All the others, in one process
    #[command(hide = true)]
    Far(participants::Options),
    /// The others of a visit in a clinic, for a window that somebody else opens
    #[command(hide = true)]
    Guests(guests::Options),
    /// A browser's window on a display, with everybody's tile
    #[command(hide = true)]
    Tiles(tiles::Options),
}

#[derive(Args)]
struct Options {
    /// The browser to compare with
    #[arg(long, default_value = "/usr/bin/chromium")]
    chromium: PathBuf,
    /// The picture that all send, a YUV4MPEG2 file; it is made if there is none
    #[arg(long, value_name = "FILE")]
    content: PathBuf,
    /// What is measured
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cost,quality,lines")]
    what: Vec<What>,
    /// With so many others
    #[arg(long, value_delimiter = ',', default_value = "1,3,7")]
    peers: Vec<usize>,
    /// How often each thing is measured
    #[arg(long, default_value = "3")]
    rounds: usize,
    /// How long after the first pictures, in seconds
    #[arg(long, default_value = "8")]
    warm_up: u64,
    /// And for how long, in seconds
    #[arg(long, default_value = "12")]
    seconds: u64,
    /// How long the soak is
    #[arg(long, default_value = "60")]
    minutes: f64,
    /// Leave out echo cancellation, noise suppression and gain control, on both sides
    #[arg(long)]
    plain_voice: bool,
    /// Write a picture of the figures to this file (SVG)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Processor time and memory
    Cost,
    /// How like the original a sent picture is
    Quality,
    /// What comes over bad lines
    Lines,
    /// What becomes of speech over bad lines
    Sound,
    /// Eight participants of ours on this machine
    Eight,
    /// What a participant of ours holds in a long call
    Soak,
}

/// What the measured participant does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    /// Sends its camera and microphone to all, and gets nothing.
    Send,
    /// Gets and decodes what all send, draws nothing, and sends nothing.
    Receive,
    /// Both.
    Both,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Both => "both",
        }
    }

    fn sends(self) -> bool {
        matches!(self, Self::Send | Self::Both)
    }

    fn receives(self) -> bool {
        matches!(self, Self::Receive | Self::Both)
    }

    /// What those on the other side do.
    fn opposite(self) -> Self {
        match self {
            Self::Send => Self::Receive,
            Self::Receive => Self::Send,
            Self::Both => Self::Both,
        }
    }
}

/// Runs what the command line says.
pub(crate) fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Near(options) => participants::near(&options),
        Command::Far(options) => participants::far(&options),
        Command::Guests(options) => guests::run(&options),
        Command::Tiles(options) => tiles::run(&options),
        Command::Draw { figures, picture } => {
            let figures: Figures = serde_json::from_str(&std::fs::read_to_string(figures)?)?;
            draw(&figures, &picture)
        }
        Command::Run(options) => run(&options),
    }
}

fn run(options: &Options) -> Result<()> {
    ensure!(options.peers.iter().all(|peers| (1..=7).contains(peers)), "1 to 7 others");
    content::ensure(&options.content)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(measure(options))?;
    println!("{}", serde_json::to_string_pretty(&figures)?);
    options.picture.as_deref().map_or(Ok(()), |file| draw(&figures, file))
}

fn draw(figures: &Figures, file: &Path) -> Result<()> {
    Ok(std::fs::write(file, picture::svg(figures))?)
}

/// All of it once a round, so that a change of the machine's mood meets both sides.
async fn measure(options: &Options) -> Result<Figures> {
    let mut rounds = Rounds::default();
    for number in 0..options.rounds.max(1) {
        let sides = [Side::Ours, Side::Chromium];
        let order = if number % 2 == 0 { sides } else { [Side::Chromium, Side::Ours] };
        eprintln!("round {}", number + 1);
        for what in &options.what {
            match what {
                What::Cost => cost(options, order, &mut rounds).await?,
                What::Quality => quality(options, order, &mut rounds).await?,
                What::Lines => lines(options, order, &mut rounds).await?,
                What::Sound => rounds.speeches.extend(speech(options, order).await?),
                What::Eight => rounds.meshes.push(eight(options).await?),
                What::Soak => rounds.soaks.push(soak(options).await?),
            }
        }
    }
    Ok(Figures::of(rounds, options.rounds.max(1), !options.plain_voice))
}

async fn speech(options: &Options, order: [Side; 2]) -> Result<Vec<sound::Speech>> {
    sound::measure(&Plan { keeps_size: false, look: Some(Look::Times), ..plan(options) }, order).await
}

/// Everybody sends and sees pictures of 180 lines.
async fn eight(options: &Options) -> Result<eight::Mesh> {
    let mesh = eight::measure(&Plan { height: 180, ..plan(options) }, EIGHT_SECONDS).await?;
    eprintln!("  eight: {mesh:?}");
    Ok(mesh)
}

async fn soak(options: &Options) -> Result<soak::Soak> {
    let plan = Plan { direction: Direction::Both, peers: 2, ..plan(options) };
    let soak = soak::measure(&plan, options.minutes).await?;
    eprintln!("  soak: {soak:?}");
    Ok(soak)
}

fn plan(options: &Options) -> Plan<'_> {
    Plan {
        direction: Direction::Send,
        peers: 1,
        content: &options.content,
        chromium: &options.chromium,
        plain_voice: options.plain_voice,
        keeps_size: true,
        height: HEIGHT,
        live: false,
        screen: None,
        speech: None,
        record: None,
        look: None,
        warm_up: Duration::from_secs(options.warm_up),
        length: Duration::from_secs(options.seconds.max(1)),
    }
}

async fn cost(options: &Options, order: [Side; 2], rounds: &mut Rounds) -> Result<()> {
    for direction in [Direction::Send, Direction::Receive] {
        for &peers in &options.peers {
            for side in order {
                let outcome = round::measure(&Plan { direction, peers, ..plan(options) }, side).await?;
                eprintln!("  {} {peers} {side:?}: {outcome}", direction.name());
                rounds.costs.push(((direction, peers, side), outcome));
            }
        }
    }
    Ok(())
}

async fn quality(options: &Options, order: [Side; 2], rounds: &mut Rounds) -> Result<()> {
    for side in order {
        let plan = Plan { look: Some(Look::Likeness), ..plan(options) };
        let outcome = round::measure(&plan, side).await?;
        eprintln!("  quality {side:?}: {outcome}");
        rounds.qualities.push((side, outcome));
    }
    Ok(())
}

async fn lines(options: &Options, order: [Side; 2], rounds: &mut Rounds) -> Result<()> {
    for (number, profile) in PROFILES.iter().enumerate() {
        for side in order {
            let plan = Plan { keeps_size: false, look: Some(Look::Times), ..plan(options) };
            let passage = profiles::measure(&plan, side, profile).await?;
            eprintln!("  {} {side:?}: {passage}", profile.name);
            rounds.passages.push(((number, side), passage));
        }
    }
    Ok(())
}
