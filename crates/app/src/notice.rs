//! The notice that is shown: the newest one.

use crate::view::NoticeCode;
use std::time::{Duration, Instant};

/// How long a notice of time is shown.
const PASSING: Duration = Duration::from_secs(15);
/// How long a change is told: it can be read beside the notice as well.
const CHANGED: Duration = Duration::from_secs(60);

/// The notice that is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notice {
    pub(crate) code: NoticeCode,
    since: Instant,
}

impl Notice {
    /// A notice that is shown from now on.
    pub(crate) const fn new(code: NoticeCode, since: Instant) -> Self {
        Self { code, since }
    }

    /// Its time is over: what nobody has to act on goes away by itself.
    pub(crate) fn has_passed(&self, now: Instant) -> bool {
        let lasts = match self.code {
            NoticeCode::FiveMinutesLeft | NoticeCode::OneMinuteLeft | NoticeCode::Extended => Some(PASSING),
            NoticeCode::InfoChanged => Some(CHANGED),
            NoticeCode::NotRemembered
            | NoticeCode::NoSpeaker
            | NoticeCode::MoreTimeAsked
            | NoticeCode::DeviceChanged => None,
        };
        lasts.is_some_and(|lasts| now.saturating_duration_since(self.since) >= lasts)
    }

    /// It speaks of the visit that is open, and goes with it.
    pub(crate) const fn is_of_visit(&self) -> bool {
        match self.code {
            NoticeCode::FiveMinutesLeft
            | NoticeCode::OneMinuteLeft
            | NoticeCode::Extended
            | NoticeCode::InfoChanged
            | NoticeCode::MoreTimeAsked => true,
            NoticeCode::NotRemembered | NoticeCode::NoSpeaker | NoticeCode::DeviceChanged => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notices_of_time_pass() {
        let now = Instant::now();
        let passed = |code| Notice::new(code, now).has_passed(now + PASSING);
        assert!(passed(NoticeCode::OneMinuteLeft) && !passed(NoticeCode::MoreTimeAsked));
        assert!(!Notice::new(NoticeCode::OneMinuteLeft, now).has_passed(now));
    }
}
