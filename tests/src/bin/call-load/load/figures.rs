//! What is reported: the middle of several rounds, ours beside Chromium's, and the goals.

use super::Direction;
use super::eight::Mesh;
use super::profiles::{PROFILES, Passage};
use super::round::{Outcome, Side};
use super::soak::Soak;
use super::sound::Speech;
use serde::{Deserialize, Serialize};

/// What each measurement gave.
#[derive(Default)]
pub(super) struct Rounds {
    pub(super) costs: Vec<((Direction, usize, Side), Outcome)>,
    pub(super) qualities: Vec<(Side, Outcome)>,
    /// By the number of the profile.
    pub(super) passages: Vec<((usize, Side), Passage)>,
    pub(super) speeches: Vec<Speech>,
    pub(super) meshes: Vec<Mesh>,
    pub(super) soaks: Vec<Soak>,
}

/// Everything that was measured.
#[derive(Serialize, Deserialize)]
pub(super) struct Figures {
    /// How often.
    rounds: usize,
    /// Echo cancellation, noise suppression and gain control were on, on both sides.
    voice_processing: bool,
    /// One for each direction and number of others.
    pub(super) rows: Vec<Row>,
    quality: Option<Quality>,
    lines: Vec<LineRow>,
    /// What became of speech, each round of both sides.
    #[serde(default)]
    sound: Vec<Speech>,
    /// Eight participants of ours on this machine, each round.
    #[serde(default)]
    eight: Vec<Mesh>,
    /// Long calls, each round.
    #[serde(default)]
    soak: Vec<Soak>,
}

/// How like the original a sent picture is (SSIM of the luma), the middle of the rounds.
#[derive(Serialize, Deserialize)]
struct Quality {
    ours: Outcome,
    chromium: Outcome,
    /// Ours less Chromium's.
    difference: f64,
    /// At least so much.
    goal: f64,
    met: bool,
}

/// One profile, each round of both sides.
#[derive(Serialize, Deserialize)]
struct LineRow {
    profile: String,
    ours: Vec<Passage>,
    chromium: Vec<Passage>,
}

/// One comparison.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) direction: Direction,
    pub(super) peers: usize,
    pub(super) ours: Outcome,
    pub(super) chromium: Outcome,
    /// Processor time of ours to Chromium's, the middle of the rounds.
    pub(super) ratio: f64,
    /// The lowest and the highest of the rounds.
    ratio_range: [f64; 2],
    /// At most so much; `None` when there is no goal for this number.
    pub(super) goal: Option<f64>,
    met: Option<bool>,
}

type Key = (Direction, usize, Side);

impl Figures {
    /// Of all rounds.
    pub(super) fn of(mut all: Rounds, rounds: usize, voice_processing: bool) -> Self {
        let (sound, eight, soak) = (
            std::mem::take(&mut all.speeches),
            std::mem::take(&mut all.meshes),
            std::mem::take(&mut all.soaks),
        );
        let costs = all.costs.as_slice();
        let mut keys: Vec<(Direction, usize)> =
            costs.iter().map(|((direction, peers, _), _)| (*direction, *peers)).collect();
        keys.sort_unstable();
        keys.dedup();
        let rows = keys.into_iter().map(|(direction, peers)| row(costs, direction, peers)).collect();
        Self {
            rounds,
            voice_processing,
            rows,
            quality: quality(&all.qualities),
            lines: lines(&all),
            sound,
            eight,
            soak,
        }
    }
}

fn quality(all: &[(Side, Outcome)]) -> Option<Quality> {
    const GOAL: f64 = -0.01;
    if all.is_empty() {
        return None;
    }
    let of = |side: Side| -> Vec<Outcome> {
        all.iter().filter(|(one, _)| *one == side).map(|(_, outcome)| *outcome).collect()
    };
    let (ours, chromium) = (middle(&of(Side::Ours)), middle(&of(Side::Chromium)));
    let difference = ours.ssim? - chromium.ssim?;
    Some(Quality { ours, chromium, difference, goal: GOAL, met: difference >= GOAL })
}

fn lines(all: &Rounds) -> Vec<LineRow> {
    let of = |profile: usize, side: Side| -> Vec<Passage> {
        let same = all.passages.iter().filter(|(key, _)| *key == (profile, side));
        same.map(|(_, passage)| *passage).collect()
    };
    let rows = PROFILES.iter().enumerate().map(|(number, profile)| LineRow {
        profile: profile.name.to_owned(),
        ours: of(number, Side::Ours),
        chromium: of(number, Side::Chromium),
    });
    rows.filter(|row| !row.ours.is_empty()).collect()
}

fn row(all: &[(Key, Outcome)], direction: Direction, peers: usize) -> Row {
    let of = |side: Side| -> Vec<Outcome> {
        all.iter().filter(|(key, _)| *key == (direction, peers, side)).map(|(_, outcome)| *outcome).collect()
    };
    let (ours, chromium) = (of(Side::Ours), of(Side::Chromium));
    let ratios: Vec<f64> = ours.iter().zip(&chromium).map(|(a, b)| a.cores / b.cores).collect();
    let ratio = median(ratios.clone());
    let goal = goal(direction, peers);
    Row {
        direction,
        peers,
        ours: middle(&ours),
        chromium: middle(&chromium),
        ratio,
        ratio_range: [
            ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratios.iter().copied().fold(0.0, f64::max),
        ],
        goal,
        met: goal.map(|goal| ratio <= goal),
    }
}

fn goal(direction: Direction, peers: usize) -> Option<f64> {
    match (direction, peers) {
        (Direction::Send, 1) => Some(0.5),
        (Direction::Send, 3) => Some(0.25),
        (Direction::Send, 7) => Some(0.13),
        (Direction::Send, _) | (Direction::Both, _) => None,
        (Direction::Receive, _) => Some(0.4),
    }
}

fn middle(rounds: &[Outcome]) -> Outcome {
    let of = |figure: fn(&Outcome) -> f64| median(rounds.iter().map(figure).collect());
    Outcome {
        cores: of(|outcome| outcome.cores),
        pss_mib: of(|outcome| outcome.pss_mib),
        fps: of(|outcome| outcome.fps),
        worst_fps: of(|outcome| outcome.worst_fps),
        video_kbps: of(|outcome| outcome.video_kbps),
        height: of(|outcome| outcome.height),
        sound: of(|outcome| outcome.sound),
        ssim: rounds.iter().map(|outcome| outcome.ssim).collect::<Option<_>>().map(median),
    }
}

/// Of an even number the mean of the middle two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(cores: f64) -> Outcome {
        Outcome { cores, ..Outcome::default() }
    }

    #[test]
    fn a_ratio_is_that_of_one_round_and_not_of_two_medians() {
        let rounds = [(0.1, 0.2), (0.4, 0.5), (0.3, 1.0)];
        let costs: Vec<_> = rounds
            .iter()
            .flat_map(|(ours, theirs)| {
                let key = |side| (Direction::Send, 1, side);
                [(key(Side::Ours), outcome(*ours)), (key(Side::Chromium), outcome(*theirs))]
            })
            .collect();
        let row = &Figures::of(Rounds { costs, ..Rounds::default() }, 3, true).rows[0];
        assert_eq!((row.ratio, row.ratio_range, row.met), (0.5, [0.3, 0.8], Some(true)));
        assert_eq!((row.ours.cores, row.chromium.cores), (0.3, 0.5));
    }
}
