//! Notices that the machine has slept. On Linux neither [`std::time::Instant`] nor the window's clock counts that
//! time; elsewhere they do, or the regular readings make up for it.

use std::time::Duration;

/// A sleep so short changes nothing.
const NOTICED: Duration = Duration::from_secs(1);

/// How long the machine has slept since it was started; `None` where nobody can tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspend {
    asleep: Option<Duration>,
}

impl Suspend {
    /// As of now.
    pub(crate) fn new() -> Self {
        Self { asleep: asleep() }
    }

    /// Whether the machine has slept since the last look.
    pub(crate) fn look(&mut self) -> bool {
        self.compare(asleep())
    }

    fn compare(&mut self, asleep: Option<Duration>) -> bool {
        let before = std::mem::replace(&mut self.asleep, asleep);
        before.zip(asleep).is_some_and(|(before, now)| now.saturating_sub(before) >= NOTICED)
    }
}

/// `CLOCK_BOOTTIME` is `CLOCK_MONOTONIC` and the time asleep (`clock_gettime(2)`).
#[cfg(target_os = "linux")]
fn asleep() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    let read = |clock| Duration::try_from(clock_gettime(clock)).ok();
    let monotonic = read(ClockId::Monotonic)?;
    Some(read(ClockId::Boottime)?.saturating_sub(monotonic))
}

#[cfg(not(target_os = "linux"))]
const fn asleep() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleep_is_noticed_once() {
        let mut suspend = Suspend { asleep: Some(Duration::from_secs(100)) };
        let seconds = |seconds: f64| Some(Duration::from_secs_f64(seconds));
        assert!(!suspend.compare(seconds(100.2)) && !suspend.compare(seconds(100.1)));
        assert!(suspend.compare(seconds(200.0)) && !suspend.compare(seconds(200.0)));
        assert!(!suspend.compare(None) && !suspend.compare(seconds(900.0)));
    }

    #[test]
    fn a_machine_that_is_awake_has_not_slept() {
        let mut suspend = Suspend::new();
        std::thread::sleep(Duration::from_millis(20));
        assert!(!suspend.look());
    }
}
