//! Clears up after a task however it ends: normally, by Ctrl-C, by a crash, by `kill -9`.
//!
//! A second process waits at the end of a pipe. When the pipe closes, it stops every process that carries the
//! task's mark in its environment and removes the task's folder. Marks reach grandchildren and programs that a
//! D-Bus daemon started, which process groups do not. Linux only, like the headless demo.

use crate::usage::with_variable;
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The name of the mark in the environment.
pub(crate) const MARK: &str = "CONSILIUM_TASK";

/// A temporary folder and a mark; when it is dropped, both are gone with every process that carries the mark.
pub(crate) struct Guard {
    folder: PathBuf,
    mark: String,
    watcher: Child,
}

impl Guard {
    /// Makes the folder and starts the watcher.
    pub(crate) fn new() -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("consilium-").tempdir().context("no temporary folder")?.keep();
        let mark = folder.file_name().expect("made with a name").to_string_lossy().into_owned();
        let mut watcher = Command::new(std::env::current_exe()?)
            .arg("guard")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Its own group: Ctrl-C on the terminal must not reach it.
            .process_group(0)
            .spawn()
            .context("cannot start the watcher")?;
        let pipe = watcher.stdin.as_mut().expect("piped");
        writeln!(pipe, "{mark}\n{}", folder.display())?;
        Ok(Self { folder, mark, watcher })
    }

    /// The temporary folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A program that is stopped with this guard.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env(MARK, &self.mark).stdin(Stdio::null()).process_group(0);
        command
    }

    /// Every process that carries the mark now.
    pub(crate) fn processes(&self) -> Vec<i32> {
        marked(&self.mark)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}

/// The watcher's side.
pub(crate) fn watch() -> Result<()> {
    let mut lines = BufReader::new(std::io::stdin()).lines();
    let mark = lines.next().context("no mark")??;
    let folder = PathBuf::from(lines.next().context("no folder")??);
    for line in lines {
        let _ = line;
    }
    stop(&mark);
    // A mark is never empty and the folder carries it: nothing else is ever removed.
    if !mark.is_empty() && folder.ends_with(&mark) {
        let _ = fs::remove_dir_all(&folder);
    }
    Ok(())
}

/// Stops what carries the mark. None is believed only twice in a row: a process in the middle of exec shows no
/// environment.
fn stop(mark: &str) {
    let started = Instant::now();
    let mut seen_none = false;
    while started.elapsed() < Duration::from_secs(10) {
        let processes = marked(mark);
        if processes.is_empty() && seen_none {
            return;
        }
        seen_none = processes.is_empty();
        let signal = if started.elapsed() < Duration::from_secs(3) { Signal::TERM } else { Signal::KILL };
        for pid in processes.into_iter().filter_map(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
        sleep(Duration::from_millis(200));
    }
}

fn marked(mark: &str) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids: Vec<i32> =
        entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    with_variable(&pids, MARK, mark)
}

/// Kills a task with a child and a folder in the hardest way, and looks whether anything is left.
pub(crate) fn proof() -> Result<()> {
    let mut task = Command::new(std::env::current_exe()?)
        .args(["guard", "--prove"])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the task")?;
    let mut lines = BufReader::new(task.stdout.take().expect("piped")).lines();
    let folder = PathBuf::from(lines.next().context("the task names no folder")??);
    let mark = folder.file_name().context("the folder has no name")?.to_string_lossy().into_owned();
    anyhow::ensure!(folder.is_dir(), "the task has no folder");
    let started = Instant::now();
    // A program that was just started has no environment to read yet: the parent goes on while exec still runs.
    while marked(&mark).len() != 1 {
        anyhow::ensure!(started.elapsed() < Duration::from_secs(10), "the task did not begin");
        sleep(Duration::from_millis(20));
    }
    task.kill()?;
    task.wait()?;
    let started = Instant::now();
    while !marked(&mark).is_empty() || folder.exists() {
        anyhow::ensure!(started.elapsed() < Duration::from_secs(15), "something is left behind");
        sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// The task that [`proof`] kills: a folder, and a child that would live on.
pub(crate) fn be_killed() -> Result<()> {
    let guard = Guard::new()?;
    let mut child = guard.command("sleep").arg("60").spawn()?;
    println!("{}", guard.folder().display());
    child.wait()?;
    Ok(())
}
