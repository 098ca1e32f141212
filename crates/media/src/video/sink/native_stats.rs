//! What the native decoder measures of a stream.

use crate::video::frame_clock;
use crate::video::picture::{I420, Plane, VideoSize};
use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Latency samples kept per stream; older ones go first.
const SAMPLES: usize = 8192;
/// A picture that stays longer than this is a freeze.
const FREEZE: Duration = Duration::from_millis(200);

/// What a stream did so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NativeStreamStats {
    /// Frames handed over.
    pub received: u64,
    /// Pictures decoded.
    pub decoded: u64,
    /// Frames that could not be decoded.
    pub failed: u64,
    /// Frames left out: the decoder was behind, or a key frame was awaited.
    pub dropped: u64,
    /// Size of the last picture.
    pub size: Option<VideoSize>,
    /// Milliseconds from capture to decoded, by the frame clock, oldest first; at most the last 8192.
    pub latency_ms: VecDeque<i32>,
    /// Times a picture stayed longer than 200 ms.
    pub freezes: u64,
    /// Their length together.
    pub frozen: Duration,
}

/// Collects the numbers of one stream.
#[derive(Debug, Default)]
pub(super) struct Observer {
    stats: NativeStreamStats,
    last: Option<Instant>,
}

impl Observer {
    pub(super) fn stats(&self) -> &NativeStreamStats {
        &self.stats
    }

    pub(super) fn received(&mut self, admitted: bool) {
        self.stats.received += 1;
        self.stats.dropped += u64::from(!admitted);
    }

    pub(super) fn failed(&mut self) {
        self.stats.failed += 1;
    }

    pub(super) fn decoded(&mut self, picture: &I420, now: Instant) {
        let stats = &mut self.stats;
        stats.decoded += 1;
        stats.size = Some(picture.size());
        let stayed = self.last.replace(now).map_or(Duration::ZERO, |last| now - last);
        if stayed > FREEZE {
            stats.freezes += 1;
            stats.frozen += stayed;
        }
        if let Some(age) = age_ms(picture) {
            if stats.latency_ms.len() == SAMPLES {
                stats.latency_ms.pop_front();
            }
            stats.latency_ms.push_back(age);
        }
    }
}

fn age_ms(picture: &I420) -> Option<i32> {
    let size = picture.size();
    let (luma, stride) = (picture.plane(Plane::Y), picture.stride(Plane::Y));
    let stamp = frame_clock::read(luma, stride, size.width.into(), size.height.into())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(stamp.age_ms(now.as_millis() as u64))
}
