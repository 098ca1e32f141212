//! Somebody calls a person who is in a call already. That one holds the first call and takes the second; one press leads
//! back, another one to the second again. Both others are there all the time, and whoever is held sees that.

use super::kit::{WITHOUT_HASTE, call, open, pictures, sees, specialists};
use super::{DRAWN, RING};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Place, Window};
use crate::scenarios::privacy;
use anyhow::{Result, ensure};

const HELD: &str = "[data-testid='held']";

pub(in crate::scenarios) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::ringing(&guard, programs, Language::En, Some(WITHOUT_HASTE)).await?;
    let places = ["middle", "first", "second"].map(|name| Place::new(name, &guard));
    let [middle, first, second] = places;
    let (middle, first, second) = (middle?, first?, second?);
    let people = specialists(&clinic)?;
    let [(_, middles), (_, firsts), (_, seconds)] = &people[..] else { unreachable!("three were asked for") };
    let mut middle = open(&middle, programs, Language::En, &people[0].0).await?;
    let mut first = open(&first, programs, Language::Ru, &people[1].0).await?;
    let second = open(&second, programs, Language::He, &people[2].0).await?;
    middle.find("[data-screen='home']").await?;
    call(&first, middles).await?;
    middle.click("[data-testid='accept']").await?;
    sees(&middle, firsts).await?;
    sees(&first, middles).await?;

    call(&second, middles).await?;
    middle.find(&format!("{RING} [data-testid='busy']")).await?;
    pictures(&mut middle, "held-rings").await?;
    middle.click("[data-testid='accept']").await?;
    is_with(&middle, seconds, firsts).await?;
    sees(&second, middles).await?;
    first.gone(DRAWN).await?;
    pictures(&mut middle, "held").await?;
    pictures(&mut first, "held-and-waits").await?;

    middle.click("[data-testid='held-back']").await?;
    is_with(&middle, firsts, seconds).await?;
    sees(&first, middles).await?;
    second.gone(DRAWN).await?;
    middle.click("[data-testid='held-back']").await?;
    is_with(&middle, seconds, firsts).await?;
    sees(&second, middles).await?;
    ensure!(first.has("[data-screen='started']").await, "whoever is held has lost the call");
    for window in [middle, first, second] {
        window.close().await;
    }
    privacy::search(&guard, &clinic.secrets())
}

/// Talks with one, and the call with the other is on hold.
async fn is_with(middle: &Window<'_>, one: &str, other: &str) -> Result<()> {
    sees(middle, one).await?;
    let says = format!(
        "return document.querySelector(\"{HELD}\")?.innerText.includes({}) === true;",
        serde_json::json!(other)
    );
    middle.until("whose call is on hold", &says).await
}
