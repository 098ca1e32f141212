//! Without a display: a whole visit, driven through the user interface of two real windows.

use super::report::{self, Report};
use super::{Clinic, Options};
use crate::build::Programs;
use crate::guard::Guard;
use crate::headless::{Place, Start, Window};
use crate::usage::Usage;
use anyhow::{Context, Result};
use std::fs;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const TALK: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_secs(3);
const AFTER_PAUSE: Duration = Duration::from_secs(4);

/// Holds a visit and reports it. Fails unless it really happened.
pub(crate) async fn run(
    options: &Options,
    guard: &Guard,
    programs: &Programs,
    clinic: &Clinic<'_>,
) -> Result<()> {
    println!("Opening two windows without a display.");
    let places = (Place::new("patient", guard)?, Place::new("specialist", guard)?);
    let app = programs.app();
    let start = |link| Start {
        app: &app,
        lang: options.lang.tag(),
        link: Some(link),
        vertical: "medicine",
        synthetic: options.synthetic,
        shots: options.shots.clone(),
        drawing: options.drawing,
    };
    let patient = Window::open(&places.0, start(clinic.patient_link()?)).await?;
    let specialist = Window::open(&places.1, start(clinic.sign_in_link()?)).await?;
    let mut visit = Visit { patient, specialist };
    visit.open().await?;
    visit.join().await?;
    let talk = visit.talk(options.talk.unwrap_or(TALK)).await?;
    visit.pause_and_resume().await?;
    visit.finish().await?;
    let report = visit.report(options, &talk)?;
    visit.close().await;
    if let Some(file) = &options.report {
        fs::write(file, serde_json::to_string_pretty(&report)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    report::summarize(&report);
    report::judge(&report)
}

struct Visit<'a> {
    patient: Window<'a>,
    specialist: Window<'a>,
}

/// What the two windows cost while the two talked.
struct Talk {
    seconds: f64,
    patient: (Usage, Usage),
    specialist: (Usage, Usage),
}

impl Visit<'_> {
    async fn open(&mut self) -> Result<()> {
        self.patient.screen("pending-client").await?;
        self.specialist.screen("home").await?;
        self.specialist.click("[data-testid='visit-row']").await?;
        self.specialist.screen("pending-specialist").await?;
        self.specialist.press("open").await?;
        self.specialist.screen("join-specialist").await?;
        self.patient.screen("join-client").await
    }

    async fn join(&mut self) -> Result<()> {
        self.patient.press("join").await?;
        self.patient.shot("joined").await?;
        self.specialist.press("join").await?;
        for window in [&mut self.patient, &mut self.specialist] {
            window.find("[data-screen='started']").await?;
            window.find("[data-testid='tile'][data-state='connected']").await?;
        }
        Ok(())
    }

    async fn talk(&mut self, time: Duration) -> Result<Talk> {
        println!("  the two talk for {} s", time.as_secs());
        // Fonts, decoders and the first key frames are start-up, not talking.
        sleep(Duration::from_secs(1)).await;
        let started = Instant::now();
        let before = (self.patient.place().usage(), self.specialist.place().usage());
        sleep(time / 2).await;
        self.patient.shot("started").await?;
        self.specialist.shot("started").await?;
        sleep((time / 2).saturating_sub(Duration::from_millis(1200))).await;
        let after = (self.patient.place().usage(), self.specialist.place().usage());
        Ok(Talk {
            seconds: started.elapsed().as_secs_f64(),
            patient: (before.0, after.0),
            specialist: (before.1, after.1),
        })
    }

    async fn pause_and_resume(&mut self) -> Result<()> {
        self.specialist.press("pause").await?;
        for window in [&mut self.patient, &mut self.specialist] {
            window.find("[data-testid='hold']").await?;
            window.shot("paused").await?;
        }
        sleep(PAUSE).await;
        self.specialist.press("resume").await?;
        sleep(AFTER_PAUSE).await;
        self.patient.shot("resumed").await
    }

    async fn finish(&mut self) -> Result<()> {
        self.specialist.press("finish").await?;
        self.specialist.screen("finish").await?;
        self.patient.screen("finish").await?;
        // The applications write their reports once a second.
        sleep(Duration::from_millis(1500)).await;
        Ok(())
    }

    fn report(&self, options: &Options, talk: &Talk) -> Result<Report> {
        Ok(Report {
            language: options.lang.tag(),
            release: options.release,
            talk_seconds: talk.seconds,
            patient: report::window(self.patient.measured()?, talk.patient, talk.seconds)?,
            specialist: report::window(self.specialist.measured()?, talk.specialist, talk.seconds)?,
        })
    }

    async fn close(self) {
        self.patient.close().await;
        self.specialist.close().await;
    }
}
