//! The command line, and the order in which things are measured.

mod booking;
mod chat;
mod constant;
mod crowd;
mod figures;
mod http;
mod info;
mod machine;
mod notices;
mod presence;
mod server;

use anyhow::{Context, Result};
use booking::Booking;
use clap::{Args, Parser, Subcommand};
use machine::Cores;
use serde::Serialize;
use server::Server;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// So many conferences, each with two sockets, are there while notices are timed.
const CONFERENCES: usize = 500;

#[derive(Parser)]
#[command(name = "server-load", about = "Measure a clinic server; prints JSON")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a clinic server and measure it
    Run(Options),
    /// Start a clinic server and measure its messenger
    Chat(chat::Options),
    /// Serve an answer that never changes: the yardstick
    #[command(hide = true)]
    Constant {
        /// The length of the answer in bytes
        #[arg(long)]
        length: usize,
    },
}

#[derive(Args)]
struct Options {
    /// The program `clinic-server`
    #[arg(long, value_name = "PROGRAM")]
    server: PathBuf,
    /// How often each thing is measured
    #[arg(long, default_value = "31")]
    rounds: usize,
    /// How long a round of one thing takes, in milliseconds
    #[arg(long, default_value = "400")]
    round_ms: u64,
}

/// How often and for how long.
#[derive(Clone, Copy)]
struct Rounds {
    count: usize,
    length: Duration,
}

#[derive(Serialize)]
struct Figures {
    info: info::Figures,
    join_and_leave: presence::Figures,
    notices: notices::Figures,
}

/// Runs what the command line says.
pub(crate) fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Constant { length } => constant::serve(length),
        Command::Run(options) => report(async |cores| measure(&options, cores).await),
        Command::Chat(options) => report(async |cores| chat::measure(&options, cores).await),
    }
}

fn report<T: Serialize>(measure: impl AsyncFnOnce(&Cores) -> Result<T>) -> Result<()> {
    machine::raise_open_files()?;
    let cores = Cores::choose()?;
    cores.stay_on_own()?;
    // One thread, so that the core of the load is all that the load takes.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(measure(&cores))?;
    println!("{}", serde_json::to_string_pretty(&figures)?);
    Ok(())
}

async fn measure(options: &Options, cores: &Cores) -> Result<Figures> {
    let rounds = Rounds { count: options.rounds.max(1), length: Duration::from_millis(options.round_ms) };
    let folder = tempfile::Builder::new().prefix("consilium-load-").tempdir().context("no folder")?;
    let clinic = Server::clinic(&options.server, folder.path(), cores, &[])?;
    let mut booking = Booking::open(&clinic).await?;
    say("booking the conferences");
    let visits = booking.book(CONFERENCES).await?;
    say("info beside an answer that never changes");
    let info = info::measure(&clinic, &visits, rounds, &yardstick(folder.path(), cores)).await?;
    say("join and leave");
    let join_and_leave = presence::measure(&clinic, &mut booking, rounds, folder.path()).await?;
    say("status changes over the sockets");
    let notices = notices::measure(&clinic, &visits).await?;
    Ok(Figures { info, join_and_leave, notices })
}

fn yardstick<'a>(folder: &'a Path, cores: &'a Cores) -> impl Fn(usize) -> Result<Server> + 'a {
    move |length| Server::constant(length, folder, cores)
}

fn say(what: &str) {
    eprintln!("  {what}");
}
