//! In the middle of a call the server vanishes and comes back, and then the page is loaded again. The two go on
//! talking; a camera that was off stays off.

use super::open;
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Place, Window};
use anyhow::{Result, bail};
use std::time::Duration;
use tokio::time::sleep;

const TALKING: &str = "[data-testid='tile'][data-state='connected']";
const SEEN: &str = "[data-testid='tile'][data-drawn]";
const LOST: &str = "[data-testid='line-lost']";

pub(super) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let mut clinic = Clinic::start(&guard, programs, Language::En).await?;
    let places = (Place::new("patient", &guard)?, Place::new("specialist", &guard)?);
    let patient = open(&places.0, programs, Some(clinic.patient_link()?)).await?;
    let specialist = open(&places.1, programs, Some(clinic.sign_in_link()?)).await?;
    specialist.click("[data-testid='visit-row']").await?;
    specialist.press("open").await?;
    patient.press("join").await?;
    specialist.press("join").await?;
    patient.find(SEEN).await?;
    patient.click("[data-testid='switch-camera']").await?;
    patient.find("[data-testid='switch-camera'][aria-checked='false']").await?;
    let before = drawn(&patient)?;
    clinic.vanish()?;
    patient.find(LOST).await?;
    specialist.find(LOST).await?;
    // Media needs no server: the pictures go on without it.
    sleep(Duration::from_secs(3)).await;
    let meanwhile = drawn(&patient)?;
    if meanwhile < before + 30 {
        bail!("the picture stood still without the server: {before}, {meanwhile} frames");
    }
    clinic.come_back().await?;
    for window in [&patient, &specialist] {
        window.gone(LOST).await?;
        window.find(TALKING).await?;
    }
    patient.find("[data-testid='switch-camera'][aria-checked='false']").await?;
    patient.reload().await?;
    patient.find(SEEN).await?;
    patient.find("[data-testid='switch-camera'][aria-checked='false']").await?;
    specialist.press("finish").await?;
    patient.find("[data-screen='finish']").await?;
    patient.close().await;
    specialist.close().await;
    Ok(())
}

/// Frames of the other that this window has drawn so far.
fn drawn(window: &Window<'_>) -> Result<u64> {
    let report = window.measured()?;
    let streams = report["streams"].as_array().cloned().unwrap_or_default();
    let peers = streams.iter().filter(|stream| stream["kind"] == "peer");
    Ok(peers.filter_map(|stream| stream["frames_drawn"].as_u64()).sum())
}
