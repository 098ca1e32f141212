//! A minute with the guest page: the test of the same name, for as long as is wished.

use crate::build;
use crate::guest::{REPORT, minute};
use crate::node::Node;
use crate::packages::{self, Need};
use crate::shell::run as run_command;
use anyhow::Result;
use clap::Args;
use std::fs;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// For how long the pictures are counted
    #[arg(long, default_value = "60")]
    seconds: u64,
    /// Where the report and a picture of the page go
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    packages::ensure(&[Need::Build, Need::Test])?;
    build::ui(&Node::ensure()?)?;
    let folder = match &options.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => build::target_directory()?.join("bench"),
    };
    run_command(&mut minute(options.seconds, &folder)?)?;
    println!("{}", fs::read_to_string(folder.join(REPORT))?);
    Ok(())
}
