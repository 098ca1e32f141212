//! What the sides do until they are killed.

use super::window::Opened;
use super::{Read, Serve, Settle, Write};
use anyhow::Result;
use consilium_clinic::Config;
use consilium_model::Locale;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

/// Between two messages of a writer, at most; a person writes more slowly.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves until it is killed.
pub(crate) async fn serve(options: Serve) -> Result<()> {
    let demo = options.demo.then_some(Locale::En);
    let config = Config { listen: options.listen, demo, ..Config::new(options.data) };
    let running = consilium_clinic::serve(config).await?;
    println!("{}", running.addr);
    std::future::pending().await
}

/// Writes until it is killed.
pub(crate) async fn write(options: Write) -> Result<()> {
    let mut log = OpenOptions::new().create(true).append(true).open(&options.log)?;
    let mut opened = Opened::conversation(&options.data, &options.link).await?;
    for number in 0.. {
        let text = format!("{} {number}", options.name);
        opened.writes(&text).await?;
        writeln!(log, "{text}")?;
        log.sync_data()?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Waits until all is stored, and closes the application as a person would.
pub(crate) async fn settle(options: Settle) -> Result<()> {
    let mut opened = Opened::conversation(&options.data, &options.link).await?;
    opened.settles().await?;
    opened.closes().await;
    Ok(())
}

/// Says what the conversation is like, once it is up to date.
pub(crate) async fn read(options: Read) -> Result<()> {
    let mut opened = Opened::conversation(&options.data, &options.link).await?;
    opened.shows(&options.newest).await?;
    for text in opened.leafs_through().await? {
        println!("{text}");
    }
    opened.closes().await;
    Ok(())
}
