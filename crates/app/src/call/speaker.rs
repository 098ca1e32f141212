//! Who speaks.

use consilium_model::PeerId;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// From this level on (0 to 100, -42 dBov) a sound is taken for a voice.
const VOICE: u8 = 30;
/// A voice is somebody speaking once it has gone on for longer than this: a cough and a cup are over by then.
const BEGIN: Duration = Duration::from_millis(300);
/// Between words a voice may be silent for so long.
const GAP: Duration = Duration::from_millis(600);
/// So long somebody stays the one who speaks at least, and after the last word.
const HOLD: Duration = Duration::from_millis(1500);
/// By so many points of the level somebody else has to be louder to take over while both speak.
const LOUDER: u8 = 10;

/// Finds out who speaks from levels that are looked at a few times a second.
#[derive(Debug, Default)]
pub(crate) struct Speaker {
    voices: BTreeMap<PeerId, Voice>,
    current: Option<Current>,
}

/// A voice that was heard lately.
#[derive(Clone, Copy, Debug)]
struct Voice {
    since: Instant,
    last: Instant,
    level: u8,
}

#[derive(Clone, Debug)]
struct Current {
    peer: PeerId,
    since: Instant,
}

impl Voice {
    fn speaks_now(&self) -> bool {
        self.level >= VOICE && self.last - self.since > BEGIN
    }
}

impl Speaker {
    /// Takes in how loud everybody is whose microphone is on, and answers who speaks, or has just spoken.
    pub(crate) fn update<'a>(
        &mut self,
        now: Instant,
        levels: impl IntoIterator<Item = (&'a PeerId, u8)>,
    ) -> Option<&PeerId> {
        let before = std::mem::take(&mut self.voices);
        for (peer, level) in levels {
            self.hear(now, peer, level, before.get(peer).copied());
        }
        if !self.stays(now) {
            self.current = self.loudest().map(|peer| Current { peer, since: now });
        }
        self.current.as_ref().map(|current| &current.peer)
    }

    fn hear(&mut self, now: Instant, peer: &PeerId, level: u8, before: Option<Voice>) {
        let before = before.filter(|voice| now - voice.last <= HOLD);
        let voice = match before {
            _ if level < VOICE => before.map(|voice| Voice { level, ..voice }),
            Some(voice) if now - voice.last <= GAP => Some(Voice { last: now, level, ..voice }),
            Some(_) | None => Some(Voice { since: now, last: now, level }),
        };
        if let Some(voice) = voice {
            self.voices.insert(peer.clone(), voice);
        }
    }

    /// Whoever speaks goes on doing so, unless gone, silent for long, or drowned out.
    fn stays(&self, now: Instant) -> bool {
        let Some(current) = &self.current else { return false };
        let Some(voice) = self.voices.get(&current.peer) else { return false };
        let rival = self.loudest().and_then(|peer| self.voices.get(&peer));
        let drowned = rival.is_some_and(|rival| rival.level >= voice.level.saturating_add(LOUDER));
        now - current.since < HOLD || !drowned
    }

    /// The loudest of those who speak now.
    fn loudest(&self) -> Option<PeerId> {
        let speaking = self.voices.iter().filter(|(_, voice)| voice.speaks_now());
        speaking.max_by_key(|(_, voice)| voice.level).map(|(peer, _)| peer.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEP: Duration = Duration::from_millis(100);

    /// A call of Anna and Boris, looked at ten times a second; each row is their levels.
    fn speakers(levels: &[(u8, u8)]) -> Vec<Option<&'static str>> {
        let (anna, boris) = (PeerId::from("anna"), PeerId::from("boris"));
        let mut speaker = Speaker::default();
        let mut now = Instant::now();
        let mut found = Vec::new();
        for (a, b) in levels {
            now += STEP;
            let who = speaker.update(now, [(&anna, *a), (&boris, *b)]);
            found.push(who.map(|who| if *who == anna { "anna" } else { "boris" }));
        }
        found
    }

    fn told(parts: &[(usize, (u8, u8))]) -> Vec<(usize, Option<&'static str>)> {
        let levels: Vec<_> = parts.iter().flat_map(|(count, levels)| vec![*levels; *count]).collect();
        let mut runs: Vec<(usize, Option<&'static str>)> = Vec::new();
        for who in speakers(&levels) {
            match runs.last_mut() {
                Some((count, last)) if *last == who => *count += 1,
                _ => runs.push((1, who)),
            }
        }
        runs
    }

    #[test]
    fn a_voice_speaks_after_a_moment_and_holds_after_its_last_word() {
        let runs = told(&[(10, (60, 0)), (30, (0, 0))]);
        assert_eq!(runs, [(4, None), (21, Some("anna")), (15, None)]);
    }

    #[test]
    fn a_cough_is_nobody_speaking() {
        assert_eq!(told(&[(3, (90, 0)), (20, (0, 0))]), [(23, None)]);
    }

    #[test]
    fn pauses_between_words_change_nothing() {
        let words = [(4, (60, 0)), (5, (0, 0))].repeat(6);
        let runs = told(&words);
        assert_eq!(runs, [(9, None), (45, Some("anna"))]);
    }

    #[test]
    fn an_answer_takes_over_and_a_word_of_assent_does_not() {
        let runs = told(&[(20, (60, 0)), (15, (0, 60)), (2, (50, 60)), (10, (0, 60))]);
        assert_eq!(runs, [(4, None), (20, Some("anna")), (23, Some("boris"))]);
    }

    #[test]
    fn of_two_who_speak_at_once_the_first_stays_unless_drowned_out() {
        let runs = told(&[(20, (60, 0)), (20, (60, 65)), (5, (50, 65))]);
        assert_eq!(runs, [(4, None), (36, Some("anna")), (5, Some("boris"))]);
    }

    #[test]
    fn whoever_is_gone_or_muted_does_not_speak() {
        let anna = PeerId::from("anna");
        let mut speaker = Speaker::default();
        let start = Instant::now();
        for look in 0..10 {
            speaker.update(start + STEP * look, [(&anna, 60)]);
        }
        assert_eq!(speaker.update(start + STEP * 10, [(&anna, 60)]), Some(&anna));
        assert_eq!(speaker.update(start + STEP * 11, []), None);
    }

    proptest! {
        #[test]
        fn while_both_are_there_nobody_speaks_for_less_than_the_hold(
            levels in prop::collection::vec((0_u8..=100, 0_u8..=100), 0..200),
        ) {
            let found = speakers(&levels);
            let runs: Vec<&[Option<&str>]> = found.chunk_by(|a, b| a == b).collect();
            // The last run is cut off by the end of the test.
            for run in runs.iter().rev().skip(1).filter(|run| run[0].is_some()) {
                prop_assert!(run.len() >= 15, "{}", run.len());
            }
        }
    }
}
