//! The window was closed and the application goes on in the tray. Somebody calls: the window comes above all others without
//! taking the keyboard, and the desktop tells who calls. The call is taken by the button of the notification.

use super::kit::{WITHOUT_HASTE, call, open, pictures, sees, specialists};
use super::{RING, told};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Desktop, Elsewhere, Frame, Place};
use crate::scenarios::privacy;
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// What the tray says when it is pointed at.
const QUIET: &str = "Непрочитанных сообщений нет";

pub(in crate::scenarios) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::ringing(&guard, programs, Language::He, Some(WITHOUT_HASTE)).await?;
    let places = (Place::new("caller", &guard)?, Place::new("colleague", &guard)?);
    let desktop = Desktop::of(&places.1).await?;
    let people = specialists(&clinic)?;
    let mut colleague = open(&places.1, programs, Language::Ru, &people[1].0).await?;
    let caller = open(&places.0, programs, Language::En, &people[0].0).await?;
    colleague.find("[data-screen='home']").await?;
    desktop.tray_says(QUIET).await?;
    let frame = Frame::of(places.1.display())?;
    frame.close()?;
    frame.is_shown(false).await?;
    let elsewhere = Elsewhere::open(places.1.display())?;

    call(&caller, &people[1].1).await?;
    frame.is_shown(true).await?;
    frame.is_above(true).await?;
    let (words, buttons) = told(Language::Ru);
    let told = desktop.told(|told| told.body == words).await?;
    ensure!(told.title == people[0].1, "the notification does not say who calls");
    ensure!(told.buttons() == buttons, "the notification has other buttons: {:?}", told.buttons());
    ensure!(elsewhere.is_in_front()?, "a ring takes the keyboard from what the person does");
    colleague.find(RING).await?;
    pictures(&mut colleague, "tray-rings").await?;
    desktop.press(&told, buttons[0]).await?;
    sees(&colleague, &people[0].1).await?;
    sees(&caller, &people[1].1).await?;
    frame.is_above(false).await?;
    desktop.untold().await?;
    comes_to_front(&elsewhere).await?;
    caller.close().await;
    colleague.close().await;
    privacy::search(&guard, &clinic.secrets())
}

async fn comes_to_front(elsewhere: &Elsewhere) -> Result<()> {
    let started = Instant::now();
    while elsewhere.is_in_front()? {
        ensure!(
            started.elapsed() < Duration::from_secs(30),
            "whoever has accepted does not come to the call"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
