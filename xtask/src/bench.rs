//! `cargo xtask bench`: figures with a command behind each. Release builds; JSON on standard output, the rest on
//! standard error.

mod call;
mod chat;
mod guest;
mod server;
mod window;
mod windows;

use anyhow::Result;
use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Start to first paint, and what an idle home page costs
    Window(window::Options),
    /// Requests a second beside a route that answers a constant, and how soon a new status is heard of
    Server(server::Options),
    /// Durable messages a second beside plain inserts, delivery, and what must not grow with the history
    Chat(chat::Options),
    /// What sending and receiving cost beside Chromium
    Call(call::Options),
    /// A minute of a call of two applications and the guest page in Chromium
    Guest(guest::Options),
}

pub(crate) fn run(options: &Options) -> Result<()> {
    match &options.what {
        What::Window(options) => window::run(options),
        What::Server(options) => server::run(options),
        What::Chat(options) => chat::run(options),
        What::Call(options) => call::run(options),
        What::Guest(options) => guest::run(options),
    }
}
