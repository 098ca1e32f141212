//! The notices that do not block. One is shown at a time: a passing one while it lasts, then again what stands.

use crate::view::NoticeCode;
use std::time::{Duration, Instant};

/// How long a notice of time is shown.
const PASSING: Duration = Duration::from_secs(15);
/// How long a change is told: it can be read beside the notice as well.
const CHANGED: Duration = Duration::from_secs(60);

/// What a notice speaks of: a newer one takes the place of an older one of the same subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Length,
    Details,
    SignIn,
    Speaker,
    Device,
    Knock,
    Share,
    Ring,
}

/// Everything that has been told and nobody has taken away, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notices(Vec<Notice>);

#[derive(Clone, Copy, Debug)]
struct Notice {
    code: NoticeCode,
    since: Instant,
}

impl Notices {
    /// Tells something from now on.
    pub(crate) fn tell(&mut self, code: NoticeCode, now: Instant) {
        self.0.retain(|notice| subject(notice.code) != subject(code));
        self.0.push(Notice { code, since: now });
    }

    /// The notice that is shown.
    pub(crate) fn shown(&self) -> Option<NoticeCode> {
        self.position().map(|place| self.0[place].code)
    }

    /// Takes the shown one away; answers whether there was one.
    pub(crate) fn dismiss(&mut self) -> bool {
        let shown = self.position();
        shown.map(|place| self.0.remove(place)).is_some()
    }

    /// Takes away what is no longer so.
    pub(crate) fn withdraw(&mut self, code: NoticeCode) {
        self.0.retain(|notice| notice.code != code);
    }

    /// Takes away what has been told long enough: nobody has to act on it.
    pub(crate) fn pass(&mut self, now: Instant) {
        self.0.retain(|notice| {
            lasts(notice.code).is_none_or(|lasts| now.saturating_duration_since(notice.since) < lasts)
        });
    }

    /// Takes away what speaks of the visit that is left.
    pub(crate) fn leave_visit(&mut self) {
        self.0.retain(|notice| match subject(notice.code) {
            Subject::Length | Subject::Details | Subject::Share => false,
            Subject::SignIn | Subject::Speaker | Subject::Device | Subject::Knock | Subject::Ring => true,
        });
    }

    fn position(&self) -> Option<usize> {
        let passing = self.0.iter().rposition(|notice| lasts(notice.code).is_some());
        passing.or_else(|| self.0.len().checked_sub(1))
    }
}

const fn subject(code: NoticeCode) -> Subject {
    match code {
        NoticeCode::FiveMinutesLeft
        | NoticeCode::OneMinuteLeft
        | NoticeCode::Extended
        | NoticeCode::MoreTimeAsked => Subject::Length,
        NoticeCode::InfoChanged => Subject::Details,
        NoticeCode::NotRemembered => Subject::SignIn,
        NoticeCode::NoSpeaker => Subject::Speaker,
        NoticeCode::DeviceChanged => Subject::Device,
        NoticeCode::KnockNotAnswered => Subject::Knock,
        NoticeCode::ShareEnded => Subject::Share,
        NoticeCode::AnsweredElsewhere | NoticeCode::CallOver => Subject::Ring,
    }
}

const fn lasts(code: NoticeCode) -> Option<Duration> {
    match code {
        NoticeCode::FiveMinutesLeft | NoticeCode::OneMinuteLeft | NoticeCode::Extended => Some(PASSING),
        NoticeCode::InfoChanged
        | NoticeCode::KnockNotAnswered
        | NoticeCode::ShareEnded
        | NoticeCode::AnsweredElsewhere
        | NoticeCode::CallOver => Some(CHANGED),
        NoticeCode::NotRemembered
        | NoticeCode::NoSpeaker
        | NoticeCode::MoreTimeAsked
        | NoticeCode::DeviceChanged => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(codes: &[NoticeCode], now: Instant) -> Notices {
        let mut notices = Notices::default();
        codes.iter().for_each(|code| notices.tell(*code, now));
        notices
    }

    #[test]
    fn what_stands_is_shown_again_after_what_passes() {
        let now = Instant::now();
        let mut notices = told(&[NoticeCode::NoSpeaker, NoticeCode::FiveMinutesLeft], now);
        assert_eq!(notices.shown(), Some(NoticeCode::FiveMinutesLeft));
        notices.tell(NoticeCode::DeviceChanged, now);
        assert_eq!(notices.shown(), Some(NoticeCode::FiveMinutesLeft));
        notices.pass(now + PASSING);
        assert_eq!(notices.shown(), Some(NoticeCode::DeviceChanged));
        notices.pass(now + Duration::from_secs(86_400));
        assert!(notices.dismiss());
        assert_eq!(notices.shown(), Some(NoticeCode::NoSpeaker));
        assert!(notices.dismiss() && !notices.dismiss());
        assert_eq!(notices.shown(), None);
    }

    #[test]
    fn only_what_is_shown_is_taken_away() {
        let mut notices = told(&[NoticeCode::NoSpeaker, NoticeCode::OneMinuteLeft], Instant::now());
        assert!(notices.dismiss());
        assert_eq!(notices.shown(), Some(NoticeCode::NoSpeaker));
    }

    #[test]
    fn a_change_is_told_beside_the_time_and_the_time_only_once() {
        let now = Instant::now();
        let mut notices =
            told(&[NoticeCode::FiveMinutesLeft, NoticeCode::InfoChanged, NoticeCode::Extended], now);
        assert_eq!(notices.shown(), Some(NoticeCode::Extended));
        notices.pass(now + PASSING);
        assert_eq!(notices.shown(), Some(NoticeCode::InfoChanged));
        notices.pass(now + CHANGED);
        assert_eq!(notices.shown(), None);
    }

    #[test]
    fn what_speaks_of_a_visit_goes_with_it() {
        let mut notices =
            told(&[NoticeCode::NotRemembered, NoticeCode::InfoChanged, NoticeCode::Extended], Instant::now());
        notices.leave_visit();
        assert_eq!(notices.shown(), Some(NoticeCode::NotRemembered));
        notices.dismiss();
        assert_eq!(notices.shown(), None);
    }
}
