//! What is heard: of the microphone, judged by its level, and of the speaker, as the user says. Pure.

use crate::view::{CheckState, SpeakerCheck};
use std::time::{Duration, Instant};

/// A level that is no noise of a room, 0 to 100.
const VOICE: u8 = 15;
/// A voice is heard for so long at least.
const LASTS: Duration = Duration::from_millis(300);
/// Silence for so long says that something is wrong.
const SILENCE: Duration = Duration::from_secs(8);

/// Whether the microphone hears anybody.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hearing {
    opened: Option<Instant>,
    loud: Duration,
    looked: Option<Instant>,
}

impl Hearing {
    /// Takes in a level; `None` while the microphone is not open, which begins anew.
    pub(super) fn look(&mut self, level: Option<u8>, now: Instant) {
        let Some(level) = level else {
            *self = Self::default();
            return;
        };
        self.opened.get_or_insert(now);
        let since = self.looked.replace(now).map_or(Duration::ZERO, |before| now - before);
        if level >= VOICE && self.loud < LASTS {
            self.loud += since;
        }
    }

    /// What is known by now.
    pub(super) fn state(&self, now: Instant) -> CheckState {
        match self.opened {
            _ if self.loud >= LASTS => CheckState::Good,
            Some(opened) if now.saturating_duration_since(opened) >= SILENCE => CheckState::Poor,
            Some(_) | None => CheckState::Looking,
        }
    }
}

/// What the user says of the speaker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Speaker {
    /// Nothing was played yet.
    #[default]
    Untried,
    /// It was played.
    Played,
    /// The user has heard it, or not.
    Heard(bool),
    /// It could not be played.
    Failed,
}

impl Speaker {
    /// For the window.
    pub(super) const fn view(self, playing: bool) -> SpeakerCheck {
        let (state, played) = match self {
            Self::Untried => (CheckState::Unknown, false),
            Self::Played => (CheckState::Unknown, true),
            Self::Heard(true) => (CheckState::Good, true),
            Self::Heard(false) => (CheckState::Poor, true),
            Self::Failed => (CheckState::Failed, false),
        };
        SpeakerCheck { state, playing, played }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(levels: &[Option<u8>]) -> CheckState {
        let (mut hearing, begin) = (Hearing::default(), Instant::now());
        let at = |step: usize| begin + Duration::from_millis(100) * u32::try_from(step).unwrap();
        levels.iter().enumerate().for_each(|(step, level)| hearing.look(*level, at(step)));
        hearing.state(at(levels.len()))
    }

    #[test]
    fn a_voice_is_heard_and_a_knock_on_the_desk_is_none() {
        assert_eq!(after(&[]), CheckState::Looking);
        assert_eq!(after(&[Some(5), Some(90), Some(5)]), CheckState::Looking);
        assert_eq!(after(&[Some(20); 5]), CheckState::Good);
        let mut later = vec![Some(40); 5];
        later.extend([Some(0); 100]);
        assert_eq!(after(&later), CheckState::Good, "silence afterwards changes nothing");
    }

    #[test]
    fn long_silence_is_said_and_another_microphone_begins_anew() {
        let silence = vec![Some(3); 82];
        assert_eq!(after(&silence), CheckState::Poor);
        let changed: Vec<_> = silence.into_iter().chain([None, Some(3)]).collect();
        assert_eq!(after(&changed), CheckState::Looking);
    }
}
