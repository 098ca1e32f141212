//! Time for ends that have no device to pace them.

use super::{FRAME_SAMPLES, SAMPLE_RATE};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long one frame lasts.
pub(super) const FRAME_DURATION: Duration = Duration::from_millis(10);

/// Behind by more than this, the clock starts anew instead of catching up (the machine slept).
const GIVE_UP: Duration = Duration::from_millis(200);

/// Ticks once per frame, without drift against the system's monotonic clock.
#[derive(Debug)]
pub(super) struct Pacer {
    due: Instant,
}

impl Pacer {
    pub(super) fn new() -> Self {
        Self { due: Instant::now() }
    }

    /// Sleeps until the next tick.
    pub(super) fn tick(&mut self) {
        let now = Instant::now();
        if now.saturating_duration_since(self.due) > GIVE_UP {
            self.due = now;
        }
        std::thread::sleep(self.due.saturating_duration_since(now));
        self.due += FRAME_DURATION;
    }
}

/// The capture clock of this process at `at`, as an RTP timestamp.
///
/// One clock for all captures, so that a stream that stops and starts again keeps its relation to real time.
pub(super) fn rtp_timestamp(at: Instant) -> u32 {
    static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);
    let micros = at.saturating_duration_since(*EPOCH).as_micros() as u64;
    let samples = micros * u64::from(SAMPLE_RATE / 1000) / 1000;
    // RTP timestamps wrap by definition.
    (samples - samples % FRAME_SAMPLES as u64) as u32
}
