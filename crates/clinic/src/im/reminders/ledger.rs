//! What waits, and until when. Pure.

use consilium_model::UserId;
use std::collections::HashMap;
use time::{Duration, OffsetDateTime};

/// Whoever comes back in this time is spared.
pub(super) const DELAY: Duration = Duration::seconds(30);
/// Without reading, a patient is not reminded of a session again within this time.
pub(super) const QUIET: Duration = Duration::hours(1);
/// What nobody took is told again after this time.
const REST: Duration = Duration::minutes(10);
/// After this time it is not told any more: whoever can be reached at all has been.
pub(super) const FORGOTTEN: Duration = Duration::days(1);

/// A patient's session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Subject {
    pub(super) user: UserId,
    pub(super) session: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// To be looked at then.
    Waiting { since: OffsetDateTime, due: OffsetDateTime },
    /// Being told; whether more has come meanwhile.
    Telling { since: OffsetDateTime, more: bool },
}

/// What comes of looking at a session whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The patient is there: it reads, or it goes and is looked at again.
    IsThere,
    /// Nothing is unread.
    Read,
    /// Reminded at that time already, and not read since.
    RemindedAt(OffsetDateTime),
}

/// Everything that waits.
#[derive(Default)]
pub(super) struct Ledger(HashMap<Subject, State>);

impl Ledger {
    /// A message has come that this patient has not read.
    pub(super) fn heard(&mut self, user: &UserId, session: &str, now: OffsetDateTime) {
        let subject = Subject { user: user.clone(), session: session.to_owned() };
        let state = self.0.entry(subject).or_insert(State::Waiting { since: now, due: now + DELAY });
        if let State::Telling { more, .. } = state {
            *more = true;
        }
    }

    /// What is to be looked at now. It counts as being told until it is said what came of it.
    pub(super) fn take_due(&mut self, now: OffsetDateTime) -> Vec<Subject> {
        let mut due_now = Vec::new();
        for (subject, state) in &mut self.0 {
            if let State::Waiting { since, due } = *state
                && due <= now
            {
                *state = State::Telling { since, more: false };
                due_now.push(subject.clone());
            }
        }
        due_now
    }

    /// There was nothing to tell.
    pub(super) fn looked(&mut self, subject: &Subject, look: Look, now: OffsetDateTime) {
        match look {
            Look::IsThere => self.wait(subject, now, now + DELAY),
            Look::RemindedAt(at) => self.wait(subject, now, at + QUIET),
            Look::Read => self.settle(subject, now),
        }
    }

    /// Somebody has taken the reminder.
    pub(super) fn told(&mut self, subject: &Subject, now: OffsetDateTime) {
        self.settle(subject, now);
    }

    /// Nobody has.
    pub(super) fn not_told(&mut self, subject: &Subject, now: OffsetDateTime) {
        match self.0.get(subject) {
            Some(State::Telling { since, more: false }) if now - *since >= FORGOTTEN => {
                self.0.remove(subject);
            }
            _ => self.wait(subject, now, now + REST),
        }
    }

    /// What has come meanwhile waits; without it nothing does.
    fn settle(&mut self, subject: &Subject, now: OffsetDateTime) {
        if let Some(State::Telling { more: false, .. }) = self.0.get(subject) {
            self.0.remove(subject);
        } else if let Some(state) = self.0.get_mut(subject) {
            *state = State::Waiting { since: now, due: now + DELAY };
        }
    }

    fn wait(&mut self, subject: &Subject, now: OffsetDateTime, due: OffsetDateTime) {
        if let Some(state) = self.0.get_mut(subject) {
            let (State::Waiting { since, .. } | State::Telling { since, .. }) = *state;
            *state = State::Waiting { since: since.min(now), due };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const START: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn subject() -> Subject {
        Subject { user: UserId::from("patient:7"), session: "s".to_owned() }
    }

    fn heard(now: OffsetDateTime) -> Ledger {
        let mut ledger = Ledger::default();
        ledger.heard(&subject().user, "s", now);
        ledger
    }

    #[test]
    fn many_messages_are_one_reminder_after_a_moment() {
        let mut ledger = heard(START);
        ledger.heard(&subject().user, "s", START + Duration::SECOND);
        assert_eq!(ledger.take_due(START + DELAY - Duration::SECOND), []);
        assert_eq!(ledger.take_due(START + DELAY), [subject()]);
        assert_eq!(ledger.take_due(START + DELAY), [], "it is being told");
        ledger.told(&subject(), START + DELAY);
        assert_eq!(ledger.take_due(START + FORGOTTEN), []);
    }

    #[test]
    fn what_comes_while_it_is_told_waits_for_the_next_one() {
        let mut ledger = heard(START);
        let now = START + DELAY;
        ledger.take_due(now);
        ledger.heard(&subject().user, "s", now);
        ledger.told(&subject(), now);
        assert_eq!(ledger.take_due(now + DELAY), [subject()]);
        ledger.looked(&subject(), Look::RemindedAt(now), now + DELAY);
        assert_eq!(ledger.take_due(now + QUIET - Duration::SECOND), []);
        assert_eq!(ledger.take_due(now + QUIET), [subject()]);
        ledger.looked(&subject(), Look::Read, now + QUIET);
        assert_eq!(ledger.take_due(now + FORGOTTEN), []);
    }

    #[test]
    fn whoever_is_there_is_looked_at_again() {
        let mut ledger = heard(START);
        let mut now = START;
        for _ in 0..5 {
            now += DELAY;
            assert_eq!(ledger.take_due(now), [subject()]);
            ledger.looked(&subject(), Look::IsThere, now);
        }
    }

    #[test]
    fn what_nobody_takes_is_tried_for_a_day() {
        let mut ledger = heard(START);
        let (mut now, mut tries) = (START, 0);
        while now < START + FORGOTTEN * 2 {
            now += Duration::MINUTE;
            for subject in ledger.take_due(now) {
                tries += 1;
                ledger.not_told(&subject, now);
            }
        }
        assert!((100..150).contains(&tries), "{tries}");
        assert!(ledger.0.is_empty());
    }
}
