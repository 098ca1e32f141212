//! A device that is opened and closed as the call wants it, without anybody waiting for it.

use consilium_media::DeviceError;

/// Which opening: an answer to an older one finds nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Opening(u64);

/// How a device stands.
#[derive(Debug)]
enum State<T> {
    Off,
    Opening,
    On(T),
    Failed(DeviceError),
}

/// A device that is opened and closed as the call wants it.
#[derive(Debug)]
pub(crate) struct Device<T> {
    state: State<T>,
    opening: Opening,
}

impl<T> Default for Device<T> {
    fn default() -> Self {
        Self { state: State::Off, opening: Opening::default() }
    }
}

impl<T> Device<T> {
    /// Wants the device. Gives a ticket when it has to be opened now; a device that failed is not tried again until
    /// it was let go.
    pub(crate) fn want(&mut self) -> Option<Opening> {
        match self.state {
            State::Off => {
                self.opening = Opening(self.opening.0 + 1);
                self.state = State::Opening;
                Some(self.opening)
            }
            State::Opening | State::On(_) | State::Failed(_) => None,
        }
    }

    /// Lets the device go, and gives it to be closed when it was open.
    pub(crate) fn let_go(&mut self) -> Option<T> {
        match std::mem::replace(&mut self.state, State::Off) {
            State::On(device) => Some(device),
            State::Off | State::Opening | State::Failed(_) => None,
        }
    }

    /// An opening has ended. Gives the device back when nobody wants it any more.
    pub(crate) fn opened(&mut self, opening: Opening, device: Result<T, DeviceError>) -> Option<T> {
        let awaited = opening == self.opening && matches!(self.state, State::Opening);
        match (awaited, device) {
            (true, Ok(device)) => {
                self.state = State::On(device);
                None
            }
            (true, Err(error)) => {
                self.state = State::Failed(error);
                None
            }
            (false, device) => device.ok(),
        }
    }

    /// The device failed while it was open; gives it to be closed.
    pub(crate) fn fail(&mut self, error: DeviceError) -> Option<T> {
        match std::mem::replace(&mut self.state, State::Failed(error)) {
            State::On(device) => Some(device),
            State::Off | State::Opening | State::Failed(_) => None,
        }
    }

    /// The device, while it is open.
    pub(crate) fn get(&self) -> Option<&T> {
        match &self.state {
            State::On(device) => Some(device),
            State::Off | State::Opening | State::Failed(_) => None,
        }
    }

    /// Why it gives nothing.
    pub(crate) fn problem(&self) -> Option<&DeviceError> {
        match &self.state {
            State::Failed(error) => Some(error),
            State::Off | State::Opening | State::On(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_comes_too_late_is_closed() {
        let mut device = Device::default();
        let first = device.want().unwrap();
        assert_eq!(device.let_go(), None);
        let second = device.want().unwrap();
        assert_eq!(device.opened(first, Ok("first")), Some("first"));
        assert_eq!(device.opened(second, Ok("second")), None);
        assert_eq!(device.get(), Some(&"second"));
        assert_eq!(device.let_go(), Some("second"));
    }

    #[test]
    fn a_failed_device_is_tried_again_only_after_it_was_let_go() {
        let mut device = Device::<()>::default();
        let opening = device.want().unwrap();
        device.opened(opening, Err(DeviceError::InUse));
        assert_eq!((device.want(), device.problem()), (None, Some(&DeviceError::InUse)));
        device.let_go();
        assert!(device.want().is_some());
    }
}
