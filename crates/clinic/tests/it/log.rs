//! What the process logs, kept for a test that has the process to itself: a subscriber of one thread would hear
//! nothing of calls that other tests' threads have switched off.

use consilium_clinic::logging;
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;

/// The lines so far.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps everything from now on, at the most talkative level.
    pub(crate) fn keep() -> Self {
        let log = Self::default();
        let writer = log.clone();
        logging::install(logging::subscriber(EnvFilter::new("trace"), move || writer.clone()));
        log
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
