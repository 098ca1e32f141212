//! A device that is opened and closed as the call wants it, without anybody waiting for it.
//!
//! At most one opening or closing is under way: a device that is still being closed is not there to be opened.

use consilium_media::DeviceError;

/// How a device stands.
#[derive(Debug)]
enum State<T> {
    Off,
    Opening { wanted: bool },
    On(T),
    Closing,
    Failed(DeviceError),
}

/// A device that is opened and closed as the call wants it.
#[derive(Debug)]
pub(crate) struct Device<T>(State<T>);

impl<T> Default for Device<T> {
    fn default() -> Self {
        Self(State::Off)
    }
}

impl<T> Device<T> {
    /// Wants the device; `true` when it has to be opened now. While it is being closed it is wanted again later. A
    /// device that failed is not tried again until it was let go.
    pub(crate) fn want(&mut self) -> bool {
        match &mut self.0 {
            State::Off => {
                self.0 = State::Opening { wanted: true };
                true
            }
            State::Opening { wanted } => {
                *wanted = true;
                false
            }
            State::On(_) | State::Closing | State::Failed(_) => false,
        }
    }

    /// Lets the device go, and gives it to be closed when it was open.
    pub(crate) fn let_go(&mut self) -> Option<T> {
        match std::mem::replace(&mut self.0, State::Off) {
            State::On(device) => {
                self.0 = State::Closing;
                Some(device)
            }
            State::Opening { .. } => {
                self.0 = State::Opening { wanted: false };
                None
            }
            State::Closing => {
                self.0 = State::Closing;
                None
            }
            State::Off | State::Failed(_) => None,
        }
    }

    /// The opening has ended. Gives the device back to be closed when nobody wants it any more.
    pub(crate) fn opened(&mut self, device: Result<T, DeviceError>) -> Option<T> {
        let wanted = matches!(self.0, State::Opening { wanted: true });
        match (wanted, device) {
            (true, Ok(device)) => self.0 = State::On(device),
            (true, Err(error)) => self.0 = State::Failed(error),
            (false, Ok(device)) => {
                self.0 = State::Closing;
                return Some(device);
            }
            (false, Err(_)) => self.0 = State::Off,
        }
        None
    }

    /// The closing has ended.
    pub(crate) fn closed(&mut self) {
        if matches!(self.0, State::Closing) {
            self.0 = State::Off;
        }
    }

    /// The device failed while it was open; gives it to be closed. A late failure of one that was let go is nothing.
    pub(crate) fn fail(&mut self, error: DeviceError) -> Option<T> {
        match std::mem::replace(&mut self.0, State::Off) {
            State::On(device) => {
                self.0 = State::Failed(error);
                Some(device)
            }
            other => {
                self.0 = other;
                None
            }
        }
    }

    /// The device, while it is open.
    pub(crate) fn get(&self) -> Option<&T> {
        match &self.0 {
            State::On(device) => Some(device),
            State::Off | State::Opening { .. } | State::Closing | State::Failed(_) => None,
        }
    }

    /// Why it gives nothing.
    pub(crate) fn problem(&self) -> Option<&DeviceError> {
        match &self.0 {
            State::Failed(error) => Some(error),
            State::Off | State::Opening { .. } | State::On(_) | State::Closing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_comes_too_late_is_closed_before_it_is_opened_again() {
        let mut device = Device::default();
        assert!(device.want());
        assert_eq!(device.let_go(), None);
        assert_eq!(device.opened(Ok("first")), Some("first"));
        assert!(!device.want(), "it is still being closed");
        device.closed();
        assert!(device.want());
        assert_eq!(device.opened(Ok("second")), None);
        assert_eq!(device.get().copied(), Some("second"));
        assert_eq!(device.let_go(), Some("second"));
    }

    #[test]
    fn off_and_on_while_it_opens_opens_it_once() {
        let mut device = Device::default();
        assert!(device.want());
        device.let_go();
        assert!(!device.want());
        assert_eq!(device.opened(Ok("camera")), None);
        assert_eq!(device.get(), Some(&"camera"));
    }

    #[test]
    fn a_failed_device_is_tried_again_only_after_it_was_let_go() {
        let mut device = Device::<()>::default();
        device.want();
        device.opened(Err(DeviceError::InUse));
        assert_eq!((device.want(), device.problem()), (false, Some(&DeviceError::InUse)));
        device.let_go();
        assert!(device.want());
    }

    #[test]
    fn a_late_failure_does_not_touch_what_was_let_go() {
        let mut device = Device::default();
        device.want();
        device.opened(Ok(1));
        device.let_go();
        assert_eq!((device.fail(DeviceError::Missing), device.problem()), (None, None));
    }
}
