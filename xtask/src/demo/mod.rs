//! `cargo xtask demo`: a clinic server and two windows, a patient's and a specialist's.

mod clinic;
mod report;
mod visit;
mod windowed;

pub(crate) use clinic::Clinic;
pub(crate) use visit::run as visit;

use crate::build::{self, Profile, Programs};
use crate::guard::Guard;
use crate::headless::Drawing;
use crate::node::Node;
use crate::packages::{self, Need};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Run without a display and drive the visit through the user interface (by itself when there is no display)
    #[arg(long)]
    headless: bool,
    /// Send the built-in test picture and tone even where there are a camera and a microphone
    #[arg(long)]
    synthetic: bool,
    /// How long the two talk, for example 20s or 2m; with a display: close after that time
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    talk: Option<Duration>,
    /// The language of both windows
    #[arg(long, default_value = "ru")]
    lang: Language,
    /// Write a PNG of each screen of both windows to this folder (headless)
    #[arg(long, value_name = "DIR")]
    shots: Option<PathBuf>,
    /// Write what was measured to this file as JSON (headless)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Who draws the call's pictures (headless); by itself the application chooses
    #[arg(long, value_name = "WHO")]
    drawing: Option<Drawing>,
    /// Build with optimization
    #[arg(long)]
    release: bool,
    /// Keep the logs of all programs in this folder
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
}

/// A language of the product.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Ru,
    En,
    He,
}

impl Language {
    /// `ru`, `en` or `he`.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
            Self::He => "he",
        }
    }
}

impl Options {
    /// A visit without a display, for a test.
    pub(crate) const fn for_test(lang: Language, talk: Duration) -> Self {
        Self {
            headless: true,
            synthetic: true,
            talk: Some(talk),
            lang,
            shots: None,
            report: None,
            drawing: None,
            release: false,
            logs: None,
        }
    }

    /// The same, with the pictures drawn by this one.
    pub(crate) fn drawn_by(self, drawing: Drawing) -> Self {
        Self { drawing: Some(drawing), ..self }
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let headless = options.headless || options.shots.is_some() || options.report.is_some() || !has_display();
    let needs: &[Need] = if headless { &[Need::Build, Need::Headless] } else { &[Need::Build] };
    packages::ensure(needs)?;
    let programs = build_all(options)?;
    let runtime = crate::shell::runtime()?;
    let guard = Guard::new()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = hold(options, headless, &guard, &programs) => outcome,
            _ = tokio::signal::ctrl_c() => match headless {
                true => bail!("stopped before the visit was over"),
                false => Ok(()),
            },
        }
    });
    if let Some(folder) = &options.logs {
        keep_logs(&guard, folder)?;
    }
    outcome
}

async fn hold(options: &Options, headless: bool, guard: &Guard, programs: &Programs) -> Result<()> {
    let clinic = Clinic::start(guard, programs, options.lang).await?;
    if headless {
        visit(options, guard, programs, &clinic).await
    } else {
        windowed::run(options, guard, programs, &clinic).await
    }
}

fn build_all(options: &Options) -> Result<Programs> {
    println!("Building. The first time takes some minutes.");
    build::ui(&Node::ensure()?)?;
    build::programs(if options.release { Profile::Release } else { Profile::Debug })
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn keep_logs(guard: &Guard, folder: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(guard.folder())?.flatten() {
        let file = entry.path();
        if file.extension().is_some_and(|extension| extension == "log") {
            std::fs::copy(&file, folder.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.trim_end_matches(char::is_alphabetic).len());
    let number: u64 = number.parse().map_err(|_| format!("«{text}» is not a time such as 20s or 2m"))?;
    match unit {
        "" | "s" => Ok(Duration::from_secs(number)),
        "m" | "min" => Ok(Duration::from_secs(number * 60)),
        _ => Err(format!("«{unit}» is not a unit; use s or m")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        assert_eq!(duration("20s"), Ok(Duration::from_secs(20)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("7"), Ok(Duration::from_secs(7)));
        assert!(duration("soon").is_err() && duration("5h").is_err());
    }
}
