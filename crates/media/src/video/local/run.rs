//! The capture thread.

use super::control::Control;
use super::encode::Layers;
use super::{CaptureEvent, LocalVideoConfig};
use crate::DeviceError;
use crate::video::picture::VideoSize;
use crate::video::source::{VideoSource, VideoSpec};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Instant;

/// Opens the source, says so through `opened`, and captures until it is stopped or something fails.
pub(super) fn capture(
    spec: &VideoSpec,
    config: &LocalVideoConfig,
    control: &Control,
    opened: &SyncSender<Result<VideoSize, DeviceError>>,
    sink: &dyn Fn(CaptureEvent),
) {
    let mut source = match spec.open(config.size, config.fps) {
        Ok(source) => source,
        Err(error) => return report(opened, Err(error)),
    };
    let size = source.size().fit_into(config.size);
    report(opened, Ok(size));
    let mut layers = Layers::new(config, size);
    if let Err(error) = forward(source.as_mut(), &mut layers, control, config.pictures, sink)
        && !control.is_stopped()
    {
        sink(CaptureEvent::Failed(error));
    }
}

fn forward(
    source: &mut dyn VideoSource,
    layers: &mut Layers,
    control: &Control,
    pictures: bool,
    sink: &dyn Fn(CaptureEvent),
) -> Result<(), DeviceError> {
    let clock = RtpClock::start();
    while !control.is_stopped() {
        let frame = source.next_frame()?;
        if control.is_stopped() {
            break;
        }
        if pictures {
            sink(CaptureEvent::Picture(Arc::clone(&frame.picture)));
        }
        layers
            .encode(&frame, clock.at(frame.captured), control, |encoded| sink(CaptureEvent::Frame(encoded)))
            .map_err(|error| DeviceError::Failed(error.to_string()))?;
    }
    Ok(())
}

fn report(opened: &SyncSender<Result<VideoSize, DeviceError>>, outcome: Result<VideoSize, DeviceError>) {
    // The starter waits for exactly this; if it is gone, it does not want to know.
    let _ = opened.send(outcome);
}

/// The 90 kHz clock of one capture.
pub(super) struct RtpClock {
    started: Instant,
    base: u32,
}

impl RtpClock {
    pub(super) fn start() -> Self {
        // RFC 3550 section 5.1: the first timestamp should be random. One that is not harms nothing here.
        Self { started: Instant::now(), base: getrandom::u32().unwrap_or(0) }
    }

    pub(super) fn at(&self, moment: Instant) -> u32 {
        let ticks = moment.saturating_duration_since(self.started).as_nanos() * 9 / 100_000;
        self.base.wrapping_add(ticks as u32)
    }
}
