//! What is remembered of those who were in the lobby and are not any more.

use super::pace::Pace;
use consilium_model::{Participant, Secret};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// For so long after a denial nobody comes to the lobby again.
const DENIAL: Duration = Duration::from_secs(60);

/// What is remembered. It holds few: those of the conference.
#[derive(Default)]
pub(super) struct Memories(HashMap<Participant, Memory>);

#[derive(Default)]
struct Memory {
    pace: Pace,
    waited: Option<Waited>,
    denial: Option<Denial>,
}

/// Since when somebody waited who has gone, and until when that counts.
struct Waited {
    since: Instant,
    until: Instant,
}

/// Somebody was not let in.
struct Denial {
    reason: Option<Secret>,
    until: Instant,
}

impl Memory {
    /// When nothing of it holds any more.
    fn until(&self) -> Option<Instant> {
        let waited = self.waited.as_ref().map(|waited| waited.until);
        let denial = self.denial.as_ref().map(|denial| denial.until);
        self.pace.full_again().max(waited).max(denial)
    }
}

impl Memories {
    fn of(&mut self, who: &Participant) -> &mut Memory {
        self.0.entry(who.clone()).or_default()
    }

    /// When a new knock may be heard, and since when whoever knocks has waited.
    pub(super) fn knock(&self, who: &Participant, now: Instant) -> (Instant, Instant) {
        let Some(memory) = self.0.get(who) else { return (now, now) };
        let waited = memory.waited.as_ref().filter(|waited| waited.until > now);
        (memory.pace.earliest(now), waited.map_or(now, |waited| waited.since))
    }

    /// A new knock is heard.
    pub(super) fn heard(&mut self, who: &Participant, now: Instant) {
        self.of(who).pace.spend(now);
    }

    /// Whoever waited has said goodbye: a page that is loaded again comes back to its place.
    pub(super) fn said_bye(&mut self, who: &Participant, since: Instant, until: Instant) {
        self.of(who).waited = Some(Waited { since, until });
    }

    pub(super) fn denied(&mut self, who: &Participant, reason: Option<Secret>, now: Instant) {
        let memory = self.of(who);
        memory.waited = None;
        memory.denial = Some(Denial { reason, until: now + DENIAL });
    }

    /// The words of a denial that still holds.
    pub(super) fn denial_of(&self, who: &Participant, now: Instant) -> Option<&Option<Secret>> {
        let denial = self.0.get(who)?.denial.as_ref()?;
        (denial.until > now).then_some(&denial.reason)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.0.values().filter_map(Memory::until).min()
    }

    pub(super) fn expire(&mut self, now: Instant) {
        self.0.retain(|_, memory| memory.until().is_some_and(|until| until > now));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
