//! Every screen of a visit in the real window, for both roles: the two walk through what a clinic's day may bring,
//! by buttons of theirs and by changes that are pushed to them, and leave an album of pictures.
//!
//! `cargo xtask screens --out DIR` makes the albums of all languages; the end-to-end tests walk the same way.

mod album;
mod api;

use crate::build::{self, Profile, Programs};
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Place, Start, Window};
use crate::node::Node;
use crate::packages::{self, Need};
use anyhow::Result;
use api::Booking;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Where the pictures go: DIR/index.html shows them all
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// One language only
    #[arg(long)]
    lang: Option<Language>,
}

/// Makes the albums.
pub(crate) fn run(options: &Options) -> Result<()> {
    packages::ensure(&[Need::Build, Need::Headless])?;
    build::ui(&Node::ensure()?)?;
    let programs = build::programs(Profile::Debug)?;
    for language in [Language::Ru, Language::En, Language::He] {
        if options.lang.is_none_or(|only| only == language) {
            println!("Walking through all screens: {}", language.tag());
            crate::shell::runtime()?.block_on(walk(language, &programs, &options.out))?;
        }
    }
    album::write(&options.out)
}

/// Walks through all screens in one language and leaves the pictures in `out`.
pub(crate) async fn walk(language: Language, programs: &Programs, out: &Path) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, language).await?;
    let booking = Booking::new(&clinic).await?;
    let places = (Place::new("patient", &guard)?, Place::new("specialist", &guard)?);
    let app = programs.app();
    let start = |link| Start {
        app: &app,
        lang: language.tag(),
        link: Some(link),
        // One of the languages shows the words of the other vertical.
        vertical: if language == Language::En { "general" } else { "medicine" },
        synthetic: true,
        shots: Some(out.join(language.tag())),
        drawing: None,
    };
    let unknown = clinic.patient_link()?.replace("&at=", "&at=nobody-knows-");
    let mut patient = Window::open(&places.0, start(&unknown)).await?;
    let mut specialist = Window::open(&places.1, start(clinic.sign_in_link()?)).await?;
    patient.find("[data-problem='unknown-link'][data-refused]").await?;
    patient.shot("4xx").await?;
    specialist.screen("home").await?;
    let mut two = Two { patient, specialist, app };
    two.visit(&booking).await?;
    two.calls_off(&booking).await?;
    two.does_not_come(&booking).await?;
    two.proves_itself(&booking).await?;
    two.patient.close().await;
    two.specialist.close().await;
    Ok(())
}

struct Two<'a> {
    patient: Window<'a>,
    specialist: Window<'a>,
    app: PathBuf,
}

