//! The binary `clinic-server`.

mod cli;

use clap::Parser;
use consilium_clinic::{Config, Profile, ServeError, logging, serve};
use std::fmt;
use std::process::ExitCode;
use tokio::signal;
use tracing_subscriber::filter::EnvFilter;

/// The command line or the environment is wrong; the same code as clap's.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    match cli::Cli::parse().into_task() {
        Ok(cli::Task::Serve(config)) => {
            log_to_stderr(config.profile);
            finish(run(*config))
        }
        Ok(cli::Task::Staff(command)) => finish(cli::staff::run(*command)),
        Ok(cli::Task::Team(command)) => finish(cli::team::run(*command)),
        Err(error) => {
            eprintln!("clinic-server: {error}");
            ExitCode::from(USAGE)
        }
    }
}

/// Does it, and says what has failed.
fn finish<E: fmt::Display>(task: impl Future<Output = Result<(), E>>) -> ExitCode {
    match tokio::runtime::Runtime::new().map(|runtime| runtime.block_on(task)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("clinic-server: {error}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("clinic-server: cannot start the runtime: {error}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr(profile: Profile) {
    let filter = EnvFilter::try_from_env("CONSILIUM_LOG");
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(profile.default_log_filter()));
    logging::install(logging::subscriber(filter, std::io::stderr));
}

async fn run(config: Config) -> Result<(), ServeError> {
    let profile = config.profile;
    let stop_signal = stop_signal();
    let running = serve(config).await?;
    tracing::info!(
        name = "clinic-server",
        version = env!("CARGO_PKG_VERSION"),
        port = running.addr.port(),
        profile = profile.as_str(),
        "serving"
    );
    stop_signal.await;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// Resolves at the first Ctrl-C or, on Unix, SIGTERM.
#[cfg(unix)]
fn stop_signal() -> impl Future<Output = ()> {
    let mut terminate =
        signal::unix::signal(signal::unix::SignalKind::terminate()).expect("SIGTERM can be listened to");
    async move {
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    let _ = signal::ctrl_c().await;
}
