//! How much the processor has to do, as far as the system tells.

use std::time::Duration;

/// What all cores have done since the machine started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    busy: u64,
    all: u64,
}

impl Load {
    /// As of now; `None` where the system does not tell.
    pub(super) fn now() -> Option<Self> {
        system::load()
    }

    /// The share of the time in which the cores had something to do since then.
    pub(super) fn since(self, then: Self) -> Option<f32> {
        let all = self.all.checked_sub(then.all).filter(|all| *all > 0)?;
        Some(self.busy.saturating_sub(then.busy) as f32 / all as f32)
    }
}

/// The processor time of this application with all its processes, those of the page included; `None` where the system
/// does not tell.
pub(super) fn time_used() -> Option<Duration> {
    system::time_used()
}

#[cfg(target_os = "linux")]
mod system {
    use super::Load;
    use std::collections::BTreeMap;
    use std::fs;
    use std::time::Duration;

    /// `/proc/stat`, first line (`man 5 proc_stat`): user, nice, system, idle, iowait, irq, softirq, steal.
    pub(super) fn load() -> Option<Load> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        let fields = stat.lines().next()?.split_ascii_whitespace().skip(1).take(8);
        let times = fields.map(str::parse).collect::<Result<Vec<u64>, _>>().ok()?;
        let idle = times.get(3)? + times.get(4)?;
        let all = times.iter().sum::<u64>();
        Some(Load { busy: all - idle, all })
    }

    pub(super) fn time_used() -> Option<Duration> {
        let mut parents = BTreeMap::new();
        let processes = fs::read_dir("/proc").ok()?.flatten();
        for pid in processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
            // One may end while they are read.
            if let Some(process) =
                fs::read_to_string(format!("/proc/{pid}/stat")).ok().and_then(|stat| read(&stat))
            {
                parents.insert(pid, process);
            }
        }
        let own = std::process::id();
        let ticks: u64 =
            parents.iter().filter(|(pid, _)| descends(**pid, own, &parents)).map(|(_, it)| it.ticks).sum();
        let per_second = rustix::param::clock_ticks_per_second().max(1);
        Some(Duration::from_millis(ticks.saturating_mul(1000) / per_second))
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Process {
        parent: u32,
        ticks: u64,
    }

    /// `/proc/PID/stat` (`man 5 proc_pid_stat`): the name is in brackets and may hold anything; then the state, the
    /// parent, and as 12th and 13th after the name the time in user and in kernel mode.
    fn read(stat: &str) -> Option<Process> {
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(Process { parent: fields.get(1)?.parse().ok()?, ticks })
    }

    fn descends(pid: u32, from: u32, processes: &BTreeMap<u32, Process>) -> bool {
        let up = std::iter::successors(Some(pid), |pid| processes.get(pid).map(|process| process.parent));
        // A list that was read while processes came and went could lead in a circle.
        up.take(processes.len() + 1).any(|ancestor| ancestor == from)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_name_may_hold_anything() {
            let stat = "7 (a ) b) S 3 7 7 0 -1 0 0 0 0 0 120 30 0 0 20 0 4 0 99 0 0";
            assert_eq!(read(stat), Some(Process { parent: 3, ticks: 150 }));
            assert_eq!(read("7 (cut off"), None);
        }

        #[test]
        fn children_of_children_count_and_circles_end() {
            let of = |parent| Process { parent, ticks: 1 };
            let processes =
                BTreeMap::from([(1, of(0)), (5, of(1)), (6, of(5)), (7, of(6)), (8, of(9)), (9, of(8))]);
            let family: Vec<u32> =
                processes.keys().copied().filter(|pid| descends(*pid, 5, &processes)).collect();
            assert_eq!(family, [5, 6, 7]);
        }

        #[test]
        fn this_machine_tells() {
            let (before, spent) = (time_used().unwrap(), std::time::Instant::now());
            while spent.elapsed() < Duration::from_millis(200) {
                std::hint::black_box(load());
            }
            assert!(time_used().unwrap() > before);
            assert!(load().unwrap().busy > 0);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::Load;
    use std::time::Duration;

    pub(super) const fn load() -> Option<Load> {
        None
    }

    pub(super) const fn time_used() -> Option<Duration> {
        None
    }
}
