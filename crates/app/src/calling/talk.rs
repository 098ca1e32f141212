//! A call as a telephone has it: how long people talk, whether the others have gone, and when it ends by itself.

use crate::view::TalkState;
use consilium_model::Secret;
use std::time::{Duration, Instant};

/// Whom everybody has left, or whom nobody has answered, is on the line for so long: as long as a call rings.
const ENDS: Duration = Duration::from_secs(45);
/// Whoever has answered and found nobody waits so long: as long as the server does for those who were told of a call.
const COMES: Duration = Duration::from_secs(15 * 60);
/// Whoever went without hanging up may be back: on hold, or with a line that was lost.
const RETURNS: Duration = Duration::from_secs(300);
/// A call that could not be ended is ended so much later.
const AGAIN: Duration = Duration::from_secs(15);
/// Whoever hangs up is out of the conference so soon after the room.
const HANGS_UP: Duration = Duration::from_secs(10);
/// So many calls are remembered.
const MAX_TALKS: usize = 32;

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Talk {
    /// Nobody has come yet, and somebody may.
    Calling,
    /// Nobody has come, and nobody is known to be on the way.
    Nobody { why: Absence, ends: Instant },
    /// There is somebody to talk to.
    On { began: Instant },
    /// Nobody is there now; somebody is called, or was there `since` and has not hung up.
    Away { began: Instant, since: Option<Instant> },
    /// Everybody has gone.
    Alone { began: Instant, gone: Instant, why: Absence, ends: Instant },
    /// It is over.
    Over { lasted: Option<Duration> },
}

/// Why nobody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// Hung up, or does not answer.
    Over,
    /// Was not there yet.
    Late,
    /// On hold, or without a line.
    Held,
}

impl Absence {
    /// How long it is waited for.
    const fn patience(self) -> Duration {
        match self {
            Self::Over => ENDS,
            Self::Late => COMES,
            Self::Held => RETURNS,
        }
    }
}

/// Where the others are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// On the line.
    Here,
    /// In the call, and not on the line.
    Away,
    /// On the way: it rings, or somebody has accepted.
    Awaited,
    /// Called, and not willing or not there.
    Unreached,
    /// Not there.
    Gone,
}

impl Talk {
    /// After the others were found there.
    #[must_use]
    fn after(self, others: Others, now: Instant) -> Self {
        match (self, others) {
            (Self::Over { .. }, _) => self,
            (Self::Calling | Self::Nobody { .. }, Others::Here) => Self::On { began: now },
            (Self::Calling | Self::Nobody { .. }, Others::Awaited) => Self::Calling,
            (Self::Calling | Self::Nobody { .. }, Others::Away) => self.nobody(Absence::Late, now),
            (Self::Calling | Self::Nobody { .. }, Others::Unreached) => self.nobody(Absence::Over, now),
            (Self::Calling | Self::Nobody { .. }, Others::Gone) => self.nobody(Absence::Late, now),
            (Self::On { began } | Self::Away { began, .. } | Self::Alone { began, .. }, Others::Here) => {
                Self::On { began }
            }
            (Self::Away { since: Some(_), .. }, Others::Away)
            | (Self::Alone { .. }, Others::Unreached | Others::Gone) => self,
            (Self::On { began } | Self::Away { began, .. } | Self::Alone { began, .. }, Others::Away) => {
                Self::Away { began, since: Some(now) }
            }
            (Self::On { began } | Self::Away { began, .. } | Self::Alone { began, .. }, Others::Awaited) => {
                Self::Away { began, since: None }
            }
            (Self::Away { began, since: Some(since) }, Others::Unreached | Others::Gone)
                if now.saturating_duration_since(since) > HANGS_UP =>
            {
                Self::alone(began, since, Absence::Held)
            }
            (Self::On { began } | Self::Away { began, .. }, Others::Unreached | Others::Gone) => {
                Self::alone(began, now, Absence::Over)
            }
        }
    }

    /// Nobody has come, as before or from now on.
    fn nobody(self, longer: Absence, now: Instant) -> Self {
        match self {
            Self::Nobody { why, .. } if why == longer => self,
            _ => Self::Nobody { why: longer, ends: now + longer.patience() },
        }
    }

    fn alone(began: Instant, gone: Instant, why: Absence) -> Self {
        Self::Alone { began, gone, why, ends: gone + why.patience() }
    }

