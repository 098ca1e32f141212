//! A device that is opened and closed as the call wants it, without anybody waiting for it.
//!
//! At most one opening or closing is under way: a device that is still being closed is not there to be opened. One
//! that fails is tried again with pauses; after a few times this is told, and the pauses are long.

use super::streak::Streak;
use consilium_media::DeviceError;
use std::time::{Duration, Instant};

/// A device that worked for so long failed for a new reason.
const STABLE: Duration = Duration::from_secs(10);

/// Which opening of a device: what is told of an earlier one is late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Opening(u64);

/// How a device stands.
#[derive(Debug)]
enum State<T> {
    Off,
    Opening(Fate),
    On { device: T, since: Instant },
    Closing,
}

/// What becomes of a device when it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Wanted,
    /// Closed, unless it is wanted again.
    Unwanted,
    /// Closed: another device is wanted by now.
    Replaced,
}

/// A device that is opened and closed as the call wants it.
#[derive(Debug)]
pub(crate) struct Device<T> {
    state: State<T>,
    opening: Opening,
    streak: Streak,
}

impl<T> Default for Device<T> {
    fn default() -> Self {
        Self { state: State::Off, opening: Opening::default(), streak: Streak::default() }
    }
}

impl<T> Device<T> {
    /// Wants the device; gives the number of the opening when it has to be opened now. While it is being closed, or
    /// rests after a failure, it is wanted again later.
    pub(crate) fn want(&mut self, now: Instant) -> Option<Opening> {
        match &mut self.state {
            State::Off if self.streak.may_try(now) => {
                self.state = State::Opening(Fate::Wanted);
                self.opening.0 += 1;
                Some(self.opening)
            }
            State::Opening(fate @ Fate::Unwanted) => {
                *fate = Fate::Wanted;
                None
            }
            State::Off | State::Opening(_) | State::On { .. } | State::Closing => None,
        }
    }

    /// Lets the device go, and gives it to be closed when it was open. Its failures are forgotten.
    pub(crate) fn let_go(&mut self) -> Option<T> {
        self.streak = Streak::default();
        self.close(Fate::Unwanted)
    }

    /// Gives the device to be closed, when it was open, because another one is to be opened in its place.
    pub(crate) fn replace(&mut self) -> Option<T> {
        self.streak.begin_again();
        self.close(Fate::Replaced)
    }

    /// The devices of the system have changed: one that failed is tried again, which it shows until it is open.
    pub(crate) fn try_again(&mut self) {
        self.streak.begin_again();
    }

    fn close(&mut self, opening: Fate) -> Option<T> {
        match std::mem::replace(&mut self.state, State::Closing) {
            State::On { device, .. } => return Some(device),
            State::Closing => {}
            State::Opening(Fate::Replaced) => self.state = State::Opening(Fate::Replaced),
            State::Opening(Fate::Wanted | Fate::Unwanted) => self.state = State::Opening(opening),
            State::Off => self.state = State::Off,
        }
        None
    }

    /// The opening has ended. Gives the device back to be closed when nobody wants it any more.
    pub(crate) fn opened(&mut self, device: Result<T, DeviceError>, now: Instant) -> Option<T> {
        let wanted = matches!(self.state, State::Opening(Fate::Wanted));
        self.state = State::Off;
        match (wanted, device) {
            (true, Ok(device)) => {
                self.streak.works();
                self.state = State::On { device, since: now };
            }
            (true, Err(error)) => self.streak.not_opened(error, now),
            (false, Ok(device)) => {
                self.state = State::Closing;
                return Some(device);
            }
            (false, Err(_)) => {}
        }
        None
    }

    /// The closing has ended.
    pub(crate) fn closed(&mut self) {
        if matches!(self.state, State::Closing) {
            self.state = State::Off;
        }
    }

    /// The device of this opening failed while it was open; gives it to be closed. What was let go meanwhile fails
    /// no more.
    pub(crate) fn fail(&mut self, opening: Opening, error: DeviceError, now: Instant) -> Option<T> {
        let State::On { since, .. } = &self.state else { return None };
        if opening != self.opening {
            return None;
        }
        let was_stable = now.saturating_duration_since(*since) >= STABLE;
        self.streak.died(error, was_stable, now);
        self.close(Fate::Unwanted)
    }