impl Two<'_> {
    /// Both windows follow their links while they are open.
    async fn follow(&mut self, booked: &api::Booked) -> Result<()> {
        self.patient.place().start_again(&self.app, &[&booked.client]).await?;
        self.specialist.place().start_again(&self.app, &[&booked.specialist]).await
    }

    async fn both(&mut self, selector: &str, shot: &str) -> Result<()> {
        for window in [&mut self.patient, &mut self.specialist] {
            window.find(selector).await?;
            window.shot(shot).await?;
        }
        Ok(())
    }

    /// A visit of five minutes and a little, from its booking to its end, its restore and its real end.
    async fn visit(&mut self, booking: &Booking) -> Result<()> {
        let booked = booking.book("walk-visit", &[("scheduledDurationSeconds", json!(303))]).await?;
        self.follow(&booked).await?;
        self.patient.screen("pending-client").await?;
        self.specialist.screen("pending-specialist").await?;
        booking.update("walk-visit", "services", booking.other_service()).await?;
        self.both("[data-notice='info-changed']", "information-changed").await?;
        self.specialist.press("open").await?;
        self.specialist.screen("join-specialist").await?;
        self.patient.screen("join-client").await?;
        self.patient.press("join").await?;
        self.patient.shot("joined").await?;
        self.specialist.press("join").await?;
        self.both("[data-screen='started'] [data-testid='tile'][data-drawn]", "started").await?;
        self.more_time().await?;
        self.share().await?;
        self.thinks_again().await?;
        self.specialist.press("pause").await?;
        self.both("[data-testid='hold']", "paused").await?;
        self.specialist.press("resume").await?;
        self.patient.gone("[data-testid='hold']").await?;
        self.patient.press("leave").await?;
        self.patient.screen("join-client").await?;
        self.patient.gone("[data-problem]").await?;
        self.specialist.shot("waiting").await?;
        self.patient.press("join").await?;
        self.patient.find("[data-screen='started']").await?;
        self.specialist.press("finish").await?;
        self.patient.screen("finish").await?;
        self.specialist.screen("finish").await?;
        self.specialist.press("restore").await?;
        self.patient.find("[data-screen='started']").await?;
        self.specialist.find("[data-screen='started']").await?;
        self.specialist.press("finish").await?;
        self.both("[data-screen='finish'] [data-testid='times']", "finish-with-times").await
    }

    /// The specialist chooses what to show, looks at it, shows it, and ends that; the patient sees it meanwhile.
    async fn share(&mut self) -> Result<()> {
        self.specialist.click("[data-testid='share']").await?;
        self.specialist.find("[data-testid='share-source']").await?;
        self.specialist.shot("share-choosing").await?;
        self.specialist.click("[data-testid='share-source']").await?;
        self.specialist.find("[data-testid='share-preview'] [data-drawn]").await?;
        self.specialist.shot("share-preview").await?;
        self.specialist.click("[data-testid='share-go']").await?;
        self.patient.find("[data-testid='screen-tile'][data-drawn]").await?;
        self.both("[data-testid='tile'][data-drawn]", "share-live").await?;
        self.specialist.click("[data-testid='share-stop']").await?;
        self.patient.gone("[data-testid='screen-tile']").await?;
        self.specialist.gone("[data-testid='share-bar']").await
    }

    /// The specialist is asked whether the visit is to end, and stays; the patient is seen meanwhile.
    async fn thinks_again(&mut self) -> Result<()> {
        self.specialist.click("[data-testid='action-finish']").await?;
        self.specialist.find("dialog[open] [data-testid='stay']").await?;
        self.specialist.shot("finish-asked").await?;
        self.specialist.click("dialog[open] [data-testid='stay']").await?;
        self.specialist.gone("dialog[open]").await
    }

    /// The clock warns, the patient asks, the specialist extends.
    async fn more_time(&mut self) -> Result<()> {
        self.both("[data-notice='five-minutes-left']", "five-minutes-left").await?;
        self.patient.click("[data-testid='ask-more-time']").await?;
        self.specialist.find("[data-testid='more-time-asked']").await?;
        self.specialist.shot("more-time-asked").await?;
        self.specialist.click("[data-testid='asked-extend-10']").await?;
        self.specialist.gone("[data-testid='more-time-asked']").await?;
        self.both("[data-testid='clock'][data-phase='calm']", "extended").await
    }

    /// Called off before the start, by either; the specialist takes it back in time.
    async fn calls_off(&mut self, booking: &Booking) -> Result<()> {
        let booked = booking.book("walk-cancel", &[]).await?;
        self.follow(&booked).await?;
        self.patient.find("[data-screen='pending-client']").await?;
        self.specialist.find("[data-screen='pending-specialist']").await?;
        self.specialist.press("cancel").await?;
        self.both("[data-screen='cancelled']", "cancelled").await?;
        self.specialist.press("restore").await?;
        self.patient.find("[data-screen='pending-client']").await?;
        self.patient.press("cancel").await?;
        self.both("[data-screen='cancelled']", "cancelled-by-patient").await
    }

    /// Nobody came, and the clinic's clock has called it off.
    async fn does_not_come(&mut self, booking: &Booking) -> Result<()> {
        let booked =
            booking.book("walk-missed", &[("scheduledStart", json!("2026-11-20T09:00:00Z"))]).await?;
        self.follow(&booked).await?;
        self.patient.find("[data-screen='pending-client']").await?;
        self.specialist.find("[data-screen='pending-specialist']").await?;
        booking.end_what_is_over().await?;
        self.both("[data-screen='finish']", "missed").await
    }

    /// A visit that asks for a one-time password first.
    async fn proves_itself(&mut self, booking: &Booking) -> Result<()> {
        let booked = booking.book("walk-otp", &[("otp", json!(true))]).await?;
        self.patient.place().start_again(&self.app, &[&booked.client]).await?;
        self.patient.screen("otp").await?;
        let code = booking.otp().await?;
        self.patient.type_into("[data-testid='otp-code']", &wrong(&code)).await?;
        self.patient.find("[data-problem='otp-wrong']").await?;
        self.patient.shot("otp-wrong").await?;
        self.patient.type_into("[data-testid='otp-code']", &code).await?;
        // After a refusal nothing is sent by itself.
        self.patient.click("[data-testid='otp-submit']").await?;
        self.patient.screen("pending-client").await
    }
}

/// A code that differs from the right one in its first digit.
fn wrong(code: &str) -> String {
    let first = if code.starts_with('1') { '2' } else { '1' };
    std::iter::once(first).chain(code.chars().skip(1)).collect()
}
