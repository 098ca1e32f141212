//! A whole visit at the most talkative log level; then every log of every program is searched.

use crate::build::Programs;
use crate::demo::{self, Clinic, Language};
use crate::guard::Guard;
use anyhow::{Result, bail};
use std::fs;
use std::time::Duration;

/// What session descriptions and candidates are made of, and where the frames of a call are had.
const TELLTALES: [&str; 5] = ["ws://127.0.0.1:", "candidate:", "a=ice-ufrag", "a=fingerprint", "a=setup"];

pub(super) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, Language::He).await?;
    let options = demo::Options::for_test(Language::He, Duration::from_secs(6));
    demo::visit(&options, &guard, programs, &clinic).await?;
    let mut secrets = clinic.secrets();
    secrets.extend(TELLTALES.map(str::to_owned));
    search(&guard, &secrets)
}

/// Fails if any of these stands in a log of any program.
pub(super) fn search(guard: &Guard, secrets: &[String]) -> Result<()> {
    let (mut files, mut lines) = (0, 0);
    for entry in fs::read_dir(guard.folder())?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.path().is_file() {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
        (files, lines) = (files + 1, lines + text.lines().count());
        if let Some(secret) = secrets.iter().find(|secret| text.contains(*secret)) {
            bail!("{name} holds something that is nobody's business ({} characters)", secret.len());
        }
    }
    println!("  searched {lines} lines of {files} files for {} secrets", secrets.len());
    if files < 4 || lines == 0 {
        bail!("there were no logs to search");
    }
    Ok(())
}
