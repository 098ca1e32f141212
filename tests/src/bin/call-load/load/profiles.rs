//! Both sides send over the same bad line to the same participant of ours, which looks when which picture comes.

use super::line::{Line, Quality};
use super::report::Stream;
use super::round::{Parties, Plan, Side};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A picture that stays longer than this is a freeze.
const FREEZE_MS: u32 = 200;
/// So many pictures in a second are a picture that moves again.
const MOVING: usize = 25;
/// The content begins anew after so long.
const LOOP_MS: f64 = 10_000.0;
const PICTURE_MS: f64 = 1000.0 / 30.0;

/// Stretches of time on a line.
pub(super) struct Profile {
    /// For a table.
    pub(super) name: &'static str,
    /// One after the other.
    stages: &'static [(u64, Quality)],
}

const fn quality(delay_ms: u64, jitter_ms: u64, lost_per_mille: u64, burst: u64, rate: u64) -> Quality {
    let (delay, jitter) = (Duration::from_millis(delay_ms), Duration::from_millis(jitter_ms));
    Quality { delay, jitter, lost_per_mille, burst, rate }
}

/// The delays are one way, the profiles are named by the round trip.
pub(super) const PROFILES: [Profile; 4] = [
    Profile { name: "5 % lost, 100 ms, 25 ms jitter", stages: &[(40, quality(50, 25, 50, 1, 0))] },
    Profile { name: "10 % lost in bursts, 250 ms", stages: &[(40, quality(125, 0, 100, 4, 0))] },
    Profile {
        name: "30 % lost for 10 s",
        stages: &[
            (10, quality(25, 0, 0, 1, 0)),
            (10, quality(25, 0, 300, 1, 0)),
            (15, quality(25, 0, 0, 1, 0)),
        ],
    },
    Profile {
        name: "2000, 250, 2000 kbit/s",
        stages: &[
            (10, quality(25, 0, 0, 1, 2_000_000)),
            (20, quality(25, 0, 0, 1, 250_000)),
            (25, quality(25, 0, 0, 1, 2_000_000)),
        ],
    },
];

/// What came over a line.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Passage {
    fps: f64,
    /// Of the time, in which a picture stayed longer than 200 ms.
    freeze_share: f64,
    longest_freeze_ms: u32,
    /// Of the sound, extrapolated.
    concealed_share: f64,
    /// How much later than the quickest picture of the run, in milliseconds.
    late_p50_ms: f64,
    late_p95_ms: f64,
    /// From the beginning of the last stage until a second with at least 25 pictures begins, in milliseconds.
    moving_after_ms: Option<u32>,
    /// From the beginning of the last stage until the end of the last freeze, in milliseconds.
    freezing_until_ms: u32,
    /// Of the last picture.
    height: u16,
}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fps, freeze_share, longest_freeze_ms, concealed_share, late_p50_ms, late_p95_ms, .. } =
            self;
        write!(f, "{fps:.1} fps, frozen {:.1} % (longest {longest_freeze_ms} ms), ", 100.0 * freeze_share)?;
        write!(
            f,
            "concealed {:.1} %, later by {late_p50_ms:.0} / {late_p95_ms:.0} ms, ",
            100.0 * concealed_share
        )?;
        write!(
            f,
            "freezing until {} ms, moving after {:?} ms, {}p",
            self.freezing_until_ms, self.moving_after_ms, self.height
        )
    }
}

/// Takes one side through a profile.
pub(super) async fn measure(plan: &Plan<'_>, side: Side, profile: &Profile) -> Result<Passage> {
    let line = Line::new();
    let parties = Parties::meet(plan, side, Some(Arc::clone(&line))).await?;
    let (_, first) = profile.stages.first().context("a profile has a stage")?;
    line.set(Quality { lost_per_mille: 0, ..*first });
    tokio::time::sleep(plan.warm_up).await;
    let before = look(&parties).await?;
    let (mut last, mut seen) = (before.clone(), Vec::new());
    let mut last_stage = before.now_ms;
    for (seconds, quality) in profile.stages {
        last_stage = last.now_ms;
        line.set(*quality);
        tokio::time::sleep(Duration::from_secs(*seconds)).await;
        last = look(&parties).await?;
        seen.append(&mut last.seen);
    }
    Ok(passage(&before, &last, &seen, last_stage))
}

