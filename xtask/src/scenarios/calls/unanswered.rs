//! Nobody answers. The ring ends by itself, and whoever called is told. Whoever was called finds a missed call, calls back
//! from the log, and the two talk.

use super::kit::{NOBODY, RINGING, call, has_appeared, open, pictures, sees, specialists, watch_for};
use super::{MISSED, RING, in_log};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::Place;
use crate::scenarios::privacy;
use anyhow::{Result, ensure};

/// Time enough to answer on a slow machine, and not too long to wait for.
const RINGS_FOR: u16 = 15;

pub(in crate::scenarios) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::ringing(&guard, programs, Language::Ru, Some(RINGS_FOR)).await?;
    let places = (Place::new("caller", &guard)?, Place::new("colleague", &guard)?);
    let people = specialists(&clinic)?;
    let mut caller = open(&places.0, programs, Language::Ru, &people[0].0).await?;
    let mut colleague = open(&places.1, programs, Language::He, &people[2].0).await?;
    colleague.find("[data-screen='home']").await?;
    watch_for(&colleague, RING).await?;

    call(&caller, &people[2].1).await?;
    caller.find(RINGING).await?;
    caller.find(NOBODY).await?;
    pictures(&mut caller, "unanswered").await?;
    colleague.find(MISSED).await?;
    colleague.gone(RING).await?;
    ensure!(has_appeared(&colleague).await?, "it did not ring");
    pictures(&mut colleague, "unanswered-badge").await?;
    caller.click("[data-testid='call-cancel']").await?;
    caller.find("[data-screen='home']").await?;

    in_log(&colleague, "missed").await?;
    pictures(&mut colleague, "unanswered-log").await?;
    colleague.click("[data-outcome='missed'] [data-testid='call-back']").await?;
    caller.click("[data-testid='accept']").await?;
    sees(&caller, &people[2].1).await?;
    sees(&colleague, &people[0].1).await?;
    caller.close().await;
    colleague.close().await;
    privacy::search(&guard, &clinic.secrets())
}
