//! Our participants as processes: the one that is measured, and all the others.

use super::Direction;
use super::judge::Judge;
use super::room::NEAR;
use super::seat::{Ears, Seat};
use super::studio::{Devices, Studio};
use anyhow::Result;
use clap::{Args, ValueEnum};
use consilium_media::audio::{Playout, SpeakerSpec};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinSet;

/// What both are told.
#[derive(Args)]
pub(super) struct Options {
    /// The room's port
    #[arg(long)]
    port: u16,
    /// What this process does
    #[arg(long, value_enum)]
    direction: Direction,
    /// What it sends
    #[arg(long)]
    content: PathBuf,
    /// How many of the others there are
    #[arg(long)]
    peers: usize,
    /// The voice is left as it is
    #[arg(long)]
    plain_voice: bool,
    /// What comes is looked at (one stream only)
    #[arg(long, value_enum)]
    look: Option<Look>,
}

/// What pictures are looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Look {
    /// When they come, and which they are.
    Times,
    /// How like the originals they are, too.
    Likeness,
}

impl Options {
    fn url(&self, seat: &str) -> String {
        format!("ws://127.0.0.1:{}/room?seat={seat}", self.port)
    }
}

/// The participant that is measured, until the room closes: with everything that the application has beside a window.
pub(super) fn near(options: &Options) -> Result<()> {
    let playout = Arc::new(Playout::start(SpeakerSpec::Null)?);
    // As many threads as the application has.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let seat = match options.direction {
            Direction::Send => Seat::new(options.direction, None),
            Direction::Receive => Seat::new(options.direction, Some(Ears::open(Arc::clone(&playout))?)),
        };
        let reference = (!options.plain_voice).then(|| playout.reference());
        let studio = open_studio(options, std::slice::from_ref(&seat), reference)?;
        seat.take_part(&options.url(NEAR), studio.as_ref(), 0).await
    })
}

/// All the others, until the room closes. They take and give packets, and decode only to look.
pub(super) fn far(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut seats = Vec::new();
        for _ in 0..options.peers {
            seats.push(Seat::new(options.direction, ears(options)?));
        }
        let studio = Arc::new(open_studio(options, &seats, None)?);
        let mut all = JoinSet::new();
        for (number, seat) in seats.into_iter().enumerate() {
            let (url, studio) = (options.url(&format!("far-{number}")), Arc::clone(&studio));
            all.spawn(async move { seat.take_part(&url, studio.as_ref().as_ref(), number).await });
        }
        while let Some(ended) = all.join_next().await {
            ended??;
        }
        Ok(())
    })
}

fn ears(options: &Options) -> Result<Option<Ears>> {
    let Some(look) = options.look else { return Ok(None) };
    let judge = Judge::open((look == Look::Likeness).then_some(options.content.as_path()))?;
    Ok(Some(Ears::judge(Arc::new(Playout::start(SpeakerSpec::Null)?), judge)))
}

fn open_studio(
    options: &Options,
    seats: &[Seat],
    reference: Option<consilium_media::audio::EchoReference>,
) -> Result<Option<Studio>> {
    if options.direction == Direction::Receive {
        return Ok(None);
    }
    let calls: Vec<_> = seats.iter().map(|seat| Arc::clone(&seat.call)).collect();
    Studio::open(&calls, Devices { content: &options.content, reference }).map(Some)
}
