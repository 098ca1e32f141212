//! A doctor who is with a patient makes a link for an interpreter. It is opened in a real browser, and the interpreter is in
//! the call, with the role behind the name. Whoever opens it after that is told that it is used already.

use super::asked_in::{CHANGED, in_visit, open_dialog};
use super::kit::{open, pictures, pictures_of, sees_roles, specialists};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Browser, Place};
use crate::scenarios::privacy;
use anyhow::{Context, Result, ensure};

const NAME: &str = "Dana Sample";
/// What begins the browser's way, and the way in from there.
const GO_ON: &str = "[data-with-script]:not([hidden]) button";
const JOIN: &str = "[data-testid=action-join]";

pub(in crate::scenarios) async fn run(programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, Language::Ru).await?;
    let places = (Place::new("patient", &guard)?, Place::new("doctor", &guard)?);
    let people = specialists(&clinic)?;
    let mut patient = open(&places.0, programs, Language::En, clinic.patient_link()?).await?;
    let mut doctor = open(&places.1, programs, Language::He, &people[0].0).await?;
    in_visit(&patient, &doctor).await?;

    open_dialog(&doctor).await?;
    doctor.click("[data-testid='way-link']").await?;
    doctor.type_into("[data-testid='guest-name']", NAME).await?;
    doctor.click("[data-testid='role-interpreter']").await?;
    pictures(&mut doctor, "link-making").await?;
    doctor.click("[data-testid='make-link']").await?;
    doctor.find("[data-testid='guest-link']").await?;
    pictures(&mut doctor, "link-made").await?;
    let link =
        doctor.evaluate("return document.querySelector(\"[data-testid='guest-link']\").value;").await?;
    let link = link.as_str().context("there is no link")?;
    doctor.click("[data-testid='invite-close']").await?;

    let mut guest = Browser::open(&guard, "chromium-guest", "ru", link).await?;
    guest.until(&format!("document.querySelector('{GO_ON}')")).await?;
    guest.shot(&pictures_of("ru").join("guest-01-link-opened.png")).await?;
    guest.click(GO_ON).await?;
    guest.click(JOIN).await?;
    guest.until("document.querySelectorAll('[data-testid=tile][data-drawn]').length === 2").await?;
    guest.shot(&pictures_of("ru").join("guest-02-link-in-call.png")).await?;
    sees_roles(&doctor, &[(clinic.name_of("patient")?, "מטופל"), (NAME, "אורח/ת")]).await?;
    sees_roles(&patient, &[(&people[0].1, "Doctor"), (NAME, "Guest")]).await?;
    ensure!(!patient.has(CHANGED).await, "whoever comes is told as a change by the clinic");
    pictures(&mut patient, "link-three").await?;

    let mut stranger = Browser::open(&guard, "chromium-stranger", "en", link).await?;
    stranger.click(GO_ON).await?;
    stranger.until("document.querySelector('[data-problem=link-in-use]')").await?;
    stranger.shot(&pictures_of("en").join("stranger-01-link-used.png")).await?;
    let words = stranger.value("document.querySelector('[data-problem]').innerText").await?;
    ensure!(
        words.as_str().is_some_and(|words| words.contains("in use on another device")),
        "{words} is said"
    );
    let shows = stranger.value("document.body.innerText").await?;
    let patients = clinic.name_of("patient")?;
    ensure!(
        shows.as_str().is_some_and(|shows| !shows.contains(patients)),
        "the visit is shown to a stranger"
    );
    let others = guest.value("document.querySelectorAll('[data-testid=tile][data-drawn]').length").await?;
    ensure!(others == 2, "the interpreter is not in the call any more");
    let mut secrets = clinic.secrets();
    secrets.extend([NAME.to_owned(), link.rsplit_once('=').map_or(link, |(_, token)| token).to_owned()]);
    patient.close().await;
    doctor.close().await;
    privacy::search(&guard, &secrets)
}
