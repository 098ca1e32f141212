//! What processes cost, read from `/proc`: processor time and proportional memory (PSS).

use serde::Serialize;
use std::fs;

/// The cost of some processes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Usage {
    /// User and system time in seconds, of children that have ended too.
    pub(crate) cpu_seconds: f64,
    /// Proportional set size in MiB.
    pub(crate) pss_mib: f64,
    /// How many processes.
    pub(crate) processes: usize,
}

impl Usage {
    /// The cost of those processes now.
    pub(crate) fn of(pids: &[i32]) -> Self {
        let each = pids.iter().filter_map(|pid| Some((cpu_seconds(*pid)?, pss_mib(*pid))));
        each.fold(Self::default(), |sum, (cpu, pss)| Self {
            cpu_seconds: sum.cpu_seconds + cpu,
            pss_mib: sum.pss_mib + pss,
            processes: sum.processes + 1,
        })
    }
}

/// The processes among `pids` whose environment has this variable with this value.
pub(crate) fn with_variable(pids: &[i32], name: &str, value: &str) -> Vec<i32> {
    let wanted = format!("{name}={value}");
    let has = |pid: &i32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
    };
    pids.iter().copied().filter(has).collect()
}

/// The name of a process's program.
pub(crate) fn program(pid: i32) -> String {
    let path = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn cpu_seconds(pid: i32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces; what follows it does not (proc(5): utime is field 14).
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn pss_mib(pid: i32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