async fn look(parties: &Parties) -> Result<Stream> {
    parties.room.ask(false).await?.streams.into_iter().next().context("nothing was looked at")
}

fn passage(before: &Stream, after: &Stream, seen: &[(u32, u16)], last_stage: u32) -> Passage {
    let length = f64::from(after.now_ms - before.now_ms);
    // A picture stays until the next one, or until the end.
    let times: Vec<u32> =
        [before.now_ms].into_iter().chain(seen.iter().map(|(at, _)| *at)).chain([after.now_ms]).collect();
    let stays = times.windows(2).map(|pair| (pair[1], pair[1].saturating_sub(pair[0])));
    let (ends, freezes): (Vec<u32>, Vec<u32>) = stays.filter(|(_, stay)| *stay > FREEZE_MS).unzip();
    let late = lateness(seen);
    let sound = after.sound_seconds - before.sound_seconds;
    Passage {
        fps: seen.len() as f64 * 1000.0 / length,
        freeze_share: f64::from(freezes.iter().sum::<u32>()) / length,
        longest_freeze_ms: freezes.into_iter().max().unwrap_or(0),
        concealed_share: (after.concealed_seconds - before.concealed_seconds) / sound,
        late_p50_ms: percentile(&late, 50),
        late_p95_ms: percentile(&late, 95),
        freezing_until_ms: ends.last().map_or(0, |end| end.saturating_sub(last_stage)),
        moving_after_ms: moving_again(seen, last_stage),
        height: after.height,
    }
}

/// How much later than the quickest each picture came, in ascending order. The content says when it was due.
fn lateness(seen: &[(u32, u16)]) -> Vec<f64> {
    let Some(&(first, number)) = seen.first() else { return Vec::new() };
    let offset = |&(at, picture): &(u32, u16)| {
        let due = (f64::from(picture) - f64::from(number)) * PICTURE_MS;
        let late = f64::from(at) - f64::from(first) - due;
        // The content plays in a loop, and nothing is late by half of it.
        late - (late / LOOP_MS).round() * LOOP_MS
    };
    let mut offsets: Vec<f64> = seen.iter().map(offset).collect();
    offsets.sort_by(f64::total_cmp);
    let quickest = offsets.first().copied().unwrap_or_default();
    offsets.iter().map(|offset| offset - quickest).collect()
}

/// Nearest rank, of what is sorted.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(rank).copied().unwrap_or(f64::NAN)
}

fn moving_again(seen: &[(u32, u16)], since: u32) -> Option<u32> {
    let times: Vec<u32> = seen.iter().map(|(at, _)| *at).filter(|at| *at >= since).collect();
    let second = |many: &&[u32]| many[MOVING] - many[0] <= 1000;
    times.windows(MOVING + 1).find(second).map(|many| many[0] - since)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures on time but for some that come `late` later than they should.
    fn pictures(count: u32, late: impl Fn(u32) -> u32) -> Vec<(u32, u16)> {
        (0..count).map(|n| (5000 + n * 100 / 3 + late(n), (n % 300) as u16)).collect()
    }

    #[test]
    fn lateness_is_seen_across_the_end_of_the_content() {
        let late = lateness(&pictures(1000, |n| if n % 10 == 9 { 300 } else { 0 }));
        assert!((percentile(&late, 50)).abs() < 2.0);
        assert!((percentile(&late, 95) - 300.0).abs() < 2.0);
    }

    #[test]
    fn it_moves_again_when_a_second_is_full_of_pictures() {
        let slow = (0..10).map(|n| (n * 200, 0));
        let seen: Vec<_> = slow.chain((0..60).map(|n| (2000 + n * 33, 0))).collect();
        assert_eq!(moving_again(&seen, 0), Some(1800));
        assert_eq!(moving_again(&seen[..20], 0), None);
    }
}
