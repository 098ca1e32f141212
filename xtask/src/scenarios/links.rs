//! Links as they come: broken, of an unknown visit, and to a window that is open already.

use super::open;
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::Place;
use crate::shell::root;
use anyhow::{Result, ensure};
use std::fs;

pub(super) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    refused_in_hebrew(&guard, programs)?;
    let clinic = Clinic::start(&guard, programs, Language::En).await?;
    let place = Place::new("patient", &guard)?;
    let window = open(&place, programs, Some("consilium://visit?at=half-of-a-link")).await?;
    window.find("[data-problem='bad-link']").await?;
    let server = clinic.base_url().replace(':', "%3A").replace('/', "%2F");
    let unknown = format!("consilium://visit?server={server}&at=nobody-knows-this-token");
    place.start_again(&programs.app(), &[&unknown]).await?;
    window.find("[data-problem='unknown-link'][data-refused]").await?;
    place.start_again(&programs.app(), &[clinic.patient_link()?]).await?;
    window.find("[data-screen='pending-client']").await?;
    // A start without a link only brings the window to the front.
    place.start_again(&programs.app(), &[]).await?;
    window.find("[data-screen='pending-client']").await?;
    window.close().await;
    Ok(())
}

/// A command line that is not understood is refused in the language of the system's user.
fn refused_in_hebrew(guard: &Guard, programs: &Programs) -> Result<()> {
    let output = guard.command(programs.app()).arg("--nonsense").env("LC_ALL", "he_IL.UTF-8").output()?;
    let words = fs::read_to_string(root().join("locales/he/app.ftl"))?;
    let expected =
        words.lines().find_map(|line| line.strip_prefix("cli-not-understood = ")).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(2) && said.contains(expected), "a wrong command line: {said}");
    Ok(())
}
