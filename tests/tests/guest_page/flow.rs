//! What everybody in a call of two applications and the guest page gets of the others, over a stretch of time.

use super::common::{Person, call};
use super::guest::{Guest, Measured};
use consilium_app::view::AppView;
use serde::Serialize;
use std::time::{Duration, Instant, SystemTime};

/// Pictures a second that everybody gets of everybody.
pub const ENOUGH: f64 = 24.0;
/// Applications write their figures once a second, so that a shorter stretch says little.
const STRETCH: Duration = Duration::from_secs(5);

/// What everybody gets of the others.
#[derive(Clone, Debug, Serialize)]
pub struct Flow {
    pub seconds: f64,
    /// Of all that the machine's processors could do meanwhile, for anybody.
    pub processors_busy: f64,
    pub processors: usize,
    pub frames_per_second: Vec<Pictures>,
    /// What `totalAudioEnergy` (WebRTC statistics) grew by, of each application.
    pub audio_energy_at_guest: Vec<f64>,
    /// The loudest level, 0 to 100, that each application has heard of each of the others.
    pub loudest_at_applications: [Vec<u8>; 2],
    pub at_guest: Vec<Measured>,
}

/// The pictures that somebody gets of one of the others. Each stretch of five seconds is looked at by itself.
#[derive(Clone, Debug, Serialize)]
pub struct Pictures {
    pub at: &'static str,
    pub median: f64,
    pub slowest: f64,
    pub mean: f64,
}

impl Flow {
    /// Watches for so long, in stretches.
    pub async fn watch(people: &[Person; 2], guest: &mut Guest, length: Duration) -> Self {
        let revisions = people.each_ref().map(|person| person.newest().revision);
        let (begin, busy) = (Instant::now(), Processors::now());
        let mut samples = vec![Sample::take(people, guest).await];
        while begin.elapsed() < length {
            tokio::time::sleep(STRETCH).await;
            samples.push(Sample::take(people, guest).await);
        }
        let (first, last) = (samples.first().expect("one was taken"), samples.last().expect("one was taken"));
        let energy = |sample: &Sample| sample.at_guest.iter().map(|one| one.audio_energy).collect::<Vec<_>>();
        let heard = |one: usize| loudest(&people[one].shown_since(revisions[one]));
        Self {
            seconds: begin.elapsed().as_secs_f64(),
            processors_busy: Processors::now().busy_since(&busy),
            processors: std::thread::available_parallelism().map_or(1, Into::into),
            frames_per_second: PLACES.iter().flat_map(|place| place.pictures(&samples)).collect(),
            audio_energy_at_guest: energy(last)
                .iter()
                .zip(energy(first))
                .map(|(one, old)| one - old)
                .collect(),
            loudest_at_applications: [heard(0), heard(1)],
            at_guest: last.at_guest.clone(),
        }
    }

    /// Everybody gets pictures of both others, and enough of them.
    pub fn is_seen(&self) -> bool {
        self.frames_per_second.len() == 6 && self.frames_per_second.iter().all(|one| one.median >= ENOUGH)
    }

    /// Everybody hears both others.
    pub fn is_heard(&self) -> bool {
        let at_guest = &self.audio_energy_at_guest;
        at_guest.len() == 2
            && at_guest.iter().all(|energy| *energy > 0.0)
            && self.loudest_at_applications.iter().all(|heard| heard.len() == 2 && !heard.contains(&0))
    }
}

/// Whose pictures are counted, and where in a sample they are.
struct Place {
    name: &'static str,
    decoded: fn(&Sample) -> (f64, Vec<u64>),
}

const PLACES: [Place; 3] = [
    Place { name: "guest page", decoded: |sample| (sample.guest_seconds, frames(&sample.at_guest)) },
    Place { name: "specialist's application", decoded: |sample| sample.at_applications[0].clone() },
    Place { name: "patient's application", decoded: |sample| sample.at_applications[1].clone() },
];

fn frames(measured: &[Measured]) -> Vec<u64> {
    measured.iter().map(|one| one.frames_decoded).collect()
}

impl Place {
    fn pictures(&self, samples: &[Sample]) -> Vec<Pictures> {
        let decoded: Vec<(f64, Vec<u64>)> = samples.iter().map(self.decoded).collect();
        let others = decoded.iter().map(|(_, frames)| frames.len()).min().unwrap_or_default();
        (0..others).map(|other| self.of(other, &decoded)).collect()
    }

    fn of(&self, other: usize, decoded: &[(f64, Vec<u64>)]) -> Pictures {
        let rate = |old: &(f64, Vec<u64>), new: &(f64, Vec<u64>)| {
            (new.1[other].saturating_sub(old.1[other])) as f64 / (new.0 - old.0).max(0.001)
        };
        let mut rates: Vec<f64> = decoded.windows(2).map(|pair| rate(&pair[0], &pair[1])).collect();
        rates.sort_by(f64::total_cmp);
        let mean = rate(&decoded[0], &decoded[decoded.len() - 1]);
        let tenths = |rate: f64| (rate * 10.0).round() / 10.0;
        let median = tenths(rates[rates.len() / 2]);
        Pictures { at: self.name, median, slowest: tenths(rates[0]), mean: tenths(mean) }
    }
}

/// Counts, each with the time at which it was true.
struct Sample {
    guest_seconds: f64,
    at_guest: Vec<Measured>,
    at_applications: [(f64, Vec<u64>); 2],
}

impl Sample {
    async fn take(people: &[Person; 2], guest: &mut Guest) -> Self {
        let at_guest = guest.measures().await;
        let guest_seconds = since_epoch(SystemTime::now());
        let at_applications = people.each_ref().map(|person| {
            let (written, figures) = person.figures_with_time().expect("an application in a call reports");
            (since_epoch(written), figures.decoded())
        });
        Self { guest_seconds, at_guest, at_applications }
    }
}

fn since_epoch(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64()
}

/// The loudest that each of the others was, by their places in the call.
fn loudest(views: &[AppView]) -> Vec<u8> {
    let mut loudest = Vec::new();
    for call in views.iter().filter_map(call) {
        loudest.resize(call.peers.len().max(loudest.len()), 0);
        for (level, peer) in loudest.iter_mut().zip(&call.peers) {
            *level = peer.level.max(*level);
        }
    }
    loudest
}

/// What the processors have done since the machine was started, in ticks (`/proc/stat`).
struct Processors {
    busy: u64,
    all: u64,
}

impl Processors {
    fn now() -> Self {
        let text = std::fs::read_to_string("/proc/stat").unwrap();
        let line = text.lines().next().unwrap();
        let ticks: Vec<u64> = line.split_whitespace().skip(1).filter_map(|part| part.parse().ok()).collect();
        // The fourth is idle, the fifth waits for a disk; those after the eighth are counted in the first two already.
        let all = ticks.iter().take(8).sum();
        Self { busy: all - ticks[3] - ticks[4], all }
    }

    fn busy_since(&self, before: &Self) -> f64 {
        let share = (self.busy - before.busy) as f64 / (self.all - before.all).max(1) as f64;
        (share * 100.0).round() / 100.0
    }
}
