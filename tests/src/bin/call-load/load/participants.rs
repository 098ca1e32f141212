//! Our participants as processes: the one that is measured, and all the others.

use super::judge::Judge;
use super::room::NEAR;
use super::seat::{Ears, Seat};
use super::studio::{Devices, Studio};
use super::{Direction, sound};
use anyhow::Result;
use clap::{Args, ValueEnum};
use consilium_media::audio::{AudioSpec, Playout, SpeakerSpec};
use consilium_media::video::VideoSpec;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinSet;

/// What both are told.
#[derive(Args)]
pub(super) struct Options {
    /// The room's port
    #[arg(long)]
    port: u16,
    /// The seat of the participant that is measured
    #[arg(long, default_value = NEAR)]
    seat: String,
    /// What this process does
    #[arg(long, value_enum)]
    direction: Direction,
    /// What it sends
    #[arg(long)]
    content: PathBuf,
    /// How many of the others there are
    #[arg(long)]
    peers: usize,
    /// Lines of the pictures that are asked for
    #[arg(long, default_value_t = super::HEIGHT)]
    height: u16,
    /// It sends the built-in picture, which has the time in it
    #[arg(long)]
    live: bool,
    /// The voice is left as it is
    #[arg(long)]
    plain_voice: bool,
    /// What it says, a WAV file
    #[arg(long)]
    speech: Option<PathBuf>,
    /// What is heard is written to this file, 48 kHz in 32-bit floats
    #[arg(long)]
    record: Option<PathBuf>,
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
        let ears = match options.direction.receives() {
            true => Some(Ears::open(Arc::clone(&playout))?),
            false => None,
        };
        let seat = Seat::new(options.direction, options.height, ears);
        let reference = (!options.plain_voice).then(|| playout.reference());
        let studio = open_studio(options, std::slice::from_ref(&seat), reference)?;
        seat.take_part(&options.url(&options.seat), studio.as_ref(), 0).await
    })
}

/// All the others, until the room closes. They take and give packets, and decode only to look.
pub(super) fn far(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut seats = Vec::new();
        for _ in 0..options.peers {
            seats.push(Seat::new(options.direction, options.height, ears(options)?));
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
    let playout = Arc::new(Playout::start(SpeakerSpec::Null)?);
    if let Some(file) = &options.record {
        sound::record(&playout, file)?;
    }
    Ok(Some(Ears::judge(playout, judge)))
}

fn open_studio(
    options: &Options,
    seats: &[Seat],
    reference: Option<consilium_media::audio::EchoReference>,
) -> Result<Option<Studio>> {
    if !options.direction.sends() {
        return Ok(None);
    }
    let calls: Vec<_> = seats.iter().map(|seat| Arc::clone(&seat.call)).collect();
    let camera = match options.live {
        true => VideoSpec::Synthetic { seed: 1 },
        false => VideoSpec::File(options.content.clone()),
    };
    let microphone = match &options.speech {
        Some(file) => AudioSpec::File(file.clone()),
        None => AudioSpec::Synthetic { seed: 1 },
    };
    Studio::open(&calls, Devices { camera, microphone, reference }).map(Some)
}
