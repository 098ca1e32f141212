//! `consilium-peer`: a participant without a window. For test calls, for load and for benchmarks.
//!
//! It is the application with another hand on it: the same Controller, client, call and media, a native decoder in
//! place of the page, and a routine that presses what a person would press.

mod cli;
mod routine;
mod sharing;
mod watcher;

use clap::Parser;
use consilium_app::{Action, App, AppConfig, MediaConfig, SinkKind};
use consilium_client::Keychain;
use consilium_media::video::Desktop;
use consilium_model::{Locale, Vertical};
use routine::{Next, Routine};
use sharing::Sharing;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::{interval, timeout};
use tracing_subscriber::EnvFilter;
use watcher::Watcher;

/// How long leaving may take before the process ends anyway.
const GOODBYE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let started = Instant::now();
    let arguments = cli::Arguments::parse();
    let level = std::env::var("CONSILIUM_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = EnvFilter::new(consilium_app::log_filter(&level));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("consilium-peer: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(take_part(&arguments, started)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => {
            eprintln!("consilium-peer: {code}");
            ExitCode::FAILURE
        }
    }
}

/// Takes part in the visit; the error is the code of what went wrong.
async fn take_part(arguments: &cli::Arguments, started: Instant) -> Result<(), String> {
    let (watcher, mut views) = Watcher::new();
    let app = App::start(config(arguments, started), Arc::new(watcher));
    let mut routine = Routine::new(arguments.talk);
    let mut sharing = arguments.share.then(Sharing::default);
    let mut tick = interval(Duration::from_millis(200));
    let outcome = loop {
        tokio::select! {
            changed = views.changed() => if changed.is_err() { break Err("closed".to_owned()) },
            _ = tick.tick() => {}
            _ = tokio::signal::ctrl_c() => break Ok(()),
        }
        let step = views.borrow().as_ref().and_then(|view| sharing.as_mut()?.next(&view.stage));
        if let Some(step) = step
            && app.act(step).await.is_err()
        {
            break Err("closed".to_owned());
        }
        let next = views.borrow_and_update().as_ref().map(|view| routine.next(&view.stage, Instant::now()));
        match next {
            None | Some(Next::Wait) => {}
            Some(Next::Press(action)) => {
                if app.act(Action::Visit { action }).await.is_err() {
                    break Err("closed".to_owned());
                }
            }
            Some(Next::Done) => break Ok(()),
            Some(Next::Failed(code)) => break Err(code),
        }
    };
    if timeout(GOODBYE, app.close()).await.is_err() {
        tracing::warn!("leaving took too long");
    }
    outcome
}

fn config(arguments: &cli::Arguments, started: Instant) -> AppConfig {
    AppConfig {
        locale: Locale::En,
        vertical: Vertical::Medicine,
        profile: "peer".to_owned(),
        keychain: Keychain::forgetful(),
        data: None,
        link: Some(arguments.link.clone()),
        server: String::new(),
        web_room: None,
        media: MediaConfig {
            camera: arguments.media.camera(),
            microphone: arguments.media.microphone(),
            speaker: consilium_media::audio::SpeakerSpec::Null,
            screens: Desktop::current().with_synthetic(std::process::id().into()),
            sink: SinkKind::Native,
            echo: arguments.echo,
        },
        report: arguments.report.clone(),
        started,
    }
}
