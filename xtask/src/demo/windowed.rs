//! With a display: two windows for a person to click through.

use super::{Clinic, Options};
use crate::build::Programs;
use crate::guard::Guard;
use anyhow::{Context, Result};
use std::process::Child;
use std::time::{Duration, Instant};

pub(crate) async fn run(
    options: &Options,
    guard: &Guard,
    programs: &Programs,
    clinic: &Clinic<'_>,
) -> Result<()> {
    let mut windows = [
        window(options, guard, programs, "specialist", clinic.sign_in_link()?)?,
        window(options, guard, programs, "patient", clinic.patient_link()?)?,
    ];
    let (user, password) = clinic.login()?;
    println!("\nTwo windows are open: the patient's, by the link, and the specialist's home page.");
    println!(
        "Press the visit that is due now, open it, let both join. Close both windows or press Ctrl-C to end."
    );
    println!("The clinic server: {}   another sign-in: {user} / {password}", clinic.base_url());
    let started = Instant::now();
    loop {
        let mut open = 0;
        for window in &mut windows {
            open += usize::from(window.try_wait()?.is_none());
        }
        if open == 0 || options.talk.is_some_and(|time| started.elapsed() > time) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn window(options: &Options, guard: &Guard, programs: &Programs, profile: &str, link: &str) -> Result<Child> {
    let mut command = guard.command(programs.app());
    command.args(["--profile", profile, "--forget", "--lang", options.lang.tag()]);
    command.arg(if options.synthetic { "--synthetic" } else { "--synthetic=missing" });
    // Profiles of their own, so that the demo leaves the person's real one alone.
    let home = guard.folder().join(profile);
    for (name, folder) in
        [("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")]
    {
        std::fs::create_dir_all(home.join(folder))?;
        command.env(name, home.join(folder));
    }
    command.arg(link).spawn().context("cannot start the application")
}
