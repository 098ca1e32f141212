//! A minute of a call of two applications and the guest page in Chromium: the same test for `cargo xtask test` and for
//! `cargo xtask bench guest`. It counts pictures, so it runs when nothing else does.

use crate::shell::cargo;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What the test writes into its folder, beside `guest-page.png`.
pub(crate) const REPORT: &str = "guest-report.json";

/// The test, which leaves its report and a picture of the page in the folder. With all packages at once, so that what
/// was built for the other tests is used.
pub(crate) fn minute(seconds: u64, folder: &Path) -> Result<Command> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut test = cargo();
    test.args([
        "test",
        "--quiet",
        "--workspace",
        "--test",
        "guest_page",
        "--",
        "--ignored",
        "a_minute_of_three",
    ]);
    test.env("GUEST_SECONDS", seconds.to_string()).env("GUEST_REPORT", folder);
    Ok(test)
}
