//! The failures of a device in a row: when it may be tried again, and what is told of them.

use consilium_media::DeviceError;
use std::time::{Duration, Instant};

/// So often a device is tried again before the user is told that it works no more.
const TRIES: u32 = 3;
/// The pause before the first try; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(500);
/// How often it is tried after that. Not every remedy shows as a change of the devices: another program lets the device
/// go, the user allows it in the system's settings, a sound server that answers all along gets its first device.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// When a device may be tried.
#[derive(Clone, Copy, Debug, Default)]
enum Next {
    #[default]
    Now,
    At(Instant),
    /// Not before the devices change.
    Changed,
}

/// The failures of a device in a row.
#[derive(Debug, Default)]
pub(super) struct Streak {
    failures: u32,
    next: Next,
    told: Option<DeviceError>,
}

impl Streak {
    pub(super) fn may_try(&self, now: Instant) -> bool {
        match self.next {
            Next::Now => true,
            Next::At(at) => now >= at,
            Next::Changed => false,
        }
    }

    /// It is open. It has to stay so before its failures are forgotten.
    pub(super) fn works(&mut self) {
        self.told = None;
    }

    /// The next failure is the first one; what was told stays told until it works.
    pub(super) fn begin_again(&mut self) {
        (self.failures, self.next) = (0, Next::Now);
    }

    /// It could not be opened. The first time this is told at once: somebody has just switched it on.
    pub(super) fn not_opened(&mut self, error: DeviceError, now: Instant) {
        let told = self.failures == 0;
        self.failed(error, told, now);
    }

    /// It failed while it was open. This is told only when trying again does not help.
    pub(super) fn died(&mut self, error: DeviceError, was_stable: bool, now: Instant) {
        if was_stable {
            self.begin_again();
        }
        self.failed(error, false, now);
    }

    fn failed(&mut self, error: DeviceError, tell: bool, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        let tried_enough = self.failures > TRIES;
        let (next, decided) = match error {
            DeviceError::BadFile => (Next::Changed, true),
            DeviceError::NotAllowed => (Next::At(now + LONG_PAUSE), true),
            DeviceError::Missing | DeviceError::InUse | DeviceError::Failed(_) if tried_enough => {
                (Next::At(now + LONG_PAUSE), true)
            }
            DeviceError::Missing | DeviceError::InUse | DeviceError::Failed(_) => {
                (Next::At(now + PAUSE * (1 << (self.failures - 1))), tell)
            }
        };
        self.next = next;
        if decided {
            self.told = Some(error);
        }
    }

    pub(super) const fn problem(&self) -> Option<&DeviceError> {
        self.told.as_ref()
    }

    pub(super) const fn has_failed(&self) -> bool {
        self.failures > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_tried_for_as_long_as_it_is_wanted_but_never_without_a_pause() {
        let (mut streak, mut now) = (Streak::default(), Instant::now());
        for _ in 0..100 {
            streak.not_opened(DeviceError::InUse, now);
            assert!(!streak.may_try(now) && streak.problem() == Some(&DeviceError::InUse));
            now += LONG_PAUSE;
            assert!(streak.may_try(now));
        }
        streak.not_opened(DeviceError::BadFile, now);
        assert!(!streak.may_try(now + LONG_PAUSE), "a file does not mend itself");
    }

    #[test]
    fn one_that_worked_for_long_gets_every_try_again() {
        let (mut streak, now) = (Streak::default(), Instant::now());
        for _ in 0..100 {
            streak.died(DeviceError::Missing, true, now);
            assert!(streak.problem().is_none() && streak.may_try(now + PAUSE));
        }
    }
}