    /// The device, while it is open.
    pub(crate) const fn get(&self) -> Option<&T> {
        match &self.state {
            State::On { device, .. } => Some(device),
            State::Off | State::Opening(_) | State::Closing => None,
        }
    }

    /// The newest opening.
    pub(crate) const fn opening(&self) -> Opening {
        self.opening
    }

    /// Why it gives nothing, as far as the user should know.
    pub(crate) const fn problem(&self) -> Option<&DeviceError> {
        self.streak.problem()
    }

    /// It failed and is not open: a change of the devices may help.
    pub(crate) const fn is_in_trouble(&self) -> bool {
        self.get().is_none() && self.streak.has_failed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_comes_too_late_is_closed_before_it_is_opened_again() {
        let (mut device, now) = (Device::default(), Instant::now());
        assert!(device.want(now).is_some());
        assert_eq!(device.let_go(), None);
        assert_eq!(device.opened(Ok("first"), now), Some("first"));
        assert_eq!(device.want(now), None, "it is still being closed");
        device.closed();
        assert!(device.want(now).is_some());
        assert_eq!(device.opened(Ok("second"), now), None);
        assert_eq!(device.get().copied(), Some("second"));
        assert_eq!(device.let_go(), Some("second"));
    }

    #[test]
    fn off_and_on_while_it_opens_opens_it_once() {
        let (mut device, now) = (Device::default(), Instant::now());
        assert!(device.want(now).is_some());
        device.let_go();
        assert_eq!(device.want(now), None);
        assert_eq!(device.opened(Ok("camera"), now), None);
        assert_eq!(device.get(), Some(&"camera"));
    }

    #[test]
    fn one_that_is_replaced_while_it_opens_is_closed_although_it_is_wanted() {
        let (mut device, now) = (Device::default(), Instant::now());
        device.want(now);
        assert_eq!(device.replace(), None);
        assert_eq!(device.want(now), None);
        assert_eq!(device.opened(Ok("the old one"), now), Some("the old one"));
        device.closed();
        assert!(device.want(now).is_some());
    }

    #[test]
    fn what_is_forbidden_is_said_at_once_and_until_it_works() {
        let (mut device, now) = (Device::<()>::default(), Instant::now());
        device.want(now);
        device.opened(Err(DeviceError::NotAllowed), now);
        assert_eq!((device.want(now), device.problem()), (None, Some(&DeviceError::NotAllowed)));
        device.try_again();
        assert!(device.want(now).is_some() && device.problem().is_some());
        device.opened(Ok(()), now);
        assert_eq!(device.problem(), None);
    }

    #[test]
    fn a_stream_that_dies_is_opened_again_after_a_pause_and_the_third_time_it_is_said() {
        let (mut device, mut now) = (Device::default(), Instant::now());
        device.want(now);
        device.opened(Ok(1), now);
        for times in 0..5 {
            assert_eq!(device.fail(device.opening(), DeviceError::Missing, now), Some(1));
            assert_eq!(device.problem().is_some(), times >= 3);
            device.closed();
            assert_eq!(device.want(now), None, "not without a pause");
            now += Duration::from_secs(5);
            assert!(device.want(now).is_some());
            device.opened(Ok(1), now);
            assert_eq!(device.problem(), None);
        }
        device.let_go();
        device.closed();
        assert!(device.want(now).is_some() && device.problem().is_none());
    }

    #[test]
    fn a_late_failure_does_not_touch_what_was_let_go_or_opened_since() {
        let (mut device, now) = (Device::default(), Instant::now());
        let first = device.want(now).unwrap();
        device.opened(Ok(1), now);
        device.let_go();
        assert_eq!((device.fail(first, DeviceError::Missing, now), device.problem()), (None, None));
        device.closed();
        device.want(now);
        device.opened(Ok(2), now);
        assert_eq!((device.fail(first, DeviceError::Missing, now), device.get()), (None, Some(&2)));
    }
}
