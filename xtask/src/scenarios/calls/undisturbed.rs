//! Somebody does not want to be disturbed. Colleagues see that before they call; whoever calls all the same is told so, and
//! nothing rings, not even the desktop. The call is missed.

use super::kit::{NOBODY, call, has_appeared, look_up, open, pictures, specialists, watch_for};
use super::{MISSED, RING, in_log};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Desktop, Elsewhere, Place};
use crate::scenarios::privacy;
use anyhow::{Result, ensure};

const SWITCH: &str = "[data-testid='undisturbed']";

pub(in crate::scenarios) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, Language::En).await?;
    let places = (Place::new("caller", &guard)?, Place::new("colleague", &guard)?);
    let desktop = Desktop::of(&places.1).await?;
    let people = specialists(&clinic)?;
    let mut colleague = open(&places.1, programs, Language::Ru, &people[1].0).await?;
    let mut caller = open(&places.0, programs, Language::En, &people[0].0).await?;
    look_up(&colleague).await?;
    colleague.click(SWITCH).await?;
    colleague.find(&format!("{SWITCH}[aria-checked='true']")).await?;
    pictures(&mut colleague, "undisturbed").await?;
    watch_for(&colleague, RING).await?;
    let _elsewhere = Elsewhere::open(colleague.place().display())?;

    look_up(&caller).await?;
    caller.find("[data-availability='do_not_disturb']").await?;
    pictures(&mut caller, "undisturbed-before").await?;
    call(&caller, &people[1].1).await?;
    caller.find(NOBODY).await?;
    caller.find("[data-state='undisturbed']").await?;
    pictures(&mut caller, "undisturbed-called").await?;
    colleague.find(MISSED).await?;
    ensure!(!has_appeared(&colleague).await?, "it rings");
    ensure!(desktop.all().is_empty(), "the desktop tells of the call");
    pictures(&mut colleague, "undisturbed-badge").await?;
    in_log(&colleague, "missed").await?;
    caller.close().await;
    colleague.close().await;
    privacy::search(&guard, &clinic.secrets())
}