    /// It is over.
    #[must_use]
    fn ended(self, now: Instant) -> Self {
        let until = |began: Instant, end: Instant| Some(end.saturating_duration_since(began));
        let lasted = match self {
            Self::Over { lasted } => lasted,
            Self::Calling | Self::Nobody { .. } => None,
            Self::On { began } => until(began, now),
            Self::Away { began, since } => until(began, since.unwrap_or(now)),
            Self::Alone { began, gone, .. } => until(began, gone),
        };
        Self::Over { lasted }
    }

    /// When it ends by itself.
    pub(crate) const fn ends(self) -> Option<Instant> {
        match self {
            Self::Nobody { ends, .. } | Self::Alone { ends, .. } => Some(ends),
            Self::Calling | Self::On { .. } | Self::Away { .. } | Self::Over { .. } => None,
        }
    }

    /// Somebody has come.
    pub(crate) const fn has_begun(self) -> bool {
        match self {
            Self::Calling | Self::Nobody { .. } | Self::Over { lasted: None } => false,
            Self::On { .. } | Self::Away { .. } | Self::Alone { .. } | Self::Over { lasted: Some(_) } => true,
        }
    }

    /// Nobody is left to come back to, or is late, on hold or looking for the line.
    pub(crate) const fn is_deserted(self) -> bool {
        matches!(self, Self::Nobody { why: Absence::Over, .. } | Self::Alone { why: Absence::Over, .. })
    }

    /// What ends by itself does so a little later.
    #[must_use]
    fn put_off(self, now: Instant) -> Self {
        match self {
            Self::Nobody { why, .. } => Self::Nobody { why, ends: now + AGAIN },
            Self::Alone { began, gone, why, .. } => Self::Alone { began, gone, why, ends: now + AGAIN },
            Self::Calling | Self::On { .. } | Self::Away { .. } | Self::Over { .. } => self,
        }
    }

