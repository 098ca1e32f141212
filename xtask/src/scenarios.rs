//! End-to-end scenarios with the real window. Each is a test of `cargo xtask test` with a name of its own.

mod calls;
mod links;
mod messages;
mod privacy;
mod remember;
mod stranger;
mod trouble;

use crate::build::{self, Profile, Programs};
use crate::demo::{self, Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Drawing, Place, Start, Window};
use crate::shell::runtime;
use crate::suite::Count;
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// No scenario takes longer, or it hangs.
const LIMIT: Duration = Duration::from_secs(180);

const NAMES: &[&str] = &[
    "visit in Russian, drawn by the page",
    "visit in English, drawn by the application",
    "visit in Hebrew, and nothing secret in any log",
    "every screen in Russian",
    "every screen in English",
    "every screen in Hebrew",
    "links: broken, unknown, warm",
    "sign-in is remembered",
    "servers that are not there, refuse or talk nonsense",
    "the server vanishes in mid-call, and the page is reloaded",
    "nothing is left behind after kill -9",
    "messages in Russian, told by the desktop",
    "messages in English, told by the desktop",
    "messages in Hebrew, told by the desktop",
    "calls in Russian and English",
    "calls in English and Hebrew",
    "calls in Hebrew and Russian",
    "calls: nobody answers",
    "calls: one is held for another",
    "calls: a colleague is asked into a visit",
    "calls: a guest comes by a link",
    "calls: do not disturb",
    "calls: in the tray",
];

/// Whether a scenario's name contains this.
pub(crate) fn has(only: &str) -> bool {
    NAMES.iter().any(|name| name.contains(only))
}

/// Runs the scenarios whose name contains `only`, or all.
pub(crate) fn run(only: Option<&str>) -> Result<Count> {
    let programs = build::programs(Profile::Debug)?;
    let wanted = |name: &&&str| only.is_none_or(|only| name.contains(only) || "windows".contains(only));
    let mut count = Count::default();
    for name in NAMES.iter().filter(wanted) {
        let started = Instant::now();
        let outcome = runtime()?.block_on(async {
            match tokio::time::timeout(LIMIT, scenario(name, &programs)).await {
                Ok(outcome) => outcome,
                Err(_) => bail!("not over after {} s", LIMIT.as_secs()),
            }
        });
        let seconds = started.elapsed().as_secs();
        match &outcome {
            Ok(()) => println!("scenario: {name} ... passed in {seconds} s"),
            Err(error) => println!("scenario: {name} ... FAILED in {seconds} s: {error:#}"),
        }
        count.add(Count::of(outcome.is_ok()));
    }
    Ok(count)
}

async fn scenario(name: &str, programs: &Programs) -> Result<()> {
    match NAMES.iter().position(|known| *known == name) {
        Some(0) => visit(Language::Ru, Drawing::Page, programs).await,
        Some(1) => visit(Language::En, Drawing::Native, programs).await,
        Some(2) => privacy::run(programs).await,
        Some(3) => screens(Language::Ru, programs).await,
        Some(4) => screens(Language::En, programs).await,
        Some(5) => screens(Language::He, programs).await,
        Some(6) => links::run(programs).await,
        Some(7) => remember::run(programs).await,
        Some(8) => stranger::run(programs).await,
        Some(9) => trouble::run(programs).await,
        Some(10) => crate::guard::proof(),
        Some(11) => messages::run(Language::Ru, programs).await,
        Some(12) => messages::run(Language::En, programs).await,
        Some(13) => messages::run(Language::He, programs).await,
        Some(14) => calls::run(Language::Ru, programs).await,
        Some(15) => calls::run(Language::En, programs).await,
        Some(16) => calls::run(Language::He, programs).await,
        Some(17) => calls::unanswered::run(programs).await,
        Some(18) => calls::held::run(programs).await,
        Some(19) => calls::asked_in::run(programs).await,
        Some(20) => calls::by_link::run(programs).await,
        Some(21) => calls::undisturbed::run(programs).await,
        Some(22) => calls::in_tray::run(programs).await,
        _ => bail!("no such scenario"),
    }
}

/// A visit whose pictures are drawn by this one, whatever the application would choose here.
async fn visit(language: Language, drawing: Drawing, programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, language).await?;
    let options = demo::Options::for_test(language, Duration::from_secs(8)).drawn_by(drawing);
    demo::visit(&options, &guard, programs, &clinic).await
}

/// The pictures stay in `target/screens` for whoever wants to leaf through them.
async fn screens(language: Language, programs: &Programs) -> Result<()> {
    let folder = crate::shell::root().join("target/screens");
    crate::walk::walk(language, programs, &folder).await
}

/// Opens a window in English, with the test picture.
async fn open<'a>(place: &'a Place<'a>, programs: &Programs, link: Option<&str>) -> Result<Window<'a>> {
    let app: PathBuf = programs.app();
    Window::open(
        place,
        Start {
            app: &app,
            lang: "en",
            link,
            vertical: "medicine",
            synthetic: true,
            shots: None,
            drawing: None,
        },
    )
    .await
}
