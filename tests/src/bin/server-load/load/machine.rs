//! The machine: which core for whom, how many files, how much processor time.

use anyhow::{Context, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::fs;

/// So many sockets, files and pipes are open at most, on each side.
const OPEN_FILES: u64 = 4096;

/// One core for the server that is measured, another one for the load.
pub(super) struct Cores {
    server: CpuSet,
    load: CpuSet,
}

impl Cores {
    /// The first two that this process may use.
    pub(super) fn choose() -> Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).map(|core| {
            let mut set = CpuSet::new();
            set.set(core);
            set
        });
        match (cores.next(), cores.next()) {
            (Some(server), Some(load)) => Ok(Self { server, load }),
            _ => bail!("two cores are needed: one for the server, one for the load"),
        }
    }

    /// Keeps this thread, and what it starts, on the core of the load.
    pub(super) fn stay_on_own(&self) -> Result<()> {
        sched_setaffinity(None, &self.load).context("cannot choose a core")
    }

    /// What `start` starts runs on the core of the server: a new process inherits the core of this thread.
    pub(super) fn on_the_servers<T>(&self, start: impl FnOnce() -> T) -> Result<T> {
        sched_setaffinity(None, &self.server).context("cannot choose a core")?;
        let started = start();
        self.stay_on_own()?;
        Ok(started)
    }
}

/// Allows this process and those it starts enough sockets.
pub(super) fn raise_open_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= OPEN_FILES) {
        return Ok(());
    }
    let raised = Rlimit { current: Some(OPEN_FILES), maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).with_context(|| format!("{OPEN_FILES} open files are needed"))
}

/// The memory of a process in bytes, with its share of what it shares with others.
pub(super) fn memory(pid: u32) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).context("the server has ended")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss in smaps_rollup")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024)
}

/// User and system time of a process's threads so far, in seconds.
///
/// From the scheduler, to the nanosecond: a round beside busy neighbours is a few of the ticks of `/proc/PID/stat`.
pub(super) fn cpu_seconds(pid: u32) -> Result<f64> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).context("the server has ended")?;
    let mut nanoseconds: u64 = 0;
    for thread in threads {
        // A thread may end between the two calls.
        let Ok(times) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        let on_cpu = times.split_whitespace().next().context("schedstat is not as expected")?;
        nanoseconds += on_cpu.parse::<u64>()?;
    }
    Ok(nanoseconds as f64 / 1e9)
}
