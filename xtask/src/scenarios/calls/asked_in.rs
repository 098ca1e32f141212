//! A doctor who is with a patient asks a colleague in. The colleague hears that it is for a visit, and accepts; all three
//! see who the others are.

use super::kit::{WITHOUT_HASTE, open, pictures, sees_roles, specialists};
use super::{DRAWN, RING};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Place, Window};
use crate::scenarios::privacy;
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// The clinic has changed what the visit is.
pub(super) const CHANGED: &str = "[data-notice='info-changed']";
const DIALOG: &str = "[data-testid='invite']";

pub(in crate::scenarios) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::ringing(&guard, programs, Language::He, Some(WITHOUT_HASTE)).await?;
    let places =
        (Place::new("patient", &guard)?, Place::new("doctor", &guard)?, Place::new("asked", &guard)?);
    let people = specialists(&clinic)?;
    let patients = clinic.name_of("patient")?;
    let mut asked = open(&places.2, programs, Language::En, &people[1].0).await?;
    let mut patient = open(&places.0, programs, Language::He, clinic.patient_link()?).await?;
    let mut doctor = open(&places.1, programs, Language::Ru, &people[0].0).await?;
    in_visit(&patient, &doctor).await?;
    asked.find("[data-screen='home']").await?;

    open_dialog(&doctor).await?;
    let tick = tick(&doctor, &people[1].1).await?;
    doctor.click(&tick).await?;
    pictures(&mut doctor, "asked-choosing").await?;
    doctor.click("[data-testid='ask-in']").await?;
    doctor.find("[data-testid='outgoing-strip'] [data-state='ringing']").await?;
    pictures(&mut doctor, "asked-ringing").await?;
    asked.find(RING).await?;
    pictures(&mut asked, "asked-rings").await?;
    asked.click("[data-testid='accept']").await?;
    let (doctors, colleagues) = (people[0].1.as_str(), people[1].1.as_str());
    sees_roles(&doctor, &[(patients, "Пациент"), (colleagues, "Врач")]).await?;
    sees_roles(&asked, &[(patients, "Patient"), (doctors, "Doctor")]).await?;
    sees_roles(&patient, &[(doctors, "רופא"), (colleagues, "רופא")]).await?;
    doctor.gone("[data-testid='outgoing-strip']").await?;
    for window in [&doctor, &patient] {
        ensure!(!window.has(CHANGED).await, "whoever comes is told as a change by the clinic");
    }
    pictures(&mut patient, "asked-three").await?;
    for window in [doctor, asked, patient] {
        window.close().await;
    }
    privacy::search(&guard, &clinic.secrets())
}

/// The visit that is due now begins.
pub(super) async fn in_visit(patient: &Window<'_>, doctor: &Window<'_>) -> Result<()> {
    doctor.click("[data-testid='visit-row']").await?;
    doctor.press("open").await?;
    patient.press("join").await?;
    doctor.press("join").await?;
    for window in [patient, doctor] {
        window.find(DRAWN).await?;
    }
    Ok(())
}

/// The doctor wants somebody else in the visit.
pub(super) async fn open_dialog(doctor: &Window<'_>) -> Result<()> {
    doctor.click("[data-testid='about']").await?;
    doctor.click("[data-testid='invite-open']").await?;
    doctor.find(DIALOG).await.map(drop)
}

/// The place to tick for somebody of this name, as a selector.
async fn tick(doctor: &Window<'_>, name: &str) -> Result<String> {
    doctor.type_into("[data-testid='invite-search']", name).await?;
    let named = format!(
        "[...document.querySelectorAll(\"{DIALOG} bdi.name\")].find((each) => each.innerText.includes({}))",
        json!(name)
    );
    doctor.until("whom to ask", &format!("return {named} !== undefined;")).await?;
    let id = doctor.evaluate(&format!("return {named}.id;")).await?;
    let id = id.as_str().context("the name has no id")?;
    Ok(format!("{DIALOG} [data-testid='pick'][aria-labelledby='{id}']"))
}
