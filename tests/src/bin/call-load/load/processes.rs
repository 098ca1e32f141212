//! What a process and all its children cost, read from `/proc`.

use std::collections::BTreeMap;
use std::fs;

/// The cost of some processes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    /// User and system time in seconds.
    pub(super) cpu_seconds: f64,
    /// Proportional set size in MiB.
    pub(super) pss_mib: f64,
}

impl Usage {
    /// Of a process and everything that it has started. What has ended counts with who has waited for it.
    pub(super) fn of(root: u32) -> Self {
        let each = family(root).into_iter().filter_map(|pid| Some((cpu_seconds(pid)?, pss_mib(pid))));
        each.fold(Self::default(), |sum, (cpu, pss)| Self {
            cpu_seconds: sum.cpu_seconds + cpu,
            pss_mib: sum.pss_mib + pss,
        })
    }
}

/// What one process holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holdings {
    /// Open files of every kind.
    pub(super) files: usize,
    /// Those of them that are sockets.
    pub(super) sockets: usize,
    pub(super) threads: usize,
}

impl Holdings {
    /// Of a process that runs.
    pub(super) fn of(pid: u32) -> Option<Self> {
        let entries = |what: &str| Some(fs::read_dir(format!("/proc/{pid}/{what}")).ok()?.flatten());
        let files: Vec<_> = entries("fd")?.filter_map(|entry| fs::read_link(entry.path()).ok()).collect();
        let sockets = files.iter().filter(|file| file.to_string_lossy().starts_with("socket:")).count();
        Some(Self { files: files.len(), sockets, threads: entries("task")?.count() })
    }
}

fn family(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some(parent) = stat(pid).and_then(|fields| fields.get(1)?.parse().ok()) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut all = vec![root];
    let mut next = 0;
    while let Some(pid) = all.get(next) {
        all.extend(children.remove(pid).into_iter().flatten());
        next += 1;
    }
    all
}

/// What follows the name, which is in parentheses and may hold spaces (proc(5)).
fn stat(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn cpu_seconds(pid: u32) -> Option<f64> {
    let fields = stat(pid)?;
    // User and system time, of ended children too: fields 14 to 17, of which 3 is the first here.
    let ticks: u64 = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn pss_mib(pid: u32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
