//! A running stream of a sound device: whether it still runs, and how it ends.

use super::device::device_error;
use crate::DeviceError;
use cpal::traits::StreamTrait;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// What an error of a running stream means for it.
enum Verdict {
    /// Nothing: it goes on by itself.
    Ignore,
    /// It may go on; if it does not, this was why.
    Suspect,
    /// It is over.
    Lost,
}

fn verdict(error: &cpal::Error) -> Verdict {
    use cpal::ErrorKind;
    match error.kind() {
        ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => Verdict::Ignore,
        ErrorKind::DeviceNotAvailable
        | ErrorKind::HostUnavailable
        | ErrorKind::PermissionDenied
        | ErrorKind::StreamInvalidated => Verdict::Lost,
        // ALSA's PulseAudio plugin gives EIO while its stream starts, and also when the server is gone.
        _ => Verdict::Suspect,
    }
}

/// A device that is open but moves nothing for this long is broken.
const STALLED: Duration = Duration::from_secs(3);

/// One that reported an error has less time to recover.
const SUSPECT_STALLED: Duration = Duration::from_millis(750);

/// What a device callback tells the thread behind it: only atomics and a wake-up.
#[derive(Debug, Default)]
pub(super) struct CallbackSignal {
    lost: OnceLock<DeviceError>,
    suspicion: OnceLock<DeviceError>,
    suspect: AtomicBool,
    waiter: OnceLock<Thread>,
}

impl CallbackSignal {
    /// The stream reported an error.
    pub(super) fn failed(&self, error: cpal::Error) {
        // The first error is the cause; later ones are its consequences.
        match verdict(&error) {
            Verdict::Ignore => {}
            Verdict::Suspect => {
                let _ = self.suspicion.set(device_error(error));
                self.suspect.store(true, Ordering::Relaxed);
            }
            Verdict::Lost => {
                let _ = self.lost.set(device_error(error));
                self.wake();
            }
        }
    }

    /// Samples moved.
    pub(super) fn moved(&self) {
        self.suspect.store(false, Ordering::Relaxed);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waiter) = self.waiter.get() {
            waiter.unpark();
        }
    }

    /// Waits for [`Self::moved`], at most `limit`.
    pub(super) fn wait(&self, limit: Duration) {
        self.waiter.get_or_init(std::thread::current);
        std::thread::park_timeout(limit);
    }

    /// Whether the device still works, of which the last sign was at `alive`.
    ///
    /// # Errors
    /// Why it does not; the same one ever after.
    pub(super) fn check(&self, alive: Instant) -> Result<(), DeviceError> {
        if let Some(error) = self.lost.get() {
            return Err(error.clone());
        }
        let suspect = self.suspect.load(Ordering::Relaxed);
        let patience = if suspect { SUSPECT_STALLED } else { STALLED };
        if alive.elapsed() <= patience {
            return Ok(());
        }
        let suspicion = self.suspicion.get().filter(|_| suspect).cloned();
        let error = suspicion.unwrap_or_else(|| DeviceError::Failed("stalled".into()));
        Err(self.lost.get_or_init(|| error).clone())
    }

    fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }
}

/// A running stream of a device that is closed when this is dropped.
///
/// Closing can block for ever: the PulseAudio client library deadlocks in it when the server was killed. So another
/// thread does it, and nobody waits for it longer than [`CLOSING`], or at all once the device is lost.
pub(super) struct OpenStream {
    stream: Option<cpal::Stream>,
    signal: Arc<CallbackSignal>,
}

/// A healthy device closes in this time.
const CLOSING: Duration = Duration::from_secs(1);

impl OpenStream {
    /// Starts the stream, whose callbacks report to `signal`.
    pub(super) fn start(stream: cpal::Stream, signal: Arc<CallbackSignal>) -> Result<Self, DeviceError> {
        let open = Self { stream: Some(stream), signal };
        open.stream.iter().try_for_each(StreamTrait::play).map_err(device_error)?;
        Ok(open)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take() else { return };
        let (closed, wait) = mpsc::channel();
        let spawned = std::thread::Builder::new().name("audio-close".into()).spawn(move || {
            drop(stream);
            // Whoever wanted to know may have stopped waiting.
            let _ = closed.send(());
        });
        if spawned.is_ok() && !self.signal.is_lost() && wait.recv_timeout(CLOSING).is_err() {
            tracing::warn!("a sound device does not close");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpal::ErrorKind;

    fn long_ago() -> Instant {
        Instant::now() - Duration::from_secs(1)
    }

    #[test]
    fn an_error_that_is_followed_by_samples_is_forgiven() {
        let signal = CallbackSignal::default();
        signal.failed(ErrorKind::BackendError.into());
        signal.moved();
        assert_eq!(signal.check(long_ago()), Ok(()));
    }

    #[test]
    fn an_error_that_is_followed_by_nothing_is_the_cause_of_the_loss() {
        let signal = CallbackSignal::default();
        signal.failed(ErrorKind::BackendError.into());
        assert_eq!(signal.check(Instant::now()), Ok(()));
        let lost = Err(DeviceError::Failed("BackendError".into()));
        assert_eq!(signal.check(long_ago()), lost);
        signal.moved();
        assert_eq!(signal.check(Instant::now()), lost, "what is lost stays lost");
    }

    #[test]
    fn an_unplugged_device_is_lost_at_once_and_an_underrun_is_nothing() {
        let signal = CallbackSignal::default();
        signal.failed(ErrorKind::Xrun.into());
        assert_eq!(signal.check(long_ago()), Ok(()));
        signal.failed(ErrorKind::DeviceNotAvailable.into());
        assert_eq!(signal.check(Instant::now()), Err(DeviceError::Missing));
    }
}
