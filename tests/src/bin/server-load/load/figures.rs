//! What is reported, and how many measurements become one figure.

use super::server::Server;
use anyhow::Result;
use serde::Serialize;
use std::time::{Duration, Instant};

/// How fast a server answers.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Rate {
    /// By the clock, with the server on one core and the load on another.
    pub(super) per_second: f64,
    /// By the processor time of the server, which other programs on the machine hardly change.
    pub(super) per_cpu_second: f64,
    /// Share of its core that the server was busy.
    pub(super) busy: f64,
}

impl Rate {
    /// The middle of each figure.
    pub(super) fn median(rounds: &[Self]) -> Self {
        let middle = |figure: fn(&Self) -> f64| Spread::of(rounds.iter().map(figure).collect()).median;
        Self {
            per_second: middle(|rate| rate.per_second).round(),
            per_cpu_second: middle(|rate| rate.per_cpu_second).round(),
            busy: middle(|rate| rate.busy),
        }
    }
}

/// Counts from its start what is done and what it costs.
pub(super) struct Stopwatch<'a> {
    server: &'a Server,
    started: Instant,
    cpu_seconds: f64,
}

impl<'a> Stopwatch<'a> {
    pub(super) fn start(server: &'a Server) -> Result<Self> {
        Ok(Self { server, started: Instant::now(), cpu_seconds: server.cpu_seconds()? })
    }

    /// So many things were done since the start.
    pub(super) fn stop(self, count: usize) -> Result<Rate> {
        let seconds = self.started.elapsed().as_secs_f64();
        let cpu_seconds = self.server.cpu_seconds()? - self.cpu_seconds;
        let count = count as f64;
        Ok(Rate {
            per_second: count / seconds,
            per_cpu_second: count / cpu_seconds,
            busy: cpu_seconds / seconds,
        })
    }
}

/// Times in milliseconds.
#[derive(Serialize)]
pub(super) struct Times {
    count: usize,
    p50_ms: f64,
    p99_ms: f64,
}

impl Times {
    pub(super) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent| rank(&times, percent).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
        Self { count: times.len(), p50_ms: at(50), p99_ms: at(99) }
    }

    /// So long at most in 99 of 100 cases.
    pub(super) const fn p99_ms(&self) -> f64 {
        self.p99_ms
    }
}

/// What several rounds gave: the middle, and between what the middle half of them lies.
#[derive(Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    quartiles: [f64; 2],
}

impl Spread {
    pub(super) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |percent| rank(&values, percent).copied().unwrap_or_default();
        Self { median: at(50), quartiles: [at(25), at(75)] }
    }
}

/// Nearest rank, of what is sorted.
fn rank<T>(sorted: &[T], percent: usize) -> Option<&T> {
    sorted.get((sorted.len() * percent).div_ceil(100).max(1) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times = Times::of((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!((times.count, times.p50_ms, times.p99_ms), (200, 100.0, 198.0));
        let one = Times::of(vec![Duration::from_millis(7)]);
        assert_eq!((one.p50_ms, one.p99_ms), (7.0, 7.0));
    }

    #[test]
    fn a_median_does_not_mind_an_outlier() {
        assert_eq!(Spread::of(vec![0.5, 90.0, 0.6]).median, 0.6);
    }
}
