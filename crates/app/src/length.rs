//! The length of a visit that runs: who asks for more of it, and who gives it.

use std::time::{Duration, Instant};

/// By how many minutes a visit can be extended at once.
const MINUTES: [u32; 4] = [5, 10, 15, 30];
/// The longest schedule, in seconds.
const LONGEST: u32 = 24 * 60 * 60;
/// How long a client's question stands unanswered before it can be asked again.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is under way about a visit's length. All lengths in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Length {
    /// The new length is on its way to the server.
    pub(crate) extending: bool,
    question: Option<Question>,
}

/// A client's question for more time, asked when the schedule was so long.
#[derive(Clone, Copy, Debug)]
struct Question {
    at: Instant,
    scheduled: u32,
}

impl Length {
    /// A question was asked now.
    pub(crate) const fn ask(&mut self, scheduled: u32, at: Instant) {
        self.question = Some(Question { at, scheduled });
    }

    /// The question is answered, or nobody wants to see it.
    pub(crate) const fn dismiss(&mut self) {
        self.question = None;
    }

    /// A question stands, as a specialist sees it: another length is an answer.
    pub(crate) fn is_asked(&self, scheduled: u32) -> bool {
        self.question.is_some_and(|question| question.scheduled == scheduled)
    }

    /// The own question stands, as a client sees it: not for ever.
    pub(crate) fn has_asked(&self, scheduled: u32, now: Instant) -> bool {
        let fresh = |question: Question| now.saturating_duration_since(question.at) < PATIENCE;
        self.is_asked(scheduled) && self.question.is_some_and(fresh)
    }
}

/// By how many minutes a schedule of this length can be extended.
pub(crate) fn offers(scheduled: u32) -> Vec<u32> {
    MINUTES.into_iter().filter(|minutes| extended(scheduled, *minutes).is_some()).collect()
}

/// The schedule after an extension that is offered; `None` for any other.
pub(crate) fn extended(scheduled: u32, minutes: u32) -> Option<u32> {
    let longer = scheduled.checked_add(minutes.checked_mul(60)?)?;
    (MINUTES.contains(&minutes) && longer <= LONGEST).then_some(longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_stands_until_the_length_changes_or_the_client_has_waited() {
        let (mut length, asked) = (Length::default(), Instant::now());
        length.ask(900, asked);
        let later = asked + PATIENCE;
        assert!(
            length.has_asked(900, asked) && !length.has_asked(900, later) && !length.has_asked(1200, asked)
        );
        assert!(length.is_asked(900) && !length.is_asked(1200));
        length.dismiss();
        assert!(!length.is_asked(900));
    }

    #[test]
    fn a_day_is_the_longest() {
        assert_eq!(offers(900), MINUTES);
        assert_eq!(offers(LONGEST - 10 * 60), [5, 10]);
        assert!(offers(LONGEST).is_empty());
        assert_eq!(extended(900, 5), Some(1200));
        assert_eq!((extended(900, 7), extended(u32::MAX, 5), extended(0, u32::MAX)), (None, None, None));
    }
}
