//! A long call: what a participant of ours holds must not grow.

use super::processes::{Holdings, Usage};
use super::round::{Parties, Plan, Side};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Looks at the participant, spread over the time.
const LOOKS: u32 = 240;
/// The allocator and the histories of estimators fill up in this share of the time, which is not judged.
const SETTLING: usize = 4;
/// The noise of a short run, in MiB; in a long one a leak shows through it.
const TOLERATED_MIB: f64 = 2.0;

/// What was held at the beginning and at the end of the time that is judged.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Soak {
    minutes: f64,
    start: Look,
    end: Look,
    /// The straight line through all looks, in MiB an hour.
    mib_per_hour: f64,
    /// The most that was held at once.
    peak: Look,
    cores: f64,
    /// Neither memory (the line over the time that is judged, at most 2 MiB up) nor sockets nor threads have grown.
    met: bool,
}

/// What is held at a moment.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Look {
    pss_mib: f64,
    sockets: usize,
    /// With the sockets.
    files: usize,
    threads: usize,
}

/// Lets a participant talk with two others.
pub(super) async fn measure(plan: &Plan<'_>, minutes: f64) -> Result<Soak> {
    let parties = Parties::meet(plan, Side::Ours, None).await?;
    let pid = parties.near.pid();
    let time = Duration::from_secs_f64(minutes * 60.0);
    let (started, cost) = (Instant::now(), parties.near.usage());
    let mut looks = Vec::new();
    while started.elapsed() < time {
        tokio::time::sleep(time / LOOKS).await;
        looks.push((started.elapsed().as_secs_f64() / 3600.0, look(pid)?));
    }
    let cores = (parties.near.usage().cpu_seconds - cost.cpu_seconds) / started.elapsed().as_secs_f64();
    judge(&looks, minutes, cores).context("no time to look")
}

fn look(pid: u32) -> Result<Look> {
    let Holdings { files, sockets, threads } = Holdings::of(pid).context("the participant has ended")?;
    Ok(Look { pss_mib: Usage::of(pid).pss_mib, sockets, files, threads })
}

fn judge(looks: &[(f64, Look)], minutes: f64, cores: f64) -> Option<Soak> {
    let judged = &looks[looks.len() / SETTLING..];
    let ((first, start), (last, end)) = (*judged.first()?, *judged.last()?);
    let most = |of: fn(&Look) -> usize| judged.iter().map(|(_, look)| of(look)).max().unwrap_or(0);
    let memory: Vec<(f64, f64)> = judged.iter().map(|(at, look)| (*at, look.pss_mib)).collect();
    let mib_per_hour = slope(&memory);
    Some(Soak {
        minutes,
        start,
        end,
        mib_per_hour,
        peak: Look {
            pss_mib: memory.iter().map(|(_, mib)| *mib).fold(0.0, f64::max),
            sockets: most(|look| look.sockets),
            files: most(|look| look.files),
            threads: most(|look| look.threads),
        },
        cores,
        met: mib_per_hour * (last - first) <= TOLERATED_MIB
            && end.sockets <= start.sockets
            && end.threads <= start.threads,
    })
}

/// Of the straight line with the least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let product: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let square: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    if square > 0.0 { product / square } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(growth: f64) -> Vec<(f64, Look)> {
        let pss = |n: u32| 30.0 + growth * f64::from(n) / 100.0 + f64::from(n % 3);
        (0..100)
            .map(|n| (f64::from(n) / 100.0, Look { pss_mib: pss(n), sockets: 4, files: 9, threads: 7 }))
            .collect()
    }

    #[test]
    fn a_leak_is_seen_through_noise() {
        assert!(judge(&looks(0.0), 60.0, 0.1).unwrap().met);
        let leak = judge(&looks(10.0), 60.0, 0.1).unwrap();
        assert!(!leak.met && (leak.mib_per_hour - 10.0).abs() < 0.5, "{leak:?}");
    }

    #[test]
    fn a_socket_that_stays_is_seen() {
        let mut looks = looks(0.0);
        looks.iter_mut().skip(60).for_each(|(_, look)| look.sockets += 1);
        assert!(!judge(&looks, 60.0, 0.1).unwrap().met);
    }
}
