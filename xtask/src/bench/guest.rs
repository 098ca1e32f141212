//! A minute with the guest page: the test of the same name, for longer.

use crate::build;
use crate::node::Node;
use crate::packages::{self, Need};
use crate::shell::{cargo, run as run_command};
use anyhow::{Context, Result};
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
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let mut test = cargo();
    test.args(["test", "--quiet", "-p", "consilium-tests", "--test", "guest_page", "three_see"]);
    test.env("GUEST_SECONDS", options.seconds.to_string()).env("GUEST_REPORT", &folder);
    run_command(&mut test)?;
    println!("{}", fs::read_to_string(folder.join("guest.json"))?);
    Ok(())
}
