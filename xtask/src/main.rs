//! The one entry point for people who build or try Consilium: `cargo xtask demo`, `cargo xtask test`.
//!
//! It installs what is missing, builds, starts real parts and cleans up after them. It knows the product only from
//! outside: command lines, files, the window.

mod bench;
mod build;
mod conform;
mod demo;
mod guard;
mod guest;
mod headless;
mod node;
mod packages;
mod scenarios;
mod shell;
mod suite;
mod sweep;
mod usage;
mod walk;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, try and test Consilium")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a visit between two windows: a patient and a specialist, with a clinic server of their own
    Demo(demo::Options),
    /// Run every check: formatting, lints, all tests, and a real visit without a display
    Test(suite::Options),
    /// Measure, with release builds; prints JSON
    Bench(bench::Options),
    /// Walk through every screen of both roles in the real window, and leave an album of pictures
    Screens(walk::Options),
    /// Let schemathesis judge the clinic server by the vendor's OpenAPI file; prints JSON
    Conform(conform::Options),
    /// Write the files that are generated from others: bindings and message types
    Generate,
    /// Watches the process that started it and clears up after it
    #[command(hide = true)]
    Guard {
        /// Begins a task that waits to be killed
        #[arg(long)]
        prove: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => suite::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Screens(options) => walk::run(&options),
        Command::Conform(options) => conform::run(&options),
        Command::Generate => build::generate(),
        Command::Guard { prove: false } => guard::watch(),
        Command::Guard { prove: true } => guard::be_killed(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
