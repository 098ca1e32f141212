//! Follows the devices of the system while a visit is open, cheaply.
//!
//! Listing sound devices asks the sound server and costs milliseconds, so it is done at once only when there is a
//! reason: what the kernel shows of devices has changed, or somebody asks. What changes without a trace there is found
//! within [`REGULAR`].
//!
//! A sound server (PulseAudio, PipeWire) is one device here, which stays while its own devices come and go: it moves
//! what runs by itself, and what it cannot move fails and is opened again.

use super::Found;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How often it is looked whether there is a reason to list.
const GLANCE: Duration = Duration::from_secs(2);
/// How often the devices are listed without one.
const REGULAR: Duration = Duration::from_secs(10);
/// How often while something that needs a device has none.
const TROUBLED: Duration = Duration::from_secs(4);

/// The devices of the system as they change. Dropping it stops the watching.
pub(crate) struct DeviceWatch {
    found: mpsc::Receiver<Found>,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    wanted: Notify,
    trouble: AtomicBool,
}

impl Drop for DeviceWatch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl DeviceWatch {
    /// Begins to watch; the first list comes at once.
    pub(crate) fn start() -> Self {
        let (sender, found) = mpsc::channel(1);
        let shared = Arc::<Shared>::default();
        let task = tokio::spawn(watch(sender, shared.clone()));
        Self { found, shared, task }
    }

    /// The next list that differs from the one before, or was asked for. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> Found {
        match self.found.recv().await {
            Some(found) => found,
            None => std::future::pending().await,
        }
    }

    /// Lists the devices now, and gives them even when nothing has changed.
    pub(crate) fn look(&self) {
        self.shared.wanted.notify_one();
    }

    /// Whether something that needs a device has none: then the devices are listed more often.
    pub(crate) fn set_trouble(&self, trouble: bool) {
        self.shared.trouble.store(trouble, Ordering::Relaxed);
    }
}

async fn watch(sender: mpsc::Sender<Found>, shared: Arc<Shared>) {
    let (mut known, mut traces, mut asked) = (None, None, true);
    let mut listed = Instant::now();
    loop {
        let now = blocking(traces_of_devices).await;
        let often = if shared.trouble.load(Ordering::Relaxed) { TROUBLED } else { REGULAR };
        let due = asked || now != traces || listed.elapsed() >= often;
        traces = now;
        if due {
            let found = blocking(Found::look).await;
            listed = Instant::now();
            if asked || found != known {
                if let Some(found) = found.clone()
                    && sender.send(found).await.is_err()
                {
                    return;
                }
                known = found;
            }
        }
        asked = timeout(GLANCE, shared.wanted.notified()).await.is_ok();
    }
}

/// `None` when it panicked, which is logged where it did.
async fn blocking<T: Send + 'static>(ask: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(ask).await.ok()
}

/// What the kernel and the sound servers show of devices without being asked: names of device files and sockets.
#[cfg(target_os = "linux")]
fn traces_of_devices() -> Vec<std::ffi::OsString> {
    use std::path::Path;
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name()).collect::<Vec<_>>()
    };
    let cameras =
        names(Path::new("/dev")).into_iter().filter(|name| name.as_encoded_bytes().starts_with(b"video"));
    let mut traces: Vec<_> = cameras.chain(names(Path::new("/dev/snd"))).collect();
    if let Some(runtime) = std::env::var_os("XDG_RUNTIME_DIR") {
        traces.extend(names(&Path::new(&runtime).join("pulse")));
    }
    traces.sort();
    // A card that took the place of another one.
    traces.extend(std::fs::read_to_string("/proc/asound/cards").ok().map(Into::into));
    traces
}

/// Nothing is known of other systems that is cheaper than the list itself, which they keep in memory.
#[cfg(not(target_os = "linux"))]
fn traces_of_devices() {}