    /// For the window, as of this moment.
    pub(crate) fn state(self, at: Instant) -> TalkState {
        let since = |began: Instant| millis(at.saturating_duration_since(began));
        let ends_ms = self.ends().map(|ends| millis(ends.saturating_duration_since(at))).unwrap_or_default();
        match self {
            Self::Calling => TalkState::Calling,
            Self::Nobody { .. } => TalkState::Nobody { ends_ms },
            Self::On { began } => TalkState::Talking { ms: since(began) },
            Self::Away { began, .. } => TalkState::Away { ms: since(began) },
            Self::Alone { .. } => TalkState::Alone { ends_ms },
            Self::Over { lasted } => {
                let seconds = |lasted: Duration| u32::try_from(lasted.as_secs()).unwrap_or(u32::MAX);
                TalkState::Over { seconds: lasted.map(seconds) }
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// How far the calls are that were open in this window, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Talks(Vec<(Secret, Talk)>);

impl Talks {
    /// That of the call behind an access token.
    pub(crate) fn of(&self, token: &Secret) -> Talk {
        self.0.iter().find(|(known, _)| known == token).map_or(Talk::Calling, |(_, talk)| *talk)
    }

    /// The others were found there now.
    pub(crate) fn look(&mut self, token: &Secret, others: Others, now: Instant) {
        let talk = self.of(token).after(others, now);
        self.keep(token, talk);
    }

    /// It is to end now; where that cannot be done, a little later.
    pub(crate) fn put_off(&mut self, token: &Secret, now: Instant) {
        let talk = self.of(token).put_off(now);
        self.keep(token, talk);
    }

    /// It is over.
    pub(crate) fn end(&mut self, token: &Secret, now: Instant) {
        let talk = self.of(token).ended(now);
        self.keep(token, talk);
    }

    fn keep(&mut self, token: &Secret, talk: Talk) {
        match self.0.iter_mut().find(|(known, _)| known == token) {
            Some((_, known)) => *known = talk,
            None => self.0.push((token.clone(), talk)),
        }
        let surplus = self.0.len().saturating_sub(MAX_TALKS);
        self.0.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_cannot_be_ended_is_tried_again_and_whoever_is_late_has_deserted_nobody() {
        let start = Instant::now();
        let at = |seconds: u32| start + SECOND * seconds;
        let mut talk = Talk::Calling.after(Others::Here, at(0)).after(Others::Gone, at(5));
        assert!(talk.is_deserted());
        for round in 0..3 {
            let due = at(50 + 15 * round);
            assert_eq!(talk.ends(), Some(due), "round {round}");
            talk = talk.put_off(due).after(Others::Gone, due);
        }
        assert_eq!(talk.ended(at(99)), Talk::Over { lasted: Some(SECOND * 5) });
        let missed = Talk::Calling.after(Others::Unreached, at(0)).put_off(at(45));
        assert_eq!(missed.after(Others::Unreached, at(46)).ends(), Some(at(60)));
        let late = Talk::Calling.after(Others::Gone, at(0));
        let held =
            Talk::Calling.after(Others::Here, at(0)).after(Others::Away, at(1)).after(Others::Gone, at(70));
        assert!(late.ends().is_some() && held.ends().is_some());
        assert!(!late.is_deserted() && !held.is_deserted());
    }

    #[test]
    fn it_counts_from_the_first_answer_over_short_losses_to_the_last_word() {
        let start = Instant::now();
        let at = |seconds: u32| start + SECOND * seconds;
        let talk = Talk::Calling.after(Others::Awaited, at(0)).after(Others::Here, at(7));
        assert_eq!(talk.state(at(67)), TalkState::Talking { ms: 60_000 });
        let lost = talk.after(Others::Away, at(70)).after(Others::Away, at(75));
        assert_eq!(lost, Talk::Away { began: at(7), since: Some(at(70)) });
        assert_eq!(lost.after(Others::Here, at(80)), Talk::On { began: at(7) });
        assert_eq!(lost.ended(at(99)), Talk::Over { lasted: Some(SECOND * 63) });
        assert_eq!(Talk::Calling.ended(at(9)), Talk::Over { lasted: None });
        let over = talk.ended(at(20));
        assert_eq!(over.after(Others::Here, at(21)).ended(at(22)), over);
    }

    #[test]
    fn whom_everybody_has_left_is_not_on_the_line_for_ever() {
        let start = Instant::now();
        let at = |seconds: u32| start + SECOND * seconds;
        let talk = Talk::On { began: start };
        let hung_up = talk.after(Others::Away, at(5)).after(Others::Gone, at(6));
        assert_eq!(hung_up.ends(), Some(at(6) + ENDS));
        assert_eq!(hung_up.after(Others::Gone, at(30)), hung_up, "it goes on waiting");
        let held = talk.after(Others::Away, at(5)).after(Others::Gone, at(65));
        assert_eq!(held.ends(), Some(at(5) + RETURNS), "whoever is on hold may come back");
        assert_eq!(held.after(Others::Here, at(200)), talk);
        let called = hung_up.after(Others::Awaited, at(20));
        assert_eq!(called.ends(), None, "somebody is called again");
        assert_eq!(called.after(Others::Unreached, at(65)).ends(), Some(at(65) + ENDS));
        assert!(hung_up.is_deserted() && !talk.is_deserted() && !called.is_deserted());
    }

    #[test]
    fn whom_nobody_answers_is_not_on_the_line_for_ever() {
        let start = Instant::now();
        let at = |seconds: u32| start + SECOND * seconds;
        let missed = Talk::Calling.after(Others::Awaited, at(0)).after(Others::Unreached, at(45));
        assert_eq!(missed.state(at(50)), TalkState::Nobody { ends_ms: 40_000 });
        assert_eq!(missed.after(Others::Unreached, at(60)).ends(), Some(at(45) + ENDS));
        assert_eq!(missed.after(Others::Awaited, at(60)), Talk::Calling, "called again");
        assert_eq!(Talk::Calling.after(Others::Gone, at(0)).ends(), Some(at(0) + COMES));
    }

    #[test]
    fn each_call_has_its_own() {
        let (mut talks, now) = (Talks::default(), Instant::now());
        let (first, second) = (Secret::from("at-1"), Secret::from("at-2"));
        talks.look(&first, Others::Here, now);
        talks.look(&second, Others::Awaited, now);
        assert_eq!((talks.of(&first), talks.of(&second)), (Talk::On { began: now }, Talk::Calling));
        talks.end(&first, now + SECOND);
        assert_eq!(talks.of(&first), Talk::Over { lasted: Some(SECOND) });
    }
}
