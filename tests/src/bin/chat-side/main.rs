//! `chat-side`: one side of a chat, as a process that a test can kill: the clinic server, or an application without a
//! window whose person writes. Everything in it is the product's own; only the keychain is a file.

mod keychain;
mod side;
mod window;

use clap::{Args, Parser};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "chat-side")]
enum Side {
    /// The clinic server. Says where it listens.
    Serve(Serve),
    /// A person who writes, one message after the other.
    Write(Write),
    /// Waits until everything that was written is stored.
    Settle(Settle),
    /// Says what the application shows of the conversation.
    Read(Read),
}

#[derive(Args)]
struct Serve {
    /// Where the server keeps its database.
    #[arg(long)]
    data: PathBuf,
    /// Where it listens.
    #[arg(long)]
    listen: SocketAddr,
    /// Makes up people and visits first.
    #[arg(long)]
    demo: bool,
}

#[derive(Args)]
struct Write {
    /// Where the application keeps its history and the keychain's file.
    #[arg(long)]
    data: PathBuf,
    /// The link of the visit.
    #[arg(long)]
    link: String,
    /// What every message begins with: different for each life of a writer.
    #[arg(long)]
    name: String,
    /// Gets a line for each message as soon as its writer has seen it in the conversation, and is synced to the disk.
    #[arg(long)]
    log: PathBuf,
}

#[derive(Args)]
struct Settle {
    /// As for `write`.
    #[arg(long)]
    data: PathBuf,
    /// As for `write`.
    #[arg(long)]
    link: String,
}

#[derive(Args)]
struct Read {
    /// As for `write`.
    #[arg(long)]
    data: PathBuf,
    /// As for `write`.
    #[arg(long)]
    link: String,
    /// The newest message: nothing is said before it is there.
    #[arg(long)]
    newest: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Side::parse() {
        Side::Serve(serve) => side::serve(serve).await,
        Side::Write(write) => side::write(write).await,
        Side::Settle(settle) => side::settle(settle).await,
        Side::Read(read) => side::read(read).await,
    }
}
