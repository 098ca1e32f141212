//! Makes sound a little shorter or longer without changing its pitch: one period is faded away or repeated
//! (synchronized overlap-add).

/// The shortest period: 400 Hz.
const MIN_PERIOD: usize = 120;

/// The longest period: 66 Hz.
const MAX_PERIOD: usize = 720;

/// Samples that should be at hand; with fewer, only shorter periods are found.
pub(super) const WANTED: usize = 2 * MAX_PERIOD;

/// Samples that must be at hand: two periods of 200 Hz.
const NEEDED: usize = 480;

/// Below this mean square (-50 dBov) nobody hears what is done.
const QUIET: f32 = 1e-5;

/// How alike two periods must be to be merged unheard.
const ALIKE: f32 = 0.7;

/// Whether to insist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Only where it is not heard.
    Gentle,
    /// The delay is far off: now.
    Now,
}

/// Takes one period out of the front of `samples`; returns how many samples went, 0 where it would be heard.
pub(super) fn compress(samples: &mut Vec<f32>, urgency: Urgency) -> usize {
    let Some(period) = period(samples, urgency) else { return 0 };
    for i in 0..period {
        let fade = (i + 1) as f32 / (period + 1) as f32;
        samples[i + period] = samples[i] * (1.0 - fade) + samples[i + period] * fade;
    }
    samples.drain(..period);
    period
}

/// Repeats one period at the front of `samples`; returns how many samples came, 0 where it would be heard.
pub(super) fn expand(samples: &mut Vec<f32>, urgency: Urgency) -> usize {
    let Some(period) = period(samples, urgency) else { return 0 };
    let repeated: Vec<f32> = (0..period)
        .map(|i| {
            let fade = (i + 1) as f32 / (period + 1) as f32;
            samples[i + period] * (1.0 - fade) + samples[i] * fade
        })
        .collect();
    samples.splice(period..period, repeated);
    period
}

/// The period of the sound at the front, if it is periodic enough.
fn period(samples: &[f32], urgency: Urgency) -> Option<usize> {
    let window = samples.get(..samples.len().min(WANTED)).filter(|window| window.len() >= NEEDED)?;
    let longest = window.len() / 2;
    let energy = window.iter().map(|s| s * s).sum::<f32>();
    if energy / (window.len() as f32) < QUIET {
        return Some(longest / 2);
    }
    let coarse = (MIN_PERIOD..=longest).step_by(4).map(|lag| (lag, likeness(window, lag, 4)));
    let (near, _) = coarse.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let fine = (near.saturating_sub(4).max(MIN_PERIOD)..=(near + 4).min(longest))
        .map(|lag| (lag, likeness(window, lag, 1)));
    let (lag, likeness) = fine.max_by(|a, b| a.1.total_cmp(&b.1))?;
    (likeness >= ALIKE || urgency == Urgency::Now).then_some(lag)
}

/// Normalized correlation of the first `lag` samples with those after them, looking at every `step`th.
fn likeness(window: &[f32], lag: usize, step: usize) -> f32 {
    let (mut product, mut first, mut second) = (0.0, 1e-9, 1e-9);
    for i in (0..lag).step_by(step) {
        let (a, b) = (window[i], window[i + lag]);
        product += a * b;
        first += a * a;
        second += b * b;
    }
    product / (first * second).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sine(frequency: f32) -> Vec<f32> {
        (0..2400).map(|i| 0.5 * (std::f32::consts::TAU * frequency * i as f32 / 48_000.0).sin()).collect()
    }

    fn largest_step(samples: &[f32]) -> f32 {
        samples.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max)
    }

    proptest! {
        #[test]
        fn a_voiced_sound_stays_smooth(frequency in 80.0_f32..390.0) {
            let original = sine(frequency);
            let (mut shorter, mut longer) = (original.clone(), original.clone());
            let (removed, added) = (compress(&mut shorter, Urgency::Gentle), expand(&mut longer, Urgency::Gentle));
            prop_assert!(removed >= MIN_PERIOD && added >= MIN_PERIOD);
            prop_assert_eq!(shorter.len(), original.len() - removed);
            prop_assert_eq!(longer.len(), original.len() + added);
            let step = largest_step(&original);
            prop_assert!(largest_step(&shorter) < 1.5 * step);
            prop_assert!(largest_step(&longer) < 1.5 * step);
        }

        #[test]
        fn any_sound_is_left_well_formed(samples in prop::collection::vec(-1.0_f32..1.0, 0..3000)) {
            for urgency in [Urgency::Gentle, Urgency::Now] {
                let (mut shorter, mut longer) = (samples.clone(), samples.clone());
                let (removed, added) = (compress(&mut shorter, urgency), expand(&mut longer, urgency));
                prop_assert_eq!(shorter.len() + removed, samples.len());
                prop_assert_eq!(longer.len(), samples.len() + added);
                prop_assert!(shorter.iter().chain(&longer).all(|s| s.abs() <= 1.0));
            }
        }
    }

    #[test]
    fn noise_is_only_cut_when_it_must_be() {
        let mut seed = 1_u32;
        let noise: Vec<f32> = (0..2400)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                seed as f32 / u32::MAX as f32 - 0.5
            })
            .collect();
        assert_eq!(compress(&mut noise.clone(), Urgency::Gentle), 0);
        assert!(compress(&mut noise.clone(), Urgency::Now) > 0);
    }
}
