//! The others of a visit in a clinic, in one process, for a window that somebody else opens and measures.
//!
//! Prints the link for the window as JSON, then answers each line of its standard input with a report, until that
//! ends.

use super::booking::Clinic;
use super::report::Report;
use super::seat::{Company, Seat};
use super::studio::{Devices, Studio};
use super::{Direction, HEIGHT};
use anyhow::{Context, Result};
use clap::Args;
use consilium_media::audio::AudioSpec;
use consilium_media::video::VideoSpec;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Who comes to which visit.
#[derive(Args)]
pub(super) struct Options {
    /// The clinic's address
    #[arg(long, value_name = "URL")]
    clinic: String,
    /// The key of its booking system
    #[arg(long, value_name = "KEY")]
    api_key: String,
    /// How many
    #[arg(long)]
    peers: usize,
    /// What they send, a YUV4MPEG2 file; it is made if there is none
    #[arg(long)]
    content: PathBuf,
    /// Lines of the picture that they ask the window for
    #[arg(long, default_value_t = HEIGHT)]
    height: u16,
    /// They send the built-in picture, which has the time in it
    #[arg(long)]
    live: bool,
}

pub(super) fn run(options: &Options) -> Result<()> {
    super::content::ensure(&options.content)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(attend(options))
}

async fn attend(options: &Options) -> Result<()> {
    let clinic = Clinic::new(options.clinic.clone(), options.api_key.clone());
    let visit = clinic.book(options.peers).await?;
    let server = options.clinic.replace(':', "%3A").replace('/', "%2F");
    println!("{}", json!({ "link": format!("consilium://visit?server={server}&at={}", visit.specialist) }));
    let seat = || Seat::new(Direction::Both, options.height, None).among(Company::Specialist);
    let seats: Vec<Seat> = visit.clients.iter().map(|_| seat()).collect();
    let calls: Vec<_> = seats.iter().map(|seat| Arc::clone(&seat.call)).collect();
    let camera = match options.live {
        true => VideoSpec::Synthetic { seed: 1 },
        false => VideoSpec::File(options.content.clone()),
    };
    let microphone = AudioSpec::Synthetic { seed: 1 };
    let studio = Arc::new(Some(Studio::open(&calls, Devices { camera, microphone, reference: None })?));
    let room = format!("{}/room/v1", options.clinic.replacen("http", "ws", 1));
    let mut all = JoinSet::new();
    let (ask, asked) = watch::channel(0);
    let mut reports = Vec::new();
    for (number, (seat, access)) in seats.into_iter().zip(&visit.clients).enumerate() {
        let (token, room, studio) = (clinic.join(access).await?, room.clone(), Arc::clone(&studio));
        let (sender, report) = watch::channel((0, Report::default()));
        reports.push(report);
        let seat = seat.reporting(asked.clone(), sender);
        all.spawn(async move { seat.attend(&room, &token, studio.as_ref().as_ref(), number).await });
    }
    tokio::select! {
        answered = answer(&ask, &mut reports) => answered,
        Some(ended) = all.join_next() => ended?.context("a guest has left"),
    }
}

/// One report for each line that is read.
async fn answer(ask: &watch::Sender<u64>, reports: &mut [watch::Receiver<(u64, Report)>]) -> Result<()> {
    let mut lines = BufReader::new(stdin()).lines();
    let mut number = 0;
    while lines.next_line().await?.is_some() {
        number += 1;
        ask.send_replace(number);
        let mut streams = Vec::new();
        for report in &mut *reports {
            let report = report.wait_for(|(answers, _)| *answers == number).await?;
            streams.extend(report.1.streams.clone());
        }
        println!("{}", serde_json::to_string(&Report { streams })?);
    }
    Ok(())
}
