//! The shell: the window, deep links, one instance a profile, and the desktop around it: notifications, the tray, file
//! dialogs. Knows Tauri, decides nothing.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod attachments;
mod cli;
mod commands;
mod dialogs;
mod focus;
mod graphics;
mod logging;
mod notify;
mod shell;
mod stage;
mod tray;
mod window;

use clap::Parser;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let started = process_start();
    let arguments = match cli::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return cli::explain(&error),
    };
    if let Err(error) = logging::start(arguments.log.as_deref()) {
        eprintln!("consilium: the log file cannot be written: {error}");
        return ExitCode::FAILURE;
    }
    let drawing = graphics::settle(arguments.drawing);
    match window::run(arguments, drawing, started) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window cannot be opened");
            ExitCode::FAILURE
        }
    }
}

/// When the process began; on Linux the kernel knows it better than `main`.
fn process_start() -> Instant {
    let now = Instant::now();
    age_of_this_process().and_then(|age| now.checked_sub(age)).unwrap_or(now)
}

#[cfg(target_os = "linux")]
fn age_of_this_process() -> Option<std::time::Duration> {
    // proc(5): field 22 of stat is the start in clock ticks after boot, the first of uptime the seconds since boot.
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let ticks: f64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    let uptime: f64 =
        std::fs::read_to_string("/proc/uptime").ok()?.split_whitespace().next()?.parse().ok()?;
    let seconds = uptime - ticks / rustix::param::clock_ticks_per_second() as f64;
    (0.0..60.0).contains(&seconds).then(|| std::time::Duration::from_secs_f64(seconds))
}

#[cfg(not(target_os = "linux"))]
fn age_of_this_process() -> Option<std::time::Duration> {
    None
}
