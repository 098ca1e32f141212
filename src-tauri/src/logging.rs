//! Logs go to standard error, or to a file. Nothing secret can be in them: such values cannot be printed.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

/// Starts logging; `CONSILIUM_LOG` is a level, from `error` to `trace`.
///
/// # Errors
/// When the file cannot be made.
pub(crate) fn start(file: Option<&Path>) -> io::Result<()> {
    let level = std::env::var("CONSILIUM_LOG").unwrap_or_default();
    let filter = EnvFilter::new(consilium_app::log_filter(&level));
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    match file {
        Some(file) => log.with_ansi(false).with_writer(Mutex::new(File::create(file)?)).init(),
        None => log.with_writer(io::stderr).init(),
    }
    Ok(())
}
